"""The till in the hands of the audience: as the flow left it, with time that passes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from textual.events import Event, Key

from screens.demo.director import Director
from screens.demo.layout import layout
from screens.demo.tape import Pane
from screens.kit.input.bursts import BURST
from screens.terminal.keys import Lull, timed

TICK: Final = 0.1
"""Seconds from one look at the clock to the next."""
LOOK_AFTER: Final = 15.0
"""Seconds after which open payments are looked after again, as on a till."""


class Takeover:
    """Plays a flow up to the beginning of a line, then gives its tills away. `redraw` is called when one draws."""

    def __init__(self, director: Director, until: int, redraw: Callable[[], object]) -> None:
        self.director = director
        self.ready = False
        """Whether the tills are there to be used."""
        self._until = until
        self._redraw = redraw
        self._task: asyncio.Task[None] | None = None
        self._before: list[Event] = []
        self._last_key = float("-inf")

    @property
    def active(self) -> str:
        """The till that keys go to."""
        return self.director.active

    @property
    def over(self) -> bool:
        """Whether somebody has closed the till."""
        return self.ready and self.director.till.over

    def begin(self) -> asyncio.Task[None]:
        """Make the tills ready, beside the screen, in the task that is returned."""
        self._task = asyncio.create_task(self._run())
        return self._task

    def panes(self) -> tuple[Pane, ...]:
        """What the tills show."""
        return tuple(till.pane() for till in self.director.tills.values())

    def post(self, event: Event) -> None:
        """Give the till a key; one that comes before the till is ready waits for it."""
        if isinstance(event, Key):
            self._last_key = timed(event, event.time).time
        if not self.ready:
            self._before.append(event)
        elif self.director.till.running:
            self.director.till.post(event)

    def other_till(self) -> None:
        """Let keys go to the next till."""
        lanes = list(self.director.tills)
        self.director.active = lanes[(lanes.index(self.active) + 1) % len(lanes)]
        self._redraw()

    def resize(self, size: tuple[int, int]) -> None:
        """Draw for another terminal."""
        self.director.size = size
        flow = self.director.flow
        wanted = layout(*size, len(self.director.tills), queued=flow.has_workers).till
        for till in self.director.tills.values():
            till.reshape(wanted)

    async def close(self) -> None:
        """Take the tills away."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.director.close()

    async def _run(self) -> None:
        await self.director.play(self._until)
        for till in self.director.tills.values():
            if not till.running:
                await till.open()
            till.app.watcher = self._redraw
        # Another size may have come while one of them was being opened.
        self.resize(self.director.size)
        self.ready = True
        for event in self._before:
            self.post(event)
        self._redraw()
        await self._let_time_pass()

    async def _let_time_pass(self) -> None:
        last, looked = time.monotonic(), 0.0
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            self.director.shop.time.advance(now - last)
            await self._look_at_queue()
            looked += now - last
            last = now
            for till in self.director.tills.values():
                if till.cut:
                    await till.stop()
                    self._redraw()
                till.beat()
                if till.running and now - self._last_key >= BURST:
                    till.post(Lull())
                if looked >= LOOK_AFTER and till.running and not till.over:
                    till.recover()
            looked = 0.0 if looked >= LOOK_AFTER else looked

    async def _look_at_queue(self) -> None:
        if (workers := self.director.shop.workers) is not None:
            before = workers.standing
            await workers.look()
            if workers.standing != before:
                self._redraw()
