"""Textual's driver for terminals, mended where a till needs more of it.

It is ended by signals as by its quit key, it outlives noise on the line and a terminal that has gone, and its size is
the terminal's own.
"""

from __future__ import annotations

import asyncio
import errno
import os
import select
import signal
import sys
import termios
import tty
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.geometry import Size

from pos import terminal_echo
from screens.terminal.anchoring import anchored
from screens.terminal.input_reader import InputReader, is_believed
from screens.terminal.internals.drawing import within
from screens.terminal.internals.drivers import LinuxParts, write_without_thread
from screens.terminal.keys import after_seeing
from screens.terminal.output import Writer

if TYPE_CHECKING:
    from textual.app import App

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Signals that end the program as its quit key does."""
USUAL: Final = (80, 24)
"""Columns and lines of a terminal that does not tell."""
IDLE, BUSY = 0.1, 0.02
"""Seconds that input is waited for, and as long as what came is not complete."""
NOT_OURS: Final = "\x1b[?1016l\x1b[?2026l"
"""Ends reports of the mouse in pixels and a frame that was begun: Textual leaves both on."""
GIVEN_BACK: Final = (
    f"{NOT_OURS}\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?2048l\x1b[?7h\x1b[<u\x1b[?1049l"
    "\x1b[?25h\x1b[?1004l\x1b[0m"
)
"""All that takes back what Textual asks of a terminal."""


write_without_thread()


class Endable(Protocol):
    """An app that ends in order, by a signal or by an error."""

    signalled: int
    """The number of the signal that ends it; 0: none came."""

    def end_by(self, number: int) -> None:
        """End in order because of a signal."""
        ...

    def fail(self, error: Exception) -> None:
        """Do what is to be done about an error that nobody expected."""
        ...


class TillDriver(LinuxParts, LinuxDriver):
    """Draws on a terminal and reads from it."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert sys.__stderr__ is not None
        self._output = Writer(sys.__stderr__.fileno(), self._hung_up, self._caught_up)
        self.write_by(self._output)
        self.believe(self.terminal_size())
        self._gone = self._paused = False
        self._drawn = 0
        """How often something was drawn."""
        handle_endings(app, self)
        # Textual would do all of it in the middle of whatever is being done.
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        handle(self.loop, signal.SIGTSTP, lambda _number: self.pause())
        handle(self.loop, signal.SIGCONT, lambda _number: self.go_on())

    def give_back(self) -> None:
        """Give the terminal back at once, whatever is going on; it is not used again."""
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        terminal_echo.show()
        with suppress(OSError):
            if select.select([], [self._output], [], 0)[1]:
                os.write(self._output.fileno(), GIVEN_BACK.encode())

    @property
    def gone(self) -> bool:
        """Whether the terminal has gone."""
        return self._gone or not os.isatty(self.fileno)

    def start_application_mode(self) -> None:
        """Take the terminal. One that has gone meanwhile, or is another program's for ever, ends the app."""
        if self._may_draw():
            super().start_application_mode()  # type: ignore[no-untyped-call]
            if self.attrs_before is not None and terminal_echo.hand_over():
                self.attrs_before[tty.LFLAG] |= termios.ECHO
        else:
            self._hung_up()

    def write(self, data: str) -> None:
        """Draw, as long as the terminal is ours."""
        if self.drawing:
            self._drawn += 1
            super().write(anchored(data))

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        if self.drawing:
            self._output.hurry()
            self.write(NOT_OURS)
            super().stop_application_mode()

    def suspend_application_mode(self) -> None:
        """Give the terminal back for a while; one that takes nothing gets the rest of it once it does."""
        self.stop_application_mode()
        self._finish()

    def close(self) -> None:
        """Wait until all is drawn, but not for ever."""
        if not self._finish():
            self._output.give_up()

    def _finish(self) -> bool:
        """Draw what waits, and nothing more; whether all of it is drawn."""
        drawing = self.drawing
        self.stop_drawing()
        return not drawing or self._output.stop()

    def _may_draw(self) -> bool:
        """Whether the terminal can be drawn on. In the background it is stopped here, as any program that draws is."""
        while True:
            try:
                termios.tcsetattr(self.fileno, termios.TCSANOW, termios.tcgetattr(self.fileno))
            except termios.error as error:
                if error.args[0] != errno.EINTR:
                    return False
            else:
                return True

    def _caught_up(self) -> None:
        """A terminal that took nothing for a while goes on: what it missed is drawn anew."""
        draw_anew(self.owner, self.loop)

    def pause(self) -> None:
        """Stop, with the terminal given back meanwhile."""
        self.suspend_application_mode()
        self.resume_later()
        self._paused = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def go_on(self) -> None:
        """Go on. Whoever was stopped without being asked finds the terminal in another state than it was left in."""
        if self.gone:
            return
        if not self._paused:
            self.suspend_application_mode()
        self._paused = False
        self.resume_application_mode()
        _draw_anew(self.owner)

    def terminal_size(self) -> tuple[int, int]:
        """Columns and lines, as the terminal itself tells them if it does."""
        for descriptor in (self._output.fileno(), self.fileno):
            with suppress(OSError):
                size = Size(*os.get_terminal_size(descriptor))
                if is_believed(size):
                    return size.width, size.height
        return USUAL

    def listen(self) -> None:
        """Take what the terminal sends, whatever goes wrong there."""
        while not self.exit_event.is_set():
            try:
                self.run_input_thread()
            except Exception as error:
                # Told as any other error is; keys are needed to leave its page.
                self.owner.call_later(cast("Endable", self.owner).fail, error)
            else:
                break

    def run_input_thread(self) -> None:
        """Take what the terminal sends until it has gone or the app ends."""
        reader = InputReader()
        while not self.exit_event.is_set():
            if select.select([self.fileno], [], [], BUSY if reader.waiting else IDLE)[0]:
                try:
                    data = os.read(self.fileno, 4096)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self._hung_up()
                    break
                drawn = self._drawn
                for message in reader.feed(data):
                    self.process_message(after_seeing(message, drawn) if isinstance(message, Key) else message)
            for message in reader.tick():
                self.process_message(message)

    def _hung_up(self) -> None:
        """The terminal has gone, whether a signal tells of it or not."""
        self._gone = True
        hang_up(self.owner, self.loop)


def handle_endings(app: App[Any], driver: TillDriver | None = None) -> None:
    """Let an app be ended by signals: by the first as by its quit key, by a second one at once."""
    loop = asyncio.get_running_loop()

    def signalled(number: int) -> None:
        if cast("Endable", app).signalled:
            if driver is not None:
                if number == signal.SIGHUP and driver.gone:
                    # The end of its input has told of the same.
                    return
                driver.give_back()
            os._exit(128 + number)
        _end_once(app, number)

    for number in ENDING:
        handle(loop, number, signalled)


def handle(loop: asyncio.AbstractEventLoop, number: int, act: Callable[[int], object]) -> None:
    """Do something in an event loop for each signal of a number, until the loop is closed.

    asyncio's own handler hears of a signal by a byte in a pipe, which has no room while some hundred keys come at
    once; such a signal is lost. This one only needs the pipe to be woken.
    """

    def caught(number: int, _frame: FrameType | None) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(act, number)

    loop.add_signal_handler(number, _nothing)
    signal.signal(number, caught)
    signal.siginterrupt(number, False)
    # That the pipe is full is no news for whoever looks at the screen.
    signal.set_wakeup_fd(signal.set_wakeup_fd(-1), warn_on_full_buffer=False)


def _nothing() -> None:
    """Do nothing."""


def hang_up(app: App[Any], loop: asyncio.AbstractEventLoop) -> None:
    """End an app, from any thread, because nobody sees it any longer."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_end_once, app, signal.SIGHUP)


def draw_anew(app: App[Any], loop: asyncio.AbstractEventLoop) -> None:
    """Draw an app's whole screen, told from any thread."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_draw_anew, app)


def _draw_anew(app: App[Any]) -> None:
    if app.is_running and app.screen_stack:
        with within(app):
            app.screen.refresh(layout=True)


def _end_once(app: App[Any], number: int) -> None:
    cast("Endable", app).end_by(number)
