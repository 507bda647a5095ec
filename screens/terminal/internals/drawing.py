"""Drawing: screens that are drawn once, widgets that remember, and what stands on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual._compositor import Compositor, LayoutUpdate
from textual._context import active_app
from textual.app import App
from textual.events import Event, ScreenResume
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.strip import Strip


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

    def _on_screen_resume(self, event: ScreenResume) -> None:
        """Give styles to nothing that was made with them: at first only the screen is older than its own style sheet.

        Textual's own is called after this.
        """
        if event.refresh_styles and not self.stack_updates:
            event.refresh_styles = False
            self.app.stylesheet.apply(self)

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


class DrawnWhenSeen(Compositor):
    """Puts the widgets together as Textual's does; in an app without a terminal not before somebody looks."""

    _due: Sequence[Screen[Any]] | None = None
    """The screens behind, for what is to be drawn; None: nothing is."""

    def render_update(
        self, full: bool = False, screen_stack: list[Screen[Any]] | None = None, simplify: bool = False
    ) -> RenderableType | None:
        """What is to be drawn now: nothing if there is no terminal and the whole was not asked for.

        Who asks from outside any app, as Textual's pilot does, has none either.
        """
        app = active_app.get(None)
        if full or (app is not None and not app.is_headless):
            return super().render_update(full, screen_stack, simplify)
        self._due = screen_stack or ()
        return None

    def draw_due(self) -> None:
        """Draw what was to be drawn."""
        if self._due is not None:
            behind, self._due = self._due, None
            super().render_update(screen_stack=[*behind])


def draw_when_seen() -> None:
    """Let the screens that are made from now on draw nothing that nobody sees."""
    from textual import screen

    vars(screen)["Compositor"] = DrawnWhenSeen


def draw_due(app: App[Any]) -> None:
    """Draw what an app without a terminal has put off."""
    compositor = app.screen._compositor
    if isinstance(compositor, DrawnWhenSeen):
        compositor.draw_due()


def within(app: App[Any]) -> AbstractContextManager[None]:
    """Act as an app's own task does: Textual knows by the context which app is meant."""
    return app._context()


def strips(app: App[Any]) -> Sequence[Strip]:
    """What is drawn, line by line: nothing else knows all widgets together."""
    with within(app):
        draw_due(app)
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


def clear_tooltip(screen: Screen[Any]) -> None:
    """Take the hint at the pointer away: what it told of is drawn anew."""
    screen._clear_tooltip()
