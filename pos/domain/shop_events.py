"""What a shop tells other programs: orders, what was given back, corrected stock, each once it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal, Protocol, runtime_checkable

from pydantic import Field

from pos.domain.i18n import N_, _, moment_text
from pos.domain.message import Money
from pos.domain.model import Instant, Value
from pos.domain.money import exponent_of
from pos.domain.reservations import Order

if TYPE_CHECKING:
    from datetime import tzinfo

VERSION: Final = 1
"""Of the schema of events."""
EVENT_ID: Final = r"^[0-9]{1,20}(-[0-9]{1,20})?$"
"""What an event may be called: a moment in milliseconds and a number."""
READER: Final = r"^[A-Za-z0-9._-]{1,64}$"
"""What a reader may be called that the server knows."""

EventType = Literal["order", "refund", "stock"]


class ShopEvent(Value):
    """Something that was done in a shop, told once it is on its server, in the order in which it came there.

    `id` is higher for a later event; one that is told again has the same one. `at` is the server's time. `lane` is
    where it was done, empty if at no till. `moves` says by how much on hand of counters has changed: of `stock:SKU`
    pieces, or thousandths of what is weighed; of uses of coupons and of what was given back, counted down from 0. A
    `stock` event is a correction and has no order. A `refund` is an order of its own, for the one that it `refunds`.
    `document` is the order, as long as the server has it.
    """

    version: Literal[1] = VERSION
    id: Annotated[str, Field(pattern=EVENT_ID)]
    type: EventType
    at: Instant
    lane: str = ""
    moves: dict[str, int]
    order: str | None = None
    receipt: str | None = None
    refunds: str | None = None
    document: Order | None = None

    @property
    def key(self) -> str:
        """What it is about: events with the same key are told in their order. A refund is about what was sold."""
        return self.refunds or self.order or self.type

    def sentence(self, zone: tzinfo | None) -> str:
        """It in a line for people; the moment in this zone, None: this machine's."""
        match self.type, self.lane:
            case "order", _lane:
                said = _("sold at till {lane}, receipt {receipt}", lane=self.lane, receipt=self.receipt)
            case "refund", _lane:
                text = N_("given back at till {lane}, receipt {receipt}, of order {order}")
                said = _(text, lane=self.lane, receipt=self.receipt, order=self.refunds)
            case _type, "":
                said = _("corrected")
            case _:
                said = _("corrected at till {lane}", lane=self.lane)
        told = [] if self.document is None else [_amount(self.document)]
        told += (f"{name} {amount:+d}" for name, amount in sorted(self.moves.items()))
        head = f"{moment_text(self.at.astimezone(zone), 'stamp')}  {self.id}  {said}"
        return f"{head}: {', '.join(told)}" if told else head


def event_json(event: ShopEvent) -> str:
    """An event in a line of JSON, as `pos.domain.event_schema` describes it, every field in it."""
    return event.model_dump_json()


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has read: the last event's id, and how many there were until then, None if nobody knows."""

    id: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What was read at once: events, each with the place behind it; `end` is the place behind all that was read.

    `lost` is how many events before them are gone that were not read, None if some are and nobody knows how many.
    `unreadable` are the ids of what is no event of this version. `set_back`: the server knows less than was read of it
    already; some events may be told anew.
    """

    events: Sequence[tuple[ShopEvent, Place]]
    end: Place
    lost: int | None = 0
    unreadable: Sequence[str] = ()
    set_back: bool = False


class ShopEvents(Protocol):
    """The events of a shop, to be read. Methods block, and raise TillError `server_away`; they may be asked again."""

    def beginning(self) -> Place:
        """The place before the first event that is there."""
        ...

    def end(self) -> Place:
        """The place behind the last one."""
        ...

    def place_of(self, name: str) -> Place | None:
        """How far the reader of this name has read; None if none has kept a place."""
        ...

    def keep(self, name: str, place: Place) -> None:
        """Keep how far this reader has read."""
        ...

    def read(self, after: Place, seconds: float) -> Told:
        """Some of what comes after a place; nothing if so many seconds bring nothing."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


@runtime_checkable
class PublishingShop(Protocol):
    """Where a store is that tells its events."""

    def events(self) -> ShopEvents:
        """They. Raises TillError `server_away`, `store_unusable` if no shop is there."""
        ...


def _amount(order: Order) -> str:
    money = Money(order.sale.total, exponent_of(order.sale.currency))
    return f"{money} {order.sale.currency}"
