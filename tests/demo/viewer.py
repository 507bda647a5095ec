"""Someone who watches a demo, for the tests of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from pos.demo.flows import Flow
from screens.demo.player import DemoApp
from screens.demo.tape import Tape
from screens.driver.headless import reshape
from screens.driver.idle import wait_until
from screens.terminal.internals.drawing import strips
from tests.keyboard import press, rest


class Audience:
    """Someone who watches a demo."""

    def __init__(self, app: DemoApp) -> None:
        self.app = app

    @property
    def text(self) -> str:
        """What is seen."""
        return "\n".join(strip.text for strip in strips(self.app))

    @property
    def moment(self) -> float:
        """When, in seconds of the tape."""
        assert self.app.playback is not None
        return self.app.playback.moment

    @property
    def tape(self) -> Tape:
        """What is played, as far as it is made."""
        assert self.app.playback is not None
        return self.app.playback.tape

    @property
    def step(self) -> int:
        """Which line of the flow is played."""
        assert self.app.playback is not None
        return self.app.playback.step

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        assert self.app.playback is not None
        return self.app.playback.playing

    @property
    def of_this_size(self) -> bool:
        """Whether what is watched was made for the terminal as it is now."""
        director = self.app.directed()
        made = self.app._director
        assert made is not None
        return made.size == director.size and self.app.playback is not None and self.app.playback.tape is made.tape

    async def presses(self, *keys: str) -> None:
        """Press keys by their names."""
        await press(self.app, *keys)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        assert await wait_until(condition, 20), self.text
        await rest(self.app)

    async def sees(self, text: str) -> None:
        """Wait until a text is seen."""
        await self.until(lambda: text in self.text)

    async def reshapes(self, columns: int, lines: int) -> None:
        """Give the terminal another size; the demo may not be drawn for it yet."""
        reshape(self.app, (columns, lines))
        await rest(self.app)

    async def resizes(self, columns: int, lines: int) -> None:
        """Give the terminal another size, and wait until the demo is drawn for it."""
        await self.reshapes(columns, lines)
        await self.until(lambda: self.app.size == (columns, lines) and self.of_this_size)

    async def goes_to(self, step: int) -> None:
        """Pause at the end of a line of the flow; -1 is what is told before the first."""
        await self.presses("space")
        while self.moment > 0:
            await self.presses("left")
        await self.presses(*["right"] * (step + 1))
        assert self.step == step

    async def has_the_till(self) -> None:
        """Take the till over."""
        await self.presses("escape")
        await self.sees("The till is yours")


@asynccontextmanager
async def watching(*flows: Flow, size: tuple[int, int] = (100, 30), made: bool = True) -> AsyncIterator[Audience]:
    """Watch a flow, by default once all of it is on the tape; of several the menu."""
    app = DemoApp(flows)
    async with app.run_test(size=size):
        audience = Audience(app)
        if not made:
            # What is told before the first line is told in time.
            await audience.presses("+", "+", "+")
        if len(flows) == 1:
            await audience.until(
                lambda: app.playback is not None and (app.playback.tape.complete if made else audience.step >= 0)
            )
        yield audience
        await app.close_demo()
