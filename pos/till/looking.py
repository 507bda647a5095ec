"""What a till tells of what it holds: stock, uses of coupons, and payments that are not at their end."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pos.domain.counters import coupon_uses
from pos.domain.errors import TillError
from pos.domain.model import Level, Value
from pos.domain.reservations import Reservation
from pos.domain.sale import Sale
from pos.domain.spelling import folded
from pos.domain.words import N_, _
from pos.till.editing import shortened
from pos.till.setting_aside import SettingAside


class StockLevel(Value):
    """A product's stock in pieces or in its unit; all three are None if it is not counted."""

    sku: str
    name: str
    unit: str
    on_hand: Level | None
    held: Level | None
    free: Level | None


class CouponUses(Value):
    """How often a coupon was used, in all or by one `member`: finished sales, and what open payments hold.

    `limit` and `left` are None if it may be used without end.
    """

    code: str
    member: str | None
    used: int
    held: int
    limit: int | None
    left: int | None


class OpenPayment(Value):
    """A ticket whose payment is not at its end, amounts in minor units; `since` is when it began."""

    ticket: str
    state: Literal["checking", "part_paid"]
    lane: str
    since: datetime
    total: int
    paid: int
    due: int


class Looking(SettingAside):
    """The part of the till that is asked, and takes up what was found."""

    def stock(self, code: str) -> StockLevel:
        """The stock of the product with this code. Raises TillError `unknown_code`, `bad_check_digit`."""
        self.refuse_swipe(code)
        product = self._find(code)
        found = self.catalog.availability(product)
        return StockLevel(
            sku=product.sku,
            name=product.name,
            unit=product.unit,
            on_hand=found.on_hand,
            held=found.held,
            free=found.free,
        )

    def uses(self, code: str, member: str | None = None) -> CouponUses:
        """The uses of a coupon, in all or by a member. Raises TillError `coupon_unknown`, `unknown_member`."""
        code, member = self.entered(code), None if member is None else self.entered(member)
        coupon = self.catalog.coupons.get(code)
        if coupon is None:
            raise TillError(
                "coupon_unknown", _("No coupon has the code {code}. Check how it is written.", code=shortened(code))
            )
        known = self.catalog.member(member) if member is not None else None
        if member is not None and known is None:
            text = N_("No member has the number {number}. Check it, or go on without.")
            raise TillError("unknown_member", _(text, number=shortened(member)))
        counter = self._desk.view.counter(coupon_uses(coupon.code, known.id if known is not None else None))
        limit = coupon.max_uses_per_member if known is not None else coupon.max_uses
        return CouponUses(
            code=coupon.code,
            member=known.id if known is not None else None,
            used=-counter.on_hand,
            held=counter.held,
            limit=limit,
            left=max(limit + counter.free, 0) if limit is not None else None,
        )

    def checks(self) -> tuple[OpenPayment, ...]:
        """Every payment that is being checked, or paid in part and not in front, the oldest first."""
        return tuple(map(_open, sorted(self.checking(), key=lambda held: held.created)))

    async def ask(self) -> tuple[OpenPayment, ...]:
        """Ask the gateway about every payment that is being checked; those that are still open then."""
        await self.recover()
        return self.checks()

    async def take(self, ticket: str | None = None) -> Sale:
        """Take up a ticket that is paid in part, by its number; none: the only one. The one in front stays there.

        If it turns out to be paid, its sale is told, and the ticket in front stays.
        Raises TillError `ticket_not_empty`, `unknown_ticket`, `payment_unknown` if it is still being checked.
        """
        ticket = None if ticket is None else self.entered(ticket)
        found = self._waiting(ticket)
        in_front = self.sale.ticket
        if self.sale.state == "part_paid" and (folded(ticket) == folded(in_front) if ticket else not found):
            return self.sale
        if ticket is None and len(found) > 1:
            names = ", ".join(held.sale.ticket for held in found)
            raise TillError("unknown_ticket", _("Which ticket? {names}", names=names))
        if not found:
            if ticket is None:
                raise TillError("unknown_ticket", _("No ticket is paid in part."))
            text = N_("No payment of ticket {ticket} is open.")
            raise TillError("unknown_ticket", _(text, ticket=shortened(ticket)))
        sale = await self.take_up(found[0].id)
        paid = await self._desk.read(self._desk.store.archive.order, found[0].order)
        return paid.sale if paid is not None else sale

    def _waiting(self, ticket: str | None) -> tuple[Reservation, ...]:
        """The tickets that may be taken up, by number or all: those being checked only if no other is paid in part."""
        found = self.checking()
        if ticket is not None:
            return tuple(held for held in found if folded(held.sale.ticket) == folded(ticket))
        return tuple(held for held in found if held.part_paid) or found


def _open(held: Reservation) -> OpenPayment:
    paid = held.sale.total - held.outstanding
    return OpenPayment(
        ticket=held.sale.ticket,
        state="part_paid" if held.part_paid else "checking",
        lane=held.lane,
        since=held.created,
        total=held.sale.total,
        paid=paid,
        due=held.outstanding,
    )
