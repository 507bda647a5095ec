"""Tickets set aside under a name, to be taken up again later. A ticket set aside holds no stock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from pos.domain.cart import LONGEST_NAME, Cart
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, lazy
from pos.domain.model import changed
from pos.domain.ports import Document, Records
from pos.domain.repricing import QuotedPrices
from pos.domain.sale import Sale, ticket_called
from pos.domain.spelling import folded, is_blank, spelled
from pos.domain.ticket_records import SET_ASIDE, called_as, free_name, given_name, is_set_aside, set_aside
from pos.till.current_ticket import CurrentTicket
from pos.till.lane import Lane
from pos.till.levels import Levels
from pos.till.pricing import Pricing
from pos.till.record_writer import RecordWriter
from pos.till.saved_carts import SavedCarts
from pos.till.services import Services
from pos.till.ticket_state import TicketState
from pos.till.till_input import TillInput, shortened

MOST_SET_ASIDE: Final = 1_000
"""The most tickets that are set aside under names. All of them are read to choose one; a busy café has some 50."""
NAME_TAKEN: Final = N_("A ticket is set aside as “{name}” already: choose another name.")


@dataclass(frozen=True, slots=True)
class HeldTicket:
    """A ticket that was set aside: its name, which may be its number, that, how many lines it has and since when.

    `first` is the SKU of its first line, empty if it has none; `total` what it was shown to cost, minor units, if that
    is known; `unpaid`: its payment came to nothing while somebody else was served.
    """

    name: str
    ticket: str
    lines: int
    at: datetime
    first: str = ""
    total: int | None = None
    unpaid: bool = False

    @property
    def called(self) -> Message:
        """What people call it: its name in quotation marks, or its number."""
        return called_as(self.name, self.ticket)


class ParkedTickets:
    """Sets tickets aside and takes them up again, or has them kept in their members' carts."""

    def __init__(
        self,
        services: Services,
        lane: Lane,
        current: CurrentTicket,
        steps: RecordWriter,
        pricing: Pricing,
        till_input: TillInput,
        levels: Levels,
        saved_carts: SavedCarts,
    ) -> None:
        self._services = services
        self._lane = lane
        self._current = current
        self._steps = steps
        self._pricing = pricing
        self._input = till_input
        self._levels = levels
        self._saved_carts = saved_carts

    async def hold(self, name: str | None = None) -> Sale:
        """Set the ticket, which can be edited, aside: under a name, or as the saved cart of its member.

        If none is said, that is the name that it had before, else its number.

        Raises TillError `empty_ticket`, `name_taken`, `bad_command` for a name that is too long, `shelf_full`, and
        `ticket_full` if the member's saved cart has too many lines for it.
        """
        ticket = self._current.editable()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", lazy("There is nothing on this ticket to set aside."))
        with self._current.alone():
            held, member = ticket.standing("held"), ticket.cart.member
            if member is not None and name is None:
                await self._saved_carts.save(member, held)
            else:
                return await self._set_under(self._name_for(ticket, name), held)
        return held.sale

    async def recall(self, name: str | None = None) -> Sale:
        """Take up a ticket that was set aside, by name; none: the only one. It is priced as of now.

        Raises TillError `ticket_not_empty`, `unknown_ticket`.
        """
        current = self._current
        if not current.editable().empty:
            raise TillError("ticket_not_empty", lazy("Pay, hold or void this ticket first: something is on it."))
        with current.alone():
            name = self._held_name(name)
            document = self._services.view.get(SET_ASIDE, name) or {}
            number = document["ticket"]
            cart, gone = self._pricing.still_sold(Cart.model_validate(document["cart"]))
            cart = changed(cart, name=given_name(self._input.masked(name), number))
            shown = QuotedPrices.model_validate(document["shown"]) if document.get("shown") is not None else None

            def finish() -> None:
                current.put(self._pricing.priced(number, cart))
                self._services.emit(current.sale, "recalled", lazy("{name} taken up again", name=name))
                changes = self._pricing.changes(shown, current.state, whole=True)
                current.notify((*changes, *gone, *self._levels.short_of_stock(cart), *current.elsewhere()))

            records: Records = {(SET_ASIDE, name): None, **self._lane.records(number, cart)}
            if not await self._steps.write(records, finish, expect={(SET_ASIDE, name): document}):
                told = ticket_called(number, cart.name)
                message = lazy("Ticket {name} was taken up at another till just now.", name=told)
                raise TillError("unknown_ticket", message)
        return current.sale

    @property
    def many(self) -> int:
        """How many tickets are set aside under a name."""
        return len(self._services.view.keys(SET_ASIDE))

    def tickets(self) -> tuple[HeldTicket, ...]:
        """The tickets that are set aside under a name, oldest first."""
        held = (_held(name, document) for name, document in self._services.view.items(SET_ASIDE))
        return tuple(sorted(held, key=lambda ticket: ticket.at))

    def _name_for(self, ticket: TicketState, typed: str | None) -> str:
        """What a ticket is set aside as.

        Raises TillError `name_taken` for a typed name that something else has, `bad_command` for one that is too long,
        `shelf_full` for one ticket too many.
        """
        number, view = ticket.number, self._services.view
        if len(view.keys(SET_ASIDE)) >= MOST_SET_ASIDE:
            text = N_(
                "No room for another ticket ({most} are set aside): pay or void this one, then take some of them up."
            )
            raise TillError("shelf_full", lazy(text, most=Decimal(MOST_SET_ASIDE)))
        name, text = spelled(self._input.kept(typed or "")), ""
        if is_blank(name):
            return free_name(view, number, ticket.cart.name)
        if len(name) > LONGEST_NAME:
            message = lazy("A ticket's name has at most {most} characters: choose a shorter one.", most=LONGEST_NAME)
            raise TillError("bad_command", message)
        if is_set_aside(view, name):
            text = NAME_TAKEN
        elif folded(name) != folded(number) and self._lane.gave(name):
            text = N_("{name} is the number of another ticket: choose another name.")
        elif self._services.catalog.member(name) is not None:
            text = N_("{name} is a member's number: choose another name.")
        if text:
            raise TillError("name_taken", lazy(text, name=name))
        return name

    async def _set_under(self, name: str, held: TicketState) -> Sale:
        """Set a ticket aside under a name, by which it is called from now on, and give its sale.

        Raises TillError `name_taken` if that was given just now.
        """
        records = {**set_aside(name, held.sale, held.cart, self._services.clock.now()), **self._lane.records()}

        called = given_name(name, held.number)
        held = replace(held, cart=changed(held.cart, name=called), sale=changed(held.sale, ticket_name=called))

        def finish() -> None:
            self._current.put(held)
            self._services.emit(held.sale, "held", lazy("set aside as {name}", name=called_as(name, held.number)))

        if not await self._steps.write(records, finish, expect={(SET_ASIDE, name): None}):
            raise TillError("name_taken", lazy(NAME_TAKEN, name=name))
        return held.sale

    def _held_name(self, name: str | None) -> str:
        names = [ticket.name for ticket in self.tickets()]
        if name is None or is_blank(name):
            if len(names) == 1:
                return names[0]
            message = (
                lazy("Which ticket? {names}", names=", ".join(names)) if names else lazy("No ticket is set aside.")
            )
            raise TillError("unknown_ticket", message)
        if name not in names:
            name = self._input.kept(name)
        alike = [other for other in names if folded(other) == folded(name)]
        if not alike:
            raise TillError("unknown_ticket", lazy("No ticket is set aside as “{name}”.", name=shortened(name)))
        return name if name in alike else alike[0]


def _held(name: str, document: Document) -> HeldTicket:
    lines = document["cart"].get("lines", ())
    return HeldTicket(
        name=name,
        ticket=document["ticket"],
        lines=len(lines),
        at=datetime.fromisoformat(document["at"]),
        first=lines[0]["sku"] if lines else "",
        total=(document.get("shown") or {}).get("total"),
        unpaid=bool(document.get("unpaid")),
    )
