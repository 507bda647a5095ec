"""Screens with a line that finds something in a list: over another screen, whose keys and scans still reach it."""

from __future__ import annotations

from textual.reactive import var

from pos.domain.words import _
from screens.acting.keys import ENTER, Key
from screens.base import LineScreen, TillScreen
from screens.scrolling import STEPS


class FindingScreen(LineScreen):
    """What is typed finds; nothing that is meant for the screen below is lost."""

    def take(self, key: Key) -> None:
        """A key that means something on the screen below goes there, its own closes it; all else types or chooses."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        here = self.host.keymap.action(self.KIND, key.name)
        if key.char is None and here is None and isinstance(below, TillScreen):
            action = self.host.keymap.action(below.KIND, key.name)
            if action is not None:
                self.app.pop_screen()
                if action.id != self.KIND:
                    self.host.take(key)
                return
        super().take(key)

    def hand_down(self, scan: str) -> None:
        """Close, and let the screen below have a scan."""
        self.app.pop_screen()
        for char in scan:
            self.host.take(Key(char, char))
        self.host.take(ENTER)

    def tell_nothing_fits(self) -> None:
        """Say that what is typed finds nothing."""
        self.host.say(_("Nothing fits that. Type fewer letters, or Esc to begin again."), "bad")


class ChoosingScreen(FindingScreen):
    """The same with one entry that is chosen, by its place among those that fit."""

    index: var[int] = var(0, init=False)
    """Which entry is chosen."""

    @property
    def many(self) -> int:
        """How many entries fit."""
        raise NotImplementedError

    def watch_index(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    def press(self, key: Key) -> None:
        """What is typed begins a new choice."""
        typed = self.typed
        super().press(key)
        if key.name != "enter" and self.typed != typed:
            self.index, self.host.notice = 0, None

    def move(self, name: str) -> None:
        """Arrows choose."""
        if name in STEPS:
            self.index = min(max(self.index + STEPS[name], 0), max(self.many - 1, 0))
            self.host.notice = None
