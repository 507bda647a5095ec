"""What a terminal sends: noise is dropped, and what is pasted is text and never keys."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from screens.terminal.input_reader import SILENCE, InputReader

BEGIN, END = b"\x1b[200~", b"\x1b[201~"
F12 = b"\x1b[24~"


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def told(messages: Iterable[Message]) -> list[str]:
    """Keys by their names, and pastes as text in brackets."""
    return [
        message.key if isinstance(message, events.Key) else f"[{message.text}]"
        for message in messages
        if isinstance(message, events.Key | events.Paste)
    ]


def read(*parts: bytes) -> list[str]:
    reader = InputReader(Clock())
    return told(message for part in parts for message in reader.feed(part))


NOISE = [
    b"\xff",
    b"\xe9",
    b"\xc3",
    b"\xe2\x82",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xf8\x88\x80\x80\x80",
    b"\x80",
    b"\xfc",
]


@pytest.mark.parametrize("noise", NOISE, ids=bytes.hex)
def test_bytes_that_are_no_utf_8_are_dropped_and_all_else_counts(noise: bytes) -> None:
    assert read(b"a" + noise + b"b" + F12) == ["a", "b", "f12"]
    assert read(*(bytes([byte]) for byte in b"a" + noise + b"b" + F12)) == ["a", "b", "f12"]
    assert read(BEGIN + b"a" + noise + b"b" + END + b"c") == ["[ab]", "c"]
    assert read(b"\x1b[2" + noise + b"4~b") == ["f12", "b"]


def test_a_character_that_comes_in_parts_is_one() -> None:
    assert read(b"\xc3", b"\xbc", b"\xe2", b"\x82", b"\xac") == ["ü", "euro_sign"]


@pytest.mark.parametrize(
    "nothing", [b"\x1b[9999999999u", b"\x1b[1114112u", b"\x1b[48;0;0;0;0t", b"\x1b[48;24;0;9;9t", b"\x1b[;9999999;1u"]
)
def test_a_sequence_that_means_nothing_does_not_stop_the_keys(nothing: bytes) -> None:
    keys = read(b"a" + nothing + b"b" + F12)
    assert (keys[0], keys[-2:]) == ("a", ["b", "f12"])


@given(st.binary(max_size=80), st.integers(1, 5))
def test_no_noise_ever_stops_the_keys(noise: bytes, size: int) -> None:
    clock = Clock()
    reader = InputReader(clock)
    for at in range(0, len(noise), size):
        list(reader.feed(noise[at : at + size]))
    clock.time += SILENCE
    list(reader.tick())
    # What began like a sequence is at its end after so many characters.
    list(reader.feed(b"x" * 40))
    assert told(reader.feed(b"a" + F12 + b"b"))[-3:] == ["a", "f12", "b"]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (F12, "[24~"),
        (b"M\x1b[AILK\x1b[B", "M[AILK[B"),
        (b"a\x1b\x1b\x1bb", "ab"),
        (b"a\x1bOPb\x1b", "aOPb"),
        (BEGIN + b"a", "[200~a"),
        (b"a" + END + F12 + END + b"b", "a[201~[24~[201~b"),
        (b"1\r\n2\t3\n", "1\r\n2\t3\n"),
        (b"\x1b[<0;5;5M\x1b[I", "[<0;5;5M[I"),
        (b"\x1b[" + b"1;" * 40 + b"x", "[" + "1;" * 40 + "x"),
        (b"4006381333931\r" * 5000, "4006381333931\r" * 5000),
        (b"", ""),
    ],
)
def test_a_paste_is_text_in_order_whatever_is_in_it(inside: bytes, text: str) -> None:
    whole = b"x" + BEGIN + inside + END + b"y"
    assert read(whole) == ["x", f"[{text}]", "y"]


@given(
    st.lists(st.sampled_from([b"a", b"\x1b", b"[", F12, b"\r", BEGIN, "ü".encode()]), max_size=12), st.integers(1, 7)
)
def test_a_paste_in_parts_is_the_same_paste(inside: list[bytes], size: int) -> None:
    whole = b"x" + BEGIN + b"".join(inside) + END + b"y"
    assert read(*(whole[at : at + size] for at in range(0, len(whole), size))) == read(whole)


def test_two_pastes_are_two_and_the_keys_between_them_are_keys() -> None:
    assert read(BEGIN + b"a" + END + F12 + BEGIN + b"b" + END) == ["[a]", "f12", "[b]"]


@pytest.mark.parametrize("end", [b"", b"\x1b", b"\x1b[20", F12])
def test_a_paste_that_never_ends_is_given_up_after_a_silence(end: bytes) -> None:
    clock = Clock()
    reader = InputReader(clock)
    assert told(reader.feed(BEGIN + b"M" + end)) == []
    clock.time = SILENCE * 0.9
    assert told(reader.tick()) == []
    assert told(reader.feed(b"I")) == []
    clock.time += SILENCE * 0.9
    assert told(reader.tick()) == []
    clock.time += SILENCE * 0.2
    (pasted,) = told(reader.tick())
    assert (pasted[:2], pasted[-2:]) == ("[M", "I]")
    assert not reader.waiting
    assert told(reader.feed(F12 + b"k" + END + b"l")) == ["f12", "k", "l"]


def test_escape_and_then_what_looks_like_a_paste_are_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("textual._parser.get_time", clock)
    reader = InputReader(clock)
    list(reader.feed(b"\x1b"))
    clock.time += 1
    assert told(reader.tick()) == ["escape"]
    assert told(reader.feed(b"[200~a")) == ["left_square_bracket", "2", "0", "0", "tilde", "a"]


def test_what_was_read_at_once_came_at_once_however_slowly_it_is_made_keys_of() -> None:
    clock = Clock()
    reader = InputReader(clock)
    clock.time = 7.0
    times = []
    for message in reader.feed(b"4006\r" + F12 + b"500\r"):
        times.append(message.time)
        clock.time += 1.0
    assert times == [7.0] * 10
