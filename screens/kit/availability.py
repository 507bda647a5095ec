"""Why an action cannot be done now, in a sentence; None if it can. It is asked of values, never of screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pos.domain.i18n import N_, _

if TYPE_CHECKING:
    from pos.domain.lane_status import ServerStanding
    from pos.domain.reservations import Reservation
    from pos.domain.sale import Sale, SaleLine

PAID_STAYS: Final = N_("Nothing to undo: a sale that is paid stays as it is.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What the actions of a screen are about besides the ticket."""

    retry: bool = False
    """Whether a card was declined just now, which can be charged again."""
    open_payment: Reservation | None = None
    """The payment that is chosen among those that are open."""
    in_queue: bool = False
    """Whether a ticket in the queue is chosen there."""


NOTHING: Final = Subject()


class TillStanding(Protocol):
    """How the till stands, as far as it decides what can be done."""

    @property
    def sale(self) -> Sale | None:
        """The ticket that is shown."""
        ...

    @property
    def current(self) -> Sale | None:
        """The ticket that is edited."""
        ...

    @property
    def chosen_line(self) -> SaleLine | None:
        """The line that is chosen."""
        ...

    @property
    def any_held(self) -> bool:
        """Whether a ticket is set aside."""
        ...

    @property
    def can_undo(self) -> bool:
        """Whether a change of the ticket can be taken back."""
        ...

    @property
    def can_redo(self) -> bool:
        """Whether one that was taken back can be made again."""
        ...

    @property
    def scriptable(self) -> bool:
        """Whether the gateway may be told what to answer: what is done counts for nobody."""
        ...

    @property
    def server(self) -> ServerStanding | None:
        """How the till and its shop's server stand; None for a store of one machine."""
        ...

    @property
    def training(self) -> bool:
        """Whether all this is an exercise on a copy."""
        ...

    @property
    def has_queue(self) -> bool:
        """Whether the shop has a queue between checkout and payment."""
        ...

    @property
    def subject(self) -> Subject:
        """What the actions of the screen in front are about."""
        ...

    def cap(self, action_id: str) -> str:
        """An action's key as it is printed on the keyboard."""
        ...


def always(till: TillStanding) -> str | None:
    """Nothing is in the way."""
    return None


def needs_editable(till: TillStanding) -> str | None:
    """The ticket can be changed."""
    if till.current is not None and not till.current.editable:
        return _("This ticket is paid in part: {key} to take the rest or to give the money back.", key=till.cap("pay"))
    return None


def needs_lines(till: TillStanding) -> str | None:
    """The ticket can be changed and has lines."""
    some = till.current is not None and till.current.lines
    return needs_editable(till) or (None if some else _("There is no line on this ticket yet."))


def needs_line(till: TillStanding) -> str | None:
    """A line is chosen that can be changed."""
    return needs_lines(till) or (None if till.chosen_line is not None else _("Choose a line with the arrows first."))


def needs_entered(till: TillStanding) -> str | None:
    """Something was entered: lines, coupons or a member."""
    return needs_editable(till) or (None if _entered(till) else _("There is nothing on this ticket yet."))


def needs_change(till: TillStanding) -> str | None:
    """The ticket was changed, and can be."""
    if till.current is None and till.sale is not None and till.sale.state == "paid":
        return _(PAID_STAYS)
    if till.current is None and till.sale is not None and till.sale.state == "held":
        return _("Nothing to undo: {key} takes the ticket up again.", key=till.cap("recall"))
    return needs_editable(till) or (None if till.can_undo else _("Nothing to undo."))


def needs_undone(till: TillStanding) -> str | None:
    """A change was taken back, and none was made since."""
    return needs_editable(till) or (None if till.can_redo else _("Nothing to redo."))


def needs_payable(till: TillStanding) -> str | None:
    """There is something to pay."""
    some = till.current is not None and till.current.lines
    return None if some else _("There is nothing on this ticket to pay yet.")


def needs_held(till: TillStanding) -> str | None:
    """A ticket is set aside, and the current one is empty."""
    return _needs_empty(till) or _needs_any_held(till)


def needs_swap(till: TillStanding) -> str | None:
    """A ticket is set aside, and the current one can be: it has lines, or is empty."""
    if till.current is not None and till.current.lines:
        return needs_editable(till) or _needs_any_held(till)
    return needs_held(till)


def _needs_any_held(till: TillStanding) -> str | None:
    return None if till.any_held else _("No ticket is set aside.")


def needs_payment(till: TillStanding) -> str | None:
    """A ticket is being paid."""
    if till.sale is not None and till.sale.state == "charging":
        return _("The card is being charged: {key} cancels it.", key=till.cap("back"))
    return None if till.current is not None else _("This ticket is done with: Enter goes on to the next one.")


def needs_due(till: TillStanding) -> str | None:
    """A payment, with something left to pay."""
    due = till.current is not None and till.current.due
    return needs_payment(till) or (
        None if due else _("Nothing is due: {key} finishes the ticket.", key=till.cap("cash"))
    )


def needs_queue(till: TillStanding) -> str | None:
    """A shop with a queue, and a ticket of which nothing is paid yet."""
    if not till.has_queue and till.training:
        return _("In training nothing is queued: charge the card at once.")
    if not till.has_queue:
        return _("This shop has no queue: only a shop on a server has one.")
    if till.sale is not None and till.sale.state == "part_paid":
        return _("This ticket is paid in part: only a whole ticket can be queued.")
    return needs_due(till)


def needs_declined(till: TillStanding) -> str | None:
    """A card was declined or cancelled just now."""
    return None if till.subject.retry else _("No card was declined just now.")


def needs_payments(till: TillStanding) -> str | None:
    """A part payment stands."""
    paid = till.sale is not None and till.sale.state == "part_paid"
    return None if paid else _("Nothing was paid on this ticket yet: Esc goes back to it.")


def needs_open_payment(till: TillStanding) -> str | None:
    """A payment is being checked, or a ticket that is paid in part waits."""
    some = till.subject.open_payment is not None or till.subject.in_queue
    return None if some else _("No payment is open.")


def needs_part_paid(till: TillStanding) -> str | None:
    """The chosen ticket is paid in part, and the one on the screen is empty."""
    payment = till.subject.open_payment
    if till.subject.in_queue:
        return _("This one is in the queue: it comes to its end by itself.")
    if payment is None or not payment.part_paid:
        return needs_open_payment(till) or _("This one is still being checked: {key} asks now.", key=till.cap("ask"))
    return _needs_empty(till)


def needs_playground(till: TillStanding) -> str | None:
    """What is done counts for nobody, so that the gateway may be told what to answer."""
    return None if till.scriptable else _("The gateway can be told what to answer in training or in a demo store only.")


def needs_many_tills(till: TillStanding) -> str | None:
    """The shop is on a server, for many tills."""
    return None if till.server is not None else _("This shop is on one machine: its tills are not on a server.")


def _entered(till: TillStanding) -> bool:
    """Whether lines, coupons or a member are on the ticket."""
    sale = till.current
    return sale is not None and bool(sale.lines or sale.coupons or sale.member)


def _needs_empty(till: TillStanding) -> str | None:
    """Another ticket may take the place of the current one."""
    return _("Pay, hold or void this ticket first: something is on it.") if _entered(till) else None
