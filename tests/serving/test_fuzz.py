"""Whatever comes by the socket of a browser: nothing of it stops the server, and a till gets bytes and sizes alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, suppress
from typing import Any, cast

import pytest
from aiohttp import web
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pos.serving import server
from pos.serving.process import TillProcess
from pos.serving.server import LARGEST

Reader = Callable[[str, TillProcess, web.WebSocketResponse], Awaitable[None]]

TEXTS = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(
    ["q", "\x1b[A", "\ud800", "9" * 5000, "1e999"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS, lambda some: st.lists(some, max_size=3) | st.dictionaries(TEXTS, some, max_size=3), max_leaves=8
)
CELLS = st.integers(-2 * LARGEST, 2 * LARGEST) | VALUES
SIZES = st.fixed_dictionaries({}, optional={"width": CELLS, "height": CELLS})
KINDS = st.sampled_from(["stdin", "resize", "ping", "focus", "blur", "quit", ""])
MESSAGES = (
    st.builds(lambda kind, rest: [kind, *rest], KINDS, st.lists(VALUES | SIZES, max_size=3)).map(json.dumps)
    | SIZES.map(lambda size: json.dumps(["resize", size]))
    | VALUES.map(json.dumps)
    | st.text(max_size=40)
    | st.builds(
        lambda opening, depth: opening * depth, st.sampled_from(["[", '{"a":', '["ping",']), st.integers(1, 60_000)
    )
)

MANY = 20_000
"""Messages by hand, and at most where one that fails ends the trial."""


class Recorder:
    """A till and a socket that note what they are given."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []
        self.typed: list[bytes] = []

    async def send_bytes(self, data: bytes) -> bool:
        self.typed.append(data)
        return True

    async def set_terminal_size(self, width: int, height: int) -> None:
        self.sizes.append((width, height))

    async def focus(self) -> None:
        """Nothing is given."""

    async def blur(self) -> None:
        """Nothing is given."""

    async def send_json(self, data: Any) -> None:
        json.dumps(data).encode("ascii")


def tried(reader: Reader, text: str) -> None:
    """Hand a message to a reader; the law of what comes of it."""
    recorder = Recorder()
    asyncio.run(cast(Any, reader(text, cast(TillProcess, recorder), cast(web.WebSocketResponse, recorder))))
    assert all(isinstance(typed, bytes) for typed in recorder.typed)
    assert all(1 <= cells <= LARGEST for size in recorder.sizes for cells in size)


def trial(reader: Reader, count: int = 200) -> Callable[[], None]:
    """So many messages at random for a reader."""

    @settings(deadline=None, max_examples=count, report_multiple_bugs=False)
    @given(text=MESSAGES)
    @example(text="[" * 100_000)
    @example(text='["resize", {"width": 501, "height": 24}]')
    @example(text='["resize", {"width": Infinity, "height": -1}]')
    @example(text='["stdin", "\\ud800"]')
    def run(text: str) -> None:
        tried(reader, text)

    return cast(Callable[[], None], run)


def test_no_message_of_a_browser_stops_the_server() -> None:
    trial(server._hand_on)()


@pytest.mark.parametrize("error", [ValueError, TypeError, LookupError, AttributeError, RecursionError])
def test_the_trial_finds_a_reader_that_does_not_guard_itself(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_but_one(*errors: type[BaseException]) -> AbstractContextManager[None]:
        return suppress(*(other for other in errors if other is not error))

    monkeypatch.setattr(server, "suppress", all_but_one)
    with pytest.raises(error):
        trial(server._hand_on, MANY)()


def test_the_trial_finds_a_reader_without_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LARGEST", 10**9)
    with pytest.raises(AssertionError):
        trial(server._hand_on)()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_message_of_a_browser_stops_the_server_for_a_long_time() -> None:
    trial(server._hand_on, MANY)()
