"""What a till works with: its store, its gateway, its clock, and the thread that waits for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final, ParamSpec, TypeVar

from pos.domain.errors import TillError
from pos.domain.events import CounterMove, Event, EventKind
from pos.domain.holds import Claim, Counter
from pos.domain.ports import Clock, Gateway, Ids, Store
from pos.domain.sale import Sale
from pos.domain.words import _
from pos.till.catalog import Catalog

P = ParamSpec("P")
T = TypeVar("T")

FAULTS: Final = frozenset({"store_unusable", "store_damaged"})
"""The codes with which a store says that a step could not be written: nobody knows whether it was."""

Listener = Callable[[Sale, Event | None], None]
"""Called with the sale as it now stands and what happened, None if it was only redrawn."""


@dataclass
class Desk:
    """The collaborators of one lane. Durable steps run one after the other, in a thread beside the event loop."""

    store: Store
    gateway: Gateway
    clock: Clock
    ids: Ids
    lane: str
    catalog: Catalog
    owns_store: bool = True
    """Whether the store is this lane's alone and is given back with it."""
    listeners: list[Listener] = field(default_factory=list)
    _disk: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(max_workers=1, thread_name_prefix="store"), repr=False
    )

    async def durable(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one step of the store beside the event loop, after those that were begun before it."""
        return await asyncio.wrap_future(self._disk.submit(partial(step, *args, **kwargs)))

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

    def begin(self, step: Callable[[], object]) -> None:
        """Begin a step of the store without waiting for it."""
        self._disk.submit(step)

    def emit(
        self,
        sale: Sale,
        kind: EventKind,
        text: str,
        *,
        amount: int | None = None,
        attempt: str | None = None,
        counters: tuple[CounterMove, ...] = (),
    ) -> None:
        """Tell all listeners what happened to a sale."""
        event = Event(
            event=kind,
            at=self.clock.now(),
            ticket=sale.ticket,
            text=text,
            amount=amount,
            attempt=attempt,
            counters=counters,
        )
        self.tell(sale, event)

    def tell(self, sale: Sale, event: Event | None = None) -> None:
        """Show a sale to all listeners."""
        for listener in tuple(self.listeners):
            listener(sale, event)

    def counters(self, claims: Iterable[Claim]) -> dict[str, Counter]:
        """The counters of these claims as they stand."""
        return {claim.counter: self.store.counter(claim.counter) for claim in claims}

    def moved(self, before: dict[str, Counter]) -> tuple[CounterMove, ...]:
        """How these counters stand now, beside how they stood."""
        moves = []
        for name, old in before.items():
            new = self.store.counter(name)
            moves.append(
                CounterMove(
                    name=name,
                    label=self.label(name),
                    on_hand=new.on_hand,
                    held=new.held,
                    free=new.free,
                    held_before=old.held,
                    on_hand_before=old.on_hand,
                )
            )
        return tuple(moves)

    def label(self, counter: str) -> str:
        """What people call a counter: the product's name, or the coupon's uses."""
        kind, _colon, rest = counter.partition(":")
        if kind == "stock" and rest in self.catalog.products:
            return self.catalog.products[rest].name
        code, _colon, member = rest.partition(":")
        if member:
            return _("{code} uses by {member}", code=code, member=member)
        return _("{code} uses", code=code)

    def close(self) -> None:
        """Finish the steps that were begun, then give the store back if it is this lane's alone."""
        self._disk.shutdown(wait=True)
        if self.owns_store:
            self.store.close()
