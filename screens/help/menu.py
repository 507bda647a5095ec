"""All actions of a screen in a list: a second way to everything, with the arrows alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.widget import Widget

from pos.domain.i18n import _
from pos.domain.terminal_text import width
from screens.kit import actions
from screens.kit.availability import NOTHING, Subject
from screens.kit.page_screen import PageScreen
from screens.render.panel import Panel
from screens.render.parts import part_of
from screens.render.rows import BLANK, Row, left, row, wrapped
from screens.render.tags import PlaceTag

KEY: Final = 9
LABEL: Final = 18
BEFORE: Final = KEY + LABEL
"""Columns before what an action does."""
ABOUT: Final = 2
"""Lines at the end for the chosen action's whole text, if any text is cut."""


class MenuScreen(PageScreen):
    """Choose an action; it is done on the screen from which the menu was opened."""

    KIND: ClassVar[str] = "menu"

    def __init__(self, about: str, subject: Subject = NOTHING) -> None:
        super().__init__(subject)
        self._actions = [action for action in actions.on_screen(about) if action.id != "menu"]

    def body(self) -> Sequence[Widget]:
        """One panel, with a row for each action."""
        return (Panel(self._list, "page", frame="accent", title=_("Menu")),)

    @property
    def last(self) -> int:
        """The index of the last action."""
        return len(self._actions) - 1

    def choose(self) -> None:
        """Do the chosen action."""
        if not self.sees_chosen("page"):
            return
        action = self._actions[self.index]
        self.app.pop_screen()
        self.host.front.act(action)

    def dress(self) -> None:
        """Caption the list with the keys that it takes."""
        self.panel("page").caption(_("Menu"), _("↑↓ choose · ⏎ do it · Esc back"))

    def _list(self, columns: int, lines: int) -> Sequence[Row]:
        cut = any(width(action.reason(self.host) or _(action.help)) > columns - BEFORE for action in self._actions)
        shown = max(lines - ABOUT - 1, 1) if cut else lines
        rows = part_of(self._actions, shown, self.index, lambda index, action: self._row(action, columns, index))
        if not cut:
            return rows
        action = self._actions[self.index]
        about = wrapped(action.reason(self.host) or _(action.help), columns)[:ABOUT]
        return rows.within((), [*[BLANK] * (lines - len(rows) - ABOUT), *(row(line) for line in about)])

    def _row(self, action: actions.Action, columns: int, index: int) -> Row:
        reason = action.reason(self.host)
        kind = "" if reason is None else "faint"
        pieces = (
            left(self.host.cap(action.id), KEY, "key" if reason is None else "faint"),
            left(_(action.label), LABEL, kind),
            left(reason or _(action.help), max(columns - BEFORE, 0), "faint"),
        )
        return Row(pieces, "chosen" if index == self.index else "", PlaceTag(index, _(action.help)))
