"""The inspector in a terminal of its own, on what a till tells: it keeps what happened, whoever comes and goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.domain.events import Event
from pos.domain.message import verbatim
from pos.ipc.messages import FullState, Hello, StateChange
from pos.testing.isolation import plain_surroundings
from screens.driver.idle import settle, wait_until
from screens.driver.keyboard import parsed
from screens.inspector_app.app import InspectorApp
from screens.inspector_app.screen import InspectorAppScreen
from screens.terminal.internals.drawing import strips
from tests.till.support import CAKE, NOON, Counter, counter

DECLINED = "4000000000009995"
HELLO = Hello(
    version="1", store="/shop", lane="1", shop="Corner \x1b[31mStore", currency="USD", exponent=2, timezone="UTC"
)


class Watcher:
    """Somebody in front of the app, whom a test tells what a till says."""

    def __init__(self, app: InspectorApp) -> None:
        self.app = app

    async def hears(self, *messages: object) -> None:
        """The till says something."""
        for message in messages:
            with self.app._context():
                self.app.hear(message)  # type: ignore[arg-type]
        await self.rests()

    async def keys(self, text: str) -> None:
        for event in parsed(text):
            self.app.post_message(event)
        await self.rests()

    async def rests(self) -> None:
        """Wait until all is taken and drawn."""
        assert await settle(self.app, lambda: False)

    @property
    def text(self) -> str:
        """All that is on the screen."""
        return "\n".join(strip.text for strip in strips(self.app))

    @property
    def screen(self) -> InspectorAppScreen:
        screen = self.app.screen
        assert isinstance(screen, InspectorAppScreen)
        return screen


@asynccontextmanager
async def watching(size: tuple[int, int] = (80, 24), *, catch: bool = False) -> AsyncIterator[Watcher]:
    def nowhere() -> Path:
        return Path("/nowhere/till-1.sock")

    with plain_surroundings():
        app = InspectorApp(
            nowhere, now=lambda: NOON, live=False, wanted="Waiting for till 1.", catch=catch, same_burst=0.0
        )
        async with app.run_test(size=size):
            watcher = Watcher(app)
            assert await wait_until(lambda: app.connection == "waiting", 20)
            await watcher.rests()
            yield watcher


async def declined(at: Counter) -> list[Event]:
    at.till.add(CAKE)
    with pytest.raises(TillError):
        await at.till.pay_card(DECLINED)
    return at.events


async def test_it_says_what_it_waits_for_then_shows_what_happened_and_what_happens() -> None:
    async with watching() as watcher:
        assert "no till is open" in watcher.text
        assert "Waiting for till 1." in watcher.text
        with counter() as at:
            past = await declined(at)
        await watcher.hears(FullState(hello=HELLO, past=tuple(past[:2])))
        assert "CORNER STORE  lane 1  ·  inspector" in watcher.text
        assert "● live" in watcher.text
        assert "declined" not in watcher.text
        await watcher.hears(*(StateChange(event=event) for event in past[2:]))
        for text in ("reserved", "✗ declined", "released after 0.0 s", "━"):
            assert text in watcher.text


async def test_a_till_that_comes_back_tells_nothing_twice() -> None:
    async with watching() as watcher:
        with counter() as at:
            past = tuple(await declined(at))
        await watcher.hears(FullState(hello=HELLO, past=past), "gone")
        assert "the till was closed" in watcher.text
        assert "What happened stays here." in watcher.text
        assert "released" in watcher.text
        await watcher.hears(FullState(hello=HELLO, past=past))
        assert len(watcher.app.log_of_events) == len(past)
        said = Event(event="said", at=NOON, ticket="1-2", words=verbatim("Good morning"))
        await watcher.hears("gone", FullState(hello=HELLO, past=(said,)))
        assert "Good morning" in watcher.text
        assert len(watcher.app.log_of_events) == len(past) + 1


async def test_it_is_searched_and_read_as_on_the_till_and_never_left_by_escape() -> None:
    async with watching() as watcher:
        with counter() as at:
            await watcher.hears(FullState(hello=HELLO, past=tuple(await declined(at))))
        await watcher.keys("funds\n")
        assert "insufficient_funds" in watcher.text
        await watcher.keys("<ctrl+c>")
        assert watcher.app.clipboard.splitlines()[0] == "Corner Store  lane 1  2026-11-22 12:00"
        await watcher.keys("<escape><escape><escape><escape><f11><f12><f1>/void all\n")
        assert watcher.screen.typed == "/void all"
        await watcher.keys("<escape>2000100000014\n")
        assert watcher.screen.typed == "2000100000014"


async def test_a_training_till_is_marked() -> None:
    async with watching() as watcher:
        await watcher.hears(FullState(hello=HELLO.model_copy(update={"training": True})))
        assert "TRAINING" in watcher.text


async def test_it_speaks_as_the_till_does() -> None:
    async with watching() as watcher:
        with counter() as at:
            past = tuple(await declined(at))
        await watcher.hears(FullState(hello=HELLO.model_copy(update={"language": "de", "locale": "de_DE"}), past=past))
        assert "Ablauf" in watcher.text
        assert "5,00" in watcher.text
        await watcher.hears(FullState(hello=HELLO.model_copy(update={"language": "xx"}), past=past))
        assert "Time line" in watcher.text


async def test_only_as_many_events_are_kept_as_on_the_till() -> None:
    async with watching() as watcher:
        many = [Event(event="said", at=NOON, ticket="1-1", words=verbatim(f"number {number}")) for number in range(450)]
        await watcher.hears(*(StateChange(event=event) for event in many))
        assert len(watcher.app.log_of_events) == len(watcher.app._known) == 400
        assert "number 449" in watcher.text


@pytest.mark.parametrize("size", [(120, 30), (160, 50), (60, 18)])
async def test_it_is_drawn_at_other_sizes(size: tuple[int, int]) -> None:
    async with watching(size) as watcher:
        with counter() as at:
            await watcher.hears(FullState(hello=HELLO, past=tuple(await declined(at))))
        assert "released" in watcher.text


async def test_after_an_error_of_the_program_it_listens_again_and_keeps_what_happened() -> None:
    async with watching(catch=True) as watcher:
        with counter() as at:
            await watcher.hears(FullState(hello=HELLO, past=tuple(await declined(at))))
        watcher.app._handle_exception(RuntimeError("broken"))
        assert await wait_until(lambda: watcher.app.kind == "crash", 20)
        await watcher.rests()
        assert "This is a fault of the program" in watcher.text
        watcher.app.connection = ""
        await watcher.keys("\n")
        assert await wait_until(lambda: watcher.app.connection == "waiting", 20)
        await watcher.rests()
        assert "released" in watcher.text


async def test_a_channel_that_cannot_be_is_told_and_ends_it() -> None:
    def broken() -> Path:
        raise TillError("channel_unusable", verbatim("The folder cannot be used."))

    with plain_surroundings():
        app = InspectorApp(broken, live=False)
        async with app.run_test():
            assert await wait_until(lambda: app.failure is not None, 20)
        assert app.failure is not None
        assert app.failure.code == "channel_unusable"
