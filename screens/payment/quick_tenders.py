"""What a customer is likely to hand over in cash, and what typed digits are."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import current_language, decimal_mark
from screens.kit.input.scanning import SHORTEST_SUFFIX

if TYPE_CHECKING:
    from pos.till.till import Till
    from screens.kit.input.bursts import Burst

LONGEST_CODE: Final = 14
CARD_LENGTH: Final = 13
_AHEAD: Final = re.compile(r"([\d.,]*)(\D?)(\d*)")
_NOTES: Final = (500, 1000, 2000, 5000, 10000)
_USUAL: Final = _NOTES[1:]
"""Notes that customers come with from a cash machine, of which the largest comes in any number."""
_NEXT: Final = 2
"""So many notes above the one that would do are nothing strange."""
_SINGLE: Final = 2000


def quick_tenders(due: int, exponent: int, many: int = 4) -> tuple[int, ...]:
    """The exact amount, then the next ones up that notes make, in minor units: 23.28, 25, 30 and 50.

    A note of 20 is offered alone only: two of them are typed as fast as chosen.
    """
    if due <= 0:
        return ()
    scale = 10 ** max(exponent - 2, 0)
    ups = {-(-due // (note * scale)) * note * scale for note in _NOTES if note != _SINGLE or due <= _SINGLE * scale}
    return tuple(sorted({due, *ups}))[:many]


def most_expected(due: int, exponent: int) -> int:
    """How much cash is no surprise for what is due, minor units: the note that would do, or one of the next two.

    For what is due beyond the notes it is twice as much.
    """
    scale: int = 10 ** max(exponent - 2, 0)
    largest = _USUAL[-1] * scale
    notes = [note * scale for note in _USUAL if note * scale >= due]
    begin = max(-(-due // largest), 1) * largest
    notes += [begin + largest * more for more in range(_NEXT + 1) if begin + largest * more not in notes]
    return max(sorted(notes)[_NEXT], 2 * due)


class Doubt(Enum):
    """Why a typed amount may be no cash."""

    CODE = auto()
    """It is a code of the shop, and far more than is due."""
    FAR = auto()
    """It is far more than is due."""
    NAMED = auto()
    """It is a code of the shop as well as a sum that may be given."""


def doubt_of(typed: str, amount: int, due: int, till: Till) -> Doubt | None:
    """What speaks against a typed amount being cash, minor units; a decimal mark says that it is no code."""
    exponent = till.catalog.exponent
    far = amount > most_expected(due, exponent)
    named = typed.isdecimal() and (till.catalog.is_named(typed) or _is_filled(typed, till))
    if named:
        return Doubt.CODE if far else Doubt.NAMED
    return Doubt.FAR if far else None


def _is_filled(number: str, till: Till) -> bool:
    """Whether there is something behind a tender under a number, such as a gift card's balance."""
    from pos.domain.tenders import TENDERS

    counted = (name for name, tender in TENDERS.items() if tender.behind == "counter")
    return any(till.balance(name, number).on_hand for name in counted)


def is_code(typed: str, till: Till) -> bool:
    """Whether typed digits are a scanned code or a card's number rather than an amount for the ticket."""
    from pos.language.amounts import means_code

    return means_code(typed, till)


def amount_of(typed: str, till: Till) -> int | None:
    """A typed amount in minor units; None if nothing is typed, or if it is no amount."""
    from pos.domain.errors import TillError
    from pos.domain.money import typed_money

    if not typed or typed.startswith("/") or is_code(typed, till):
        return None
    try:
        return typed_money(typed, till.catalog.exponent)
    except TillError:
        return None


def may_be_card(typed: str) -> bool:
    """Whether typed digits are meant as a card's number: too many for a code, or with a card's check digit."""
    from pos.domain.codes import luhn

    return typed.isdecimal() and (len(typed) > LONGEST_CODE or (len(typed) >= CARD_LENGTH and luhn(typed)))


def written_ahead(burst: Burst, acts: Callable[[str], bool], known: Callable[[str], bool]) -> int:
    """How many keys of a burst that was written in one piece with F12 mean something on the payment screen.

    An amount; or one letter that `acts`, with or without an amount or a card's number before it, if what follows it
    is the next customer's scan, or nothing at all. What else has letters was scanned. A card's number with its letter
    and no Enter means itself wherever it comes from.
    """
    found = _AHEAD.fullmatch(burst.text)
    if found is None:
        return 0
    amount, letter, rest = found.groups()
    if not burst.ahead:
        return len(burst.text) if acts(letter) and may_be_card(amount) and not rest and not burst.ended else 0
    if not letter:
        return len(burst.text)
    scan = len(rest) >= SHORTEST_SUFFIX and known(rest)
    means_it = not burst.ended or scan or may_be_card(amount)
    return len(amount) + 1 if acts(letter) and means_it else 0


def with_mark(typed: str) -> str:
    """What is typed with a decimal mark behind it; an earlier one, three digits ago, stood between thousands then."""
    mark = decimal_mark()
    whole, before, group = typed.rpartition(mark)
    return f"{whole}{group}{mark}" if before and whole.isdecimal() and len(group) == len("000") else f"{typed}{mark}"


def as_shown(typed: str) -> str:
    """A typed amount as the locale groups it: "1234,5" is "1.234,5" in German; anything else stays as it is."""
    mark = decimal_mark()
    plain = typed.replace(mark, ".", 1)
    if not typed.replace(mark, "", 1).isdecimal() or typed.startswith(mark):
        return typed
    return current_language().locale_format.number(plain)
