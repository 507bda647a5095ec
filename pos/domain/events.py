"""What happens to a sale, as it happens: for the inspector, for `--json`, for whoever listens."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pos.domain.model import Actor, Value
from pos.domain.sale import Payment

EventKind = Literal[
    "added", "changed", "removed", "coupon", "member", "notice",
    "reserved", "charging", "captured", "declined", "unknown", "found", "voiding", "voided", "part_paid", "released",
    "committed",
    "held", "recalled", "printed", "said", "gateway",
]  # fmt: skip

Asked = Literal["charge", "find", "void"]
"""What the gateway was asked when it told, or did not tell, what became of an attempt."""


class Written(Value):
    """A durable step: its number in the store's journal, when it was begun, and when it was safe.

    Without a `sequence` nothing had to be written: the step was told once more and found done.
    """

    sequence: int | None
    begun: datetime
    durable: datetime


class CounterMove(Value):
    """A counter that a step touched: its label for people, and how it stands after the step and stood before.

    Amounts are pieces, or thousandths of a `unit` other than `each`. A coupon's uses are counted down from 0; `limit`
    is how many there may be, if that is limited.
    """

    name: str
    label: str
    on_hand: int
    held: int
    free: int
    held_before: int
    on_hand_before: int
    unit: str = "each"
    limit: int | None = None


class Event(Value):
    """One thing that happened: when, to which ticket, in a cashier's words, with the counters it moved; `actor` did it.

    Of a payment's steps also: the `reservation` and its future `order` by id, the `attempt` by id with its `amount` in
    minor units, how it stands then (`payment`), what the gateway was `asked`, and what was `written`.
    """

    event: EventKind
    at: datetime
    ticket: str
    text: str
    amount: int | None = None
    attempt: str | None = None
    counters: tuple[CounterMove, ...] = ()
    reservation: str | None = None
    order: str | None = None
    payment: Payment | None = None
    asked: Asked | None = None
    written: Written | None = None
    actor: Actor = None
