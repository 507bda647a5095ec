"""What is done with the lines of a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.money import parse_money
from pos.language.amounts import discount_of
from pos.language.keying import (
    Asked,
    Stroke,
    Typing,
    by_command,
    home,
    localised,
    number_on_line,
    on_line,
    text_of,
)
from pos.language.quantities import quantity
from pos.language.verb import ANY, Performed, Verb

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from pos.language.command import Command
    from pos.till.till import Till

SCANNED: Final = 8
"""From so many digits on a code comes from the scanner, in one go."""
LONGEST_NUMBER: Final = 9
"""How many digits a line's number has at most."""


def line_number(text: str, verb: Verb) -> int:
    """The number of a line as typed. Raises TillError `bad_command`."""
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise verb.misfit()
    return int(text)


def line_of(till: Till, text: str, verb: Verb) -> int:
    """A line by its number, or by `last`: the one that was added, or added to, last.

    Raises TillError `bad_command`, or `empty_ticket` for the last line of none.
    """
    return till.latest_line if text.lower() == "last" else line_number(text, verb)


async def _scan(till: Till, command: Command) -> Performed:
    return Performed(till.add(command.args[0], command.quantity))


async def _add(till: Till, command: Command) -> Performed:
    sku, *many = command.args
    return Performed(till.add(sku, quantity(many[0])) if many else till.add(sku))


async def _qty(till: Till, command: Command) -> Performed:
    line, many = command.args
    return Performed(till.set_quantity(line_of(till, line, QTY), quantity(many)))


async def _void(till: Till, command: Command) -> Performed:
    return Performed(_voided(till, *command.args))


def _voided(till: Till, what: str | None = None) -> Sale:
    if what is None:
        return till.void()
    return till.void_all() if what.lower() == "all" else till.void(line_of(till, what, VOID))


async def _discount(till: Till, command: Command) -> Performed:
    what, *words = command.args
    discount = discount_of(" ".join(words), till.catalog.exponent)
    if what.lower() == "all":
        return Performed(till.discount_ticket(discount))
    return Performed(till.discount(line_of(till, what, DISCOUNT), discount))


async def _price(till: Till, command: Command) -> Performed:
    line, price = command.args
    try:
        amount = None if price == "-" else parse_money(price, till.catalog.exponent)
    except TillError as error:
        raise TillError("bad_price", error.message) from None
    return Performed(till.price(line_of(till, line, PRICE), amount))


def _before_scan(asked: Asked) -> list[Stroke]:
    """The receipt goes by itself with the next scan."""
    return [] if asked.scene.kind == "receipt" else home(asked.scene)


def _scan_keys(asked: Asked) -> list[Stroke]:
    code, many = asked.args[0], asked.command.quantity
    if not asked.scene.scans(code, many):
        return by_command(asked)
    times = "" if many is None else f"{localised(format(many, 'f'))}*"
    scanned = code.isdecimal() and len(code) >= SCANNED
    return [*_before_scan(asked), Stroke(times), Stroke(f"{text_of(code)}\n", at_once=scanned)]


def _add_keys(asked: Asked) -> list[Stroke]:
    code, *many = asked.args or ("",)
    if len(asked.args) not in (1, 2) or asked.is_word(code) or not asked.scene.scans(code):
        return by_command(asked)
    times = [Stroke(f"{localised(text)}*") for text in many]
    return [*_before_scan(asked), *times, Stroke(f"{text_of(code)}\n")]


def _void_keys(asked: Asked) -> list[Stroke]:
    by_number = bool(asked.args) and asked.args[0].isdecimal()
    return on_line(asked, "void", None) if by_number else by_command(asked)


def _discount_keys(asked: Asked) -> list[Stroke]:
    what, *size = asked.args or ("",)
    typed = [localised(size[0]), *size[1:]] if size else []
    if what.lower() != "all":
        return on_line(asked, "discount", typed)
    return [
        *home(asked.scene),
        Stroke(asked.scene.key("ticket-discount")),
        Stroke(f"{text_of(' '.join(typed))}\n"),
    ]


def _discount_needs(args: tuple[str, ...]) -> tuple[str, ...]:
    return ("ticket-discount",) if args and args[0].lower() == "all" else ()


SCAN: Final = Verb(word="scan", usage="", takes=(1, 1), perform=_scan, codes=True, typing=Typing(_scan_keys))
"""A line that begins with no word of the language."""

ADD: Final = Verb(word="add", usage="add SKU [QTY]", takes=(1, 2), perform=_add, codes=True, typing=Typing(_add_keys))
QTY: Final = Verb(word="qty", usage="qty LINE|last QTY", takes=(2, 2), perform=_qty, typing=number_on_line("quantity"))
VOID: Final = Verb(
    word="void",
    usage="void [LINE|last|all]",
    takes=(0, 1),
    perform=_void,
    typing=Typing(_void_keys, lambda _args: ("void",), alone="void last"),
)
DISCOUNT: Final = Verb(
    word="discount",
    usage="discount LINE|last|all 10%|1.50|0 [REASON]",
    takes=(2, ANY),
    perform=_discount,
    typing=Typing(_discount_keys, _discount_needs, alone='discount ""'),
)
PRICE: Final = Verb(
    word="price",
    usage="price LINE|last 4.99|-",
    takes=(2, 2),
    perform=_price,
    typing=number_on_line("price", alone='price ""'),
)

VERBS: Final = (ADD, QTY, VOID, DISCOUNT, PRICE)
