"""Screens with a line to type on: hands type there, scans and commands end there, and questions are asked there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.reactive import var

from pos.domain.i18n import _
from screens.kit.base_screen import TillScreen
from screens.kit.input.scanning import SHORTEST_SUFFIX, SIGNS, hand_of
from screens.kit.input.slash import slash_line
from screens.kit.line import LINE_TITLE, line_rows, told_rows
from screens.kit.prompts import Instead, Prompt
from screens.render.panel import Panel
from screens.render.rows import Row
from screens.render.sizes import is_tiny
from screens.render.tags import ActionTag, Tag
from screens.terminal.keys import ESCAPE, Key, Scanned

if TYPE_CHECKING:
    from screens.kit.input.bursts import Burst
    from screens.kit.listing import Listing

LONGEST: Final = 200
"""How much can be typed on one line."""
MENDING: Final = ("right", "end")
"""Keys that go behind what was refused, to type on there."""


class Answered(NamedTuple):
    """A question and its answer, until it is known whether it is one."""

    prompt: Prompt
    text: str


class TypingScreen(TillScreen):
    """A screen with a line to type on, which also asks the questions that actions ask in its place."""

    typed: var[str] = var("", init=False)
    prompt: var[Prompt | None] = var(None, init=False)
    _answered: Answered | None = None
    _refused = ""
    """What was refused and stands on the line still."""

    def watch_typed(self) -> None:
        """Draw the line and what depends on it, once it is typed on."""
        self.redraw_typing()

    def watch_prompt(self) -> None:
        """Draw the question."""
        self.redraw()

    @property
    def hint(self) -> str:
        """What stands below the line while there is nothing else to say."""
        return ""

    @property
    def told_hint(self) -> str:
        """The same, or what can be done with what is typed."""
        return self.hint

    def line_panel(self) -> Panel:
        """The panel with the line, to be put into a screen's body."""
        return Panel(self._line, "line", title=_(LINE_TITLE), frame="accent", raised=True, gap=False)

    def leave_refused(self, text: str) -> None:
        """Leave what was refused on the line: the next sign that is typed replaces it; Backspace and → mend it."""
        self.typed = self._refused = text

    @property
    def marked(self) -> bool:
        """Whether the next sign that is typed replaces what stands on the line."""
        return bool(self.typed) and self.typed == self._refused

    def _unmark(self, key: Key) -> bool:
        """Replace what was refused by what is typed, or begin to mend it; whether that is all that the key does."""
        marked, self._refused = self.marked, ""
        if marked and key.char is not None:
            self.typed, self.host.notice = "", None
        elif marked:
            self.redraw_typing()
        return marked and key.name in MENDING

    def ask(self, prompt: Prompt) -> None:
        """Turn the line into a question."""
        self.typed = ""
        self.host.notice = None
        self.prompt = prompt

    def take(self, key: Key) -> None:
        """An action's key ends a question that was not answered."""
        if self._unmark(key):
            return
        prompt, self._answered = self.prompt, None
        if prompt is None or key == ESCAPE or self.host.keymap.action(self.KIND, key.name) is None:
            super().take(key)
        else:
            self._leave_question(prompt, lambda: super(TypingScreen, self).take(key))

    def _leave_question(self, prompt: Prompt, act: Callable[[], None]) -> None:
        """Do something else than to answer; that the question is not asked any longer is told."""
        self.prompt, self.typed = None, ""
        act()
        if self.prompt is None and self.host.notice is None:
            self.host.say(_("“{question}” was not answered: nothing was changed.", question=prompt.title))

    def clicked(self, tag: Tag) -> None:
        """An action ends a question, as its key does."""
        self._answered = None
        if isinstance(tag, ActionTag) and self.prompt is not None and tag.id != "back":
            self._leave_question(self.prompt, lambda: super(TypingScreen, self).clicked(tag))
        else:
            super().clicked(tag)

    def press(self, key: Key) -> None:
        """Type, correct, answer, or what the screen makes of the key."""
        if key.name == "enter":
            self._enter()
        elif key.name == "escape":
            self.back()
        elif key.name == "backspace":
            self.typed = self.typed[:-1]
        elif key.name == "ctrl+u":
            self.typed = ""
        elif key.char is None:
            self.move(key.name)
        elif len(self.typed) < LONGEST:
            self.type(key.char)
        else:
            self.full()

    def type(self, char: str) -> None:
        """A printable key."""
        self.typed += char

    def meant(self, burst: Burst) -> int:
        """A command, or an answer, that is written in one piece with what leads to it; signs that are held down."""
        command = burst.text.startswith("/") and bool(burst.after)
        signs = not burst.text.strip(SIGNS)
        return len(burst.text) if signs or command or (burst.ahead and self.prompt is not None) else 0

    def scanned(self, scan: Scanned) -> None:
        """A scan is a code or nothing, whatever was typed before it; a question stays until it is answered."""
        hand, self._answered = hand_of(self.typed, scan.text), None
        if not scan.ended:
            self.typed = (hand + scan.text)[:LONGEST]
        elif self.prompt is not None:
            self.answer_scanned(self.prompt, hand, scan.text)
        elif scan.text.startswith("/"):
            self.typed = hand
            self.host.say(_("A command is typed by hand: “{text}” was scanned.", text=scan.text), "bad")
        elif hand.startswith("/") and (not self.host.is_code(scan.text) or _only_looks(hand)):
            self._command_scanned(hand, scan.text)
        else:
            self.typed = ""
            self.scan(hand, scan.text)

    @property
    def begun(self) -> str:
        """What is on the line already, to which a burst may belong."""
        return "" if self.marked else self.typed

    def clear(self) -> None:
        """Forget what was typed; a question stays."""
        self.typed = ""

    def unscanned(self, scan: Scanned) -> None:
        """What a hand has typed before it stays."""
        self.typed = hand_of(self.typed, scan.text)

    def answer_scanned(self, _prompt: Prompt, hand: str, code: str) -> None:
        """A scan while a question is asked, which it does not answer; `hand` is what was typed before it."""
        self.typed = hand
        self.tell_no_answer(code)

    def tell_no_answer(self, code: str) -> None:
        """Say that a scan is not what is asked for."""
        self.host.say(_("“{code}” was scanned, which is no answer here: type it by hand.", code=code), "bad")

    def _command_scanned(self, hand: str, code: str) -> None:
        line = slash_line(hand)
        if line is not None and line.verb is not None and line.verb.scanned:
            self.typed = ""
            self.submit(hand + code)
        else:
            self.typed = hand
            self.tell_no_answer(code)

    def scan(self, hand: str, code: str) -> None:
        """A scan on the line, no question being asked; `hand` is what was typed before it."""
        raise NotImplementedError

    def back(self) -> None:
        """Escape: end the question, clear the line, or leave."""
        if self.prompt is not None or self.typed:
            prompt, self.prompt, self.typed = self.prompt, None, ""
            self._ask_behind(prompt)
        else:
            self.leave()

    def _ask_behind(self, prompt: Prompt | None) -> None:
        """Ask what was asked before a question that is done with, if nothing else is asked now."""
        if prompt is not None and prompt.behind is not None and self.prompt is None:
            self.prompt, self.typed = prompt.behind.prompt, prompt.behind.typed

    def leave(self) -> None:
        """Escape with nothing to clear."""
        self.app.pop_screen()

    def move(self, name: str) -> None:
        """A key that neither types nor means an action: arrows and the like."""

    def complete(self, text: str) -> None:
        """A line is complete: what every screen of its kind refuses is told, all else the screen itself takes."""
        self.submit(text)

    def submit(self, text: str) -> None:
        """Enter on the line, no question being asked; `text` may be empty."""
        raise NotImplementedError

    def _enter(self) -> None:
        text, prompt = self.typed.strip(), self.prompt
        if self.host.refuses(text):
            self.typed = ""
        elif prompt is None:
            self.typed = ""
            self.complete(text)
        elif text and not prompt.secret and self._is_scan(text) and not prompt.scans(text):
            self.answer_scanned(prompt, "", text)
        elif text or prompt.empty:
            meant = self.chosen_answer(prompt, text)
            self.typed, self.prompt = "", None
            self.answer(prompt, meant if prompt.secret else self.host.entered(meant))

    def chosen_answer(self, prompt: Prompt, text: str) -> str:
        """What Enter answers a question with: the chosen one of the answers on offer, unless this is one as it is."""
        return (None if prompt.scans(text) else self.chosen_in(prompt.offers(text))) or text

    def chosen_in(self, _listed: Listing | None) -> str | None:
        """The entry of a list that Enter means on this screen; None for none, for a guess and for what is not seen."""
        return None

    def answer(self, prompt: Prompt, text: str) -> None:
        """Do what is asked with the answer. Why it is none is told, and it stays to be mended: it is asked again."""
        from pos.domain.errors import TillError

        self._answered = Answered(prompt, text)
        try:
            came = prompt.apply(text)
        except TillError as error:
            self.host.refuse(error)
            came = False
        if isinstance(came, Instead):
            self.host.say(came.why, "bad")
            self._answered = Answered(prompt, came.text)
        if came is False or isinstance(came, Instead):
            self.ask_again()
        else:
            self._ask_behind(prompt)

    def ask_again(self) -> None:
        """Ask once more what was answered last, with that answer to be mended."""
        answered, self._answered = self._answered, None
        if answered is not None and self.prompt is None:
            self.leave_refused("" if answered.prompt.secret else answered.text)
            self.prompt = answered.prompt

    def _is_scan(self, text: str) -> bool:
        """Whether a question was answered by a scan's text: the code of a product, as long as a barcode."""
        return len(text) >= SHORTEST_SUFFIX and text.isdecimal() and self.host.is_code(text)

    @property
    def line_height(self) -> int:
        """How many lines the panel takes in which is typed, by the style sheets, before it is laid out too."""
        if is_tiny(self.host.size):
            return 2
        return 4 if self.panel("line").has_class("-tall-message") else 3

    def dress(self) -> None:
        """A message of two lines is seen whole."""
        told, line = told_rows(self.host, self.told_hint, max(self.host.size.width - 4, 1)), self.panel("line")
        line.set_class(len(told) > 1, "-tall-message")
        line.frame = "" if is_tiny(self.host.size) else "refused" if self.host.flashing else "accent"

    def _line(self, columns: int, lines: int) -> Sequence[Row]:
        hint = self.prompt.title if self.prompt is not None and is_tiny(self.host.size) else self.told_hint
        secret = self.prompt is not None and self.prompt.secret
        return line_rows(
            self.host, "•" * len(self.typed) if secret else self.typed, hint, columns, lines, marked=self.marked
        )


def _only_looks(hand: str) -> bool:
    """Whether a command that a hand has begun only looks at what is scanned."""
    line = slash_line(hand)
    return line is not None and line.verb is not None and line.verb.scanned and line.verb.looks
