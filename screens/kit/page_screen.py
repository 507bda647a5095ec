"""Pages that are read or chosen from: arrows move, Escape goes back, whatever is typed belongs to the screen below."""

from __future__ import annotations

from typing import Final

from textual.reactive import var

from screens.kit.base_screen import TillScreen
from screens.render.tags import PlaceTag, Tag
from screens.terminal.keys import Key

STEPS: Final = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -10_000, "end": 10_000}


class PageScreen(TillScreen):
    """A page with a place in it: the first line that is shown, or the entry that is chosen."""

    index: var[int] = var(0, init=False)

    def watch_index(self) -> None:
        """Draw the page from its new place."""
        self.redraw()

    @property
    def last(self) -> int:
        """The highest place that the arrows go to; 0 for a page that is seen whole."""
        return 0

    def press(self, key: Key) -> None:
        """Arrows move; Enter chooses; what is typed goes to the screen below, so that no scan is lost."""
        if key.name in STEPS:
            self.index = min(max(self.index + STEPS[key.name], 0), self.last)
        elif key.name == "enter":
            self.choose()
        elif key.char is not None:
            self.app.pop_screen()
            # A letter that means something there, such as to take money, was not typed for that screen.
            if self.host.keymap.action(self.host.kind, key.name) is None:
                self.host.front.take(key)

    def holds(self, key: Key) -> bool:
        """What is typed is for the screen below."""
        return self.below is not None and self.below.holds(key)

    def clicked(self, tag: Tag) -> None:
        """An entry is chosen; the chosen one is taken."""
        if not isinstance(tag, PlaceTag):
            super().clicked(tag)
        elif tag.index == self.index:
            self.choose()
        else:
            self.index = min(tag.index, self.last)

    def choose(self) -> None:
        """Enter: by default, back."""
        self.back()
