"""How long it takes from a byte written to the last byte of the frame it changes: `python -m tests.benchmarks.keys`.

The till beside the smallest Textual app, and beside a program that writes each byte back. No cursor blinks.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import cycle
from pathlib import Path
from time import perf_counter

from tests.benchmarks.measuring import Ratio, Samples, options, report
from tests.benchmarks.shops import ECHO, READY, SMALLEST, SMALLEST_FRAME, demo_store, piece_codes, till
from tests.terminal.pseudo import PseudoTerminal

ROUNDS = 64
TYPED_GOAL, ENTER_GOAL = 1.5, 2.5
SIZES = ((80, 24), (120, 40))
QUIET = 0.05
"""Seconds without output after which a frame was the last one of its key."""
PATIENCE = 30.0
LINES = 8
"""Lines on a ticket before everything is taken off."""
FIELD = 24
"""Characters in a field before it is cleared."""
CTRL_U, CTRL_X = b"\x15", b"\x18"


class Keyboard:
    """A program that keys are pressed in."""

    def __init__(self, command: Sequence[str], home: Path, size: tuple[int, int], ready: bytes) -> None:
        self._terminal = PseudoTerminal(command, home, size)
        try:
            self._terminal.read_until(ready, PATIENCE)
            self._settle()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the program."""
        self._terminal.kill()

    def press(self, key: bytes) -> tuple[float, int]:
        """Milliseconds from a key to the last byte that it causes, and how many bytes."""
        begun = perf_counter()
        self._terminal.write(key)
        first = self._terminal.read(PATIENCE)
        assert first, f"{key!r} changed nothing"
        ended, rest = self._settle(perf_counter())
        return (ended - begun) * 1000, len(first) + rest

    def prepare(self, keys: bytes) -> None:
        """Press keys that are not measured; they have to change something."""
        self.press(keys)

    def _settle(self, last: float = 0.0) -> tuple[float, int]:
        """Read until it is quiet; when the last byte came, and how many did."""
        read = 0
        while data := self._terminal.read(QUIET):
            last, read = perf_counter(), read + len(data)
        return last, read


def typed(keyboard: Keyboard, text: str, field: int = FIELD) -> Iterator[tuple[float, int]]:
    """Type characters one by one, for ever, in a field that is cleared now and then."""
    while True:
        for char in text[:field]:
            yield keyboard.press(char.encode())
        keyboard.prepare(CTRL_U)


def searched(keyboard: Keyboard) -> Iterator[tuple[float, int]]:
    """Search for products, letter by letter, for ever."""
    for word in cycle(("milk", "bread", "coffee", "apple", "cheese", "soap")):
        for char in word:
            yield keyboard.press(char.encode())
        keyboard.prepare(CTRL_U)


def entered(keyboard: Keyboard, codes: Sequence[str]) -> Iterator[tuple[float, int]]:
    """Add lines with Enter, for ever; the code is typed before, and what is full is emptied."""
    while True:
        for code in codes:
            keyboard.prepare(code.encode())
            yield keyboard.press(b"\r")
        keyboard.prepare(CTRL_X)
        keyboard.prepare(b"y\r")


def measured(size: tuple[int, int], rounds: int, home: Path) -> Samples:
    """The samples at one size of the terminal, taken in turns."""
    samples: Samples = {}
    name = f"{size[0]}×{size[1]}"
    with ExitStack() as opened:

        def keyboard(command: Sequence[str], ready: bytes) -> Keyboard:
            return opened.enter_context(closing(Keyboard(command, home, size, ready)))

        digits, letters = "2000100000014" * 2, "abcdefghijklmnopqrstuvwxyz"
        streams = {
            "echo": typed(keyboard(ECHO, b"ready"), letters),
            "smallest app, character": typed(keyboard(SMALLEST, SMALLEST_FRAME), letters),
            "till, digit": typed(keyboard(till(demo_store(home / f"{name} digits")), READY), digits),
            "till, letter of a search": searched(keyboard(till(demo_store(home / f"{name} letters")), READY)),
            "till, Enter that adds a line": entered(
                keyboard(till(demo_store(home / f"{name} lines")), READY), piece_codes(LINES)
            ),
        }
        for number in range(rounds + 1):
            for stream, presses in streams.items():
                spent, read = next(presses)
                for figure, value in ((stream, spent), (f"{stream}, bytes", float(read))):
                    samples.setdefault(f"{name} {figure}", [])
                    if number:
                        samples[f"{name} {figure}"].append(value)
    return samples


def main() -> None:
    """Measure and report."""
    parser = options("Keys of the till beside the smallest Textual app and a plain echo.", ROUNDS)
    parser.add_argument(
        "--sizes", type=int, default=len(SIZES), help="how many sizes of the terminal, small ones first"
    )
    wanted = parser.parse_args()
    sizes = SIZES[: wanted.sizes]
    samples: Samples = {}
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            samples |= measured(size, wanted.rounds, Path(folder))
    for columns, lines in sizes:
        name = f"{columns}×{lines}"
        peer = f"{name} smallest app, character"
        ratios += [
            Ratio(f"{name} digit / character", f"{name} till, digit", peer, TYPED_GOAL),
            Ratio(f"{name} letter of a search / character", f"{name} till, letter of a search", peer, TYPED_GOAL),
            Ratio(f"{name} Enter / character", f"{name} till, Enter that adds a line", peer, ENTER_GOAL),
            Ratio(f"{name} character / echo", peer, f"{name} echo"),
        ]
    report(f"keys, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
