"""The shop of a demo: one store, one bank and one time for as many tills as a flow has; thrown away afterwards."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pos.clock_and_ids import SequentialIds
from pos.demo.shared_server import SharedServer
from pos.demo.virtual_time import TIMEOUT, VirtualClock, VirtualTime

if TYPE_CHECKING:
    from pos.demo.workers import DemoWorkers
    from pos.domain.events import Event
    from pos.domain.sale import Sale
    from pos.till.catalog_loading import Hear
    from pos.till.till import Till

BEGIN: Final = datetime.fromisoformat("2026-11-22T14:03:00-05:00")
"""When every demo happens, so that it can be foretold: a Sunday afternoon in the demo shop."""
LATENCY: Final = 2.0
"""Seconds that the bank of a demo takes."""


class PowerCut(asyncio.CancelledError):
    """The till was stopped dead in the middle of a step: nothing in the program may catch it and write something."""


class DemoShop:
    """Opens tills on one throw-away store. Ids are counted, so that each run of a flow has the same.

    A till that is stopped is simply not there any longer; opened again, it finds what was written down.
    """

    def __init__(
        self, begin: datetime, *, catalog: Path | None = None, on_server: bool = False, queued: bool = False
    ) -> None:
        """With `on_server` each till has a journal of its own, and they share a server, begun with the first till.

        It has a queue; of a shop that is `queued`, workers are begun and killed.
        """
        from pos.bootstrap import open_store
        from pos.payments.ledger import Ledger

        self.time = VirtualTime(begin)
        self._catalog = catalog
        self._shared = SharedServer() if on_server else None
        self._store = open_store(None)
        self._ledger = Ledger(None)
        self._ids = SequentialIds()
        self.workers = self._workers() if queued else None
        self._clocks: dict[str, VirtualClock] = {}
        self._tills: dict[str, Till] = {}
        self.cut: set[str] = set()
        """The lanes whose till was stopped in the middle of a step and is not yet taken away."""

    def clock(self, lane: str) -> VirtualClock:
        """The clock of the till in a lane, always the same one: it stays when the till is opened again."""
        if lane not in self._clocks:
            self._clocks[lane] = self.time.clock()
        return self._clocks[lane]

    def open_till(self, lane: str, hear: Hear | None = None) -> Till:
        """Open the till in a lane; the first one fills the store. Raises TillError `catalog_invalid`.

        `hear` is told what has no effect in the catalog's file; it is no part of what a demo shows.
        """
        from pos.bootstrap import open_till
        from pos.payments.mock import MockGateway
        from pos.till.catalog_loading import deaf

        clock = self.clock(lane)
        gateway = MockGateway(clock, self._ledger, ids=self._ids, latency=LATENCY, timeout=TIMEOUT)
        shared = self._shared
        till = open_till(
            self._store if shared is None else shared.store(lane),
            usual_catalog=self._catalog,
            lane=lane,
            clock=clock,
            ids=self._ids,
            gateway=gateway,
            queue=None if shared is None else shared.checkouts(lane),
            throwaway=True,
            hear=hear or deaf,
        )
        self._tills[lane] = till
        return till

    def cut_power_at(self, lane: str, kind: str) -> None:
        """Stop the till in a lane dead as soon as an event of this kind has happened there."""

        def cut(_sale: Sale, event: Event | None) -> None:
            if event is not None and event.event == kind:
                self.cut.add(lane)
                raise PowerCut

        self._tills[lane].subscribe(cut)

    async def switch_server(self, *, on: bool) -> None:
        """Pull the server out, or put it back; every till knows it then, and the server all that was sold meanwhile."""
        if self._shared is not None:
            await asyncio.to_thread(self._shared.switch, on=on)

    async def end_workers(self) -> None:
        """Kill every worker; before the shop is closed."""
        if self.workers is not None:
            await self.workers.close()

    def _workers(self) -> DemoWorkers | None:
        from pos.demo.workers import DemoWorkers

        return None if self._shared is None else DemoWorkers(self._shared, self.time, self._ledger, self._ids)

    def close(self) -> None:
        """Throw everything away."""
        if self._shared is not None:
            self._shared.close()
        self._store.close()
