"""One line of the till's language to one command. Pure: nothing is looked up, nothing is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pos.domain.errors import TillError
from pos.domain.spelling import spelled
from pos.domain.words import _, number_text, typed_number
from pos.payments.masking import bare, mask

VERBS: Final[dict[str, str]] = {
    "add": "add SKU [QTY]",
    "qty": "qty LINE|last QTY",
    "void": "void [LINE|last|all]",
    "discount": "discount LINE|last|all 10%|1.50|0 [REASON]",
    "price": "price LINE|last 4.99|-",
    "coupon": "coupon CODE | coupon -CODE",
    "member": "member ID|-",
    "hold": "hold [NAME]",
    "recall": "recall [NAME]",
    "pay": "pay cash [20.00] | pay card NUMBER|reader [AMOUNT]",
    "abandon": "abandon",
    "cancel": "cancel",
    "checks": "checks",
    "ask": "ask",
    "take": "take [TICKET]",
    "stock": "stock SKU",
    "uses": "uses CODE [MEMBER]",
    "gateway": "gateway approve|decline CODE|slow [SECONDS]|timeout before|after|late|down|up|clear",
    "print": "print [ORDER]",
    "expect": "expect FIELD VALUE",
    "say": 'say "…"',
    "wait": "wait 2s",
    "key": "key f5",
    "snap": "snap NAME",
    "till": "till NAME",
    "crash": "crash [EVENT]",
    "start": "start",
}
"""Every verb with how it is used. A line that begins with none of them is a scan."""

OF_DEMOS: Final = frozenset({"till", "crash", "start"})
"""Verbs that only a demo can do: it has several tills, and may stop one dead."""

AT_A_TILL: Final = {verb: usage for verb, usage in VERBS.items() if verb not in OF_DEMOS | {"snap"}}
"""Verbs that mean something to whoever stands at a till."""

LATER: Final = frozenset({"refund", "open", "in", "out", "drop", "nosale", "x", "close", "login"})
"""Words that are kept for verbs of a later version, so that no script means a scan by them."""

LONGEST: Final = 2000
"""How many characters a line has at most; no code or name comes near it."""

_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
_TIMES = re.compile(r"([+-]?[\d.]+)\s*\*\s*(\S.*)", re.DOTALL | re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,9})?|\.\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Command:
    """What one line asks for. A scan has the verb `scan`, its code, and the quantity typed before a `*`."""

    verb: str
    args: tuple[str, ...] = ()
    quantity: Decimal | None = None


def parse(line: str) -> Command | None:
    """The command on a line; None for a blank line or a comment. Raises TillError `bad_command`, `bad_quantity`."""
    text = line.strip()
    if not text or text.startswith("#"):
        return None
    if len(text) > LONGEST:
        raise TillError("bad_command", _("A line has at most {count} characters.", count=LONGEST))
    first, *others = text.split(None, 1)
    verb, rest = spelled(first).lower(), "".join(others)
    if verb in VERBS:
        return Command(verb, _arguments(rest, verb))
    if verb in LATER:
        raise TillError("bad_command", _("This version of the till has no `{verb}` yet.", verb=verb))
    return scan(text)


def scan(text: str) -> Command:
    """A scanned or typed code, with how many of it: `3*4006381333931`. Raises TillError `bad_quantity`."""
    times = _TIMES.fullmatch(text)
    if times is None:
        return Command("scan", (text,))
    return Command("scan", (times[2].strip(),), quantity(times[1]))


def quantity(text: str) -> Decimal:
    """A quantity in the plain form, as scripts have it, its sign included. Raises TillError `bad_quantity`."""
    return _quantity(text, text, "0.412")


def typed_quantity(text: str) -> Decimal:
    """A quantity as a cashier typed it, in the locale's form. Raises TillError `bad_quantity`."""
    return _quantity(typed_number(text, "bad_quantity"), text, number_text(Decimal("0.412")))


def _quantity(plain: str, text: str, example: str) -> Decimal:
    if _NUMBER.fullmatch(plain) is None:
        typed = repr(bare(mask(text))[:40])
        message = _("{typed} is not a quantity. Type a number, such as 3 or {example}.", typed=typed, example=example)
        raise TillError("bad_quantity", message)
    return Decimal(plain)


def usage(verb: str) -> TillError:
    """What to say when a verb's words do not fit."""
    return TillError("bad_command", _("Type it as: {usage}", usage=VERBS[verb]))


def _arguments(rest: str, verb: str) -> tuple[str, ...]:
    if rest.count('"') % 2:
        message = _("A double quote is not closed. Type it as: {usage}", usage=VERBS[verb])
        raise TillError("bad_command", message)
    return words(rest)


def words(text: str) -> tuple[str, ...]:
    """The words of a text: blanks separate, double quotes group."""
    return tuple(quoted or bare for quoted, bare in _TOKEN.findall(text))
