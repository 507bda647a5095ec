"""What happens to a sale, as it happens: for the inspector, for `--json`, for whoever listens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import PlainSerializer, PlainValidator, model_validator

from pos.domain.message import Message
from pos.domain.message_json import message_data, message_of
from pos.domain.model import Actor, Value
from pos.domain.sale import Payment

EventKind = Literal[
    "added", "changed", "removed", "coupon", "member", "undone", "redone", "notice",
    "reserved", "charging", "captured", "declined", "unknown", "found", "voiding", "voided", "part_paid", "released",
    "committed", "queued", "queue_paid", "queue_failed",
    "held", "recalled", "filled", "printed", "said", "gateway",
]  # fmt: skip

Asked = Literal["charge", "find", "void"]
"""What the gateway was asked when it told, or did not tell, what became of an attempt."""


Said = Annotated[Message, PlainValidator(message_of), PlainSerializer(message_data)]
"""What is told, to be said in the language of whoever reads it."""


class Written(Value):
    """A durable step: its number in the store's journal, when it was begun, and when it was safe.

    Without a `sequence` nothing had to be written: the step was told once more and found done.
    """

    sequence: int | None
    begun: datetime
    durable: datetime


class CounterMove(Value):
    """A counter that a step touched: its label, and how it stands after the step and stood before.

    Amounts are pieces, or thousandths of a `unit` other than `each`. A coupon's uses are counted down from 0; `limit`
    is how many there may be, if that is limited.
    """

    name: str
    label: Said
    on_hand: int
    held: int
    free: int
    held_before: int
    on_hand_before: int
    unit: str = "each"
    limit: int | None = None


class Event(Value):
    """One thing that happened: when, to which ticket, in `words`, with the counters it moved; `actor` did it.

    Of a payment's steps also: the `reservation` and its future `order` by id, the `attempt` by id with its `amount` in
    minor units, how it stands then (`payment`), what the gateway was `asked`, and what was `written`.
    """

    event: EventKind
    at: datetime
    ticket: str
    words: Said
    amount: int | None = None
    attempt: str | None = None
    counters: tuple[CounterMove, ...] = ()
    reservation: str | None = None
    order: str | None = None
    payment: Payment | None = None
    asked: Asked | None = None
    written: Written | None = None
    actor: Actor = None

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, event: object) -> object:
        """Earlier versions told a `text`."""
        if not isinstance(event, dict) or "text" not in event:
            return event
        return {("words" if name == "text" else name): value for name, value in event.items()}

    @property
    def text(self) -> str:
        """Its words in the language in use."""
        return str(self.words)
