"""The payment as rows: what is due, what was typed, what is going on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from pos.domain.i18n import N_, _, plural
from screens.kit.line import message_rows
from screens.kit.part_paid_age import age_text, wants_decision
from screens.kit.values import Formatting
from screens.payment.entry_rows import PaymentEntry, entry_rows, ways_row
from screens.render.rows import BLANK, Piece, Row, apart, boxed, row, squeezed, wrapped
from screens.render.tags import ActionTag, KeyTag
from screens.ticket.payments import WIDEST, how_paid, sum_rows

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from pos.domain.sale import Payment, Sale
    from screens.kit.prompts import Notice
    from screens.payment.entry_rows import Cap, Trouble
    from screens.terminal.keys import Key
    from screens.ticket.rows import Money

WAYS: Final = {
    "declined": (
        (ActionTag("again"), N_("Try again")),
        (ActionTag("cash"), N_("Take cash")),
        (ActionTag("back"), N_("Back")),
    ),
    "unreached": ((ActionTag("cash"), N_("Take cash")), (ActionTag("back"), N_("Back"))),
    "ticket": ((ActionTag("back"), N_("Back to the ticket")),),
    "leaving": ((ActionTag("abandon"), N_("Give it back")), (ActionTag("back"), N_("Stay"))),
    "unknown": ((KeyTag("enter"), N_("Next ticket")), (ActionTag("checks"), N_("Checks"))),
}
"""What can be done about a trouble, and what it does then."""


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
    """How much of the payment is shown: the sum's digits, the figures below it, how many payments, the choices."""

    lines: int
    """From how many lines on it is tried."""
    large: bool = False
    listed: bool = False
    payments: int = 4
    figures: bool = True
    digits: bool = True


PLANS: Final = (
    Plan(34, large=True, listed=True),
    Plan(24, listed=True),
    *(Plan(0, payments=many) for many in (4, 3, 2, 1, 0)),
    Plan(0, payments=0, figures=False),
    Plan(0, payments=0, figures=False, digits=False),
)
"""From what the most room is needed for to the least; what was due and what went wrong is always seen."""


def paying_rows(app: Paying, payment_entry: PaymentEntry, sale: Sale | None, columns: int, lines: int) -> Sequence[Row]:
    """The left side of the payment screen: as much as there is room for, choices one below the other in a high one."""
    columns = min(columns, WIDEST)
    rows: list[Row] = []
    for plan in PLANS if sale is not None else ():
        assert sale is not None
        if lines >= plan.lines:
            rows = _rows(app, payment_entry, sale, columns, plan)
            if sum(line != BLANK for line in rows) <= lines:
                break
    return squeezed(rows, lines)


def _rows(app: Paying, payment_entry: PaymentEntry, sale: Sale, columns: int, plan: Plan) -> list[Row]:
    captured = [payment for payment in sale.payments if payment.state == "captured"]
    rows = [BLANK, *_sum(app, sale, columns, plan)]
    if plan.figures:
        rows += _figures(app, sale, columns)
    rows += [_payment_row(app.money, payment, columns) for payment in captured[max(len(captured) - plan.payments, 0) :]]
    rows.append(BLANK)
    if app.working:
        rows += _waiting(app, payment_entry, columns, charging=sale.state == "charging")
    elif payment_entry.trouble is not None and payment_entry.trouble.kind == "unknown":
        rows += _trouble(app.cap, payment_entry.trouble, columns)
    else:
        rows += [*entry_rows(app, payment_entry, sale, columns, listed=plan.listed), BLANK]
        question = _decision(app, sale, columns) if payment_entry.trouble is None else []
        rows += _trouble(app.cap, payment_entry.trouble, columns) if payment_entry.trouble is not None else question
        # The till's own notice asks the same.
        rows += message_rows(app.notice, columns) if not question or (app.notice and app.notice.kind != "faint") else []
    return rows


def _sum(wording: Formatting, sale: Sale, columns: int, plan: Plan) -> list[Row]:
    title = _("TOTAL DUE") if not sale.paid else _("STILL DUE")
    if not plan.digits:
        return [apart((Piece(title, "strong"),), (Piece(wording.money(sale.due), "digits"),), columns)]
    return [*sum_rows(wording, title, sale.due, columns, large=plan.large), *([BLANK] if plan.large else [])]


def _figures(app: Paying, sale: Sale, columns: int) -> list[Row]:
    age = age_text(app.part_paid_since, app.now)
    found = [(_("Total"), sale.total), (_("Paid {age} ago", age=age) if age else _("Paid"), sale.paid)]
    if sale.cash_due != sale.due:
        found.append((_("In cash"), sale.cash_due))
    return [apart((Piece(label),), (Piece(app.money(amount)),), columns) for label, amount in found]


def _payment_row(money: Money, payment: Payment, columns: int) -> Row:
    return apart((Piece("  ✓ ", "good"), Piece(how_paid(payment))), (Piece(money(payment.amount)),), columns)


def _waiting(app: Paying, payment_entry: PaymentEntry, columns: int, *, charging: bool) -> list[Row]:
    dots = "." * (1 + payment_entry.waited % 3)
    inside = [row((_("The card is being charged") if charging else _("One moment")) + dots)]
    if app.notice is not None:
        inside.append(row(Piece(app.notice.text)))
    rows = boxed(_("PLEASE WAIT"), inside, columns, "accent")
    if charging:
        rows.append(ways_row(app.cap, [(ActionTag("back"), _("Cancel the charge"))]))
    if app.kept_keys:
        many = len(app.kept_keys)
        kept = plural("{count} key waits for the end of it.", "{count} keys wait for the end of it.", many)
        rows.append(row(Piece(kept, "faint")))
    return rows


def _decision(app: Paying, sale: Sale, columns: int) -> list[Row]:
    """The question what is to become of a ticket that has been paid in part too long."""
    since, now = app.part_paid_since, app.now
    if sale.state != "part_paid" or not wants_decision(since, now, app.decide_after):
        return []
    text = _("Take the rest, or give the money back with {key}.", key=app.cap("abandon"))
    title = _("PAID IN PART FOR {age}", age=age_text(since, now).upper())
    return boxed(f"! {title}", [row(line) for line in wrapped(text, columns - 4)], columns, "accent")


def _trouble(cap: Cap, trouble: Trouble, columns: int) -> list[Row]:
    kind = "accent" if trouble.kind == "leaving" else "bad"
    inside = [row(line) for line in wrapped(trouble.text, columns - 4)]
    if trouble.dropped:
        many = trouble.dropped
        text = plural("{count} key typed meanwhile had no effect.", "{count} keys typed meanwhile had no effect.", many)
        inside += [row(Piece(line, "faint")) for line in wrapped(text, columns - 4)]
    mark = "! " if kind == "accent" else "✗ "
    rows = boxed(mark + trouble.title, inside, columns, kind)
    if kind == "bad":
        rows = [Row(line.pieces, "alarm") for line in rows]
    return [*rows, ways_row(cap, [(tag, _(text)) for tag, text in WAYS[trouble.kind]])]
