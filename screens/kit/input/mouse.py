"""The mouse: a second way to what the keyboard does, in the same order as the keys.

A click is taken synchronously, as a key is: what is typed after it goes where the click led. While keys wait, or a
step is under way, it does nothing, so that it never comes before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual import events
from textual.errors import NoWidget

from screens.render.panel import Panel

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.widget import Widget

    from screens.kit.host import Keyboard
    from screens.render.tags import Tag

LEFT = 1


class MouseTarget(Protocol):
    """A screen that a mouse points at."""

    @property
    def host(self) -> Keyboard:
        """Who says whether a key would be taken now."""
        ...

    @property
    def is_current(self) -> bool:
        """Whether it is in front."""
        ...

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """What is there. Raises NoWidget."""
        ...

    def clicked(self, tag: Tag) -> None:
        """Do what a click on something drawn means."""
        ...

    def wheeled(self, panel: str, step: int) -> None:
        """The wheel over a panel, down (1) or up (-1)."""
        ...


class Mouse:
    """What the mouse does on one screen. Only the left button and the wheel mean anything."""

    def __init__(self, screen: MouseTarget) -> None:
        self._screen = screen
        self._pressed: Tag | None = None

    def hear(self, event: events.MouseEvent) -> bool:
        """Act on a mouse event; whether nobody else needs it."""
        if isinstance(event, events.MouseDown):
            self._pressed = self._tag(event) if event.button == LEFT else None
        elif isinstance(event, events.Click):
            pressed, self._pressed = self._pressed, None
            tag = self._tag(event)
            if event.button == LEFT and tag is not None and tag == pressed and self._free:
                self._screen.host.heed()
                self._screen.clicked(tag)
                return True
        elif isinstance(event, (events.MouseScrollUp, events.MouseScrollDown)):
            panel = self._at(event)[0]
            if panel is not None and self._free:
                self._screen.wheeled(panel.id or "", -1 if isinstance(event, events.MouseScrollUp) else 1)
                return True
        return False

    @property
    def _free(self) -> bool:
        """Whether a key would be taken now."""
        host = self._screen.host
        return self._screen.is_current and not host.occupied and not host.kept_keys

    def _tag(self, event: events.MouseEvent) -> Tag | None:
        panel, x, y = self._at(event)
        return panel.tag_at(x, y) if panel is not None else None

    def _at(self, event: events.MouseEvent) -> tuple[Panel | None, int, int]:
        """The panel under the pointer, and where in it."""
        try:
            widget, region = self._screen.get_widget_at(event.x, event.y)
        except NoWidget:
            return None, 0, 0
        return widget if isinstance(widget, Panel) else None, event.x - region.x, event.y - region.y
