"""The payment as rows: what is due, what was typed, what is going on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from pos.domain.i18n import N_, _, plural
from screens.kit.line import message_rows
from screens.kit.part_paid_age import age_text, wants_decision
from screens.kit.values import Formatting
from screens.payment.entry_rows import PaymentEntry, entry_rows, hidden_notes, ways_row
from screens.render.parts import Part
from screens.render.rows import BLANK, Piece, Row, apart, row, squeezed, wrapped
from screens.render.tags import ActionTag, KeyTag
from screens.ticket.payments import WIDEST, how_paid, sum_rows

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from pos.domain.sale import Payment, Sale
    from screens.kit.prompts import Notice
    from screens.payment.entry_rows import Cap, Trouble, Way
    from screens.terminal.keys import Key
    from screens.ticket.rows import Money

WAYS: Final[Mapping[str, Sequence[Way]]] = {
    "leaving": ((ActionTag("abandon"), N_("Give it back")), (ActionTag("back"), N_("Stay"))),
    "asked": ((KeyTag("enter"), N_("Take it")), (ActionTag("back"), N_("Clear it"))),
    "unknown": ((KeyTag("enter"), N_("Next ticket")), (ActionTag("checks"), N_("Checks"))),
}
"""What answers a question, and what is done about a trouble that stands in the list's place."""
DONE, LEFT = "━", "─"
"""What a bar of time is drawn with: the time that has passed, and what is left of it."""


class Paying(Formatting, Protocol):
    """What the payment is drawn from besides the ticket and what the screen itself knows."""

    @property
    def working(self) -> bool:
        """Whether a step that takes time is under way."""
        ...

    @property
    def kept_keys(self) -> tuple[Key, ...]:
        """The keys that wait for it."""
        ...

    @property
    def notice(self) -> Notice | None:
        """What was said last."""
        ...

    @property
    def part_paid_since(self) -> datetime | None:
        """Since when the ticket is paid in part; None if it is not."""
        ...

    @property
    def decide_after(self) -> timedelta:
        """How long it may be before it asks for a decision."""
        ...


class Plan(NamedTuple):
    """How much of the payment is shown, how high the sum's digits are, and how many blank rows may be missing."""

    digits: int = 3
    """Lines of the sum's digits: 5, 3, or 1 for plain ones."""
    notes: int = 3
    """How many sums of notes."""
    payments: int = 4
    figures: bool = True
    squeezed: int = 99
    airy: bool = False
    dense: bool = False
    """Whether the ways to pay stand side by side."""
    lines: int = 0
    """From how many lines on it is tried."""


PLANS: Final = (
    Plan(5, airy=True, squeezed=0, lines=30),
    Plan(5, squeezed=1),
    Plan(5, payments=2, squeezed=1),
    *(Plan(payments=many) for many in (4, 3, 2, 1, 0)),
    Plan(notes=1, payments=0),
    Plan(notes=1, payments=0, figures=False),
    Plan(1, payments=0, figures=False),
    Plan(1, notes=1, payments=0, figures=False),
    Plan(1, notes=0, payments=0, figures=False),
    Plan(1, notes=0, payments=0, figures=False, dense=True),
)
"""From what the most room is needed for to the least; what was due and what went wrong is always seen."""


def paying_rows(app: Paying, entry: PaymentEntry, sale: Sale | None, columns: int, lines: int) -> Sequence[Row]:
    """The left side of the payment screen: as much as there is room for."""
    columns = min(columns, WIDEST)
    rows: list[Row] = []
    for plan in PLANS if sale is not None else ():
        assert sale is not None
        if lines >= plan.lines:
            rows = _rows(app, entry, sale, columns, plan)
            if len(rows) - min(rows.count(BLANK), plan.squeezed) <= lines:
                break
    shown = squeezed(rows, lines)[:lines]
    listed = not app.working and (entry.trouble is None or entry.trouble.kind != "unknown")
    above, below = hidden_notes(shown, entry) if listed and sale is not None else (0, 0)
    return Part(tuple(shown), above, below)


def _rows(app: Paying, entry: PaymentEntry, sale: Sale, columns: int, plan: Plan) -> list[Row]:
    captured = [payment for payment in sale.payments if payment.state == "captured"]
    rows = [*_sum(app, sale, columns, plan), BLANK]
    if plan.figures:
        rows += _figures(app, sale, columns)
    rows += [_payment_row(app.money, payment, columns) for payment in captured[max(len(captured) - plan.payments, 0) :]]
    if rows[-1] != BLANK:
        rows.append(BLANK)
    trouble = entry.trouble
    if app.working:
        return [*rows, *_waiting(app, entry, columns, charging=sale.state == "charging")]
    question = _decision(app, sale, columns) if trouble is None else []
    told = _trouble(app.cap, trouble, columns) if trouble is not None else question
    # The till's own notice asks the same.
    if not question or (app.notice and app.notice.kind != "faint"):
        told = [*told, *([BLANK] if told and app.notice else []), *message_rows(app.notice, columns)]
    if trouble is not None and trouble.kind == "unknown":
        return [*rows, *told]
    return [
        *rows,
        *([*told, BLANK] if trouble is not None or question else []),
        *entry_rows(app, entry, sale, columns, notes=plan.notes, airy=plan.airy, dense=plan.dense),
        *([BLANK, *told] if told and trouble is None and not question else []),
    ]


def _sum(wording: Formatting, sale: Sale, columns: int, plan: Plan) -> list[Row]:
    title = _("TOTAL DUE") if not sale.paid else _("STILL DUE")
    if plan.digits == 1:
        return [apart((Piece(title, "strong"),), (Piece(wording.money(sale.due), "digits"),), columns)]
    return [BLANK, *sum_rows(wording, title, sale.due, columns, large=plan.digits > 3)]


def _figures(app: Paying, sale: Sale, columns: int) -> list[Row]:
    """What the sum due comes from, where that is not the same."""
    age = age_text(app.part_paid_since, app.now)
    found = []
    if sale.paid:
        found += [(_("Total"), sale.total), (_("Paid {age} ago", age=age) if age else _("Paid"), sale.paid)]
    if sale.cash_due != sale.due:
        found.append((_("In cash"), sale.cash_due))
    return [apart((Piece(label, "faint"),), (Piece(app.money(amount)),), columns) for label, amount in found]


def _payment_row(money: Money, payment: Payment, columns: int) -> Row:
    return apart((Piece("  ✓ ", "good"), Piece(how_paid(payment))), (Piece(money(payment.amount)),), columns)


def _waiting(app: Paying, entry: PaymentEntry, columns: int, *, charging: bool) -> list[Row]:
    """That a step is under way; of a card's charge how much of its time has passed, and what takes it back."""
    rows = [row(Piece(_("The card is being charged") if charging else _("One moment"), "strong"))]
    if charging:
        done = min(max(round(columns * entry.passed), 0), columns)
        rows.append(row(Piece(DONE * done, "strong"), Piece(LEFT * (columns - done), "rim")))
    if app.notice is not None:
        rows += [row(line) for line in wrapped(app.notice.text, columns)]
    if charging:
        rows += [BLANK, ways_row(app.cap, [(ActionTag("back"), _("cancels the card"))])]
    if app.kept_keys:
        many = len(app.kept_keys)
        kept = plural("{count} key waits for the end of it.", "{count} keys wait for the end of it.", many)
        rows += [BLANK, row(Piece(kept, "faint"))]
    return rows


def _decision(app: Paying, sale: Sale, columns: int) -> list[Row]:
    """The question what is to become of a ticket that has been paid in part too long."""
    since, now = app.part_paid_since, app.now
    if sale.state != "part_paid" or not wants_decision(since, now, app.decide_after):
        return []
    text = _("Take the rest, or give the money back with {key}.", key=app.cap("abandon"))
    title = _("PAID IN PART FOR {age}", age=age_text(since, now).upper())
    return [row(Piece(f"! {title}", "warn+strong")), *(row(line) for line in wrapped(text, columns))]


def _trouble(cap: Cap, trouble: Trouble, columns: int) -> list[Row]:
    """What went wrong, or the question, and the keys that answer it where the list does not have them."""
    inside = [row(line) for line in wrapped(trouble.text, columns)]
    if trouble.dropped:
        many = trouble.dropped
        text = plural("{count} key typed meanwhile had no effect.", "{count} keys typed meanwhile had no effect.", many)
        inside += [row(Piece(line, "faint")) for line in wrapped(text, columns)]
    mark, kind = ("! ", "warn+strong") if trouble.question else ("✗ ", "bad-strong")
    rows = [row(Piece(mark + trouble.title, kind)), *inside]
    if not trouble.question:
        rows = [Row(line.pieces, "alarm") for line in rows]
    ways = WAYS.get(trouble.kind)
    return [*rows, ways_row(cap, [(tag, _(text)) for tag, text in ways])] if ways else rows
