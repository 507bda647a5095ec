"""A checkout that waits its turn: what is asked for, and what became of it. Other programs write and read both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError

from pos.domain.card_numbers import card_in
from pos.domain.cart import Cart
from pos.domain.cart_edits import MOST_LINES
from pos.domain.errors import TillError
from pos.domain.events import Said
from pos.domain.fault_words import fault_words
from pos.domain.message import NOTHING, Message, lazy
from pos.domain.model import Actor, Instant, Value
from pos.domain.ports import CardToken

VERSION: Final = 1
"""Of the request's schema."""
ORDER_ID: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$"
"""What an order may be called by whoever asks for it: nobody else gives it, and it says nothing by itself."""
LONGEST: Final = 256 * 1024
"""Bytes of a request."""
LARGEST_TOTAL: Final = 10**15
"""Minor units: every program has a number for it."""
LARGEST_LINE: Final = 10**9
MOMENT: Final = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
"""How a moment is written (RFC 3339)."""
_LONGEST_PLACE: Final = 80
_CART: Final = ("lines", "coupons", "member", "discount")
_AGREED: Final = ("total", "currency", "card")
"""What a customer has agreed to, beside what is in the cart."""

OWN_PRICES: Final = lazy("It has prices or discounts of its own, which this shop takes from its tills alone.")
"""Why another program's request is refused."""

OrderState = Literal["pending", "paid", "declined", "sold_out", "price_changed", "expired", "refused", "stuck"]
"""`refused`: for another reason, such as a coupon that is used up. `stuck`: it failed too often."""


def _moment(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(MOMENT, value):
        raise ValueError(lazy("must be a moment such as {example}", example="2026-11-27T09:00:00Z"))
    return value


def _no_switch(value: object) -> object:
    # For pydantic true is 1.
    if isinstance(value, bool):
        raise ValueError(lazy("input should be {expected}", expected=VERSION))
    return value


Version = Annotated[Literal[1], BeforeValidator(_no_switch)]
Moment = Annotated[Instant, BeforeValidator(_moment)]


class CheckoutRequest(Value):
    """A cart to be paid by a card, under the order's id: told again, it is the same order, and charged once.

    `total` is what the customer agreed to, minor units of `currency`; of another price nothing is charged. `lane` says
    who asks, `ticket` how people call it (the order's id if nobody says), `expires` until when it may still be charged.
    `answer` is the name of a stream to which what became of it is written, too.
    """

    version: Version = VERSION
    order: Annotated[str, Field(pattern=ORDER_ID)]
    lane: Annotated[str, Field(min_length=1, max_length=32)]
    ticket: Annotated[str, Field(max_length=64)] = ""
    cart: Cart
    total: Annotated[int, Field(ge=0, le=LARGEST_TOTAL)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    card: CardToken
    at: Moment
    expires: Moment | None = None
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
    """A request as another program wrote it. Raises TillError `request_invalid`, with what is wrong and where.

    Nothing of what was written is repeated but the names of its fields. A card's number is refused wherever somebody
    may have put it in place of an id or a name; SKUs, coupons and members are the shop's own numbers.
    """
    if len(text) > LONGEST:
        raise TillError("request_invalid", lazy("A request has {most} bytes at most.", most=LONGEST))
    try:
        # Strictly: a number is none of a text's digits, as in the schema.
        request = CheckoutRequest.model_validate_json(text, strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise _invalid(".".join(map(str, fault["loc"])) or "JSON", fault_words(fault)) from None
    for place, what in _faults(request):
        raise _invalid(place, what)
    return request


def _invalid(place: str, what: Message) -> TillError:
    shown = "••••" if card_in(place) else place[:_LONGEST_PLACE]
    return TillError("request_invalid", lazy("This is no checkout request: {place} {fault}.", place=shown, fault=what))


def _faults(request: CheckoutRequest) -> Iterator[tuple[str, Message]]:
    """What its fields do not tell by themselves, with its place."""
    cart, card = request.cart, request.card
    reasons = [discount.reason for discount in (cart.discount, *(line.discount for line in cart.lines)) if discount]
    for place, text in (
        ("order", request.order),
        ("lane", request.lane),
        ("ticket", request.ticket),
        ("answer", request.answer),
        ("actor", request.actor),
        ("card.token", card.token),
        ("card.brand", card.brand),
        ("card.last4", card.last4),
        ("cart.name", cart.name),
        *(("cart", reason) for reason in reasons),
    ):
        if text is not None and card_in(text):
            yield place, lazy("has a card's number: send the token that the payment gateway gives for it")
    if not 1 <= len(cart.lines) <= MOST_LINES:
        yield "cart.lines", lazy("must be from 1 to {most}", most=MOST_LINES)
    numbers = [line.line for line in cart.lines]
    if len(set(numbers)) < len(numbers):
        yield "cart.lines", lazy("has two lines of one number")
    if min(numbers) < 1 or max(*numbers, cart.last_line, cart.latest) > LARGEST_LINE:
        yield "cart.lines", lazy("are numbered from 1 to {most}", most=LARGEST_LINE)
    if min(cart.last_line, cart.latest) < 0:
        yield "cart", lazy("has numbers of lines from 0 to {most}", most=LARGEST_LINE)


def differences(first: CheckoutRequest, other: CheckoutRequest) -> tuple[str, ...]:
    """Where two requests by one order's id do not ask for the same, by the names of their fields.

    When they were asked for, by whom and until when is not asked: who has had no answer asks again later.
    """
    carts = [(".".join(("cart", name)), getattr(first.cart, name), getattr(other.cart, name)) for name in _CART]
    rest = [(name, getattr(first, name), getattr(other, name)) for name in _AGREED]
    return tuple(name for name, one, two in (*carts, *rest) if one != two)


def order_in(text: bytes) -> str:
    """The order's id in what may be no request at all; empty if there is none that could be one."""
    try:
        found = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        return ""
    order = found.get("order") if isinstance(found, dict) else None
    return order if isinstance(order, str) and re.fullmatch(ORDER_ID, order) and not card_in(order) else ""


def order_named(order: str, request: bytes) -> str:
    """The order's id that an engine has beside a request, else the one in it; empty if neither could be one."""
    return order if re.fullmatch(ORDER_ID, order) and not card_in(order) else order_in(request)


def written(value: Value) -> bytes:
    """A value as JSON, in one line."""
    return value.model_dump_json(exclude_defaults=True).encode()


def is_expired(request: CheckoutRequest, now: datetime) -> bool:
    """Whether nothing may be charged for it any more."""
    return request.expires is not None and request.expires <= now
