"""What is typed on the payment screen and what can be chosen there, as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pos.domain.i18n import _, plural
from pos.domain.tenders import TENDERS, Tender
from pos.domain.terminal_text import width
from screens.payment.quick_tenders import as_shown
from screens.render.rows import BLANK, Piece, Row, apart, left, right, row, tail
from screens.render.tags import ActionTag, KeyTag, TenderTag

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from screens.kit.values import Formatting
    from screens.ticket.rows import Money

Way = tuple[ActionTag | KeyTag, str]
"""What can be done, and what it does in words."""
Cap = Callable[[str], str]
"""Names an action's key, by the action's id."""

LABEL: Final = 9
GAP: Final = 4
"""Columns between the keys of two ways to go on."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with a payment, until the cashier goes on."""

    kind: Literal["declined", "unreached", "unknown", "ticket", "leaving"]
    title: str
    text: str
    dropped: int = 0


class PaymentEntry(NamedTuple):
    """What the payment screen is showing besides the sale."""

    typed: str
    numeric: bool
    """Whether that is a code or a card's number, and no amount."""
    quick: int | None
    tenders: tuple[int, ...]
    amount: int | None
    """What was typed or chosen, in minor units; None if nothing was, or if it is no amount."""
    waited: int
    trouble: Trouble | None
    queue: Literal["", "offered", "usual"] = ""
    """Whether a card can wait in the shop's queue, or does so if nothing else is said."""

    def names(self, tender: Tender) -> str:
        """What a tender is called: a card that is queued says so."""
        queued = self.queue == "usual" and self.amount is None and tender.behind == "gateway"
        return _("Card, queued") if queued else tender.named


def entry_rows(
    wording: Formatting, payment_entry: PaymentEntry, sale: Sale, columns: int, *, listed: bool
) -> list[Row]:
    """The amount, what it comes to, and the choices: below one another if `listed`, else in two rows."""
    cap, money = wording.cap, wording.money
    rows = [_typed(wording, payment_entry, columns), _outcome(money, sale, payment_entry.amount, columns)]
    if listed:
        return [
            *rows,
            BLANK,
            *_choices(cap, money, sale, payment_entry, columns),
            BLANK,
            *_tenders(money, payment_entry, sale),
        ]
    return [*rows, BLANK, *_keys(cap, sale, payment_entry, columns), *_quick(money, payment_entry, sale, columns)]


def _typed(wording: Formatting, payment_entry: PaymentEntry, columns: int) -> Row:
    """What is typed: an amount, a command, or digits too long for an amount, of which only the last four are shown."""
    typed, shown = payment_entry.typed, wording.masked(payment_entry.typed)
    text, label, hint = as_shown(shown), _("Amount"), _("⏎ takes it as cash") if typed else ""
    if typed.startswith("/"):
        text, label, hint = shown, _("Command"), ""
    elif payment_entry.numeric and shown != typed:
        text, label, hint = shown, _("Card"), _("{key} charges it", key=wording.cap("card"))
    elif payment_entry.numeric:
        hint = plural("{count} digit", "{count} digits", len(typed))
        text, label = f"••••{typed[-4:]}", _("Number")
    room = columns - LABEL - 1
    field = (left(label, LABEL, "faint"), Piece(tail(text, room), "strong"), Piece(" ", "cursor"))
    fits = width(text) + 1 + width(hint) <= room
    return apart(field, (Piece(hint, "faint"),) if fits else (), columns)


def _outcome(money: Money, sale: Sale, amount: int | None, columns: int) -> Row:
    """What an amount in cash comes to."""
    if not amount:
        return BLANK
    text = _comes_to(money, sale, amount)
    return row(Piece(" " * min(LABEL, max(columns - width(text), 0))), Piece(text, "good"))


def _comes_to(money: Money, sale: Sale, amount: int) -> str:
    if amount < sale.cash_due:
        return _("{amount} still due", amount=money(sale.due - amount))
    change = amount - sale.cash_due
    return _("{amount} change", amount=money(change)) if change else _("no change")


def _keys(cap: Cap, sale: Sale, entry: PaymentEntry, columns: int) -> list[Row]:
    keyed = [each for each in TENDERS.values() if each.key and (sale.due or each.settles == "in_cash")]
    ways: list[Way] = [(ActionTag(each.name), entry.names(each)) for each in keyed]
    ways += [(ActionTag("queue"), _("Queue"))] if _can_queue(sale, entry) else []
    ways += [] if sale.due else [(KeyTag("enter"), _("finish, nothing is due"))]
    ways += [(ActionTag("abandon"), _("Abandon"))] if sale.state == "part_paid" else []
    rows: list[list[Way]] = [[]]
    for way in ways:
        if rows[-1] and ways_row(cap, [*rows[-1], way], GAP).width > columns:
            rows.append([])
        rows[-1].append(way)
    return [ways_row(cap, each, GAP) for each in rows]


def ways_row(cap: Cap, ways: Sequence[Way], gap: int = 3) -> Row:
    """Ways to go on, each with its key; a click does it too."""
    pieces: list[Piece] = []
    for tag, text in ways:
        pieces += [Piece(" " * gap)] if pieces else []
        pieces += [Piece(_key(cap, tag), "key", tag), Piece(f" {text}", tag=tag)]
    return Row(tuple(pieces))


def _key(cap: Cap, tag: ActionTag | KeyTag) -> str:
    return cap(tag.id) if isinstance(tag, ActionTag) else "⏎"


def _can_queue(sale: Sale, entry: PaymentEntry) -> bool:
    return entry.queue == "offered" and bool(sale.due) and entry.amount is None and sale.state != "part_paid"


def _choices(cap: Cap, money: Money, sale: Sale, entry: PaymentEntry, columns: int) -> list[Row]:
    """Each way to go on with the amount that it would take, or give back."""
    amount = entry.amount
    if not sale.due:
        return [_choice(cap, KeyTag("enter"), _("finish, nothing is due"), "", columns)]
    rows = []
    for tender in TENDERS.values():
        due = tender.due(sale)
        taken = due if amount is None else amount
        fits = taken <= due or tender.over == "change"
        told = money(taken) if fits else _("at most {amount}", amount=money(due))
        if tender.key:
            rows.append(_choice(cap, ActionTag(tender.name), entry.names(tender), told, columns, off=not fits))
    if _can_queue(sale, entry):
        rows.append(_choice(cap, ActionTag("queue"), _("Queue the card"), money(sale.due), columns))
    if sale.state == "part_paid":
        rows.append(_choice(cap, ActionTag("abandon"), _("Abandon"), f"−{money(sale.paid)}", columns))
    return rows


def _choice(cap: Cap, tag: ActionTag | KeyTag, text: str, amount: str, columns: int, *, off: bool = False) -> Row:
    pieces = (left(_key(cap, tag), 4, "faint" if off else "key"), Piece(text, "faint" if off else ""))
    return apart(pieces, (Piece(amount, "faint" if off else "strong"),), columns, tag=tag)


def _tenders(money: Money, payment_entry: PaymentEntry, sale: Sale) -> list[Row]:
    """The quick tenders one below the other, each with its change."""
    amounts = [money(tender) for tender in payment_entry.tenders]
    wide = max(map(width, amounts), default=0)
    rows = []
    for index, (tender, amount) in enumerate(zip(payment_entry.tenders, amounts, strict=True)):
        chosen = index == payment_entry.quick
        text = right(amount, wide).text
        marked = Piece(f"▸{text}◂", "pick") if chosen else Piece(f" {text} ")
        outcome = Piece(f"  {_comes_to(money, sale, tender)}", "faint")
        start = Piece("" if index else "↑↓", "key"), Piece("    " if index else "  ")
        rows.append(row(*start, marked, outcome, tag=TenderTag(index)))
    return rows


def _quick(money: Money, payment_entry: PaymentEntry, sale: Sale, columns: int) -> list[Row]:
    """The quick tenders in as few rows as they take: the chosen one stands in a box of colour and between marks."""
    rows: list[list[Piece]] = []
    used = columns
    for index, tender in enumerate(payment_entry.tenders):
        text = money(tender)
        marked = f"▸{text}◂" if index == payment_entry.quick else f" {text} "
        if used + width(marked) > columns:
            rows.append([Piece("   " if rows else "↑↓ ", "key")])
            used = 3
        rows[-1].append(
            Piece(
                marked, "pick" if index == payment_entry.quick else "", TenderTag(index, _comes_to(money, sale, tender))
            )
        )
        used += width(marked)
    return [Row(tuple(pieces)) for pieces in rows]
