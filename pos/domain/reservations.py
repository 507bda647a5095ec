"""Reservations: what a ticket has taken hold of before its payment, and the attempts to pay it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from pos.domain.cart import Cart
from pos.domain.model import Actor, Instant, Value
from pos.domain.sale import Payment, Sale


class Counter(Value):
    """Something that can run out. Free is `on_hand` less `held`.

    Stock counts pieces, or thousandths of the unit for weighed goods. Uses are counted downwards from 0 (37 uses
    stand as -37), so that a limit of 100 is a floor of -100 and no limit has to be known to the counter.
    """

    name: str
    on_hand: int = 0
    held: int = 0

    @property
    def free(self) -> int:
        """What may still be taken hold of, before any floor."""
        return self.on_hand - self.held


class Claim(Value):
    """An amount of a counter that a reservation takes; free may not fall below `floor` (none: no limit)."""

    counter: str
    amount: int
    floor: int | None = 0


class Attempt(Payment):
    """A payment with what the gateway needs to be asked about it again. `token` is the card's, never its number.

    `counter` is the name of the counter that is behind its tender, kept for whoever does not know that tender.
    """

    token: str | None = None
    counter: str | None = None
    at: Instant

    @property
    def payment(self) -> Payment:
        """The attempt as the sale shows it: without the card's token."""
        return Payment(**{name: getattr(self, name) for name in Payment.model_fields})

    @property
    def stands(self) -> bool:
        """Whether the shop may have its money."""
        return self.state in ("captured", "unknown", "pending")

    @property
    def claim(self) -> Claim | None:
        """What it takes of the counter that is behind its tender, while it stands."""
        return Claim(counter=self.counter, amount=self.amount) if self.counter is not None and self.stands else None


HOLD_FOR: Final = timedelta(minutes=10)
"""How long what is `held` is kept if nobody says until when."""

ReservationState = Literal["held", "charging", "committed", "released", "expired"]


class Reservation(Value):
    """All that one ticket holds, taken for all claims or none.

    `held` ends at its `deadline`, or after `HOLD_FOR`; `charging` has none and ends only when its charges have ended.
    `order` is the order's id, given here. `sale` is the priced ticket as it is to be charged, `cart` what it
    came from. `refunds` is the id of the order that it gives something of back.
    """

    id: str
    order: str
    lane: str
    state: ReservationState
    claims: tuple[Claim, ...]
    sale: Sale
    cart: Cart
    created: Instant
    deadline: Instant | None = None
    attempts: tuple[Attempt, ...] = ()
    refunds: str | None = None

    @property
    def taken(self) -> tuple[Claim, ...]:
        """All that it holds, or would: its claims, and those of its attempts that a counter is behind."""
        return (*self.claims, *(claim for attempt in self.attempts if (claim := attempt.claim) is not None))

    def overdue(self, now: datetime) -> bool:
        """Whether it is `held` and its time is over."""
        return self.state == "held" and (self.deadline or self.created + HOLD_FOR) <= now

    @property
    def unanswered(self) -> bool:
        """Whether nobody knows yet what became of an attempt."""
        return any(attempt.state in ("pending", "unknown") for attempt in self.attempts)

    @property
    def part_paid(self) -> bool:
        """Whether every attempt was answered, and those that stand pay a part of the sale."""
        return not self.ended and not self.unanswered and 0 < self.outstanding < self.sale.total

    @property
    def part_paid_since(self) -> datetime | None:
        """When the first of the money was taken that stands; None if none does."""
        return min((attempt.at for attempt in self.attempts if attempt.state == "captured"), default=None)

    @property
    def outstanding(self) -> int:
        """What its captured attempts do not pay of the sale, minor units."""
        return self.sale.total - sum(attempt.amount for attempt in self.attempts if attempt.state == "captured")

    @property
    def ended(self) -> bool:
        """Whether nothing is held any longer."""
        return self.state in ("committed", "released", "expired")


class Order(Value):
    """A finished sale as it was charged, or what was given back of the one that it `refunds`. Never recomputed.

    `actor` is who sold it.
    """

    id: str
    receipt: str
    reservation: str
    lane: str
    at: Instant
    sale: Sale
    refunds: str | None = None
    actor: Actor = None
