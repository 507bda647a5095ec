"""What became of a payment, in a sentence: of one that was being checked, and of one whose screens are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.words import N_, _

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from pos.till.ticket import TicketState
    from screens.kit.host import Host

ENDINGS: Final = {
    "committed": N_("Ticket {ticket} was paid after all. {palette} finds its receipt {receipt}."),
    "released": N_("Ticket {ticket} was not charged: {recall} takes it up, to be paid again."),
    "part_paid": N_("Ticket {ticket} is paid in part: {pay} takes the rest or gives it back."),
}
"""`{recall}` and the like are the keys of these actions."""
WAITING: Final = N_("Ticket {ticket} is paid in part: {checks} takes it up, for the rest or to give the money back.")
HERE_AGAIN: Final = N_("Ticket {ticket} was not charged and is here again: {pay} pays it, {hold} sets it aside.")
PAID: Final = N_("Ticket {ticket} is paid: receipt {receipt}, change {change}.")
CHECKED: Final = N_("Ticket {ticket} is being checked: do not charge it again. {checks} shows it.")


def ending_text(app: Host, ending: TicketState) -> str:
    """What became of a payment that was left open; empty if nobody knows yet."""
    ticket = ending.number
    if ending.outcome == "unknown":
        return ""
    here = app.current is not None and app.current.ticket == ticket
    what = ENDINGS[ending.outcome]
    if here and ending.outcome == "released":
        what = HERE_AGAIN
    elif not here and ending.outcome == "part_paid":
        what = WAITING
    caps = {name: app.cap(name) for name in ("palette", "recall", "pay", "hold", "checks")}
    return _(what, ticket=ticket, receipt=ending.sale.receipt or "", **caps)


def standing_text(app: Host, sale: Sale) -> tuple[str, str]:
    """How a ticket's payment stands, and the kind of message that is; empty for a ticket that can be edited."""
    match sale.state:
        case "paid":
            change = app.money(sale.change)
            return _(PAID, ticket=sale.ticket, receipt=sale.receipt or "", change=change), "good"
        case "checking":
            return _(CHECKED, ticket=sale.ticket, checks=app.cap("checks")), "bad"
        case "part_paid":
            return _(ENDINGS["part_paid"], ticket=sale.ticket, pay=app.cap("pay")), "good"
        case _state:
            return "", ""
