"""Textual's private names: all that the till needs of them, each with the reason, under public names.

They are right for the one version that is pinned: a new one is looked through here, and nowhere else.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import RenderableType
from textual._compositor import LayoutUpdate
from textual._context import active_message_pump
from textual._queue import Queue
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.app import App
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, Key
from textual.geometry import Region, Size
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.drivers.linux_driver import LinuxDriver
    from textual.drivers.web_driver import WebDriver
    from textual.strip import Strip
else:
    # Either is imported where it is run: not every system has the one, and few tills need the other.
    LinuxDriver = WebDriver = Driver

PASTE_BEGINS, PASTE_ENDS = BRACKETED_PASTE_START, BRACKETED_PASTE_END
"""What a terminal sends before and behind what is pasted."""


class ErrorBoundary(MessagePump):
    """Hands an error of one message to the app, and takes the next message. To be named before the widget's class.

    Textual would end its loop, let its queue fill for ever, and tell nobody.
    """

    @property
    def endures(self) -> bool:
        """Whether it does so; if not, the error goes its way."""
        return True

    async def _dispatch_message(self, message: Message) -> None:
        if not self.endures:
            await super()._dispatch_message(message)
            return
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            app = self if isinstance(self, App) else self.app
            app._handle_exception(error)


class Orderly(App[int]):
    """An app that is told of its errors, and says itself how it ends. Textual prints a traceback over the screen."""

    def _handle_exception(self, error: Exception) -> None:
        self.fail(error)

    def fail(self, error: Exception) -> None:
        """An error that nobody expected. What nobody sees ends as Textual ends it: whoever runs it is told."""
        super()._handle_exception(error)

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        with self._sound_style_sheets():
            super()._load_screen_css(screen)

    def _register(self, parent: DOMNode, *widgets: Widget, **where: Any) -> list[Widget]:
        with self._sound_style_sheets():
            return super()._register(parent, *widgets, **where)

    @contextmanager
    def _sound_style_sheets(self) -> Iterator[None]:
        """A style sheet that cannot be read is taken out again: it would be read with every other one."""
        before = dict(self.stylesheet.source)
        try:
            yield
        except Exception:
            self.stylesheet.source = before
            raise

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        return [] if self.alone else super()._background_screens

    @property
    def alone(self) -> bool:
        """Whether the screen in front hides all others. Textual lays the one behind it out all the same."""
        return False

    @property
    def ending(self) -> bool:
        """Whether it is about to end: its screens may not be whole any more, or never have been."""
        return self._exit

    def end_broken(self, message: RenderableType) -> None:
        """End with the status 1. The first message of all is what the terminal shows then."""
        self._return_code = 1
        if not self._exit_renderables:
            self._exit_renderables.append(message)
        self._close_messages_no_wait()


class DrawnOnce(Screen[None]):
    """A screen that is laid out and painted once for a new size, and sees every event before its widgets do."""

    def _screen_resized(self, size: Size) -> None:
        """Lay out for a size and paint that. Each widget that changed asks for both again: they are done.

        What asked to be painted before is painted with it: a size may come that changes no widget's place.
        """
        self._dirty_widgets.update(w for w in self.walk_children(Widget, with_self=True) if w._repaint_required)
        super()._screen_resized(size)
        for widget in self.walk_children(Widget, with_self=True):
            widget._layout_required = widget._repaint_required = False

    def _forward_event(self, event: Event) -> None:
        if not self.takes(event):
            super()._forward_event(event)

    def takes(self, event: Event) -> bool:
        """Take an event at once, before it would wait behind others; whether nobody else needs it."""
        return False


class Remembering(Widget):
    """A widget that remembers what it has painted, and is told what of it is no longer right."""

    def _set_dirty(self, *regions: Region) -> None:
        super()._set_dirty(*regions)
        self.forget(regions)

    def forget(self, regions: Sequence[Region]) -> None:
        """Forget what was painted in these regions; in all if there are none."""


class Watched(App[int]):
    """An app that somebody else shows: they are told whenever it has drawn."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self.displayed()

    def displayed(self) -> None:
        """Something was drawn."""


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


def within(app: App[Any]) -> AbstractContextManager[None]:
    """Act as an app's own task does: Textual knows by the context which app is meant."""
    return app._context()


def strips(app: App[Any]) -> Sequence[Strip]:
    """What is drawn, line by line: nothing else knows all widgets together."""
    with within(app):
        return app.screen._compositor.render_strips()


def composed(app: App[Any], *, simplify: bool) -> LayoutUpdate:
    """The screen as a whole, with what is seen of those behind it, as Textual draws it for its own pictures."""
    background = app._background_screens
    drawn = app.screen._compositor.render_update(full=True, screen_stack=background, simplify=simplify)
    assert isinstance(drawn, LayoutUpdate)
    return drawn


def forget_css(app: App[Any]) -> None:
    """Read the style sheets anew the next time: variables have changed, and no theme with them."""
    app._invalidate_css()


class SharedRules(Stylesheet):
    """Style sheets that take over the rules which one of this process has read: Textual's read them anew for each app.

    Rules depend on the theme's variables: those of the last few sets of variables are kept.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._take_over()

    def set_variables(self, variables: dict[str, str]) -> None:
        """Have the rules for these variables."""
        # Textual's own forgets those of the variables before: here others may need them.
        self._parse_cache = LRUCache(1)
        super().set_variables(variables)
        self._take_over()

    def _take_over(self) -> None:
        self._parse_cache = _rules_of(frozenset(self._variables.items()))


@lru_cache(8)
def _rules_of(_variables: frozenset[tuple[str, str]]) -> LRUCache[tuple[object, ...], list[RuleSet]]:
    return LRUCache(256)


def share_rules() -> None:
    """Let the apps of this process, from now on, take over one another's style rules."""
    from textual import app
    from textual.css import stylesheet

    for module in (app, stylesheet):
        vars(module)["Stylesheet"] = SharedRules


def clear_tooltip(screen: Screen[Any]) -> None:
    """Take the hint at the pointer away: what it told of is drawn anew."""
    screen._clear_tooltip()


def use_mouse(app: App[Any], wanted: bool) -> None:
    """Let the terminal tell of the mouse or not, at any time; a driver that knows no mouse is left alone."""
    driver = app._driver
    switch = getattr(driver, "_enable_mouse_support" if wanted else "_disable_mouse_support", None)
    if switch is not None and wanted != getattr(driver, "_mouse", wanted):
        # The driver asks itself whether it may before it says anything to the terminal.
        vars(driver)["_mouse"] = True
        switch()
        vars(driver)["_mouse"] = wanted


def replaceable(home: Screen[Any]) -> None:
    """Let a default screen be switched: Textual gives it no callback to forget, and forgets one all the same."""
    home._push_result_callback(home, None)


def leave_those_between(app: App[Any]) -> None:
    """Leave the screens between the first and the one in front. Popped one by one, each would be drawn once more."""
    for screen in app.screen_stack[1:-1]:
        app._screen_stack.remove(screen)
        screen._pop_result_callback()
        app.call_next(app._replace_screen, screen)


def handling() -> MessagePump | None:
    """The widget or app whose message is being handled in this task, None outside of any."""
    return active_message_pump.get(None)


def error_of(app: App[Any]) -> BaseException | None:
    """The error that an app without a terminal has ended with."""
    return app._exception


def is_over(app: App[Any]) -> bool:
    """Whether an app has ended, or is about to."""
    return app._exit or app._exception is not None or not app.is_running


def set_size(app: App[Any], size: Size) -> None:
    """Make an app without a terminal so large, also for whoever asks its driver."""
    from textual.drivers.headless_driver import HeadlessDriver

    assert isinstance(app._driver, HeadlessDriver)
    app._driver._size = size


def paint_now(app: App[Any]) -> bool:
    """Lay out and paint what waits for the next sixtieth of a second; whether nothing waited."""
    screen = app.screen
    if not screen._callbacks and not any(map(_is_stale, screen.walk_children(Widget, with_self=True))):
        return True
    with within(app):
        screen._on_timer_update()
    return False


def is_settled(app: App[Any]) -> bool:
    """Whether no message and no resizing waits, and each widget has done what it was told."""
    if app._resize_event is not None or app._resize_timer is not None or app.screen._compositor.size != app.size:
        return False
    return all(map(_is_resting, (app, *app.screen_stack, *app.screen.walk_children(with_self=False))))


def _is_resting(pump: MessagePump) -> bool:
    """Whether a widget or an app waits for a message. One that closes takes none."""
    queue: Queue[Message | None] = pump._message_queue
    waits = queue.empty() and bool(queue.ready_event._waiters) and not pump._next_callbacks
    return waits or pump._closing or pump._closed


def _is_stale(widget: Widget) -> bool:
    """Whether a widget, or the screen, is about to be laid out or drawn again."""
    marked = widget._layout_required or widget._repaint_required or widget._recompose_required
    awaited = marked or widget._scroll_required or widget._refresh_styles_required
    return awaited or (isinstance(widget, Screen) and bool(widget._dirty_widgets))


async def answered(pump: MessagePump) -> None:
    """Wait until a widget has taken every message that it has now, or is gone. Only its task tells that it is gone."""
    taken = asyncio.Event()
    if not pump.call_later(taken.set) or pump._task is None:
        return
    waiting = asyncio.ensure_future(taken.wait())
    await asyncio.wait((waiting, pump._task), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
