"""Errors and the end of an app: the till takes them in, and says itself what comes of them."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import RenderableType
from textual._context import active_message_pump
from textual.app import App
from textual.css.stylesheet import StylesheetParseError
from textual.css.tokenizer import TokenError
from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget


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
            self._hand_over(error)
        except (SystemExit, CancelledError) as error:
            from pos.language.verb import broken_off, is_broken_off

            if not is_broken_off(error):
                raise
            self._hand_over(broken_off(error))

    def _hand_over(self, error: Exception) -> None:
        app = self if isinstance(self, App) else self.app
        app._handle_exception(error)


class StyleSheetError(SyntaxError):
    """A style sheet that cannot be read: what is wrong, in which file and line; of a class's own, the line there."""


def _told(error: Exception) -> StyleSheetError | None:
    """One of Textual's errors of a style sheet, told with its place; None for any other."""
    if isinstance(error, TokenError):
        place, code, why, (line, column) = error.read_from, error.code, str(error), error.start
    elif isinstance(error, StylesheetParseError):
        token, help_text = next(found for rule in error.errors.rules for found in rule.errors)
        where = token.referenced_by or token
        place, code, why = token.read_from, where.code, str(help_text)
        line, column = (at + 1 for at in where.location)
    else:
        return None
    file, owner = place
    lines = code.splitlines()
    text = lines[line - 1] if line <= len(lines) else ""
    return StyleSheetError(f"{owner}: {why}" if owner else why, (file, line, column, text))


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
        """A style sheet that cannot be read is taken out again: it would be read with every other one.

        Raises StyleSheetError in the place of Textual's errors, of which most say nothing as a text.
        """
        before = dict(self.stylesheet.source)
        try:
            yield
        except Exception as error:
            self.stylesheet.source = before
            if (told := _told(error)) is not None:
                raise told from None
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
