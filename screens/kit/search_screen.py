"""Screens with a line that finds something in a list: over another screen, whose keys and scans still reach it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.reactive import var

from pos.domain.i18n import _
from screens.kit.argument_screen import ArgumentScreen
from screens.kit.empty import NOTHING_FITS
from screens.kit.filtering import ALL_AGAIN
from screens.kit.listing import NEAR
from screens.kit.typing_screen import TypingScreen
from screens.render.tags import PlaceTag, Tag
from screens.terminal.keys import ENTER, Key, Scanned

if TYPE_CHECKING:
    from screens.kit.input.bursts import Burst

STEPS: Final = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -10_000, "end": 10_000}
"""How far each key goes in a list or on a page."""


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
        self.hand_down(code, hand)

    def hand_down(self, code: str, hand: str = "") -> None:
        """Close, and let the screen below have a scan; what a hand has typed here before it is told there."""
        self.app.pop_screen()
        front = self.host.front
        front.scanned(Scanned("enter", text=code))
        if hand and isinstance(front, ArgumentScreen):
            front.tell_left(hand)

    def tell_nothing_fits(self) -> None:
        """Say that what is typed finds nothing; what is typed next stands in its place."""
        self.leave_refused(self.typed)
        self.host.say(_(NOTHING_FITS), "bad")


class SearchListScreen(SearchScreen):
    """The same with one entry that is chosen. What an arrow has chosen stays so as long as it is among the entries.

    So typing leaves the place, and once what was typed is gone, the place is there again.
    """

    LIST: ClassVar[str] = "list"
    """The panel that shows the entries."""

    place: var[object] = var(None, init=False)
    """What an arrow or a click has chosen, one of the keys; None: nothing yet."""

    @property
    def listed_keys(self) -> Sequence[object]:
        """What the entries that fit stand for, in their order."""
        raise NotImplementedError

    @property
    def guessed(self) -> bool:
        """Whether the entries only come near to what is typed."""
        return False

    @property
    def pointed(self) -> bool:
        """Whether an arrow or a click has chosen one that fits."""
        return self.place is not None and self.place in self.listed_keys

    @property
    def index(self) -> int:
        """Which entry is chosen; the first one, until an arrow or a click chooses."""
        keys = self.listed_keys
        return keys.index(self.place) if self.place is not None and self.place in keys else 0

    @property
    def picked(self) -> int | None:
        """The place of the entry that Enter means; None: a guess, until an arrow chooses it."""
        return self.index if self.pointed or not self.guessed else None

    def watch_place(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    def press(self, key: Key) -> None:
        """What was told of what was typed before does not count any longer."""
        typed = self.typed
        super().press(key)
        if key.name != "enter" and self.typed != typed:
            self.host.notice = None

    def move(self, name: str) -> None:
        """Choose the entry a key's step away, at most the first or the last one."""
        if name in STEPS and (keys := self.listed_keys):
            step = STEPS[name] if self.picked is not None else 0
            self.point(min(max(self.index + step, 0), len(keys) - 1))

    def point(self, index: int) -> None:
        """Choose the entry at a place."""
        keys = self.listed_keys
        if index < len(keys):
            self.place, self.host.notice = keys[index], None

    def clicked(self, tag: Tag) -> None:
        """An entry is chosen; the chosen one is taken."""
        if not isinstance(tag, PlaceTag):
            super().clicked(tag)
        elif tag.index == self.picked:
            self.take(ENTER)
        else:
            self.point(tag.index)

    def may_take(self) -> bool:
        """Whether Enter may take what is chosen: it is seen, and no guess. If not, that is told."""
        if not self.listed_keys:
            self.tell_nothing_fits()
            return False
        if self.picked is None:
            self.leave_refused(self.typed)
            self.host.say(_(NEAR), "bad")
            return False
        return self.sees_chosen(self.LIST)

    def count_note(self, all_of_them: int) -> str:
        """How many entries fit, of how many; nothing as long as nothing is typed."""
        found = len(self.listed_keys)
        return _(ALL_AGAIN, found=found, all=all_of_them) if self.typed.strip() and all_of_them else ""
