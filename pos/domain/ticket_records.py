"""Where a ticket is on record: on a lane's screen, set aside, held by a payment, queued; and which were begun.

Whatever takes a ticket away from one of these places writes in the same step where it is from then on. A ticket is
begun until it is paid, emptied, or put into a member's saved cart; so one that is begun and in no place was lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import count
from typing import Annotated, Any, Final

from pydantic import Field

from pos.domain.cart import LONGEST_NAME, Cart
from pos.domain.message import Message
from pos.domain.model import Instant, Value
from pos.domain.ports import Document, RecordReader
from pos.domain.repricing import QuotedPrices
from pos.domain.sale import Sale, ticket_called
from pos.domain.spelling import folded

OPEN_TICKETS: Final = "tickets"
"""The table of each lane's open `ticket`, by the lane's name."""
SET_ASIDE: Final = "held"
"""The table of the tickets that are set aside, by the names that they were given."""
SAVED_CARTS: Final = "carts"
"""The table of members' saved carts, by the member's number."""
QUEUED: Final = "queued"
"""The table of the tickets whose payments wait in the shop's queue, by the ids of their orders."""
BEGUN: Final = "begun_tickets"
"""The table of the tickets that were begun and have not ended, by number."""

_NAME: Final = {"name"}
"""What a cart's record has not where it waits under a name: that is the record's own, or its member's."""
_NUMBER: Final = re.compile(r"([A-Z0-9]{1,12})-([0-9]{1,12})", re.ASCII)

_SECOND: Final = len(" (1000)")
"""Room for the number behind a name that is taken."""

Written = dict[tuple[str, str], Document | None]
"""Records to write, by (table, key); None deletes."""


class OpenTicket(Value):
    """The record of a lane: the number of its `next` ticket, and what is on its screen, if something is."""

    next: Annotated[int, Field(strict=True, ge=1)] = 1
    ticket: Annotated[str, Field(min_length=1)] | None = None
    cart: Cart | None = None
    total: int | None = None


class SetAside(Value):
    """The record of a ticket that is set aside: since when, what it was `shown` to cost, and whether it is `unpaid`.

    That is one whose payment came to nothing while the cashier served somebody else: its customer may be gone.
    """

    ticket: Annotated[str, Field(min_length=1)]
    at: Instant
    cart: Cart
    shown: QuotedPrices | None = None
    unpaid: bool = False


def on_lane(lane: str, following: int, ticket: str, cart: Cart, total: int | None = None) -> Written:
    """The records of a ticket that is on a lane's screen; `following` is the number of the lane's next one.

    `total` is what it is shown to cost, minor units, if that is known.
    """
    kept = cart.model_dump(mode="json", exclude_defaults=True)
    shown = {} if total is None else {"total": total}
    return {
        (OPEN_TICKETS, lane): {"next": following, "ticket": ticket, "cart": kept, **shown},
        (BEGUN, ticket): None if cart.empty else {},
    }


def set_aside(name: str, sale: Sale, cart: Cart, at: datetime, *, unpaid: bool = False) -> Written:
    """The records of a ticket that is set aside under a name, with what it was shown to cost; see `SetAside`."""
    shown = QuotedPrices.of(sale, cart).model_dump(mode="json")
    entered = cart.model_dump(mode="json", exclude=_NAME)
    document: Document = {"ticket": sale.ticket, "at": at.isoformat(), "cart": entered, "shown": shown}
    if unpaid:
        document["unpaid"] = True
    return {(SET_ASIDE, name): document, (BEGUN, sale.ticket): {}}


def saved_cart(cart: Cart, shown: QuotedPrices) -> dict[str, Any]:
    """The record of a cart that waits for its member, with what its lines were shown to cost."""
    return {**cart.model_dump(mode="json", exclude=_NAME), "shown": shown.model_dump(mode="json")}


def kept_cart(record: Mapping[str, Any]) -> tuple[Cart, QuotedPrices | None]:
    """A member's saved cart, and what it was shown to cost; earlier versions did not keep that."""
    shown = record.get("shown")
    cart = Cart.model_validate({name: value for name, value in record.items() if name != "shown"})
    return cart, None if shown is None else QuotedPrices.model_validate(shown)


def off_lanes(records: RecordReader, tickets: Iterable[str], *, but: str = "") -> Written:
    """The records that take tickets off the screens of all lanes but one."""
    gone = set(tickets)
    return {
        (OPEN_TICKETS, lane): {"next": document["next"]}
        for lane, document in records.items(OPEN_TICKETS)
        if lane != but and document.get("ticket") in gone
    }


def is_set_aside(records: RecordReader, name: str) -> bool:
    """Whether a ticket is set aside under this name, or one that looks like it."""
    return folded(name) in map(folded, records.keys(SET_ASIDE))


def free_name(records: RecordReader, ticket: str, name: str | None = None) -> str:
    """A name for a ticket that nobody names now: the one that it has, else its number; if that is taken, a second."""
    base = name if name and len(name) <= LONGEST_NAME - _SECOND else ticket
    names = (f"{base} ({number})" if number > 1 else base for number in count(1))
    return next(name for name in names if not is_set_aside(records, name))


def given_name(name: str, ticket: str) -> str | None:
    """The name that somebody gave to a ticket which is set aside under a name; None if that is but its number."""
    mere, called = folded(ticket), folded(name)
    return None if called == mere or called.startswith(f"{mere} (") or len(name) > LONGEST_NAME else name


def called_as(name: str, ticket: str) -> Message:
    """What people call a ticket that is set aside under a name: that, its number with a second one as well."""
    return ticket_called(name, given_name(name, ticket))


def is_a_tickets_number(records: RecordReader, name: str) -> bool:
    """Whether a ticket has this number, or had: one is that low on its lane, or was begun."""
    number = folded(name)
    if number in map(folded, records.keys(BEGUN)):
        return True
    found = _NUMBER.fullmatch(number)
    following = {folded(lane): int(document.get("next", 1)) for lane, document in records.items(OPEN_TICKETS)}
    return found is not None and 0 < int(found[2]) < following.get(found[1], 0)


def is_on_record(records: RecordReader, ticket: str, *, but_lane: str | None = None) -> bool:
    """Whether a ticket is set aside, or on the screen of a lane, one perhaps left out."""
    aside = (document["ticket"] for _name, document in records.items(SET_ASIDE))
    shown = (document.get("ticket") for lane, document in records.items(OPEN_TICKETS) if lane != but_lane)
    return ticket in (*aside, *shown)


def open_for(records: RecordReader, member: str) -> dict[str, tuple[str, Message]]:
    """The tickets with this member that are on record on the lanes' screens; one may be paid.

    Each with its lane, and what people call it.
    """
    return {
        document["ticket"]: (lane, ticket_called(document["ticket"], document["cart"].get("name")))
        for lane, document in records.items(OPEN_TICKETS)
        if document.get("cart", {}).get("member") == member
    }


def lost(records: RecordReader, held: Iterable[str]) -> tuple[str, ...]:
    """The tickets that were begun, have not ended, and are nowhere; `held` are those that a payment holds."""
    aside = (document["ticket"] for table in (SET_ASIDE, QUEUED) for _name, document in records.items(table))
    places = {*held, *aside}
    places |= {document["ticket"] for _lane, document in records.items(OPEN_TICKETS) if "ticket" in document}
    return tuple(ticket for ticket in records.keys(BEGUN) if ticket not in places)
