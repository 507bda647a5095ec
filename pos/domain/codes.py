"""What a scanned code is: one key for a GTIN in all its lengths, what a scanner puts around it, and check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

GTIN_LENGTHS: Final = frozenset((8, 12, 13, 14))

_IDENTIFIER: Final = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
"""The symbology identifier that scanners may send before a code (ISO/IEC 15424)."""
_ELEMENTS: Final = frozenset(("C1", "e0", "e1", "e2", "d2", "Q3", "J1"))
"""The symbologies whose data are GS1 element strings."""
_WITH_ADDON: Final = "E3"
"""An EAN-13 with a smaller code beside it, as on magazines."""
_EAN_8: Final = "E4"
_AI_GTIN: Final = "01"
"""What stands before a GTIN in an element string."""
_GTIN_FIRST: Final = re.compile(r"(?:01|\(01\))(\d{14}|\d{12,13}$)", re.ASCII)
"""An element string that begins with a GTIN, the usual case; its number may be shorter where nothing follows."""
_GTIN_BARE: Final = re.compile(r"(?:01|\(01\))(\d{14})", re.ASCII)
"""The same where no scanner says that it is one."""


def code_key(code: str) -> str:
    """The key under which a code is known: a GTIN (8, 12, 13 or 14 digits) as 14 digits, anything else as it is.

    UPC-A "042100005264", EAN-13 "0042100005264" and GTIN-14 "00042100005264" are one product.
    """
    return code.zfill(14) if _is_gtin_like(code) else code


def readings(code: str) -> Iterator[str]:
    """What a scanned or typed code may be, the likeliest first.

    First the code as it is; then what a scanner meant by it; then a UPC-E as its UPC-A, or the other way round. So
    eight digits that a shop numbers its own goods by are never taken for another number while they are known.
    """
    yield code
    symbology, data = _taken_apart(code)
    if data != code:
        yield data
    if data.isascii() and data.isdigit() and symbology != _EAN_8:
        yield from _other_forms(data)


def meant(code: str) -> str:
    """A code without what a scanner sends around it: its identifier, an add-on, all of a GS1 code but the GTIN."""
    return _taken_apart(code)[1]


def gtin_key(code: str) -> str | None:
    """The key of a code that is a GTIN by its check digit, or the UPC-E of one; None for any other."""
    if is_gtin(code):
        return code_key(code)
    upc_a = _expanded(code) if len(code) == len("04252614") else None
    return None if upc_a is None else code_key(upc_a)


def is_gtin(code: str) -> bool:
    """Whether a code is a GTIN: of its length, digits only, with the right check digit."""
    return _is_gtin_like(code) and check_digit(code[:-1]) == int(code[-1])


def has_bad_check_digit(code: str) -> bool:
    """Whether a code has a GTIN's length, but neither a GTIN's nor a UPC-E's check digit; it may be misread."""
    return _is_gtin_like(code) and not is_gtin(code) and not (len(code) == 8 and _expanded(code))


def check_digit(digits: str) -> int:
    """The check digit that GS1's rule gives to the digits before it."""
    return -sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits))) % 10


def luhn(digits: str) -> bool:
    """Whether a row of digits ends in the check digit of Luhn's rule, as card numbers do."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _is_gtin_like(code: str) -> bool:
    return len(code) in GTIN_LENGTHS and code.isascii() and code.isdigit()


def _taken_apart(code: str) -> tuple[str, str]:
    """The symbology that a scanner names, "" if none, and the code itself: of a GS1 code its GTIN."""
    text = code.strip()
    found = _IDENTIFIER.match(text)
    symbology, data = (found[1], text[found.end() :]) if found else ("", text)
    data = data.strip()
    if symbology in _ELEMENTS:
        return symbology, _gtin_in(data) or data
    if symbology == _WITH_ADDON:
        return symbology, data[:13]
    bare = None if found else _GTIN_BARE.match(data)
    return symbology, bare[1] if bare is not None and is_gtin(bare[1]) else data


def _gtin_in(data: str) -> str | None:
    """The GTIN in GS1 element strings."""
    if (first := _GTIN_FIRST.match(data)) is not None:
        return first[1]
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    try:
        parts = GS1Message.parse(data).element_strings
    except ParseError:
        return None
    return next((part.value for part in parts if part.ai.ai == _AI_GTIN), None)


def _other_forms(digits: str) -> Iterator[str]:
    """A UPC-A as UPC-E, or a UPC-E as UPC-A and, if it lacks its check digit or its system digit, as a whole one."""
    if (short := _suppressed(digits)) is not None:
        yield short
    for upc_e in (f"0{digits}", digits) if len(digits) == len("4252614") else (digits,):
        if (upc_a := _expanded(upc_e)) is not None:
            yield upc_a
            if len(digits) < len("04252614"):
                yield _whole(upc_e, upc_a)


def _expanded(code: str) -> str | None:
    """The UPC-A that a UPC-E stands for; None for what is none. Six digits lack the system digit, seven the check.

    Many eight digits would give one UPC-A: only those that are printed for it are its UPC-E.
    """
    if not (len(code) == 6 or (len(code) in (7, 8) and code[0] in "01")):
        return None
    from biip import ParseError
    from biip.upc import Upc

    try:
        upc_a = Upc.parse(code).as_upc_a()
    except ParseError:
        return None
    return upc_a if _suppressed(upc_a) == _whole(code, upc_a) else None


def _whole(code: str, upc_a: str) -> str:
    """The eight digits of a UPC-E."""
    return code.zfill(7)[:7] + upc_a[-1]


def _suppressed(code: str) -> str | None:
    """The UPC-E of a GTIN that can be written as one and begins as they do."""
    upc_a = code.zfill(14)[2:]
    if not is_gtin(code) or len(code) == 8 or code.zfill(14)[:2] != "00" or upc_a[0] not in "01":
        return None
    from biip import EncodeError
    from biip.upc import Upc

    try:
        return Upc.parse(upc_a).as_upc_e()
    except EncodeError:
        return None
