"""Setting a ticket aside and taking it up again, under a name or as a member's saved cart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.merge import merge
from pos.domain.ports import Document, Records
from pos.domain.sale import Sale
from pos.domain.words import N_, _
from pos.payments.masking import mask
from pos.till.editing import Editing, shortened
from pos.till.lane import TABLE
from pos.till.ticket import Ticket


@dataclass(frozen=True, slots=True)
class HeldTicket:
    """A ticket that was set aside: its name, its number, its lines and when."""

    name: str
    ticket: str
    lines: int
    at: datetime


class SettingAside(Editing):
    """The half of the till that keeps tickets for later. A ticket set aside holds no stock."""

    async def attach_member(self, member_id: str) -> Sale:
        """Put a member on the ticket; a cart set aside for them is taken and merged in.

        Raises TillError `unknown_member`.
        """
        self._editable()
        with self._alone():
            store, member = self._desk.store, self.catalog.member(member_id)
            if member is None:
                text = N_("No member has the number {number}. Check it, or go on without.")
                raise TillError("unknown_member", _(text, number=shortened(member_id)))
            attached = self._ticket.cart.model_copy(update={"member": member.id})
            cart, notices = attached, tuple[str, ...]()
            saved = store.get("carts", member.id)
            if saved is not None:
                cart, notices = self._merged(attached, Cart.model_validate(saved))
                taken: Records = {("carts", member.id): None, **self._lane_record(cart)}
                if not await self._desk.durable(store.write, taken, require=("carts", member.id)):
                    cart, notices = attached, ()
            sale = self._edited(cart, "member", f"{member.name} ({member.id})")
            for notice in notices:
                self._desk.emit(sale, "notice", notice)
        return sale

    def detach_member(self) -> Sale:
        """Take the member off the ticket."""
        ticket = self._editable()
        if ticket.cart.member is None:
            raise TillError("unknown_member", _("No member is on this ticket."))
        return self._edited(ticket.cart.model_copy(update={"member": None}), "member", _("taken off"))

    async def hold(self, name: str | None = None) -> Sale:
        """Set the ticket aside, under its number or a name, or as the saved cart of its member.

        It holds no stock meanwhile and is priced afresh on recall. Raises TillError `empty_ticket`, `name_taken`.
        """
        ticket = self._editable()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", _("There is nothing on this ticket to set aside."))
        with self._alone():
            store, cart, member = self._desk.store, ticket.cart, ticket.cart.member
            if member is not None and name is None:
                before = store.get("carts", member)
                if before is not None:
                    cart, _notices = merge(cart, Cart.model_validate(before), self.catalog.rules, {})
                key, record = ("carts", member), cart.model_dump(mode="json")
                told = _("set aside for {name}", name=ticket.sale.member_name)
            else:
                name = mask(name or ticket.sale.ticket)
                if name.casefold() in {other.casefold() for other in store.keys("held")}:
                    message = _("A ticket is set aside as {name} already: choose another name.", name=name)
                    raise TillError("name_taken", message)
                key, record = ("held", name), self._held_record(ticket)
                told = _("set aside as {name}", name=name)
            await self._desk.durable(store.write, {key: record, **self._lane_record()})
            sale = ticket.sale.model_copy(update={"state": "held"})
            self._done_with(ticket.showing(sale))
            self._desk.emit(sale, "held", told)
        return sale

    async def recall(self, name: str | None = None) -> Sale:
        """Take up a ticket that was set aside, by name; none: the only one. It is priced as of now.

        Raises TillError `ticket_not_empty`, `unknown_ticket`.
        """
        current = self._editable()
        if not current.empty:
            raise TillError("ticket_not_empty", _("Pay, hold or void this ticket first: something is on it."))
        with self._alone():
            name = self._held_name(name)
            document = self._desk.store.get("held", name) or {}
            ticket, cart = document["ticket"], Cart.model_validate(document["cart"])
            records: Records = {("held", name): None, **self._lane_record(cart, ticket)}
            if not await self._desk.durable(self._desk.store.write, records, require=("held", name)):
                message = _("Ticket {name} was taken up at another till just now.", name=name)
                raise TillError("unknown_ticket", message)
            self._begin(self._priced(ticket, cart))
            self._desk.emit(self.sale, "recalled", _("{name} taken up again", name=name))
        return self.sale

    def held_tickets(self) -> tuple[HeldTicket, ...]:
        """The tickets that are set aside under a name, oldest first."""
        held = []
        for name in self._desk.store.keys("held"):
            if (document := self._desk.store.get("held", name)) is not None:
                at = datetime.fromisoformat(document["at"])
                held.append(HeldTicket(name, document["ticket"], len(document["cart"].get("lines", ())), at))
        return tuple(sorted(held, key=lambda ticket: ticket.at))

    def _merged(self, guest: Cart, saved: Cart) -> tuple[Cart, tuple[str, ...]]:
        free = {
            line.sku: self.catalog.availability(self.catalog.products[line.sku]).free
            for line in (*guest.lines, *saved.lines)
            if line.sku in self.catalog.products
        }
        return merge(guest, saved, self.catalog.rules, free)

    def _lane_record(self, cart: Cart | None = None, ticket: str | None = None) -> Records:
        number = ticket or self.sale.ticket
        return {(TABLE, self._desk.lane): self._lane.document(number if cart is not None else None, cart)}

    def _held_record(self, ticket: Ticket) -> Document:
        at = self._desk.clock.now().isoformat()
        return {"ticket": ticket.sale.ticket, "at": at, "cart": ticket.cart.model_dump(mode="json")}

    def _held_name(self, name: str | None) -> str:
        held = {ticket.name.casefold(): ticket.name for ticket in self.held_tickets()}
        if name is None and len(held) == 1:
            return next(iter(held.values()))
        if name is None:
            names = ", ".join(held.values())
            message = _("Which ticket? {names}", names=names) if names else _("No ticket is set aside.")
            raise TillError("unknown_ticket", message)
        if name.casefold() not in held:
            raise TillError("unknown_ticket", _("No ticket is set aside as {name}.", name=shortened(name)))
        return held[name.casefold()]
