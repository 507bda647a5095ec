"""The Gateway screen: what the simulated gateway shall answer next, chosen from a list, and what was chosen before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container
from textual.widget import Widget

from pos.domain.i18n import N_, _, plural
from pos.domain.terminal_text import width
from screens.gateway.answers import SHORT, GatewayAnswer, answers, coming, fitting, told
from screens.kit.empty import NOTHING_FITS
from screens.kit.input.scanning import SHORTEST_SUFFIX
from screens.kit.listing import as_guess, marked
from screens.kit.open_till_screen import OpenTillScreen
from screens.kit.search_screen import SearchListScreen
from screens.render.panel import Panel
from screens.render.parts import part
from screens.render.rows import BLANK, Piece, Row, apart, right, row, sentence, wrapped
from screens.render.tags import PlaceTag, Tag

if TYPE_CHECKING:
    from pos.domain.ports import GatewayPlan

NOTHING: Final = N_("Nothing was chosen: each card answers for itself. ↑↓ and ⏎ choose what the next ones get.")
LEAST_FOR_CODE: Final = 40
"""Columns below which a decline's code is told only where there is room for its sentence."""
NUMBER: Final = 3
"""Columns of an answer's place in the row."""


class GatewayScreen(SearchListScreen, OpenTillScreen):
    """A list to search and to choose from. Enter tells the gateway, and goes back."""

    KIND: ClassVar[str] = "gateway"
    CSS_PATH = "screen.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[str, tuple[tuple[GatewayAnswer, ...], bool]] = ("", (answers(), False))

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

    @property
    def listed(self) -> tuple[GatewayAnswer, ...]:
        """The answers that fit what is typed."""
        return self._fitting[0]

    @property
    def guessed(self) -> bool:
        """Whether they only come near to what is typed."""
        return self._fitting[1]

    @property
    def _fitting(self) -> tuple[tuple[GatewayAnswer, ...], bool]:
        """Looked up once, however often it is asked for."""
        typed = self.typed.strip()
        if self._found[0] != typed:
            self._found = (typed, fitting(answers(), typed))
        return self._found[1]

    @property
    def listed_keys(self) -> Sequence[str]:
        """The words of the answers that fit."""
        return [answer.words for answer in self.listed]

    @property
    def chosen(self) -> GatewayAnswer | None:
        """The one that Enter means."""
        return self.listed[self.picked] if self.listed and self.picked is not None else None

    @property
    def plan(self) -> GatewayPlan | None:
        """What the gateway was told before."""
        return self.host.till.gateway_plan

    def submit(self, text: str) -> None:
        """Enter: tell the gateway. A scan is no choice, and goes to the screen below."""
        from pos.language.verbs.devices import GATEWAY, TellGateway

        if len(text) >= SHORTEST_SUFFIX and text.isdecimal():
            self.hand_down(text)
            return
        self.typed = text
        answer = self.chosen
        if self.may_take() and answer is not None and self.host.attempt(GATEWAY.step(TellGateway(answer.words))):
            plan = self.plan
            self.leave()
            if plan is not None:
                self.host.say(told(answer.words, plan), "good")

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
        """Caption the panels: what can be typed, how much was found, how many answers are to come."""
        super().dress()
        title = _("What shall the gateway do? Type a part of it")
        self.panel("line").caption(title, _("↑↓ choose · ⏎ do it · Esc back"))
        self.panel("list").caption(_("Card gateway"), self.count_note(len(answers())))
        waiting = len(self.plan.answers) if self.plan is not None else 0
        note = plural("{count} answer", "{count} answers", waiting) if waiting else ""
        self.panel("coming").caption(_("What comes next"), note)

    def _list(self, columns: int, lines: int) -> Sequence[Row]:
        listed, chosen = self.listed, self.chosen
        if not listed:
            return sentence(_(NOTHING_FITS), columns)
        rows: list[Row] = []
        section, focus = "", 0
        for number, answer in enumerate(listed):
            if answer.section != section:
                rows += [*([BLANK] if section else []), row(Piece(_(section := answer.section), "strong"))]
            focus = len(rows) if answer is chosen else focus
            named = replace(answer, text=as_guess(answer.text, guess=self.guessed))
            kind, typed = "chosen" if answer is chosen else "", "" if self.guessed else self.typed
            rows.append(_answer_row(named, PlaceTag(number, answer.about), kind, columns, typed))
        return part(rows, lines, focus)

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


def _answer_row(answer: GatewayAnswer, tag: Tag, kind: str, columns: int, typed: str) -> Row:
    """A name and what happens; of a decline the cashier's sentence and its code."""
    if answer.code:
        text = marked(answer.text, typed, width(answer.text))
        fits = columns >= LEAST_FOR_CODE or width(answer.text) + width(answer.code) + 3 <= columns
        code = (Piece(f" {answer.code}", "faint"),) if fits else ()
        return apart((Piece("  "), *text), code, columns, kind, tag)
    name = max(width(_(text)) for _section, text, _about in SHORT.values()) + 2
    return row("  ", *marked(answer.text, typed, name), Piece(answer.about, "faint"), kind=kind, tag=tag)
