"""All actions of a screen in a list: a second way to everything, with the arrows or by a part of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.widget import Widget

from pos.domain.i18n import _
from pos.domain.terminal_text import width
from screens.help.pair import PairedScreen
from screens.kit import actions
from screens.kit.availability import NOTHING, Subject
from screens.kit.empty import NOTHING_FITS
from screens.kit.filtering import Fitting, fitting
from screens.kit.listing import as_guess, marked
from screens.kit.search_screen import SearchListScreen
from screens.render.panel import Panel
from screens.render.parts import part_of
from screens.render.rows import Piece, Row, left, sentence
from screens.render.tags import PlaceTag

KEY: Final = 9
LABEL: Final = 18
BEFORE: Final = KEY + LABEL
"""Columns before what an action does."""
EDGES: Final = 4
"""Columns of a panel beside its rows."""


class MenuScreen(PairedScreen, SearchListScreen):
    """Choose an action; it is done on the screen from which the menu was opened."""

    KIND: ClassVar[str] = "menu"
    LIST = "page"

    def __init__(self, about: str, subject: Subject = NOTHING) -> None:
        super().__init__(subject)
        self._actions = {action.id: action for action in actions.on_screen(about) if action.id != "menu"}
        self._found: tuple[str, Fitting] | None = None

    def body(self) -> Sequence[Widget]:
        """The line, and a row for each action that fits."""
        return (self.line_panel(), Panel(self._list, "page", frame="rim", title=_("Menu")))

    @property
    def fitting(self) -> Fitting:
        """The actions that fit what is typed, by their names, else by what they do."""
        typed = self.typed.strip()
        if self._found is None or self._found[0] != typed:
            names = {key: f"{_(action.label)} {action.label} {action.word}" for key, action in self._actions.items()}
            abouts = {key: f"{names[key]} {_(action.help)}" for key, action in self._actions.items()}
            self._found = typed, fitting(typed, names, abouts)
        return self._found[1]

    @property
    def listed_keys(self) -> Sequence[str]:
        """The ids of the actions that fit."""
        return self.fitting.keys

    @property
    def guessed(self) -> bool:
        """Whether they only come near to what is typed."""
        return self.fitting.guessed

    def submit(self, text: str) -> None:
        """Enter: do the chosen action. A code that was typed is for the screen below."""
        if self._is_scan(text):
            self.hand_down(text)
            return
        self.typed = text
        if self.may_take():
            action = self._actions[self.listed_keys[self.index]]
            self.app.pop_screen()
            self.host.front.act(action)

    @property
    def hint(self) -> str:
        """What the chosen action does, or why it cannot be done now, unless its row tells it whole."""
        keys = self.listed_keys
        if not keys:
            return ""
        action = self._actions[keys[self.index]]
        told = action.reason(self.host) or _(action.help)
        return told if width(told) > self.host.size.width - EDGES - BEFORE else ""

    def dress(self) -> None:
        """Caption the line with the keys that it takes, and the list with how much was found."""
        super().dress()
        self.panel("line").caption(_("Do what? Type a part of its name"), _("↑↓ choose · ⏎ do it · Esc back"))
        self.panel("page").caption(_("Menu"), self.count_note(len(self._actions)))

    def _list(self, columns: int, lines: int) -> Sequence[Row]:
        keys, at, picked = self.listed_keys, self.index, self.picked
        if not keys:
            return sentence(_(NOTHING_FITS), columns)

        def drawn(index: int, key: str) -> Row:
            return self._row(self._actions[key], columns, index, chosen=index == picked)

        return part_of(keys, lines, at, drawn)

    def _row(self, action: actions.Action, columns: int, index: int, *, chosen: bool) -> Row:
        reason = action.reason(self.host)
        kind = "" if reason is None else "faint"
        typed = "" if self.guessed else self.typed
        pieces = (
            left(self.host.cap(action.id), KEY, "key" if reason is None else "faint"),
            *marked(as_guess(_(action.label), guess=self.guessed), typed, LABEL - 1, kind),
            Piece(" "),
            *marked(reason or _(action.help), typed, max(columns - BEFORE, 0), "faint"),
        )
        return Row(pieces, "chosen" if chosen else "", PlaceTag(index, _(action.help)))
