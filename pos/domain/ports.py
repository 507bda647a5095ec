"""What the till needs from the world: a store, a payment gateway, a clock and ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pos.domain.message import Message
from pos.domain.model import Value
from pos.domain.reservations import Attempt, Counter, Order, Reservation
from pos.domain.sale import Sale

if TYPE_CHECKING:
    from pos.domain.receipt_document import ReceiptDocument

Document = dict[str, Any]
"""A plain record: JSON values under string keys."""

Records = Mapping[tuple[str, str], Document | None]
"""Records to write, by (table, key); None deletes."""


class Clock(Protocol):
    """Time, injected. A frozen clock moves only when it is told to sleep."""

    def now(self) -> datetime:
        """The present moment, aware of its zone."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        ...


class Ids(Protocol):
    """Random ids, injected, so that a test can foretell them."""

    def new(self, kind: str, at: datetime | None = None) -> str:
        """A new id that nobody can guess and nothing else has; `kind` is a short prefix such as `order`.

        With the moment `at` which it is made it may carry that, so that the archive finds it soon.
        """
        ...


class Rights(Protocol):
    """Who may do what at a till."""

    def allows(self, actor: str | None, right: str, /) -> bool:
        """Whether whoever is at the till has a right, by the name that a row of the language gives it.

        `actor` is None as long as nobody has said who it is.
        """
        ...


Hear = Callable[[str | None, str | None], None]
"""Told of a change by table and key; a key of None stands for any of its table, a table of None for all there is."""


class RecordReader(Protocol):
    """Plain records, by table and key."""

    def get(self, table: str, key: str) -> Document | None:
        """One record; the caller may change the copy it gets."""
        ...

    def keys(self, table: str) -> tuple[str, ...]:
        """The keys of a table, in the order in which they were first written."""
        ...

    def items(self, table: str) -> Iterator[tuple[str, Document]]:
        """Every record of a table with its key, in the order of `keys`, each a copy decoded when it is reached."""
        ...


class ShopView(RecordReader, Protocol):
    """What pricing and drawing read: the shop's rules, catalog, counters, tickets and open payments, in memory.

    No method waits for a disk, a server or a lock that is held meanwhile. Any thread may ask. What this process has
    written is in it once the step has returned; what others write comes with the feed, so that whoever decides by it
    says in its step what it expects, or asks the `Store`.
    """

    def counter(self, name: str) -> Counter:
        """A counter as it stands; one never written stands at 0."""
        ...

    def reservation(self, reservation_id: str) -> Reservation | None:
        """One reservation, open or ended since the day before was closed."""
        ...

    def open_reservations(self) -> tuple[Reservation, ...]:
        """Every reservation that still holds something, oldest first."""
        ...

    def subscribe(self, hear: Hear) -> None:
        """Call a method after each change, as long as its object lives: in the thread that made the change, at once."""
        ...


class Archive(RecordReader, Protocol):
    """Orders and days. Every method blocks, and is awaited beside the event loop.

    As records it has those of the orders since a day was closed, in the table `orders`, but for what of a long day is
    set down already.
    """

    def order(self, order_id_or_receipt: str) -> Order | None:
        """The order with this id or receipt number, or None. Raises TillError if its day cannot be read."""
        ...

    def was_printed(self, receipt: str) -> bool:
        """Whether the receipt with this number was printed, at whatever till of the shop."""
        ...

    def orders(self, day: str | None = None) -> Iterator[Order]:
        """All orders, or those of a closed day, in the order in which they were committed.

        Raises LookupError for a day that is not closed.
        """
        ...

    def recent_orders(self, limit: int) -> tuple[Order, ...]:
        """The orders that were committed last, the newest first, as many as asked for."""
        ...

    def sold_at(self) -> Iterator[datetime]:
        """When the orders since a day was closed were committed, in that order; each is read when it is asked for."""
        ...

    def last_sold_at(self) -> datetime | None:
        """The last of these moments, None if there is none."""
        ...


class Store(Protocol):
    """Everything durable. Each method that writes is one atomic, durable step; it blocks until that is done.

    No method is called on the event loop: what is priced and drawn there is read from the `view`. The five verbs are
    idempotent by the reservation's id (and the attempt's): told again, they change nothing and give the same answer.
    Methods may be called from any thread, by one at a time.
    """

    @property
    def view(self) -> ShopView:
        """What pricing and drawing read."""
        ...

    @property
    def archive(self) -> Archive:
        """The orders and days."""
        ...

    def unreadable(self, table: str, key: str) -> Message:
        """Why a record that another program wrote is not there for this one, in a sentence; nothing for any other."""
        ...

    def prepare(self) -> tuple[Message, ...]:
        """Make sure that what is read is what is on record, in its present form; what people should be told of it.

        Sentences. Called before anything is believed of a store that was opened. Raises TillError `store_damaged`.
        """
        ...

    def reserve(self, reservation: Reservation) -> Reservation:
        """Take hold of all claims or none, with the first attempt if the reservation has one.

        Raises TillError with the code of a counter's kind, such as `out_of_stock` or `coupon_exhausted`, and with
        `counter` and `free` in its details.
        """
        ...

    def record_attempt(self, reservation_id: str, attempt: Attempt) -> Reservation:
        """Write an attempt down, or what became of it (matched by its `attempt` id).

        Where a counter is behind its tender, its amount is held there while it stands. Raises TillError, with `counter`
        and `free` in its details, if too little is free.
        """
        ...

    def commit(self, reservation: Reservation, sale: Sale, at: datetime) -> Order:
        """End a reservation as an order with the next receipt number of its lane: stock taken, uses counted.

        A reservation that was never reserved is taken and committed in this one step (cash). Raises as `reserve`
        does in that case; a reservation already committed gives its order; a released one raises LookupError.
        """
        ...

    def release(
        self, reservation_id: str, kept: Records | None = None, *, expect: Records | None = None
    ) -> Reservation:
        """Give everything back; `kept` are the records of where its ticket is from then on, written in the same step.

        If a record is not as `expect` says, nothing is done and the reservation stays open. One that is committed
        raises LookupError; one that has ended stays as it is.
        """
        ...

    def expire(self, now: datetime) -> tuple[Reservation, ...]:
        """Give back every `held` reservation whose time is over; never a `charging` one.

        A ticket of which this was the only record is set aside in the same step.
        """
        ...

    def reservation(self, reservation_id: str) -> Reservation | None:
        """One reservation, open or ended, as it is on record."""
        ...

    def close_day(self, label: str, orders: int | None = None) -> str | None:
        """End the business day under a name that begins with `label`, such as its date; None if nothing was sold.

        Its orders are kept, and never changed again: the oldest so many `orders` that are open, None for all of them.
        """
        ...

    def get(self, table: str, key: str) -> Document | None:
        """One plain record, as it is on record; the caller may change the copy it gets."""
        ...

    def write(self, records: Records, *, expect: Records | None = None) -> bool:
        """Write plain records in one step; False and nothing written if a record is not as `expect` says.

        What is expected is a record as it was read, or None for one that is not there.
        """
        ...

    def load(self, tables: Mapping[str, Mapping[str, Document]], counters: Mapping[str, int]) -> None:
        """Fill an empty store with records by table and key, and counters with what is on hand.

        Raises TillError `catalog_not_empty`.
        """
        ...

    @property
    def last_step(self) -> int | None:
        """The number of the durable step that the thread which asks has written last; None if it wrote none."""
        ...

    @property
    def trouble(self) -> Message:
        """What the store could not do beside its steps, in a sentence, and will try again; empty if nothing."""
        ...

    def take_notices(self) -> tuple[Message, ...]:
        """What it has seen beside its steps since this was asked last, in sentences; each is told once.

        It waits for nobody: the event loop may ask.
        """
        ...

    def close(self) -> None:
        """Give the store back; what was written is safe already."""
        ...


class CardToken(Value):
    """A card as it may be kept: a token for the gateway, the brand and the last four digits."""

    token: str
    brand: str
    last4: str


class ChargeResult(Value):
    """What a gateway says of a charge. `decline_code` is set when it was declined."""

    state: Literal["captured", "declined"]
    decline_code: str | None = None
    brand: str | None = None
    last4: str | None = None


class GatewayUnknown(Exception):
    """No answer came: the charge may or may not have been captured, or may land later."""


class GatewayPlan(Value):
    """What a gateway that can be told will do: `answers` in the till's words, one for each charge to come."""

    answers: tuple[str, ...] = ()
    down: bool = False


class Gateway(Protocol):
    """The payment gateway. An attempt id is its idempotency key: the same id never charges twice.

    Every method may raise GatewayUnknown.
    """

    async def tokenize(self, number: str) -> CardToken:
        """A token for a card number, or for the word `reader`. Raises TillError `card_number_invalid`."""
        ...

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """Charge `amount` minor units."""
        ...

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """What is known of a charge; None proves nothing, it may still land."""
        ...

    async def void(self, attempt_id: str) -> None:
        """Make the gateway refuse this id for ever after, and give back what it may have captured."""
        ...

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        """Give back a part of a captured charge; the same refund id never gives back twice."""
        ...


class Printer(Protocol):
    """What puts receipts on paper.

    It is used beside the event loop, by one thread at a time, and may block: the till waits for it so long at most, and
    gives it nothing else until it is done. A drawer that hangs on a printer is none of its business: not every till's
    does, and money opens it, not a receipt.
    """

    @property
    def columns(self) -> int:
        """How many characters a line of its paper has; 24 at least."""
        ...

    @property
    def paper(self) -> bool:
        """Whether there is paper; else what it prints is on the screen only."""
        ...

    def print(self, document: ReceiptDocument) -> None:
        """Print a receipt and cut the paper behind it; `pos.receipts.layout` sets it in lines, others may set it anew.

        It returns once the receipt is printed, as far as the printer can tell. Raises TillError `printer_unusable`,
        with what is wrong and what to do; whatever else it raises is told as such a fault.
        """
        ...
