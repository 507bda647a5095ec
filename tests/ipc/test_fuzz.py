"""Whatever comes by the channel: a listener understands it, in part if need be, or leaves it out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pos.ipc import messages as messages_of_the_channel
from pos.ipc.messages import FullState, StateChange, said, understood
from tests.ipc.test_messages import messages

Reader = Callable[[bytes], FullState | StateChange | None]

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["1e999999999", "NaN"]),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=5), some, max_size=3),
    max_leaves=5,
)

MANY = 20_000
"""Lines by hand, and at most where one that fails ends the trial."""


@cache
def right() -> tuple[Any, ...]:
    """Messages as a till sends them."""
    return tuple(json.loads(said(message)) for message in asyncio.run(messages()))


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A message in which some places were changed, taken away, or given more than belongs there."""
    found = deepcopy(draw(st.sampled_from(right())))
    for _ in range(draw(st.integers(0, 4))):
        place = found
        while place and draw(st.booleans()):
            inner = (
                place[draw(st.sampled_from(sorted(place)))] if isinstance(place, dict) else draw(st.sampled_from(place))
            )
            if not isinstance(inner, dict | list):
                break
            place = inner
        if isinstance(place, dict):
            names = st.sampled_from([*sorted(place), "later"])
            name = draw(names)
            if draw(st.booleans()):
                place[name] = draw(JUNK)
            else:
                place.pop(name, None)
        else:
            place.insert(draw(st.integers(0, len(place))), draw(JUNK))
    line = json.dumps(found).encode()
    cut = draw(st.integers(0, 20))
    return line[: len(line) - cut] if cut < 3 else line


def trial(reader: Reader, count: int = 300) -> Callable[[], None]:
    """So many lines at random for a reader; what it understood can be said again."""

    @settings(deadline=None, max_examples=count, report_multiple_bugs=False)
    @given(line=lines() | st.binary(max_size=60))
    @example(line=b"[" * 100_000)
    @example(line=b'{"sale": ' + b"9" * 5000 + b"}")
    def run(line: bytes) -> None:
        message = reader(line)
        if message is not None:
            assert isinstance(understood(said(message)), type(message))

    return cast(Callable[[], None], run)


def test_no_line_of_the_channel_stops_a_listener() -> None:
    trial(understood)()


@pytest.mark.parametrize("error", [ValueError, RecursionError, ValidationError])
def test_the_trial_finds_a_listener_that_does_not_guard_itself(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is looked for under its name, so that another error in its place leaves the guard out.
    monkeypatch.setattr(messages_of_the_channel, error.__name__, KeyError, raising=False)
    with pytest.raises(error):
        trial(understood, MANY)()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_line_of_the_channel_stops_a_listener_for_a_long_time() -> None:
    trial(understood, MANY)()
