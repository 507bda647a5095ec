"""Screens with a line to type on: hands type there, scans and commands end there, and actions ask their questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from textual.reactive import var

from pos.domain.words import N_, _
from screens.kit.base_screen import TillScreen
from screens.kit.input.layouts import misread_as
from screens.kit.input.scanning import SHORTEST_SUFFIX, SIGNS, hand_of, split
from screens.kit.input.scanning import scanned as scan_of
from screens.kit.input.slash import slash_line
from screens.kit.line import LINE_TITLE, line_rows, told_rows
from screens.render.panel import Panel
from screens.render.rows import Row
from screens.render.sizes import is_tiny
from screens.render.tags import Act, Line, Tag
from screens.terminal.keys import ESCAPE, Key, Scanned

if TYPE_CHECKING:
    from screens.kit.input.bursts import Burst
    from screens.kit.input.scanning import Scan
    from screens.kit.prompts import Prompt

SOLD_BY: Final = N_("{name} is sold by {unit}: {key} changes how much.")
LONGEST: Final = 200
"""How much can be typed on one line."""
PLACES: Final = ("payment", "receipt", "cart", "coupon")
"""Screens where something else is done than on the line that they hide."""
ONE_ENTRY: Final = 1.0
"""Seconds: what is typed behind a `+` or `-` within them belongs to it."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What `+` and `-` did last, as long as it may be the beginning of something else: the line as it was before."""

    text: str
    at: float | None
    line: int
    before: Decimal


class LineScreen(TillScreen):
    """A screen with a line to type on, which also asks the questions that actions ask in its place."""

    SIGNED: ClassVar[bool] = False
    """Whether `+` and `-` on an empty line change the chosen line."""

    typed: var[str] = var("", init=False)
    prompt: var[Prompt | None] = var(None, init=False)

    def covered(self, by: TillScreen) -> None:
        """What is typed stays while something is looked at; it is not found again after the next customer."""
        if by.KIND in PLACES and self.typed and self.prompt is None:
            text, self.typed = self.typed, ""
            self.host.say(_("“{text}” was not taken along from the scan line.", text=text))

    def watch_typed(self) -> None:
        """Draw what was typed."""
        self.redraw_typing()

    def watch_prompt(self) -> None:
        """Draw the question."""
        self.redraw()

    def __init__(self) -> None:
        super().__init__()
        self._signs: Signs | None = None

    def one_more(self, key: Key, signs: Signs | None = None) -> None:
        """`+` and `-`: change the chosen line by one. The last one of a line is never taken off so."""
        from pos.language.verbs.lines import QTY, ChangeQuantity

        line = self.host.chosen_line
        assert line is not None
        more = 1 if key.char == "+" else -1
        before = signs.before if signs is not None and signs.line == line.line else line.quantity
        self._signs = Signs((signs.text if signs is not None else "") + (key.char or ""), key.at, line.line, before)
        if line.unit != "each":
            self.host.say(_(SOLD_BY, name=line.name, unit=line.unit, key=self.host.cap("quantity")), "bad")
        elif line.quantity + more < 1:
            self.host.say(
                _("This is the last {name}: {key} takes it off.", name=line.name, key=self.host.cap("void")), "bad"
            )
        else:
            asked = ChangeQuantity(line.line, line.quantity + more)
            fewer = QTY.step_by(asked, lambda till: till.one_fewer(line.line))
            self.host.attempt(fewer if more < 0 else QTY.step(asked))

    def _take_back(self, signs: Signs) -> None:
        """What is typed goes on behind a sign, so that it was no entry of its own: it stands before it now."""
        from pos.language.verbs.lines import QTY, ChangeQuantity

        line = (
            next((line for line in self.host.current.lines if line.line == signs.line), None)
            if (self.host.current is not None)
            else None
        )
        self.typed = signs.text
        if line is not None and line.quantity != signs.before:
            self.host.attempt(QTY.step(ChangeQuantity(signs.line, signs.before)))

    def choose_line(self, step: int) -> None:
        """Choose another line of the ticket."""
        sale = self.host.current
        numbers = [line.line for line in sale.lines] if sale is not None else []
        if numbers:
            at = numbers.index(self.host.chosen) if self.host.chosen in numbers else len(numbers)
            self.host.chosen = numbers[min(max(at + step, 0), len(numbers) - 1)]

    @property
    def hint(self) -> str:
        """What stands below the line while there is nothing else to say."""
        return ""

    def line_panel(self) -> Panel:
        """The line in its frame."""
        return Panel(self._line, "line", title=_(LINE_TITLE), frame="accent")

    def ask(self, prompt: Prompt) -> None:
        """Turn the line into a question."""
        self.typed = ""
        self.host.notice = None
        self.prompt = prompt

    def take(self, key: Key) -> None:
        """An action's key ends a question that was not answered."""
        prompt = self.prompt
        if key.char is None:
            self._signs = None
        if prompt is None or key == ESCAPE or self.host.keymap.action(self.KIND, key.name) is None:
            super().take(key)
            return
        self._leave_question(prompt, lambda: super(LineScreen, self).take(key))

    def _leave_question(self, prompt: Prompt, act: Callable[[], None]) -> None:
        """Do something else than to answer; that the question is not asked any longer is told."""
        self.prompt, self.typed = None, ""
        act()
        if self.prompt is None and self.host.notice is None:
            self.host.say(_("“{question}” was not answered: nothing was changed.", question=prompt.title))

    def clicked(self, tag: Tag) -> None:
        """A line is chosen, unless a question is open; an action ends the question, as its key does."""
        if isinstance(tag, Line):
            sale = self.host.current
            if self.prompt is None and sale is not None and any(line.line == tag.number for line in sale.lines):
                self.host.chosen = tag.number
            return
        if isinstance(tag, Act) and self.prompt is not None and tag.id != "back":
            self._leave_question(self.prompt, lambda: super(LineScreen, self).clicked(tag))
        else:
            super().clicked(tag)

    def press(self, key: Key) -> None:
        """Type, correct, answer, or what the screen makes of the key."""
        signs, self._signs = self._signs, None
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
        elif self._changes_line(key):
            self.one_more(key, signs if _goes_on(signs, key) else None)
        elif len(self.typed) < LONGEST:
            if signs is not None and _goes_on(signs, key):
                self._take_back(signs)
            self.type(key.char)
        else:
            self.full()

    def type(self, char: str) -> None:
        """A printable key."""
        self.typed += char

    def _changes_line(self, key: Key) -> bool:
        """Whether a key is `+` or `-` on an empty line, which changes the chosen line."""
        return (
            self.SIGNED
            and key.char is not None
            and key.char in SIGNS
            and not self.typed
            and self.prompt is None
            and self.host.chosen_line is not None
        )

    def holds(self, key: Key) -> bool:
        """`+` and `-` act at once, and may begin a code. Hands that type on take them back, a scan does not."""
        return self._changes_line(key) or _goes_on(self._signs, key)

    def meant(self, burst: Burst) -> int:
        """A command, or an answer, that is written in one piece with what leads to it; signs that are held down."""
        command = burst.text.startswith("/") and bool(burst.after)
        signs = not burst.text.strip(SIGNS)
        return len(burst.text) if signs or command or (burst.ahead and self.prompt is not None) else 0

    def scanned(self, scan: Scanned) -> None:
        """A scan is a code or nothing, whatever was typed before it; a question stays until it is answered."""
        hand, self._signs = hand_of(self.typed, scan.text), None
        if not scan.ended:
            self.typed = (hand + scan.text)[:LONGEST]
        elif self.prompt is not None:
            self._answer_scanned(self.prompt, hand, scan.text)
        elif scan.text.startswith("/"):
            self.typed = hand
            self.host.say(_("A command is typed by hand: “{text}” was scanned.", text=scan.text), "bad")
        elif hand.startswith("/") and not self.host.is_code(scan.text):
            self._command_scanned(hand, scan.text)
        else:
            self.typed = ""
            self.scan(hand, scan.text)

    @property
    def begun(self) -> str:
        """What is typed."""
        return self.typed

    def clear(self) -> None:
        """Forget what was typed; a question stays."""
        self.typed, self._signs = "", None

    def unscanned(self, scan: Scanned) -> None:
        """What a hand has typed before it stays."""
        self.typed, self._signs = hand_of(self.typed, scan.text), None

    def _answer_scanned(self, prompt: Prompt, hand: str, code: str) -> None:
        """A scan while a question is asked: its answer, if that is scanned; goods are sold, and it is asked again."""
        if prompt.scans(code):
            self.typed, self.prompt = "", None
            self._answer(prompt, code)
            return
        self.typed = hand
        scan = self.to_add("", code)
        if scan is not None and self.add(scan):
            self.host.say(
                _("{name} is on the ticket. Still asked: {question}", name=self._called(code), question=prompt.title)
            )

    def _called(self, code: str) -> str:
        till = self.host.till
        product = till.catalog.find(split(code).rest) if till is not None else None
        return product.name if product is not None else code

    def _command_scanned(self, hand: str, code: str) -> None:
        line = slash_line(hand)
        if line is not None and line.verb is not None and line.verb.scanned:
            self.typed = ""
            self.submit(hand + code)
        else:
            self.typed = hand
            self.host.say(_("“{code}” was scanned, which is no answer here: type it by hand.", code=code), "bad")

    def scan(self, hand: str, code: str) -> None:
        """A scan on the line, no question being asked; `hand` is what was typed before it."""
        scan = self.to_add(hand, code)
        if scan is not None:
            self.add(scan)

    def to_add(self, hand: str, code: str) -> Scan | None:
        """What a scan adds; if it is no code of the shop, that is told, with the reason if it is known."""
        from pos.domain.errors import TillError
        from pos.language.verbs.lines import SCAN, AddProduct
        from pos.till.entry import shortened

        till = self.host.till
        if till is None:
            return None
        scan = scan_of(hand, code, till.catalog.is_known)
        if scan is None and (layout := misread_as(split(code).rest, till.catalog.is_known)) is not None:
            text = N_("“{code}” cannot be read: the scanner is set for another keyboard than this one ({layout}).")
            self.host.refuse(TillError("unknown_code", _(text, code=shortened(code), layout=_(layout))))
        elif scan is None:
            self.host.attempt(SCAN.step(AddProduct(hand + code)))
        return scan

    def add(self, scan: Scan) -> bool:
        """Add what was scanned or typed, and tell what was dropped for it; whether it could be added."""
        text = scan.dropped.strip()
        done = _("“{text}” was dropped for the scan.", text=text) if text else ""
        return self.add_line(scan.line, done)

    def add_line(self, line: str, done: str = "") -> bool:
        """Add what a line scans, with the quantity before its `*` in the locale's form; whether it could be added."""
        from pos.domain.errors import TillError
        from pos.language.quantities import typed_quantity
        from pos.language.verbs.lines import SCAN, AddProduct

        entry = split(line)
        try:
            quantity = typed_quantity(entry.times[:-1]) if entry.times else None
        except TillError as error:
            self.host.refuse(error)
            return False
        return self.host.attempt(SCAN.step(AddProduct(entry.rest, quantity)), done)

    def back(self) -> None:
        """Escape: end the question, clear the line, or leave."""
        if self.prompt is not None or self.typed:
            self.prompt, self.typed = None, ""
        else:
            self.leave()

    def leave(self) -> None:
        """Escape with nothing to clear."""
        self.app.pop_screen()

    def move(self, name: str) -> None:
        """A key that neither types nor means an action: arrows and the like."""

    def submit(self, text: str) -> None:
        """Enter on the line, no question being asked; `text` may be empty."""
        raise NotImplementedError

    def _enter(self) -> None:
        text, prompt = self.typed.strip(), self.prompt
        if self.host.refuses(text):
            self.typed = ""
        elif prompt is None:
            self.typed = ""
            self.submit(text)
        elif text and self._is_scan(text) and not prompt.scans(text):
            self._answer_scanned(prompt, "", text)
        elif text or prompt.empty:
            self.typed, self.prompt = "", None
            assert self.host.till is not None
            self._answer(prompt, self.host.till.entered(text))

    def _answer(self, prompt: Prompt, text: str) -> None:
        """Do what is asked with the answer, or tell why it is none."""
        from pos.domain.errors import TillError

        try:
            prompt.apply(text)
        except TillError as error:
            self.host.refuse(error)

    def _is_scan(self, text: str) -> bool:
        """Whether a question was answered by a scan's text: the code of a product, as long as a barcode."""
        return len(text) >= SHORTEST_SUFFIX and text.isdecimal() and self.host.is_code(text)

    def dress(self) -> None:
        """A message of two lines is seen whole."""
        told, line = told_rows(self.host, self.hint, max(self.host.size.width - 4, 1)), self.panel("line")
        line.set_class(len(told) > 1, "-tall-message")
        line.frame = "refused" if self.host.flashing else "accent"

    def _line(self, columns: int, lines: int) -> Sequence[Row]:
        hint = self.prompt.title if self.prompt is not None and is_tiny(self.host.size) else self.hint
        return line_rows(self.host, self.typed, hint, columns, lines)


def _goes_on(signs: Signs | None, key: Key) -> bool:
    """Whether a key follows signs so soon that they belong together."""
    if signs is None:
        return False
    return signs.at is None or key.at is None or key.at - signs.at < ONE_ENTRY
