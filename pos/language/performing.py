"""One command to one call of the till."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.domain.money import parse_money, parse_percent
from pos.domain.sale import Sale
from pos.domain.words import _
from pos.language.amounts import amount_of
from pos.language.looking import check_lines, stock_line, uses_line
from pos.language.parsing import OF_DEMOS, VERBS, Command, quantity, usage
from pos.payments.cards import is_card
from pos.payments.masking import bare, entered, kept
from pos.till.looking import OpenPayment
from pos.till.till import Till

MOST_REASON: Final = 200
"""How many characters of a discount's reason are kept."""


WITH_CODES: Final = ("pay", "scan", "add", "stock")
"""Verbs that have to know a number as it is: that of a card, or a code that may have been misread."""
LONGEST_WAIT: Final = 366 * 24 * 3600
"""Seconds: nobody waits longer than a year."""

_TIME = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|)", re.ASCII)
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}


@dataclass(frozen=True, slots=True)
class Performed:
    """The sale after a command, and text for whoever watches, such as a receipt."""

    sale: Sale
    output: str | None = None
    found: Mapping[str, Any] | None = None
    """What was looked at, under its verb, as JSON has it."""


async def perform(till: Till, command: Command) -> Performed:
    """Do what a command says. Raises TillError, also for words that do not fit the verb, and `card_swiped`."""
    command = without_cards(command, till)
    if command.verb == "scan":
        return Performed(till.add(command.args[0], command.quantity))
    return await _PERFORMERS[command.verb](till, command.args)


def without_cards(command: Command, till: Till) -> Command:
    """A command whose words no message can repeat a card's data from.

    Raises TillError `card_swiped`.
    """
    text = " ".join(command.args)
    masked = entered(text, till.catalog.is_named)
    if command.verb in WITH_CODES or masked == text:
        return command
    words = [entered(word, till.catalog.is_named) for word in command.args]
    if " ".join(words) != masked:
        # A number goes over several words.
        words = masked.split()
    return replace(command, args=tuple(words if command.verb == "say" else map(bare, words)))


def line_number(text: str, verb: str) -> int:
    """The number of a line as typed. Raises TillError `bad_command`."""
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise usage(verb)
    return int(text)


def line_of(till: Till, text: str, verb: str) -> int:
    """A line by its number, or by `last`: the one that was added, or added to, last.

    Raises TillError `bad_command`, or `empty_ticket` for the last line of none.
    """
    return till.latest_line if text.lower() == "last" else line_number(text, verb)


def discount_of(text: str, exponent: int) -> ManualDiscount | None:
    """A discount as typed: `10%`, or an amount in major units, then why; 0 is none. Raises TillError `bad_discount`."""
    size, *why = text.split() or [""]
    if why and why[0] == "%":
        size, why = f"{size}%", why[1:]
    reason = kept(" ".join(why))[:MOST_REASON] or None
    if size.endswith("%"):
        percent = parse_percent(size)
        return ManualDiscount(percent=percent, reason=reason) if percent else None
    try:
        amount = parse_money(size, exponent)
    except TillError as error:
        message = _("{error} Or type a percentage such as 10%.", error=error.message)
        raise TillError("bad_discount", message) from None
    return ManualDiscount(amount=amount, reason=reason) if amount else None


def seconds_of(text: str) -> float:
    """How long to wait, from `2s`, `500ms` or `11m`. Raises TillError `bad_command`."""
    times = _TIME.fullmatch(text)
    if times is None or (seconds := float(times[1]) * _UNITS[times[2]]) > LONGEST_WAIT:
        raise usage("wait")
    return seconds


async def _add(till: Till, args: tuple[str, ...]) -> Performed:
    match args:
        case (sku,):
            return Performed(till.add(sku))
        case (sku, many):
            return Performed(till.add(sku, quantity(many)))
    raise usage("add")


async def _qty(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) != 2:
        raise usage("qty")
    return Performed(till.set_quantity(line_of(till, args[0], "qty"), quantity(args[1])))


async def _void(till: Till, args: tuple[str, ...]) -> Performed:
    match args:
        case ():
            return Performed(till.void())
        case (what,) if what.lower() == "all":
            return Performed(till.void_all())
        case (line,):
            return Performed(till.void(line_of(till, line, "void")))
    raise usage("void")


async def _discount(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) < 2:
        raise usage("discount")
    discount = discount_of(" ".join(args[1:]), till.catalog.exponent)
    if args[0].lower() == "all":
        return Performed(till.discount_ticket(discount))
    return Performed(till.discount(line_of(till, args[0], "discount"), discount))


async def _price(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) != 2:
        raise usage("price")
    try:
        amount = None if args[1] == "-" else parse_money(args[1], till.catalog.exponent)
    except TillError as error:
        raise TillError("bad_price", error.message) from None
    return Performed(till.price(line_of(till, args[0], "price"), amount))


async def _coupon(till: Till, args: tuple[str, ...]) -> Performed:
    match args:
        case (code,) if code.startswith("-") and len(code) > 1:
            return Performed(till.remove_coupon(code[1:]))
        case (code,):
            return Performed(till.apply_coupon(code))
    raise usage("coupon")


async def _member(till: Till, args: tuple[str, ...]) -> Performed:
    match args:
        case ("-",):
            return Performed(till.detach_member())
        case (member,):
            return Performed(await till.attach_member(member))
    raise usage("member")


async def _hold(till: Till, args: tuple[str, ...]) -> Performed:
    return Performed(await till.hold(" ".join(args) or None))


async def _recall(till: Till, args: tuple[str, ...]) -> Performed:
    return Performed(await till.recall(" ".join(args) or None))


async def _pay(till: Till, args: tuple[str, ...]) -> Performed:
    match (args[0].lower() if args else "", *args[1:]):
        case ("cash",):
            return Performed(await till.pay_cash())
        case ("cash", amount):
            return Performed(await till.pay_cash(amount_of(amount, till)))
        case ("card", *words) if words:
            number, typed = card_and_amount(words)
            return Performed(await till.pay_card(number, amount_of(typed, till) if typed else None))
    raise usage("pay")


async def _abandon(till: Till, args: tuple[str, ...]) -> Performed:
    if args:
        raise usage("abandon")
    return Performed(await till.abandon())


async def _cancel(till: Till, args: tuple[str, ...]) -> Performed:
    if args:
        raise usage("cancel")
    return Performed(till.cancel_next(), _("The next card payment is taken back while the gateway is asked."))


async def _checks(till: Till, args: tuple[str, ...]) -> Performed:
    if args:
        raise usage("checks")
    return _told(till, till.checks())


async def _ask(till: Till, args: tuple[str, ...]) -> Performed:
    if args:
        raise usage("ask")
    return _told(till, await till.ask())


def _told(till: Till, found: tuple[OpenPayment, ...]) -> Performed:
    lines = check_lines(found, till.catalog.exponent)
    return Performed(till.sale, lines, {"checks": [one.model_dump(mode="json") for one in found]})


async def _take(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) > 1:
        raise usage("take")
    return Performed(await till.take(*args))


async def _stock(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) == len(("SKU", "+5")):
        raise TillError("bad_command", _("This version of the till only reads stock: `{usage}`.", usage=VERBS["stock"]))
    if len(args) != 1:
        raise usage("stock")
    found = till.stock(args[0])
    return Performed(till.sale, stock_line(found), {"stock": found.model_dump(mode="json")})


async def _uses(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) not in (1, 2):
        raise usage("uses")
    found = till.uses(*args)
    return Performed(till.sale, uses_line(found), {"uses": found.model_dump(mode="json")})


async def _gateway(till: Till, args: tuple[str, ...]) -> Performed:
    if not args:
        raise usage("gateway")
    return Performed(till.gateway(" ".join(args)))


async def _print(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) > 1:
        raise usage("print")
    return Performed(till.sale, till.print_receipt(*args))


async def _say(till: Till, args: tuple[str, ...]) -> Performed:
    text = entered(" ".join(args), till.catalog.is_named)
    return Performed(till.say(text), text)


async def _wait(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) != 1:
        raise usage("wait")
    return Performed(await till.wait(seconds_of(args[0])))


async def _key(till: Till, args: tuple[str, ...]) -> Performed:
    raise TillError("screen_only", _("`key` presses a key of a screen, and there is none here."))


async def _snap(till: Till, args: tuple[str, ...]) -> Performed:
    if len(args) != 1:
        raise usage("snap")
    return Performed(till.sale)


async def _of_demos(till: Till, args: tuple[str, ...]) -> Performed:
    message = _("Only a demo has several tills and may stop one: `pos demo FILE` plays it, with --headless as a check.")
    raise TillError("demo_only", message)


def card_and_amount(words: Sequence[str]) -> tuple[str, str | None]:
    """A card number, its groups of digits perhaps apart, and the amount behind it if there is one."""
    whole = "".join(words)
    if len(words) == 1 or is_card(whole):
        return whole, None
    return "".join(words[:-1]), words[-1]


_PERFORMERS: Final[dict[str, Callable[[Till, tuple[str, ...]], Awaitable[Performed]]]] = {
    "add": _add,
    "qty": _qty,
    "void": _void,
    "discount": _discount,
    "price": _price,
    "coupon": _coupon,
    "member": _member,
    "hold": _hold,
    "recall": _recall,
    "pay": _pay,
    "abandon": _abandon,
    "cancel": _cancel,
    "checks": _checks,
    "ask": _ask,
    "take": _take,
    "stock": _stock,
    "uses": _uses,
    "gateway": _gateway,
    "print": _print,
    "say": _say,
    "wait": _wait,
    "key": _key,
    "snap": _snap,
    **dict.fromkeys(OF_DEMOS, _of_demos),
}
