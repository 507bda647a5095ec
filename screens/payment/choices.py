"""The ways to pay as a list: what each of them takes, and what it comes to. Plain values, made by pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pos.domain.i18n import _
from pos.domain.tenders import TENDERS, Tender
from screens.payment.quick_tenders import quick_tenders

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from screens.ticket.rows import Money

Queueing = Literal["", "offered", "usual"]
"""Whether a card can wait in the shop's queue, or does so if nothing else is said."""
AGAIN: Final = "again"
QUEUE: Final = "queue"


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to pay. `action` does it: a tender's, or another of the screen; an empty one ends a sale of no cost.

    `amount` is what it takes, minor units; a `note` is a sum that notes make, which gives change. `off` says why it
    cannot be done as things are; empty if it can.
    """

    action: str
    text: str
    amount: int
    note: bool = False
    off: str = ""


def choices(
    sale: Sale,
    exponent: int,
    money: Money,
    *,
    typed: str,
    amount: int | None,
    queue: Queueing = "",
    again: str | None = None,
) -> tuple[Choice, ...]:
    """What the arrows go through, the exact amount in cash first.

    With an `amount` of money that was typed, each takes that; with anything else that was `typed`, a number, what is
    told by numbers takes all that is due. `again` is what the card is called that was declined last; None: none was.
    """
    if not sale.due:
        return (Choice("", _("finish, nothing is due"), 0),)
    found: list[Choice] = []
    for tender in TENDERS.values():
        if not tender.key:
            continue
        found.append(_choice(tender, sale, money, typed=typed, amount=amount, queue=queue))
        if tender.over == "change" and not typed:
            notes = quick_tenders(tender.due(sale), exponent)[1:]
            found += [Choice(tender.name, outcome(money, sale, note), note, note=True) for note in notes]
    if again is not None:
        off = _("at most {amount}", amount=money(sale.due)) if amount is not None and amount > sale.due else ""
        text = "  ".join(filter(None, (_("Try again"), again)))
        found.append(Choice(AGAIN, text, sale.due if amount is None else amount, off=off))
    if queue == "offered" and amount is None and sale.state != "part_paid":
        found.append(Choice(QUEUE, _("Queue the card"), sale.due))
    return tuple(found)


def _choice(tender: Tender, sale: Sale, money: Money, *, typed: str, amount: int | None, queue: Queueing) -> Choice:
    due = tender.due(sale)
    name = tender.named
    if queue == "usual" and amount is None and tender.behind == "gateway":
        name = _("Card, queued")
    if tender.behind == "counter":
        return Choice(tender.name, name, due, off="" if typed else _("type its number first"))
    if amount is None:
        if tender.over == "change":
            return Choice(tender.name, _("{tender} exact", tender=name), due, off=_("no amount") if typed else "")
        return Choice(tender.name, name, due)
    if amount <= due or tender.over == "change":
        return Choice(tender.name, name, amount)
    return Choice(tender.name, name, amount, off=_("at most {amount}", amount=money(due)))


def outcome(money: Money, sale: Sale, amount: int) -> str:
    """What an amount in cash comes to, minor units."""
    if amount < sale.cash_due:
        return _("{amount} still due", amount=money(sale.due - amount))
    change = amount - sale.cash_due
    return _("{amount} change", amount=money(change)) if change else _("no change")


def of_action(found: Sequence[Choice], action: str, picked: int | None) -> int | None:
    """The row that an action's key takes: the chosen one if it is of that action, else the first; None: it has none."""
    if picked is not None and picked < len(found) and found[picked].action == action:
        return picked
    return next((index for index, choice in enumerate(found) if choice.action == action), None)
