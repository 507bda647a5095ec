"""A fuzz of what a terminal sends, bounded here, longer by hand (`-m slow tests/fuzz`).

Whatever comes, cut anywhere: it is read, it means the same in one piece as in many, nothing of it is too large to be
drawn or cannot be written down, and after it a scan is a scan and a paste is a paste. Only where a paste holds the
mark of its own end is the last one meant that was read with the first, so that it matters where it is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END
from textual.message import Message

from screens.terminal.input_reader import LARGEST, SILENCE, InputReader

SOME = 150
MANY = 20_000

numbers = st.one_of(st.integers(-1, 300), st.sampled_from([55296, 57343, 1114111, 1114112, 2**31, 2**64, 10**40])).map(
    str
)
parameters = st.lists(numbers | st.just(""), max_size=5).flatmap(
    lambda values: st.sampled_from([";", ":"]).map(lambda mark: mark.join(values))
)
sequences = st.builds(
    "\x1b[{}{}{}".format,
    st.sampled_from(["", "<", "?", ">", "=", "48;", "27;"]),
    parameters,
    st.sampled_from([*"ABCDFHIMORZmnrtucy~^$", "$y", "u", "t", "M", "m", "", "\x1b"]),
)
pieces = st.one_of(
    sequences.map(str.encode),
    st.sampled_from(
        [
            b"\x1b",
            b"\x1b[",
            b"\x1bO",
            b"\x1b[200~",
            b"\x1b[201~",
            b"\x1b]",
            b"\x1bP",
            b"\x1b[M\xff\xff\xff",
            b"\x9b",
            b"\r\n",
        ]
    ),
    st.binary(max_size=12),
    st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from([b"4006381333931\r", b"\x11", b"\x1b[24~", b"\x1b[I", b"\x1b[?2026;2$y", b"\x1b]11;rgb:0/0/0\x07"]),
    st.builds(
        lambda start, many: start + b"9;" * many, st.sampled_from([b"\x1b[", b"\x1b]", b""]), st.integers(0, 200)
    ),
)
inputs = st.lists(pieces, max_size=12).map(b"".join)
cuts = st.lists(st.integers(0, 40) | st.integers(0, 400), min_size=3, max_size=20)
SCAN = b"4006381333931\r"
PASTE = b"\x1b[200~%b\x1b[201~"
TWO_ENDS = re.compile(rb"\x1b\[201~(?:(?!\x1b\[200~).)*\x1b\[201~", re.DOTALL)
KEYS = ["4", "0", "0", "6", "3", "8", "1", "3", "3", "3", "9", "3", "1", "\r"]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def parts(data: bytes, places: Sequence[int]) -> Iterable[bytes]:
    at = 0
    for place in sorted(place % (len(data) + 1) for place in places):
        yield data[at:place]
        at = place
    yield data[at:]


def meant(message: Message) -> tuple[object, ...]:
    """What a message says, and that it can be used."""
    match message:
        case events.Key():
            if message.character is not None:
                message.character.encode()
            return ("key", message.key, message.character)
        case events.Paste():
            message.text.encode()
            return ("paste", message.text)
        case events.Resize():
            assert 0 < message.size.width <= LARGEST[0]
            assert 0 < message.size.height <= LARGEST[1]
            return ("size", message.size)
        case events.MouseEvent():
            return (type(message).__name__, int(message.x), int(message.y), message.button)
        case _:
            return (type(message).__name__,)


def read(data: bytes, places: Sequence[int], make: type[InputReader] = InputReader) -> None:
    whole, cut = make(Clock()), make(clock := Clock())
    expected = [meant(message) for message in whole.feed(data)]
    found = [meant(message) for part in parts(data, places) for message in cut.feed(part)]
    assert found == expected or TWO_ENDS.search(data)
    clock.now += SILENCE
    if cut._parser._timeout_time is not None:
        # The time in which more of a sequence might have come is over.
        cut._parser._timeout_time = 1e-9
    for message in cut.tick():
        meant(message)
    assert not cut.waiting
    scanned = [message.character for message in cut.feed(SCAN) if isinstance(message, events.Key)]
    assert scanned == KEYS
    pasted = [meant(message) for message in cut.feed(PASTE % data.replace(b"\x1b[20", b"."))]
    assert [kind for kind, *_ in pasted] == ["paste"]


def search(make: type[InputReader], examples: int, *, random: bool = False) -> None:
    @settings(
        max_examples=examples,
        derandomize=not random,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if random else (Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs, cuts)
    def trial(data: bytes, places: Sequence[int]) -> None:
        read(data, places, make)

    trial()


def test_whatever_a_terminal_sends_is_read() -> None:
    search(InputReader, SOME)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_longer_search() -> None:
    search(InputReader, MANY, random=True)


@pytest.mark.parametrize(("data", "places"), [(b"\x1b[:0A\x1b[200~\x1b[A", [6]), (b"\x1b[:0A\x1b[200~x\x1b[201~", [8])])
def test_a_sequence_that_is_none_hides_no_paste(data: bytes, places: Sequence[int]) -> None:
    read(data, places)


class ForgetsHalfAMark(InputReader):
    """Knows the mark of a paste only if it comes in one piece."""

    def _after(self, text: str, find: Callable[[str, str], int], mark: str) -> int | None:
        self._last = ""
        return super()._after(text, find, mark)


class WaitsForEver(InputReader):
    """Never gives up a paste that has no end."""

    def tick(self) -> Iterator[Message]:
        return iter(()) if self._pasted is not None else super().tick()


class KeepsWhatIsNone(InputReader):
    """Leaves the parser as a sequence that is none has left it."""

    def _forget(self) -> None:
        self._parser._tokens.clear()


class BelievesAll(InputReader):
    """Hands on every size and every character."""

    def _parsed(self, text: str) -> Iterator[Message]:
        for char in text:
            try:
                yield from self._parser.feed(char)
            except (ValueError, OverflowError, ArithmeticError):
                self._forget()


class DecodesPieces(InputReader):
    """Takes each piece for whole characters."""

    def feed(self, data: bytes) -> Iterator[Message]:
        return super().feed(data.decode("utf-8", "ignore").encode())


class TakesKeysInAPaste(InputReader):
    """Lets sequences within a paste be keys."""

    def _paste(self, text: str) -> Iterator[Message]:
        self._pasted, self._last = None, ""
        yield from self._parsed(text + BRACKETED_PASTE_END)


FAULTS: dict[type[InputReader], type[Exception]] = {
    ForgetsHalfAMark: AssertionError,
    WaitsForEver: AssertionError,
    KeepsWhatIsNone: RuntimeError,
    BelievesAll: UnicodeEncodeError,
    DecodesPieces: AssertionError,
    TakesKeysInAPaste: AssertionError,
}
"""Readers with a fault each, and how the trial of each fails."""


@pytest.mark.parametrize("make", FAULTS)
def test_the_search_finds_a_reader_with_a_fault(make: type[InputReader]) -> None:
    with pytest.raises(FAULTS[make]):
        search(make, MANY)
