"""Screens with a line on which goods are sold: what is scanned goes onto the ticket, and signs change its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from pos.domain.i18n import N_, _
from pos.domain.message import lazy
from screens.kit.actions import by_id
from screens.kit.argument_screen import ArgumentScreen
from screens.kit.availability import needs_editable
from screens.kit.base_screen import TillScreen
from screens.kit.input.arguments import argument, is_size
from screens.kit.input.layouts import misread_as
from screens.kit.input.scanning import SIGNS, split
from screens.kit.input.scanning import scanned as scan_of
from screens.kit.misplaced import misplaced
from screens.kit.price_checks import ASKS, ask_price_check, found_products, tell_price
from screens.kit.prompts import OpenQuestion
from screens.kit.typing_screen import LONGEST
from screens.kit.weighing import weight_question
from screens.render.tags import LineTag, Tag
from screens.terminal.keys import Key, Scanned

if TYPE_CHECKING:
    from pos.domain.catalog import Product
    from pos.language.verb import CommandResult
    from screens.kit.actions import Action
    from screens.kit.input.scanning import Scan
    from screens.kit.prompts import Prompt

SOLD_BY: Final = N_("{name} is sold by {unit}: {key} changes how much.")
PLACES: Final = ("payment", "receipt", "cart", "coupon")
"""Screens where something else is done than on the line that they hide."""
RECEIPT: Final = re.compile(r"\w+-\d+-\d+")
"""How a receipt's number looks."""
LONGEST_COUNT: Final = 3
"""How many digits may be meant as how many of something."""
LONGEST_ARGUMENT: Final = 7
"""Up to how many digits a number may be meant for a key: more are a code that is typed or scanned."""
ONE_ENTRY: Final = 1.0
"""Seconds: what is typed behind a `+` or `-` within them belongs to it."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What `+` and `-` did last, as long as it may be the beginning of something else: the line as it was before."""

    text: str
    at: float | None
    line: int
    before: Decimal


class LineScreen(ArgumentScreen):
    """A screen on whose line goods are scanned, whatever else is typed there."""

    SIGNED: ClassVar[bool] = False
    """Whether `+` and `-` on an empty line change the chosen line."""

    def __init__(self) -> None:
        super().__init__()
        self._signs: Signs | None = None

    @property
    def told_hint(self) -> str:
        """What a typed number may be meant for, besides a code."""
        text = self.typed
        if not self.SIGNED or not text or self.prompt is not None or self.host.chosen_line is None:
            return super().told_hint
        if len(text) > LONGEST_ARGUMENT or argument("quantity", text, self.host.till) is None:
            return super().told_hint
        keys = {name: self.host.cap(name) for name in ("quantity", "discount", "price", "pay")}
        return _("{quantity} quantity · {discount} discount · {price} price · {pay} payment", **keys)

    def type(self, char: str) -> None:
        """A printable key. What was said of the last change gives way to what a number may be meant for."""
        super().type(char)
        told = self.host.notice
        if told is not None and told.kind == "faint" and self.told_hint != self.hint:
            self.host.notice = None

    def covered(self, by: TillScreen) -> None:
        """What is typed stays while something is looked at; it is not found again after the next customer."""
        if by.KIND in PLACES and self.typed and self.prompt is None:
            text, self.typed = self.typed, ""
            self.tell_left(text)

    def act_with(self, action: Action, text: str) -> None:
        """Do an action with what is typed behind its word, as if it stood before its key."""
        if action.id == "check-price":
            self.check_price(text)
        else:
            super().act_with(action, text)

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
        self.typed = signs.text
        self._undo(signs, len(signs.text))

    def _undo(self, signs: Signs, most: int) -> None:
        """Undo what signs have done: at most so many changes, as if they had never been made."""
        from pos.language.verbs.ticket import UNDO

        lines = self.host.current.lines if self.host.current is not None else ()
        line = next((line for line in lines if line.line == signs.line), None)
        if most and line is not None and line.quantity != signs.before:
            self.host.begin(UNDO.step(None), lambda _done: self._undo(signs, most - 1))

    def asks_price(self, text: str) -> bool:
        """Whether a line asks what something costs, with a `?` before it."""
        return text.startswith(ASKS) and not self.host.till.catalog.is_known(text)

    def check_price(self, text: str) -> None:
        """Tell what a product costs, by a code or by the chosen hit, unsold. Nothing typed: it is asked for."""
        if text:
            found = found_products(self.host, text)
            best = found.key(0) if found is not None else None
            named = best if found is not None and best not in found.guesses else None
            tell_price(self.host, self.chosen_in(found) or named or text)
        else:
            ask_price_check(self.host)

    def complete(self, text: str) -> None:
        """A line that begins with a sign means something as a whole, and is no sale; the signs alone have acted."""
        if self.asks_price(text):
            self.check_price(text.removeprefix(ASKS).strip())
            return
        rest = text.lstrip(SIGNS)
        if not self.SIGNED or rest in ("", text) or self.host.till.catalog.is_known(text):
            super().complete(text)
        elif not text.startswith("-"):
            # Whether one more was meant beside it is not known: Enter sells what stays on the line.
            self.typed = rest
            self.host.say(_("“{text}” is no line: + stands alone, for one more of the chosen one.", text=text), "bad")
        elif is_size(rest) and not self.host.is_code(rest):
            key = self.host.cap("discount")
            told = _("“{text}” is no line: {size} and {key} take it off the chosen one.", text=text, size=rest, key=key)
            self.host.say(told, "bad")
        else:
            self._refuse_return(text)

    def _refuse_return(self, text: str) -> None:
        from pos.domain.errors import TillError
        from pos.till.till_input import shortened

        told = N_("“{text}” would be a return, and goods cannot be returned here: nothing was sold.")
        self.host.refuse(TillError("bad_quantity", lazy(told, text=shortened(text))))

    def choose_line(self, step: int) -> None:
        """Choose another line of the ticket."""
        sale = self.host.current
        numbers = [line.line for line in sale.lines] if sale is not None else []
        if numbers:
            at = numbers.index(self.host.chosen) if self.host.chosen in numbers else len(numbers)
            self.host.chosen = numbers[min(max(at + step, 0), len(numbers) - 1)]

    def take(self, key: Key) -> None:
        """What is no entry ends the signs before it."""
        if key.char is None:
            self._signs = None
        super().take(key)

    def clicked(self, tag: Tag) -> None:
        """A line is chosen, unless a question is open."""
        if not isinstance(tag, LineTag):
            super().clicked(tag)
            return
        sale = self.host.current
        if self.prompt is None and sale is not None and any(line.line == tag.number for line in sale.lines):
            self.host.chosen = tag.number

    def press(self, key: Key) -> None:
        """Signs change the chosen line; all else is typed or means something, as on every line."""
        signs, self._signs = self._signs, None
        goes_on = signs is not None and _goes_on(signs, key)
        if self._changes_line(key):
            self.one_more(key, signs if goes_on else None)
            return
        if signs is not None and goes_on and key.char is not None and len(self.typed) < LONGEST:
            self._take_back(signs)
        super().press(key)

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

    def scanned(self, scan: Scanned) -> None:
        """A scan is no entry of a hand, so that signs before it stand for themselves."""
        self._signs = None
        super().scanned(scan)

    def clear(self) -> None:
        """Forget what was typed, signs too."""
        self._signs = None
        super().clear()

    def unscanned(self, scan: Scanned) -> None:
        """What a hand has typed before it stays, but no signs."""
        self._signs = None
        super().unscanned(scan)

    def answer_scanned(self, prompt: Prompt, hand: str, code: str) -> None:
        """A scan while a question is asked: its answer, if that is scanned; goods are sold, and it is asked again."""
        if prompt.scans(code):
            self.typed, self.prompt = "", None
            self.answer(prompt, code)
            return
        self.typed = hand
        if self._does_beside(prompt, code):
            return
        scan = self.to_add("", code)
        if scan is not None and self.add(scan):
            self._say_and_ask(_("{name} is on the ticket.", name=self._called(code)), prompt)

    def _does_beside(self, prompt: Prompt, code: str) -> bool:
        """Put a member or a coupon on while something else is asked, and ask that still; whether a code was one."""
        from pos.language.verbs.ticket import COUPON, MEMBER, ChangeCoupon, ChangeMember

        catalog = self.host.till.catalog
        if catalog.is_known(code):
            return False
        if catalog.member(code) is not None:

            def done(performed: CommandResult) -> None:
                self._say_and_ask(_("Member {name}.", name=performed.sale.member_name), prompt)

            self.host.begin(MEMBER.step(ChangeMember(code)), done)
        elif code.upper() not in catalog.coupons:
            return False
        elif self.host.attempt(COUPON.step(ChangeCoupon(code))):
            sale = self.host.current
            taken = {coupon.code: coupon.amount for coupon in sale.coupons} if sale is not None else {}
            amount = self.host.money(taken.get(code.upper(), 0))
            self._say_and_ask(_("{code} takes {amount} off.", code=code.upper(), amount=amount), prompt)
        return True

    def _say_and_ask(self, text: str, prompt: Prompt) -> None:
        """Say what became of a scan, and what is asked still."""
        self.host.say(f"{text} " + _("Still asked: {question}", question=prompt.title))

    def _called(self, code: str) -> str:
        product = self.host.till.catalog.find(split(code).rest)
        return product.name if product is not None else code

    def scan(self, hand: str, code: str) -> None:
        """A scan on the line, no question being asked; `hand` is what was typed before it."""
        if self.asks_price(hand + code):
            self.check_price(code.removeprefix(ASKS).strip())
            return
        if not hand and self.does_code(code):
            return
        scan = self.to_add(hand, code)
        if scan is not None:
            self.add(scan)

    def does_code(self, code: str) -> bool:
        """Do what a code means that is no product's: put a member or coupon on, show a receipt; whether it was one."""
        catalog = self.host.till.catalog
        if catalog.is_known(code):
            return False
        if catalog.member(code) is not None:
            self.give(by_id("member"), code)
        elif code.upper() in catalog.coupons:
            self.put_on(by_id("coupon"), code)
        elif RECEIPT.fullmatch(code):
            self.host.find_receipt(code)
        else:
            return False
        return True

    def to_add(self, hand: str, code: str) -> Scan | None:
        """What a scan adds; if it is no code of the shop, that is told, with the reason if it is known."""
        from pos.domain.errors import TillError
        from pos.language.verbs.lines import SCAN, AddProduct
        from pos.till.till_input import shortened

        is_known = self.host.till.catalog.is_known
        scan = scan_of(hand, code, is_known)
        if scan is None and hand.isdecimal() and self.host.is_code(code):
            text = N_("“{text}” was typed before {name} was scanned: nothing was sold. {text}* is a quantity.")
            if len(hand) > LONGEST_COUNT:
                text = N_("“{text}” was typed before {name} was scanned: nothing was sold.")
            self.host.refuse(TillError("bad_quantity", lazy(text, text=shortened(hand), name=self._called(code))))
        elif scan is None and (layout := misread_as(split(code).rest, is_known)) is not None:
            text = N_("“{code}” cannot be read: the scanner is set for another keyboard than this one ({layout}).")
            self.host.refuse(TillError("unknown_code", lazy(text, code=shortened(code), layout=lazy(layout))))
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
        if entry.times.startswith("-"):
            self._refuse_return(line)
            return False
        try:
            quantity = typed_quantity(entry.times[:-1]) if entry.times else None
        except TillError as error:
            self.host.refuse(error)
            return False
        if (told := misplaced(self.host, entry.rest)) is not None:
            self.host.refuse(TillError("unknown_code", told))
            return False
        product = self.host.till.catalog.find(entry.rest) if quantity is None else None
        if product is not None and self.asks_weight(product):
            if done:
                self.host.say(done)
            return False
        return self.host.attempt(SCAN.step(AddProduct(entry.rest, quantity)), done)

    def asks_weight(self, product: Product) -> bool:
        """Ask how much of a weighed product is sold, before what is asked already; whether that has to be asked."""
        if not product.weighed or needs_editable(self.host) is not None:
            return False
        open_one, question = self.prompt, weight_question(self.host, product)
        if open_one is not None and open_one.title == question.title:
            self.host.say(_("Still asked: {question}", question=question.title), "bad")
        elif open_one is not None:
            super().ask(replace(question, behind=OpenQuestion(open_one, self.typed)))
        else:
            super().ask(question)
        return True


def _goes_on(signs: Signs | None, key: Key) -> bool:
    """Whether a key follows signs so soon that they belong together."""
    if signs is None:
        return False
    return signs.at is None or key.at is None or key.at - signs.at < ONE_ENTRY
