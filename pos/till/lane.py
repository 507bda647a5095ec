"""What one lane must not lose between two sales: its open ticket and its ticket numbers."""

from __future__ import annotations

from threading import Lock
from types import MappingProxyType
from typing import Final

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, lazy
from pos.domain.ports import Document, Records, ShopView
from pos.domain.reservations import Reservation
from pos.domain.spelling import folded
from pos.domain.ticket_records import (
    BEGUN,
    OPEN_TICKETS,
    is_a_tickets_number,
    is_set_aside,
    off_lanes,
    on_lane,
    open_for,
)
from pos.till.services import Services
from pos.till.ticket_state import TicketState

NOTHING_ELSE: Final[Records] = MappingProxyType({})


class Lane:
    """The lane's own record, written behind the cashier's back: only the newest state of a burst of edits."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next = int((services.view.get(OPEN_TICKETS, services.lane) or {}).get("next", 1))
        self._waiting: dict[tuple[str, str], Document | None] = {}
        self._begun = False
        """Whether a step that writes what is waiting was begun."""
        self._lock = Lock()
        """Held while these change: the till fills them, and the thread that writes empties them."""
        self._failure: TillError | None = None

    def restore(self) -> tuple[str, Cart, int | None] | None:
        """The ticket that was open when the till stopped, unless it was paid or is being charged.

        Its number, what was entered, and what it was shown to cost, minor units, if that is known.
        """
        document = self._services.view.get(OPEN_TICKETS, self._services.lane) or {}
        ticket, cart = document.get("ticket"), document.get("cart")
        if ticket is None or cart is None:
            return None
        if charged(self._services.view, ticket):
            # What has become an order is not to be found open by whoever starts after the order's day is closed.
            self.keep()
            return None
        return ticket, Cart.model_validate(cart), document.get("total")

    def new_ticket(self) -> str:
        """The next ticket's id: the lane and a number, ascending, not gapless; none that a ticket has as its name."""
        while True:
            ticket = f"{self._services.lane}-{self._next}"
            self._next += 1
            if not self._is_used(ticket):
                return ticket

    def gave(self, number: str) -> bool:
        """Whether a ticket has, or had, this number, here or on another lane."""
        lane, _dash, digits = folded(number).rpartition("-")
        here = lane == folded(self._services.lane) and digits.isdecimal() and 0 < int(digits) < self._next
        return here or is_a_tickets_number(self._services.view, number)

    def _is_used(self, number: str) -> bool:
        view = self._services.view
        begun = view.get(BEGUN, number) is not None or view.reservation(f"{number}/1") is not None
        return begun or is_set_aside(view, number)

    def records(self, ticket: str | None = None, cart: Cart | None = None, total: int | None = None) -> Records:
        """What is on record of the lane with this open ticket, or with none."""
        if ticket is None or cart is None:
            return {(OPEN_TICKETS, self._services.lane): {"next": self._next}}
        return on_lane(self._services.lane, self._next, ticket, cart, total)

    def taking(self, ticket: str, cart: Cart) -> Records:
        """The records that put a ticket on this lane's screen, and on no other's."""
        return {**off_lanes(self._services.view, [ticket], but=self._services.lane), **self.records(ticket, cart)}

    def keep(
        self,
        ticket: str | None = None,
        cart: Cart | None = None,
        total: int | None = None,
        *,
        also: Records = NOTHING_ELSE,
    ) -> None:
        """Write the open ticket down soon; a newer one takes the place of one that is still waiting.

        `also` are records that are written in the same step.
        """
        self.write_soon({**self.records(ticket, cart, total), **also})

    def write_soon(self, records: Records) -> None:
        """Write records of the lane behind the cashier's back, with whatever else is waiting then."""
        with self._lock:
            begun, self._begun = self._begun, True
            self._waiting.update(records)
        if not begun:
            self._services.begin(self._write)

    def written(self, records: Records) -> None:
        """Another step has written these records: what still waits to be written in their place is older."""
        with self._lock:
            for key in records:
                self._waiting.pop(key, None)

    async def flush(self) -> None:
        """Wait until the newest state is durable. Raises the TillError with which writing it fails."""
        await self._services.durable(lambda: None)
        if self._failure is not None:
            await self._services.durable(self._write)
        if self._failure is not None:
            raise self._failure

    def _write(self) -> None:
        with self._lock:
            records, self._waiting, self._begun = self._waiting, {}, False
        try:
            self._services.store.write(records)
            self._failure = None
        except TillError as error:
            with self._lock:
                self._waiting = records | self._waiting
            self._failure = error


def last_reservation(view: ShopView, ticket: str) -> Reservation | None:
    """The newest reservation of a ticket, open or ended."""
    last, cycle = None, 1
    while (found := view.reservation(f"{ticket}/{cycle}")) is not None:
        last, cycle = found, cycle + 1
    return last


def charged(view: ShopView, ticket: str) -> bool:
    """Whether a ticket is paid, or may be: its newest reservation was charged, and not given back."""
    last = last_reservation(view, ticket)
    return last is not None and last.state in ("charging", "committed")


def open_elsewhere(view: ShopView, ticket: TicketState) -> tuple[Message, ...]:
    """A sentence for each other ticket that is open with the same member, or is being paid."""
    member = ticket.cart.member
    if member is None:
        return ()
    found = {number: place for number, place in open_for(view, member).items() if not charged(view, number)}
    found |= {
        held.sale.ticket: (held.lane, held.sale.called)
        for held in view.open_reservations()
        if held.cart.member == member
    }
    text = N_("{name} ({member}) has ticket {ticket} open at lane {lane} too: ask which of both goes on.")
    return tuple(
        lazy(text, name=ticket.sale.member_name or member, member=member, ticket=called, lane=lane)
        for number, (lane, called) in found.items()
        if number != ticket.number
    )


def forget_paid(view: ShopView, lane: str) -> Records:
    """The records to write so that other lanes than `lane` do not find a ticket open that is paid by now."""
    shown = (document["ticket"] for _lane, document in view.items(OPEN_TICKETS) if "ticket" in document)
    return off_lanes(view, [ticket for ticket in shown if charged(view, ticket)], but=lane)


def known_lane(view: ShopView, name: str) -> str:
    """The lane of a store that has this name, in whatever case; a new one is named as it is given."""
    lanes = view.keys(OPEN_TICKETS)
    return name if name in lanes else next((lane for lane in lanes if folded(lane) == folded(name)), name)
