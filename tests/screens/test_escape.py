"""Escape and what soon follows it: two keys, however close; sequences of keys that have a name stay whole."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers import web_driver

from screens.terminal.input_reader import InputReader
from screens.terminal.internals.drivers import parsing_by
from screens.terminal.key_parser import KeyParser
from screens.terminal.keys import keys_of


def read(*parts: bytes) -> list[str]:
    reader = InputReader(lambda: 0.0)
    found = [message for part in parts for message in reader.feed(part) if isinstance(message, events.Key)]
    return [key.name for event in found for key in keys_of(event)]


@pytest.mark.parametrize("split", [False, True], ids=["in one write", "key by key"])
@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("2001400000018\r", [*"2001400000018", "enter"]),
        ("]C10\r", ["]", "C", "1", "0", "enter"]),
        ("-X7\t", ["-", "X", "7", "enter"]),
        ("b", ["b"]),
        ("PEAR", [*"PEAR"]),
        ("é", ["é"]),
        ("\r", ["enter"]),
        ("\t", ["enter"]),
        ("\x7f", ["backspace"]),
        (" ", [" "]),
    ],
)
def test_a_key_right_after_escape_is_that_key(text: str, keys: list[str], *, split: bool) -> None:
    data = [char.encode() for char in f"\x1b{text}"] if split else [f"\x1b{text}".encode()]
    assert read(*data) == ["escape", *keys]


@pytest.mark.parametrize("split", [False, True], ids=["in one write", "byte by byte"])
@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        (b"\x1b[24~", "f12"), (b"\x1b[15~", "f5"), (b"\x1bOP", "f1"), (b"\x1bOR", "f3"), (b"\x1b[A", "up"),
        (b"\x1bOB", "down"), (b"\x1b[3~", "delete"), (b"\x1b[6~", "pagedown"), (b"\x1b[1;5C", "ctrl+right"),
        (b"\x1b[27u", "escape"),
    ],
)  # fmt: skip
def test_a_key_that_has_a_name_stays_whole(sequence: bytes, key: str, *, split: bool) -> None:
    data = [bytes([byte]) for byte in sequence + b"7"] if split else [sequence + b"7"]
    assert read(*data) == [key, "7"]
    assert read(b"\x1b" + sequence + b"7") == ["escape", key, "7"]


def test_the_driver_of_a_browser_reads_keys_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_driver, "XTermParser", XTermParser)
    assert parsing_by(KeyParser, web_driver.WebDriver) is web_driver.WebDriver
    assert vars(web_driver)["XTermParser"] is KeyParser
