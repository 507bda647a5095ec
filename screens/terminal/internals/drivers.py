"""Drivers and their parser: what comes from a terminal or a browser, and how it is drawn on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.app import App
from textual.driver import Driver
from textual.events import Key
from textual.geometry import Size

if TYPE_CHECKING:
    from textual.drivers.linux_driver import LinuxDriver
    from textual.drivers.web_driver import WebDriver
else:
    # Either is imported where it is run: not every system has the one, and few tills need the other.
    LinuxDriver = WebDriver = Driver


PASTE_BEGINS, PASTE_ENDS = BRACKETED_PASTE_START, BRACKETED_PASTE_END
"""What a terminal sends before and behind what is pasted."""


class DriverParts(Driver):
    """A driver, which knows its app and the loop that this runs in: threads have to speak to both."""

    @property
    def owner(self) -> App[Any]:
        """The app that the driver draws for."""
        return self._app

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that the app runs in."""
        return self._loop


class Writing(Protocol):
    """What a driver for a terminal draws with, in the place of a file."""

    def write(self, text: str) -> None:
        """Draw."""
        ...


class LinuxParts(DriverParts, LinuxDriver):
    """Textual's driver for terminals with its parts for others to replace. To be named before Textual's class."""

    def write_by(self, output: Writing) -> None:
        """Draw by this from now on, instead of the error stream."""
        vars(self)["_file"] = output

    @property
    def drawing(self) -> bool:
        """Whether the terminal is drawn on: not before it was taken, nor after it was given back."""
        return self._writer_thread is not None

    def stop_drawing(self) -> None:
        """Draw nothing any more, whatever is still written: Textual would wait for its thread."""
        self._writer_thread = None

    def believe(self, size: tuple[int, int]) -> None:
        """Take this for the terminal's size until it tells another, unless one was asked for."""
        self._size = self._size or size

    def resume_later(self) -> None:
        """Tell the app that it goes on once the terminal is taken again."""
        self._must_signal_resume = True

    def _get_terminal_size(self) -> tuple[int, int]:
        return self.terminal_size()

    def terminal_size(self) -> tuple[int, int]:
        """Columns and lines."""
        raise NotImplementedError

    def _sigtstp_application(self, *_: object) -> None:
        self.pause()

    def pause(self) -> None:
        """Stop the program, as Ctrl+Z does elsewhere."""
        raise NotImplementedError

    def _sigcont_application(self, *_: object) -> None:
        self.go_on()

    def go_on(self) -> None:
        """Go on after the program was stopped."""
        raise NotImplementedError

    def _run_input_thread(self) -> None:
        self.listen()

    def listen(self) -> None:
        """Read what the terminal sends, in a thread of its own. Textual ends the app at the first error there."""
        raise NotImplementedError


class WebParts(DriverParts, WebDriver):
    """Textual's driver for browsers with its parts for others to replace. To be named before Textual's class."""

    def write_by(self, write: Callable[[bytes], object]) -> None:
        """Send everything by this from now on, instead of writing to the pipe and waiting for it."""
        vars(self)["_write"] = write

    def received(self) -> Iterator[Sequence[tuple[str, bytes]]]:
        """What the server sends, kind and content, as it comes; nothing, every now and then."""
        from textual.drivers._byte_stream import ByteStream

        stream = ByteStream()
        for data in self._input_reader:
            yield tuple(stream.feed(data)) if data else ()

    def obey(self, kind: str, content: bytes) -> bool:
        """Do what the server asks; whether more is to be read."""
        from textual.drivers.web_driver import _ExitInput

        try:
            self._on_meta(kind, content)
        except _ExitInput:
            return False
        return True

    def stop_reading(self) -> None:
        """Read nothing any more."""
        self._input_reader.close()


class Parser(XTermParser):
    """Textual's parser of what a terminal sends. There is no public one."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        return self.parsed_keys(sequence, alt)

    def parsed_keys(self, sequence: str, alt: bool) -> Iterable[Key]:
        """The keys that a sequence means, with Alt or not."""
        return super()._sequence_to_key_events(sequence, alt)

    @property
    def waiting(self) -> bool:
        """Whether what came may go on, so that it is known only by the silence after it what it means."""
        return self._timeout_time is not None

    def forget(self) -> None:
        """Drop a sequence that is none: it has ended the parser's own loop, which begins anew."""
        self._tokens.clear()
        self._timeout_time, self._gen = None, self.parse(self._tokens.append)
        self._awaiting = next(self._gen)


def parsing_by(parser: type[XTermParser], driver: type[Driver]) -> type[Driver]:
    """One of Textual's own drivers, which reads keys with this parser from now on: it cannot be told which."""
    module = vars(sys.modules[driver.__module__])
    if module.get("XTermParser") is XTermParser:
        module["XTermParser"] = parser
    return driver


def write_without_thread() -> None:
    """Let terminals' drivers make no thread that writes: what is given as the file writes by itself."""
    from textual.drivers import linux_driver

    vars(linux_driver)["WriterThread"] = lambda output: output


def use_mouse(app: App[Any], wanted: bool) -> None:
    """Let the terminal tell of the mouse or not, at any time; a driver that knows no mouse is left alone."""
    driver = app._driver
    switch = getattr(driver, "_enable_mouse_support" if wanted else "_disable_mouse_support", None)
    if switch is not None and wanted != getattr(driver, "_mouse", wanted):
        # The driver asks itself whether it may before it says anything to the terminal.
        vars(driver)["_mouse"] = True
        switch()
        vars(driver)["_mouse"] = wanted


def set_size(app: App[Any], size: Size) -> None:
    """Make an app without a terminal so large, also for whoever asks its driver."""
    from textual.drivers.headless_driver import HeadlessDriver

    assert isinstance(app._driver, HeadlessDriver)
    app._driver._size = size
