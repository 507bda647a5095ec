"""Screens with a line that finds something in a list: over another screen, whose keys and scans still reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.reactive import var

from pos.domain.i18n import _
from screens.kit.empty import NOTHING_FITS
from screens.kit.page_screen import STEPS
from screens.kit.typing_screen import TypingScreen
from screens.terminal.keys import Key, Scanned

if TYPE_CHECKING:
    from screens.kit.input.bursts import Burst


class SearchScreen(TypingScreen):
    """What is typed finds; nothing that is meant for the screen below is lost."""

    def take(self, key: Key) -> None:
        """A key that means something on the screen below goes there, its own closes it; all else types or chooses."""
        below, here = self.below, self.host.keymap.action(self.KIND, key.name)
        if key.char is None and here is None and below is not None:
            action = self.host.keymap.action(below.KIND, key.name)
            if action is not None:
                self.app.pop_screen()
                if action.id != self.KIND:
                    self.host.front.take(key)
                return
        super().take(key)

    def meant(self, burst: Burst) -> int:
        """What is written in one piece with the key that opens the screen is searched for."""
        return len(burst.text) if burst.ahead else super().meant(burst)

    def scan(self, hand: str, code: str) -> None:
        """A scan is nothing that is looked for."""
        self.hand_down(code)

    def hand_down(self, code: str) -> None:
        """Close, and let the screen below have a scan."""
        self.app.pop_screen()
        self.host.front.scanned(Scanned("enter", text=code))

    def tell_nothing_fits(self) -> None:
        """Say that what is typed finds nothing."""
        self.host.say(_(NOTHING_FITS), "bad")


class SearchListScreen(SearchScreen):
    """The same with one entry that is chosen, by its place among those that fit."""

    LIST: ClassVar[str] = "list"
    """The panel that shows the entries."""

    index: var[int] = var(0, init=False)
    """Which entry is chosen."""
    pointed: var[bool] = var(False, init=False)
    """Whether an arrow or a click has chosen it."""

    @property
    def many(self) -> int:
        """How many entries fit."""
        raise NotImplementedError

    @property
    def guessed(self) -> bool:
        """Whether the entries only come near to what is typed."""
        return False

    @property
    def picked(self) -> int | None:
        """The place of the entry that Enter means; None: a guess, until an arrow chooses it."""
        return self.index if self.pointed or not self.guessed else None

    def watch_index(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    def watch_pointed(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    def press(self, key: Key) -> None:
        """What is typed begins a new choice."""
        typed = self.typed
        super().press(key)
        if key.name != "enter" and self.typed != typed:
            self.index, self.pointed, self.host.notice = 0, False, None

    def move(self, name: str) -> None:
        """Choose the entry a key's step away, at most the first or the last one."""
        if name in STEPS:
            if self.picked is not None:
                self.index = min(max(self.index + STEPS[name], 0), max(self.many - 1, 0))
            self.pointed, self.host.notice = True, None

    def may_take(self) -> bool:
        """Whether Enter may take what is chosen: it is seen, and no guess. If not, that is told."""
        if self.picked is None:
            self.host.say(_("Nothing is called so: ↓ chooses what comes near."), "bad")
            return False
        return self.sees_chosen(self.LIST)
