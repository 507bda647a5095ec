"""The till under `pos serve`: it draws into a pipe, and ends when the server at its other end has gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.message import Message

from screens.terminal.anchoring import anchored
from screens.terminal.driver import draw_anew, handle_endings, hang_up
from screens.terminal.input_reader import InputReader
from screens.terminal.internals.drawing import within
from screens.terminal.internals.drivers import WebParts
from screens.terminal.output import Writer


class BrowserDriver(WebParts, WebDriver):
    """Textual's driver for browsers, for a server that may be killed."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._output = Writer(self.fileno, self._hung_up, self._caught_up)
        self.write_by(self._output.send)

    def write(self, data: str) -> None:
        """Send what is drawn to the browser as a packet: `D`, four bytes of its length, UTF-8."""
        drawn = anchored(data).encode("utf-8", "replace")
        self._output.draw(b"D%s%s" % (len(drawn).to_bytes(4, "big"), drawn))

    def run_input_thread(self) -> None:
        """Take keys until the server has gone; then leave the app, as when a terminal's window is closed."""
        self._take(InputReader())
        self.stop_reading()
        if not self.exit_event.is_set():
            self._hung_up()

    def _take(self, reader: InputReader) -> None:
        for packets in self.received():
            for kind, content in packets:
                if kind == "D":
                    self._tell(reader.feed(content))
                elif not self.obey(kind, content):
                    return
            self._tell(reader.tick())

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Do what the server asks."""
        if packet_type == "quit":
            self.loop.call_soon_threadsafe(self._end)
        else:
            super().on_meta(packet_type, payload)

    def _end(self) -> None:
        """End at once: the server waits, and a charge that is under way is found again at the next start."""
        with within(self.owner):
            self.owner.exit(0)

    def start_application_mode(self) -> None:
        """Begin; signals end the till as its quit key does."""
        self._output.start()
        super().start_application_mode()
        handle_endings(self.owner)

    def close(self) -> None:
        """Wait until all is handed on, but not for ever."""
        if not self._output.stop():
            self._output.give_up()

    def _tell(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)

    def _hung_up(self) -> None:
        hang_up(self.owner, self.loop)

    def _caught_up(self) -> None:
        draw_anew(self.owner, self.loop)
