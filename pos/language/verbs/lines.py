"""What is done with the lines of a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

from pos.domain.cart import ManualDiscount
from pos.domain.discountable import discountable
from pos.domain.errors import TillError
from pos.domain.message import Money, lazy
from pos.domain.money import parse_money
from pos.language.amounts import discount_of
from pos.language.keystrokes import (
    Stroke,
    TypingRequest,
    TypingRule,
    by_command,
    home,
    localised,
    number_on_line,
    on_line,
    text_of,
)
from pos.language.quantities import quantity
from pos.language.verb import ANY, AnyVerb, CommandResult, Verb, no_words

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.language.verb import TillView
    from pos.till.till import Till

SCANNED: Final = 8
"""From so many digits on a code comes from the scanner, in one go."""
LONGEST_NUMBER: Final = 9
"""How many digits a line's number has at most."""


class Which(Enum):
    """What is meant on a ticket by a word instead of a line's number."""

    LAST = "last"
    """The line that was added, or added to, last."""
    ALL = "all"
    """The whole ticket."""


Line = int | Literal[Which.LAST]
"""A line by its number, or the one that was added, or added to, last."""


@dataclass(frozen=True, slots=True)
class AddProduct:
    """A product's code or SKU, and how many of it; None: one, or of a weighed product what it is refused without."""

    code: str
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ChangeQuantity:
    """How many, or how much, a line holds from now on."""

    line: Line
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class VoidLines:
    """What is taken off; None: the line that was added last, though there may be none."""

    what: Line | Literal[Which.ALL] | None = None


@dataclass(frozen=True, slots=True)
class GiveDiscount:
    """What is taken off a line's price or the whole ticket's; None: no discount any longer."""

    what: Line | Literal[Which.ALL]
    discount: ManualDiscount | None


@dataclass(frozen=True, slots=True)
class SetPrice:
    """A line's unit price in minor units; None: the catalog's."""

    line: Line
    unit_price: int | None


def line_of(text: str, verb: AnyVerb) -> Line:
    """A line by its number, or by `last`. Raises TillError `bad_command`."""
    if text.lower() == Which.LAST.value:
        return Which.LAST
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise verb.misfit()
    return int(text)


def lines_of(text: str, verb: AnyVerb) -> Line | Literal[Which.ALL]:
    """The same, or `all` of them. Raises TillError `bad_command`."""
    return Which.ALL if text.lower() == Which.ALL.value else line_of(text, verb)


def number_of(till: Till, line: Line) -> int:
    """The number of a line. Raises TillError `empty_ticket` for the last line of none."""
    return till.latest_line if line is Which.LAST else line


def _scan_args(command: Command, _view: TillView) -> AddProduct:
    return AddProduct(command.args[0], command.quantity)


def _add_args(command: Command, _view: TillView) -> AddProduct:
    code, *many = command.args
    return AddProduct(code, quantity(many[0]) if many else None)


def _add(till: Till, request: AddProduct) -> CommandResult:
    return CommandResult(till.add(request.code, request.quantity))


def _qty_args(command: Command, _view: TillView) -> ChangeQuantity:
    line, many = command.args
    return ChangeQuantity(line_of(line, QTY), quantity(many))


def _qty(till: Till, request: ChangeQuantity) -> CommandResult:
    return CommandResult(till.set_quantity(number_of(till, request.line), request.quantity))


def _void_args(command: Command, _view: TillView) -> VoidLines:
    return VoidLines(lines_of(command.args[0], VOID) if command.args else None)


def _void(till: Till, request: VoidLines) -> CommandResult:
    if request.what is Which.ALL:
        return CommandResult(till.void_all())
    return CommandResult(till.void(None if request.what is None else number_of(till, request.what)))


def _discount_args(command: Command, view: TillView) -> GiveDiscount:
    what, *words = command.args
    discount = discount_of(" ".join(words), view.catalog.exponent)
    return GiveDiscount(lines_of(what, DISCOUNT), discount)


def _discount(till: Till, request: GiveDiscount) -> CommandResult:
    line = None if request.what is Which.ALL else number_of(till, request.what)
    amount = (request.discount.amount if request.discount is not None else None) or 0
    most = discountable(till.sale, line)
    if most is not None and amount > most:
        text = lazy(
            "{amount} is more than there is to take it off ({worth}).",
            amount=Money(amount, till.catalog.exponent),
            worth=Money(most, till.catalog.exponent),
        )
        raise TillError("bad_discount", text)
    return CommandResult(
        till.discount_ticket(request.discount) if line is None else till.discount(line, request.discount)
    )


def _price_args(command: Command, view: TillView) -> SetPrice:
    line, price = command.args
    try:
        amount = None if price == "-" else parse_money(price, view.catalog.exponent)
    except TillError as error:
        raise TillError("bad_price", error.words) from None
    return SetPrice(line_of(line, PRICE), amount)


def _price(till: Till, request: SetPrice) -> CommandResult:
    return CommandResult(till.price(number_of(till, request.line), request.unit_price))


def _before_scan(request: TypingRequest) -> list[Stroke]:
    """The receipt goes by itself with the next scan."""
    return [] if request.scene.kind == "receipt" else home(request.scene)


def _scan_keys(request: TypingRequest) -> list[Stroke]:
    code, many = request.args[0], request.command.quantity
    if not request.scene.scans(code, many) or (many is None and request.scene.asks(code)):
        return by_command(request)
    times = "" if many is None else f"{localised(format(many, 'f'))}*"
    scanned = code.isdecimal() and len(code) >= SCANNED
    return [*_before_scan(request), Stroke(times), Stroke(f"{text_of(code)}\n", at_once=scanned)]


def _add_keys(request: TypingRequest) -> list[Stroke]:
    code, *many = request.args or ("",)
    if len(request.args) not in (1, 2) or request.is_word(code) or not request.scene.scans(code):
        return by_command(request)
    if not many and request.scene.asks(code):
        return by_command(request)
    times = [Stroke(f"{localised(text)}*") for text in many]
    return [*_before_scan(request), *times, Stroke(f"{text_of(code)}\n")]


def _void_keys(request: TypingRequest) -> list[Stroke]:
    by_number = bool(request.args) and request.args[0].isdecimal()
    return on_line(request, "void", None) if by_number else by_command(request)


def _discount_keys(request: TypingRequest) -> list[Stroke]:
    what, *size = request.args or ("",)
    typed = [localised(size[0]), *size[1:]] if size else []
    if what.lower() != "all":
        return on_line(request, "discount", typed)
    return [
        *home(request.scene),
        Stroke(request.scene.key("ticket-discount")),
        Stroke(f"{text_of(' '.join(typed))}\n"),
    ]


def _discount_needs(args: tuple[str, ...]) -> tuple[str, ...]:
    return ("ticket-discount",) if args and args[0].lower() == "all" else ()


SCAN: Final = Verb(
    word="scan",
    usage="",
    takes=(1, 1),
    parse=_scan_args,
    perform=_add,
    as_typed=True,
    typing=TypingRule(_scan_keys),
)
"""A line that begins with no word of the language."""
AS_WRITTEN: Final[Verb[None, None]] = Verb(word="as_written", usage="", parse=no_words)
"""A line whose words are wrong, and which is to be typed as it stands so that this is seen."""

ADD: Final = Verb(
    word="add",
    usage="add SKU [QTY]",
    takes=(1, 2),
    parse=_add_args,
    perform=_add,
    as_typed=True,
    typing=TypingRule(_add_keys),
)
QTY: Final = Verb(
    word="qty",
    usage="qty LINE|last QTY",
    takes=(2, 2),
    parse=_qty_args,
    perform=_qty,
    typing=number_on_line("quantity"),
)
VOID: Final = Verb(
    word="void",
    usage="void [LINE|last|all]",
    takes=(0, 1),
    parse=_void_args,
    perform=_void,
    typing=TypingRule(_void_keys, lambda _args: ("void",), alone="void last"),
)
DISCOUNT: Final = Verb(
    word="discount",
    usage="discount LINE|last|all 10%|1.50|0 [REASON]",
    takes=(2, ANY),
    parse=_discount_args,
    perform=_discount,
    typing=TypingRule(_discount_keys, _discount_needs, alone='discount ""'),
)
PRICE: Final = Verb(
    word="price",
    usage="price LINE|last 4.99|-",
    takes=(2, 2),
    parse=_price_args,
    perform=_price,
    typing=number_on_line("price", alone='price ""'),
)

VERBS: Final[tuple[AnyVerb, ...]] = (ADD, QTY, VOID, DISCOUNT, PRICE)
