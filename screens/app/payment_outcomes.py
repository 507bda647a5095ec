"""What became of a payment, in a sentence: of one that was being checked, and of one whose screens are gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from pos.till.ticket_state import TicketState
    from screens.kit.values import Formatting

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
QUEUED: Final = N_("Ticket {ticket} is queued: do not charge it again. {checks} shows it.")


def ending_text(ending: TicketState, current: Sale | None, cap: Callable[[str], str]) -> str:
    """What became of a payment that was left open; empty if nobody knows yet.

    `current` is the ticket on the screen, `cap` names an action's key.
    """
    ticket = ending.number
    if ending.outcome == "unknown":
        return ""
    here = current is not None and current.ticket == ticket
    what = ENDINGS[ending.outcome]
    if here and ending.outcome == "released":
        what = HERE_AGAIN
    elif not here and ending.outcome == "part_paid":
        what = WAITING
    caps = {name: cap(name) for name in ("palette", "recall", "pay", "hold", "checks")}
    return _(what, ticket=ending.sale.called, receipt=ending.sale.receipt or "", **caps)


def standing_text(sale: Sale, wording: Formatting) -> tuple[str, str]:
    """How a ticket's payment stands, and the kind of message that is; empty for a ticket that can be edited."""
    match sale.state:
        case "paid":
            change = wording.money(sale.change)
            return _(PAID, ticket=sale.called, receipt=sale.receipt or "", change=change), "good"
        case "checking":
            return _(CHECKED, ticket=sale.called, checks=wording.cap("checks")), "bad"
        case "queued":
            return _(QUEUED, ticket=sale.called, checks=wording.cap("checks")), "good"
        case "part_paid":
            return _(ENDINGS["part_paid"], ticket=sale.called, pay=wording.cap("pay")), "good"
        case _state:
            return "", ""
