"""Screens with a line to type on: hands type there, scans and commands end there, and questions are asked there."""

from __future__ import annotations

from collections.abc import Sequence
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
from screens.render.tags import Tag
from screens.terminal.keys import Key, Scanned

if TYPE_CHECKING:
    from screens.kit.actions import Action
    from screens.kit.input.bursts import Burst
    from screens.kit.listing import Listing

LONGEST: Final = 200
"""How much can be typed on one line."""
MENDING: Final = ("right", "end")
"""Keys that go behind what was refused, to type on there."""

BESIDE: Final = ("back", "help")
"""Actions that leave a question as it is."""
ENDING: Final = ("void", "undo")
"""Actions whose keys end a question and do nothing else: they are pressed to be rid of it."""


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
        """An action's key, one of the screen's own, or one that types."""
        offered = self.marked
        if self._unmark(key):
            return
        self._answered = None
        if offered and self.prompt is not None and self.host.keymap.action(self.KIND, key.name) is not None:
            # It is no answer that a hand has typed, so that no other key than Enter takes it.
            self._refused = self.typed
        super().take(key)

    def clicked(self, tag: Tag) -> None:
        """A click takes no part in what was answered last."""
        self._answered = None
        super().clicked(tag)

    def act(self, action: Action) -> None:
        """Do an action; while a question is open, only if nothing is lost by it. Whatever becomes of it is told.

        With the key that asks it, and with any key if something waits for it, what is typed is the answer. `F3` and
        `Ctrl+Z` end the question, and nothing else. All other keys wait for what is typed to be taken or cleared.
        """
        prompt = self.prompt
        if prompt is None or action.looks or action.id in BESIDE:
            super().act(action)
        elif action.id in ENDING:
            self.back()
            self._tell_ended(prompt)
        elif not self.typed.strip() or self.marked:
            self._act_unanswered(prompt, action)
        elif action.id == prompt.action:
            self._enter()
        elif prompt.waits:
            self._enter()
            if self.prompt is None:
                super().act(action)
            elif self.prompt is not prompt:
                self._tell_asked(self.prompt)
        else:
            self._tell_untaken(prompt)

    def keeps_answer(self) -> bool:
        """Whether an answer is typed to a question that would be lost by another key; if so, that is told."""
        if self.prompt is None or not self.typed.strip():
            return False
        self._tell_untaken(self.prompt)
        return True

    def _tell_untaken(self, prompt: Prompt) -> None:
        """Say that what is typed into a question is no answer yet; what is secret is not repeated."""
        if prompt.secret:
            self._tell_asked(prompt)
            return
        told = _(
            "“{text}” is not taken yet: Enter takes it, {back} leaves it.",
            text=self.typed.strip(),
            back=self.host.cap("back"),
        )
        self.host.say(told, "bad")

    def _act_unanswered(self, prompt: Prompt, action: Action) -> None:
        """Do an action in the place of an answer, unless something waits for that or it is the question's own."""
        if prompt.waits or self.typed.strip() or action.id == prompt.action:
            self._tell_asked(prompt)
            return
        if action.reason(self.host) is not None:
            super().act(action)
            return
        self.prompt, self.typed, self.host.notice = None, "", None
        super().act(action)
        if self.prompt is None and self.host.notice is None:
            self._tell_ended(prompt)

    def _tell_ended(self, prompt: Prompt) -> None:
        self.host.say(_("“{question}” was not answered: nothing was changed.", question=prompt.title))

    def _tell_asked(self, prompt: Prompt) -> None:
        if prompt.waits:
            told = _("Still asked: {question} {back} leaves it out.", question=prompt.title, back=self.host.cap("back"))
        else:
            told = _("Still asked: {question}. {back} ends it.", question=prompt.title, back=self.host.cap("back"))
        self.host.say(told, "bad")

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
            self.host.notice = None
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
            # The key that has brought another answer to take is not the one that takes it.
            self.host.expect_echo(of_step=False)
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
