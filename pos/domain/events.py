"""What happens to a sale, as it happens: for the inspector, for `--json`, for whoever listens."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pos.domain.model import Value

EventKind = Literal[
    "added", "changed", "removed", "coupon", "member", "notice",
    "reserved", "charging", "captured", "declined", "unknown", "found", "voided", "part_paid", "released", "committed",
    "held", "recalled", "printed", "said", "gateway",
]  # fmt: skip


class CounterMove(Value):
    """A counter that a step touched: its label for people, and how it stands after the step and stood before."""

    name: str
    label: str
    on_hand: int
    held: int
    free: int
    held_before: int
    on_hand_before: int


class Event(Value):
    """One thing that happened: when, to which ticket, in a cashier's words, with the counters it moved."""

    event: EventKind
    at: datetime
    ticket: str
    text: str
    amount: int | None = None
    attempt: str | None = None
    counters: tuple[CounterMove, ...] = ()
