"""A terminal with a screen: it runs a command, types into it and reads what a cashier would see."""

from __future__ import annotations

import re
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tty import LFLAG
from types import TracebackType

import pyte

from tests.prefork import Loaded
from tests.terminal.pseudo import PseudoTerminal

PATIENCE = 30.0
"""Seconds after which what was waited for is taken not to come; a loaded machine needs some."""

CTRL_Q = b"\x11"
BACK_TO_THE_SHELL = b"\x1b[?1049l"
MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")
COLOURS = re.compile(rb"\x1b\[[\d;]*m")
"""What colours the text that follows: it costs time to follow, and nobody asks for it."""
ON_BY_ITSELF = (7, 25)
"""The modes that a terminal is in by itself: lines are wrapped, the cursor is seen."""


class Terminal:
    """A command in a terminal of a size, columns by lines. As a context it kills what was not closed."""

    def __init__(
        self,
        command: Sequence[str] | Loaded,
        *,
        home: Path,
        size: tuple[int, int] = (80, 24),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.raw = bytearray()
        """All that the command has written."""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._pseudo = PseudoTerminal(command, home, size, environ)
        self._gone = False

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pseudo.kill()

    @property
    def text(self) -> str:
        """What the screen shows, without the blanks at the ends of lines."""
        # pyte's own text of it breaks off where half a wide character was just drawn over.
        return "\n".join("".join(line).rstrip() for line in self.lines)

    @property
    def lines(self) -> list[list[str]]:
        """What stands in each cell, line by line; what is drawn over two cells stands in the first."""
        screen = self._screen
        return [[screen.buffer[y][x].data for x in range(screen.columns)] for y in range(screen.lines)]

    @property
    def echoes(self) -> bool:
        """Whether what is typed now is seen at once, whatever the command does with it."""
        return bool(self._pseudo.attributes[LFLAG] & termios.ECHO)

    def write(self, data: bytes) -> None:
        """Type or scan: all of it in one write."""
        self._pseudo.write(data)

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size."""
        self._screen.resize(lines, columns)
        self._pseudo.resize((columns, lines))

    def wait_for(self, wanted: str | Callable[[str], bool], what: str = "", seconds: float = PATIENCE) -> str:
        """Read until the screen shows a text, or is as a function says, `what` in words; the screen's text then."""
        is_there = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        what = what or str(wanted)
        deadline = time.monotonic() + seconds
        while not is_there(self.text):
            assert not self._gone, f"the command ended before {what!r}:\n{self.text}"
            left = deadline - time.monotonic()
            assert left > 0, f"{what!r} did not come in {seconds:.0f} s:\n{self.text}"
            self._read(left)
        return self.text

    def signal(self, number: int) -> None:
        """Send the command a signal."""
        self._pseudo.signal(number)

    def stop(self, number: int) -> None:
        """Send the command a signal that stops it; it has stopped then."""
        self._pseudo.stop(number)

    def assert_as_found(self) -> None:
        """The terminal has to be as it was before the command: its attributes, and every mode that was asked for."""
        assert self._pseudo.attributes == self._pseudo.found
        modes = {int(mode): state == b"h" for mode, state in MODE.findall(bytes(self.raw))}
        assert not {mode for mode, on in modes.items() if on != (mode in ON_BY_ITSELF)}, "modes were left on or off"
        assert self.raw.count(b"\x1b[>") == self.raw.count(b"\x1b[<u"), "the keyboard's protocol was left on"

    def wait_until_over(self, wanted: str) -> bool:
        """Read until a text is shown or the program has ended; whether it still runs."""
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.text and not self._gone:
            left = deadline - time.monotonic()
            assert left > 0, f"neither {wanted!r} nor the end came in {PATIENCE:.0f} s:\n{self.text}"
            self._read(left)
        return not self._gone

    def hold(self) -> None:
        """Stand still: nothing that the command writes is taken."""
        self._pseudo.hold(True)

    def go_on(self) -> None:
        """Take what the command writes again."""
        self._pseudo.hold(False)

    def exit_code(self) -> int:
        """Wait for the end of the command, without reading; its exit code."""
        return self._pseudo.exit_code(PATIENCE)

    def hang_up(self) -> int:
        """Close the window; the exit code."""
        self._pseudo.hang_up()
        return self._pseudo.exit_code(PATIENCE)

    def close(self) -> None:
        """Quit with Ctrl+Q; the program has to end well and to give the terminal back."""
        self.write(CTRL_Q)
        code = self.ended()
        assert code == 0, f"it ended with exit code {code}:\n{self.text}"
        assert BACK_TO_THE_SHELL in self.raw, "the terminal was not given back"

    def ended(self) -> int:
        """Wait until the program has ended; its exit code."""
        deadline = time.monotonic() + PATIENCE
        while not self._gone:
            left = deadline - time.monotonic()
            assert left > 0, f"it did not end within {PATIENCE:.0f} s:\n{self.text}"
            self._read(left)
        return self._pseudo.exit_code(PATIENCE)

    def _read(self, seconds: float) -> None:
        data = self._pseudo.read(seconds)
        if data is None:
            self._gone = True
        else:
            self.raw += data
            self._stream.feed(COLOURS.sub(b"", data))
