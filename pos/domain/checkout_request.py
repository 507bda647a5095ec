"""A checkout that waits its turn: what is asked for, and what became of it. Other programs write and read both."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.events import Said
from pos.domain.fault_words import fault_words
from pos.domain.message import NOTHING, lazy
from pos.domain.model import Actor, Instant, Value
from pos.domain.ports import CardToken

VERSION: Final = 1
"""Of the request's schema."""
ORDER_ID: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$"
"""What an order may be called by whoever asks for it: nobody else gives it, and it says nothing by itself."""
LONGEST: Final = 256 * 1024
"""Bytes of a request."""

OrderState = Literal["pending", "paid", "declined", "sold_out", "price_changed", "expired", "refused", "stuck"]
"""`refused`: for another reason, such as a coupon that is used up. `stuck`: it failed too often."""


class CheckoutRequest(Value):
    """A cart to be paid by a card, under the order's id: told again, it is the same order, and charged once.

    `total` is what the customer agreed to, minor units of `currency`; of another price nothing is charged. `lane` says
    who asks, `ticket` how people call it (the order's id if nobody says), `expires` until when it may still be charged.
    `answer` is the name of a stream to which what became of it is written, too.
    """

    version: Literal[1] = VERSION
    order: Annotated[str, Field(pattern=ORDER_ID)]
    lane: Annotated[str, Field(min_length=1, max_length=32)]
    ticket: Annotated[str, Field(max_length=64)] = ""
    cart: Cart
    total: Annotated[int, Field(ge=0)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    card: CardToken
    at: Instant
    expires: Instant | None = None
    answer: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = None
    actor: Actor = None

    @property
    def name(self) -> str:
        """How people call its ticket."""
        return self.ticket or self.order


class Short(Value):
    """Something that there was too little of: how much is free, and of how much a line wanted."""

    sku: str
    name: str
    wanted: str
    free: str


class QueuedOrder(Value):
    """What became of a checkout that was queued.

    `place` is how many are before it and itself, as far as the queue knows, while it is `pending`. `words` say why it
    was not paid; of `price_changed` `total` is the new one, minor units; of `paid` `receipt` is the order's number.
    `tries` is how often a worker has begun it, `since` when it was asked for, `ended` when it came to its end.
    """

    order: str
    state: OrderState
    since: Instant | None = None
    ended: Instant | None = None
    place: int | None = None
    lane: str = ""
    ticket: str = ""
    worker: str = ""
    tries: int = 0
    receipt: str | None = None
    total: int | None = None
    decline_code: str | None = None
    short: tuple[Short, ...] = ()
    words: Said = NOTHING

    @property
    def is_over(self) -> bool:
        """Whether nothing becomes of it by itself any more."""
        return self.state != "pending"


def request_of(text: bytes | str) -> CheckoutRequest:
    """A request as another program wrote it. Raises TillError `request_invalid`, with what is wrong and where."""
    if len(text) > LONGEST:
        raise TillError("request_invalid", lazy("A request has {most} bytes at most.", most=LONGEST))
    try:
        return CheckoutRequest.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"])) or "JSON"
        told = lazy("This is no checkout request: {place} {fault}.", place=place, fault=fault_words(fault))
        raise TillError("request_invalid", told) from None


def order_in(text: bytes) -> str:
    """The order's id in what may be no request at all; empty if there is none that could be one."""
    try:
        found = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        return ""
    order = found.get("order") if isinstance(found, dict) else None
    return order if isinstance(order, str) and re.fullmatch(ORDER_ID, order) else ""


def written(value: Value) -> bytes:
    """A value as JSON, in one line."""
    return value.model_dump_json(exclude_defaults=True).encode()


def is_expired(request: CheckoutRequest, now: datetime) -> bool:
    """Whether nothing may be charged for it any more."""
    return request.expires is not None and request.expires <= now
