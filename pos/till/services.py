"""What a till works with: its store, its gateway, its clock, and the worker that waits for the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from pos.domain.counters import counter_label, counter_limit, counter_unit
from pos.domain.errors import TillError
from pos.domain.events import Asked, CounterMove, Event, EventKind, Written
from pos.domain.i18n import N_
from pos.domain.message import NOTHING, Message, lazy
from pos.domain.model import trusted
from pos.domain.patience import ANSWER_WITHIN
from pos.domain.ports import Clock, Gateway, Ids, Printer, Rights, ShopView, Store
from pos.domain.queue_options import QueueOptions
from pos.domain.reservations import Claim, Counter, Order, Reservation
from pos.domain.rights import USUAL
from pos.domain.sale import Payment, Sale
from pos.till.catalog import Catalog
from pos.till.day_so_far import DaySoFar
from pos.till.order_cache import OrderCache
from pos.till.popularity import Popularity
from pos.worker import Worker

if TYPE_CHECKING:
    from pos.domain.queue_ports import CheckoutQueue

P = ParamSpec("P")
T = TypeVar("T")

FAULTS: Final = frozenset({"store_unusable", "store_damaged"})
"""The codes with which a store says that a step could not be written: nobody knows whether it was."""

DECIDE_AFTER: Final = timedelta(minutes=10)
"""After how long a ticket that is paid in part asks for a decision, if the shop says nothing else."""

_event: Final = trusted(Event)
_move: Final = trusted(CounterMove)

Listener = Callable[[Sale, Event | None], None]
"""Called with the sale as it now stands and what happened, None if it was only redrawn."""


@dataclass
class Services:
    """What one lane works with. Durable steps run one after the other, in a thread beside the event loop."""

    store: Store
    """What is written to; see `view` and `archive` for what is read."""
    gateway: Gateway
    clock: Clock
    ids: Ids
    printer: Printer
    lane: str
    catalog: Catalog
    owns_store: bool = True
    """Whether the store is this lane's alone and is given back with it."""
    steps: Worker | None = None
    """The thread of the durable steps, if it is shared with other lanes' or jobs'; None: it has one of its own."""
    decide_after: timedelta = DECIDE_AFTER
    """After how long a ticket that is paid in part asks for a decision."""
    patience: timedelta = timedelta(seconds=ANSWER_WITHIN)
    """After how long an answer of the gateway is given up."""
    queue: CheckoutQueue | None = None
    """The shop's queue between checkout and payment; None where there is none."""
    queueing: QueueOptions = field(default_factory=QueueOptions)
    """How that is used."""
    rights: Rights = USUAL
    actor: str | None = None
    """Who is at the till; None as long as nobody has said so."""
    listeners: list[Listener] = field(default_factory=list)
    written: Written | None = None
    """The last step that `durable` ran, for the event that tells of it at once; None if it failed."""
    view: ShopView = field(init=False)
    """What pricing and drawing read."""
    seen_orders: OrderCache = field(default_factory=OrderCache)
    """The orders that were made or looked up last."""
    popularity: Popularity = field(init=False)
    """How often each thing is sold here."""
    day: DaySoFar = field(init=False)
    """What this lane has sold today."""
    _troubles: tuple[Message, ...] = (NOTHING, NOTHING)
    """What was wrong the last time that `trouble` was asked."""
    _notices: tuple[Message, ...] = ()
    """What the store has seen and nobody was told of yet."""
    _disk: Worker = field(default_factory=lambda: Worker("store"), repr=False)
    _line: Worker = field(default_factory=lambda: Worker("queue"), repr=False)

    def __post_init__(self) -> None:
        self.view = self.store.view
        self.popularity = Popularity(self.store, self.catalog)
        self.day = DaySoFar(self.lane, self.catalog.shop.timezone, self.clock.now)
        if self.steps is not None:
            self._disk = self.steps

    async def durable(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one step of the store beside the event loop, after those that were begun before it."""
        try:
            answer, self.written = await self._disk.do(partial(self._timed, partial(step, *args, **kwargs)))
        except BaseException:
            self.written = None
            raise
        return answer

    async def read(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the store beside the event loop, after the steps that were begun before it."""
        return await self._disk.do(partial(question, *args, **kwargs))

    async def asked(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the shop's queue beside the event loop and beside the store's steps."""
        return await self._line.do(partial(question, *args, **kwargs))

    async def order(self, order_id_or_receipt: str) -> Order | None:
        """An order by its id or its receipt number; one that was made or looked up lately is not asked for again."""
        found = self.seen_orders.find(order_id_or_receipt)
        if found is None and (found := await self.read(self.store.archive.order, order_id_or_receipt)) is not None:
            self.seen_orders.add(found)
        return found

    def _timed(self, step: Callable[[], T]) -> tuple[T, Written]:
        """Run a step of the store in this thread; its answer, its number and its time."""
        before, begun = self.store.last_step, self.clock.now()
        answer = step()
        number = self.store.last_step
        return answer, Written(sequence=number if number != before else None, begun=begun, durable=self.clock.now())

    async def by_id(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a step that its ids make idempotent: if it could not be written, it is told once more.

        Whatever came of it, the store then finds it done or does it. Raises TillError if it still cannot be written.
        """
        try:
            return await self.durable(step, *args, **kwargs)
        except TillError as error:
            if error.code not in FAULTS:
                raise
            return await self.durable(step, *args, **kwargs)

    def require_right(self, right: str | None) -> None:
        """Raises TillError `not_allowed` if whoever is at the till has no such right; None is everybody's."""
        if right is not None and not self.rights.allows(self.actor, right):
            text = N_("Whoever is at this till has no right to this ({right}): ask somebody who has.")
            raise TillError("not_allowed", lazy(text, right=right), right=right)

    def begin(self, step: Callable[[], object]) -> None:
        """Begin a step of the store without waiting for it."""
        self._disk.submit(step)

    def trouble(self) -> tuple[Message, ...]:
        """What is wrong with the store or this machine and stops no sale, in sentences; each is told once."""
        crowded = lazy("This machine starts no further thread (`ulimit -u`): the till goes on, and waits for its disk.")
        before, self._troubles = self._troubles, (self.store.trouble, crowded if self._disk.without else NOTHING)
        begun = (now for now, was in zip(self._troubles, before, strict=True) if now and not was)
        notices, self._notices = (*self._notices, *self.store.take_notices()), ()
        return (*begun, *notices)

    @property
    def troubled(self) -> bool:
        """Whether `trouble` has something new to tell."""
        self._notices = (*self._notices, *self.store.take_notices())
        return bool(self._notices) or bool(self.store.trouble and not self._troubles[0])

    def emit(
        self,
        sale: Sale,
        kind: EventKind,
        words: Message,
        *,
        payment: Payment | None = None,
        reservation: Reservation | None = None,
        order: str | None = None,
        asked: Asked | None = None,
        written: Written | None = None,
        counters: tuple[CounterMove, ...] = (),
    ) -> None:
        """Tell all listeners what happened to a sale.

        `payment` is the attempt that it happened to, as it stands then; the others are those of the event. Without an
        `order` it is the reservation's.
        """
        if not self.listeners:
            # As in a worker of the queue: what nobody hears is not put together.
            return
        event = _event(
            event=kind,
            at=self.clock.now(),
            ticket=sale.ticket,
            words=words,
            amount=payment.amount if payment is not None else None,
            attempt=payment.attempt if payment is not None else None,
            counters=counters,
            reservation=reservation.id if reservation is not None else None,
            order=reservation.order if reservation is not None else order,
            payment=payment,
            asked=asked,
            written=written,
            actor=None,
        )
        self.tell(sale, event)

    def step(
        self,
        sale: Sale,
        kind: EventKind,
        words: Message,
        reservation: Reservation | None,
        payment: Payment | None = None,
        *,
        asked: Asked | None = None,
        before: dict[str, Counter] | None = None,
    ) -> None:
        """Tell of a payment's step right after `durable` ran it; `before` are its counters as they stood."""
        if not self.listeners:
            return
        counters = self.moved(before) if before is not None else ()
        self.emit(
            sale,
            kind,
            words,
            payment=payment,
            reservation=reservation,
            asked=asked,
            written=self.written,
            counters=counters,
        )

    def tell(self, sale: Sale, event: Event | None = None) -> None:
        """Show a sale to all listeners."""
        for listener in tuple(self.listeners):
            listener(sale, event)

    def counters(self, claims: Iterable[Claim]) -> dict[str, Counter]:
        """The counters of these claims as they stand, to tell how a step has moved them; none if nobody listens."""
        if not self.listeners:
            return {}
        return {claim.counter: self.view.counter(claim.counter) for claim in claims}

    def moved(self, before: dict[str, Counter]) -> tuple[CounterMove, ...]:
        """How these counters stand now, beside how they stood."""
        moves, rules = [], self.catalog.rules
        for name, old in before.items():
            new = self.view.counter(name)
            moves.append(
                _move(
                    name=name,
                    label=counter_label(name, rules),
                    on_hand=new.on_hand,
                    held=new.held,
                    free=new.free,
                    held_before=old.held,
                    on_hand_before=old.on_hand,
                    unit=counter_unit(name, rules),
                    limit=counter_limit(name, rules),
                )
            )
        return tuple(moves)

    def close(self) -> None:
        """Finish the steps that were begun, then give the store back if it is this lane's alone.

        A thread that is shared goes on.
        """
        if self.steps is None:
            self._disk.close()
        if self.queue is not None:
            self._line.submit(self.queue.close)
        self._line.close()
        if self.owns_store:
            self.store.close()
