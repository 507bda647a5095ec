"""Setting a ticket aside and taking it up again, under a name or as a member's saved cart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from pos.domain.cart import Cart
from pos.domain.coupons import out_of_force
from pos.domain.errors import TillError
from pos.domain.merge import Free, merge
from pos.domain.ports import Records
from pos.domain.repricing import Shown, price_changes, total_change
from pos.domain.sale import Sale
from pos.domain.spelling import folded, is_blank, spelled
from pos.domain.tickets import (
    BEGUN,
    SAVED_CARTS,
    SET_ASIDE,
    free_name,
    is_set_aside,
    kept_cart,
    saved_cart,
    set_aside,
)
from pos.domain.words import N_, _, number_text
from pos.payments.masking import kept
from pos.till.desk import FAULTS
from pos.till.editing import shortened
from pos.till.finishing import Finishing
from pos.till.ticket import Ticket, Torn

MOST_SET_ASIDE: Final = 1_000
"""The most tickets that are set aside under names. All of them are read to choose one; a busy café has some 50."""
LONGEST_NAME: Final = 100
"""Characters of a ticket's name, so that a list shows it and a line with `recall` can always say it again."""
NAME_TAKEN: Final = N_("A ticket is set aside as {name} already: choose another name.")


@dataclass(frozen=True, slots=True)
class HeldTicket:
    """A ticket that was set aside: its name, its number, its lines and when."""

    name: str
    ticket: str
    lines: int
    at: datetime


class SettingAside(Finishing):
    """The part of the till that keeps tickets for later. A ticket set aside holds no stock."""

    async def attach_member(self, member_id: str) -> Sale:
        """Put a member on the ticket; a cart set aside for them is taken and merged in.

        Raises TillError `unknown_member`, and `ticket_full` if both together have too many lines.
        """
        await self._editable_now()
        with self._alone():
            member_id = self.entered(member_id)
            desk, member = self._desk, self.catalog.member(member_id)
            if member is None:
                text = N_("No member has the number {number}. Check it, or go on without.")
                raise TillError("unknown_member", _(text, number=shortened(member_id)))
            attached, told = self._ticket.cart.model_copy(update={"member": member.id}), f"{member.name} ({member.id})"
            while (saved := await desk.read(desk.store.get, SAVED_CARTS, member.id)) is not None:
                kept, shown = kept_cart(saved)
                cart, notices = self._merged(attached, kept)
                taken: Records = {(SAVED_CARTS, member.id): None, **self._lane.records(self.sale.ticket, cart)}

                def finish(cart: Cart = cart, shown: Shown | None = shown, notices: tuple[str, ...] = notices) -> None:
                    self._edited(cart, "member", told)
                    self._notify((*self._repriced(shown), *notices))

                if await self._step(taken, finish, expect={(SAVED_CARTS, member.id): saved}):
                    self._notify(self._elsewhere(self._ticket))
                    return self.sale
            self._edited(attached, "member", told)
            # Of two lanes at once, the one that comes second finds the first on record.
            await self._desk.durable(lambda: None)
            self._notify(self._elsewhere(self._ticket))
        return self.sale

    def detach_member(self) -> Sale:
        """Take the member off the ticket."""
        ticket = self._editable()
        if ticket.cart.member is None:
            raise TillError("unknown_member", _("No member is on this ticket."))
        return self._edited(ticket.cart.model_copy(update={"member": None}), "member", _("taken off"))

    async def hold(self, name: str | None = None) -> Sale:
        """Set the ticket aside, under its number or a name, or as the saved cart of its member.

        It holds no stock meanwhile and is priced afresh on recall. Raises TillError `empty_ticket`, `name_taken`,
        `bad_command` for a name that is too long, `shelf_full`, and `ticket_full` if the member's saved cart has too
        many lines for it.
        """
        ticket = await self._editable_now()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", _("There is nothing on this ticket to set aside."))
        with self._alone():
            sale, member = ticket.sale.model_copy(update={"state": "held"}), ticket.cart.member
            if member is not None and name is None:
                await self._save_for(member, ticket.showing(sale))
            else:
                await self._set_under(self._name_for(ticket, name), ticket.showing(sale))
        return sale

    async def recall(self, name: str | None = None) -> Sale:
        """Take up a ticket that was set aside, by name; none: the only one. It is priced as of now.

        Raises TillError `ticket_not_empty`, `unknown_ticket`.
        """
        current = await self._editable_now()
        if not current.empty:
            raise TillError("ticket_not_empty", _("Pay, hold or void this ticket first: something is on it."))
        with self._alone():
            name = self._held_name(name)
            document = self._desk.view.get(SET_ASIDE, name) or {}
            ticket = document["ticket"]
            cart, gone = self._still_sold(Cart.model_validate(document["cart"]))
            shown = Shown.model_validate(document["shown"]) if document.get("shown") is not None else None

            def finish() -> None:
                self._begin(self._priced(ticket, cart))
                self._desk.emit(self.sale, "recalled", _("{name} taken up again", name=name))
                self._notify(
                    (*self._repriced(shown, whole=True), *gone, *self._short_of_stock(), *self._elsewhere(self._ticket))
                )

            records: Records = {(SET_ASIDE, name): None, **self._lane.records(ticket, cart)}
            if not await self._step(records, finish, expect={(SET_ASIDE, name): document}):
                message = _("Ticket {name} was taken up at another till just now.", name=name)
                raise TillError("unknown_ticket", message)
        return self.sale

    def held_tickets(self) -> tuple[HeldTicket, ...]:
        """The tickets that are set aside under a name, oldest first."""
        held = []
        for name in self._desk.view.keys(SET_ASIDE):
            if (document := self._desk.view.get(SET_ASIDE, name)) is not None:
                at = datetime.fromisoformat(document["at"])
                held.append(HeldTicket(name, document["ticket"], len(document["cart"].get("lines", ())), at))
        return tuple(sorted(held, key=lambda ticket: ticket.at))

    async def _save_for(self, member: str, held: Ticket) -> None:
        """Put a ticket into its member's saved cart."""
        desk, told = self._desk, _("set aside for {name}", name=held.sale.member_name)
        key = (SAVED_CARTS, member)
        while True:
            cart, before = held.cart, await desk.read(desk.store.get, *key)
            notices: tuple[str, ...] = ()
            if before is not None:
                cart, notices = self._put_together(cart, kept_cart(before)[0], {})
            record = saved_cart(cart, Shown.of(held.sale, held.cart))
            records = {key: record, (BEGUN, held.sale.ticket): None, **self._lane.records()}

            def finish(notices: tuple[str, ...] = notices) -> None:
                self._held(held, told)
                self._notify(notices)

            if await self._step(records, finish, expect={key: before}):
                return

    def _name_for(self, ticket: Ticket, typed: str | None) -> str:
        """What a ticket is set aside as.

        Raises TillError `name_taken` for a typed name that something else has, `bad_command` for one that is too long,
        `shelf_full` for one ticket too many.
        """
        number, view = ticket.sale.ticket, self._desk.view
        if len(view.keys(SET_ASIDE)) >= MOST_SET_ASIDE:
            text = N_(
                "No room for another ticket ({most} are set aside): pay or void this one, then take some of them up."
            )
            raise TillError("shelf_full", _(text, most=number_text(Decimal(MOST_SET_ASIDE))))
        if typed is None or is_blank(typed):
            return free_name(view, number)
        name, text = kept(spelled(typed), self.catalog.is_named), ""
        if len(name) > LONGEST_NAME:
            message = _("A ticket's name has at most {most} characters: choose a shorter one.", most=LONGEST_NAME)
            raise TillError("bad_command", message)
        if is_set_aside(view, name):
            text = NAME_TAKEN
        elif folded(name) != folded(number) and self._lane.gave(name):
            text = N_("{name} is the number of another ticket: choose another name.")
        elif self.catalog.member(name) is not None:
            text = N_("{name} is a member's number: choose another name.")
        if text:
            raise TillError("name_taken", _(text, name=name))
        return name

    async def _set_under(self, name: str, held: Ticket) -> None:
        """Set a ticket aside under a name. Raises TillError `name_taken` if it was given just now."""
        records = {**set_aside(name, held.sale, held.cart, self._desk.clock.now()), **self._lane.records()}
        told = _("set aside as {name}", name=name)
        if not await self._step(records, lambda: self._held(held, told), expect={(SET_ASIDE, name): None}):
            raise TillError("name_taken", _(NAME_TAKEN, name=name))

    def _held(self, held: Ticket, told: str) -> None:
        self._done_with(held)
        self._desk.emit(held.sale, "held", told)

    async def _step(self, records: Records, finish: Callable[[], None], *, expect: Records | None = None) -> bool:
        """Write records and go on; False, nothing done, if a record is not as `expect` says.

        If they cannot be written, the ticket stays as it is; whether they were is found out, at once if that can be.
        """
        await self._lane.flush()
        try:
            if not await self._desk.durable(self._desk.store.write, records, expect=expect):
                return False
        except TillError as error:
            if error.code not in FAULTS:
                raise
            self._torn = torn = Torn(records, finish)
            with suppress(TillError):
                await self._reread()
                if self._carried_on(torn):
                    return True
            raise
        finish()
        return True

    def _merged(self, guest: Cart, saved: Cart) -> tuple[Cart, tuple[str, ...]]:
        saved, gone = self._still_sold(saved)
        free = {
            line.sku: self.catalog.availability(self.catalog.products[line.sku]).free
            for line in (*guest.lines, *saved.lines)
            if line.sku in self.catalog.products
        }
        cart, notices = self._put_together(guest, saved, free)
        return cart, (*gone, *notices)

    def _put_together(self, guest: Cart, saved: Cart, free: Free) -> tuple[Cart, tuple[str, ...]]:
        rules, now = self.catalog.rules, self._desk.clock.now()
        over = out_of_force((*guest.coupons, *saved.coupons), guest.member, rules, now)
        return merge(guest, saved, rules, free, over)

    def _repriced(self, before: Shown | None, *, whole: bool = False) -> Iterator[str]:
        """What differs from what was shown when this was set aside; of the total if it is the `whole` ticket."""
        if before is not None:
            now, exponent = Shown.of(self.sale, self._ticket.cart), self.catalog.exponent
            yield from price_changes(before, now, self.sale, exponent)
            if whole:
                yield from total_change(before.total, now.total, exponent)

    def _short_of_stock(self) -> Iterator[str]:
        """What is on the ticket and not free any more."""
        for sku, quantity in self._ticket.cart.quantities.items():
            try:
                self._require_free(self.catalog.products[sku], quantity, Decimal(0))
            except TillError as error:
                yield error.message

    def _held_name(self, name: str | None) -> str:
        names = [ticket.name for ticket in self.held_tickets()]
        if name is None or is_blank(name):
            if len(names) == 1:
                return names[0]
            message = _("Which ticket? {names}", names=", ".join(names)) if names else _("No ticket is set aside.")
            raise TillError("unknown_ticket", message)
        if name not in names:
            name = kept(name, self.catalog.is_named)
        alike = [other for other in names if folded(other) == folded(name)]
        if not alike:
            raise TillError("unknown_ticket", _("No ticket is set aside as {name}.", name=shortened(name)))
        return name if name in alike else alike[0]
