"""The Gateway screen: what the simulated gateway shall answer next, chosen from a list, and what was chosen before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget

from pos.domain.text import width
from pos.domain.words import N_, _, plural
from screens.acting.keys import ENTER, Key
from screens.acting.scanning import SHORTEST_SUFFIX
from screens.base import LineScreen, TillScreen
from screens.drawing.panel import Panel, window
from screens.drawing.rows import BLANK, Piece, Row, apart, left, right, row, wrapped
from screens.drawing.tags import Place, Tag
from screens.parts.answers import SHORT, Answer, answers, coming, fitting, told
from screens.scrolling import STEPS

if TYPE_CHECKING:
    from pos.domain.ports import GatewayPlan

NOTHING: Final = N_("Nothing was chosen: each card answers for itself.")
NUMBER: Final = 3
"""Columns of an answer's place in the row."""


class GatewayScreen(LineScreen):
    """A list to search and to choose from. Enter tells the gateway, and goes back."""

    KIND: ClassVar[str] = "gateway"
    CSS_PATH = "gateway.tcss"

    index: var[int] = var(0, init=False)
    """Which answer is chosen, of those that fit what is typed."""

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[str, tuple[Answer, ...]] = ("", answers())

    def body(self) -> Sequence[Widget]:
        """The line, the list, and what is to come."""
        return (
            self.line_panel(),
            Container(
                Panel(self._list, "list", frame="rim"),
                Panel(self._coming, "coming", frame="rim"),
                id="body",
            ),
        )

    def watch_index(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    @property
    def listed(self) -> tuple[Answer, ...]:
        """The answers that fit what is typed; looked up once, however often they are asked for."""
        typed = self.typed.strip()
        if self._found[0] != typed:
            self._found = (typed, fitting(answers(), typed))
        return self._found[1]

    @property
    def chosen(self) -> Answer | None:
        """The one that Enter means."""
        listed = self.listed
        return listed[min(self.index, len(listed) - 1)] if listed else None

    @property
    def plan(self) -> GatewayPlan | None:
        """What the gateway was told before."""
        return self.host.till.gateway_plan if self.host.till is not None else None

    def take(self, key: Key) -> None:
        """A key of the screen below goes there; the one that opened this screen closes it."""
        below = self.app.screen_stack[-2]
        action = self.host.keymap.action(below.KIND, key.name) if isinstance(below, TillScreen) else None
        if key.char is None and action is not None and self.host.keymap.action(self.KIND, key.name) is None:
            self.leave()
            if action.id != self.KIND:
                self.host.take(key)
        else:
            super().take(key)

    def press(self, key: Key) -> None:
        """What is typed begins a new choice."""
        typed = self.typed
        super().press(key)
        if key.name != "enter" and self.typed != typed:
            self.index, self.host.notice = 0, None

    def move(self, name: str) -> None:
        """Arrows choose."""
        if name in STEPS:
            self.index = min(max(self.index + STEPS[name], 0), max(len(self.listed) - 1, 0))

    def submit(self, text: str) -> None:
        """Enter: tell the gateway. A scan is no choice, and goes to the screen below."""
        if len(text) >= SHORTEST_SUFFIX and text.isdecimal():
            self.leave()
            for char in text:
                self.host.take(Key(char, char))
            self.host.take(ENTER)
            return
        self.typed = text
        answer = self.chosen
        if answer is None:
            self.host.say(_("Nothing fits that. Type fewer letters, or Esc to begin again."), "bad")
        elif self.host.attempt(lambda till: till.gateway(answer.words)):
            plan = self.plan
            self.leave()
            if plan is not None:
                self.host.say(told(answer.words, plan), "good")

    def clicked(self, tag: Tag) -> None:
        """An answer is chosen; the chosen one is told."""
        if not isinstance(tag, Place):
            super().clicked(tag)
        elif tag.index == self.index:
            self.take(ENTER)
        else:
            self.index = tag.index

    def leave(self) -> None:
        """Back to the screen below."""
        self.host.notice = None
        self.app.pop_screen()

    @property
    def hint(self) -> str:
        """The chosen answer in full."""
        answer = self.chosen
        if answer is None:
            return ""
        return f"{answer.text} {answer.about}" if answer.code else answer.about

    def dress(self) -> None:
        """Captions."""
        super().dress()
        title = _("What shall the gateway do? Type a part of it")
        self.panel("line").caption(title, _("↑↓ choose · ⏎ do it · Esc back"))
        many = len(self.listed)
        self.panel("list").caption(
            _("Card gateway"), plural("{count} found", "{count} found", many) if self.typed else ""
        )
        waiting = len(self.plan.answers) if self.plan is not None else 0
        note = plural("{count} answer", "{count} answers", waiting) if waiting else ""
        self.panel("coming").caption(_("What comes next"), note)

    def _list(self, columns: int, lines: int) -> Sequence[Row]:
        listed, chosen = self.listed, self.chosen
        if not listed:
            return (row(Piece(_("Nothing fits that."), "faint")),)
        rows: list[Row] = []
        section, focus = "", 0
        for number, answer in enumerate(listed):
            if answer.section != section:
                rows += [*([BLANK] if section else []), row(Piece(_(section := answer.section), "accent"))]
            focus = len(rows) if answer is chosen else focus
            rows.append(_answer_row(answer, Place(number, answer.about), "chosen" if answer is chosen else "", columns))
        first = window(len(rows), lines, focus)
        return rows[first : first + lines]

    def _coming(self, columns: int, lines: int) -> Sequence[Row]:
        plan = self.plan
        if plan is None:
            return ()
        rows = [row(Piece("✗ ", "bad"), _("The gateway is down."))] if plan.down else []
        for number, words in enumerate(plan.answers, start=1):
            code = words.removeprefix("decline ") if words.startswith("decline ") else ""
            pieces = (right(str(number), NUMBER), Piece("  "), Piece(coming(words)))
            fits = Row(pieces).width + 1 + width(code) <= columns
            rows.append(apart(pieces, (Piece(f" {code}", "faint"),) if code and fits else (), columns))
        if not plan.answers and not plan.down:
            return [row(Piece(line, "faint")) for line in wrapped(_(NOTHING), columns)]
        if len(rows) > lines:
            more = len(rows) - lines + 1
            text = plural("… {count} more after that", "… {count} more after that", more)
            rows = [*rows[: lines - 1], row(Piece(text, "faint"))]
        return rows


def _answer_row(answer: Answer, tag: Tag, kind: str, columns: int) -> Row:
    """A name and what happens; of a decline the cashier's sentence and its code."""
    if answer.code:
        return apart((Piece("  "), Piece(answer.text)), (Piece(f" {answer.code}", "faint"),), columns, kind, tag)
    name = max(width(_(text)) for _section, text, _about in SHORT.values()) + 2
    return row("  ", left(answer.text, name), Piece(answer.about, "faint"), kind=kind, tag=tag)
