"""What a scanned code is: one key for a GTIN in all its lengths, and the check digits."""

from __future__ import annotations

from typing import Final

GTIN_LENGTHS: Final = frozenset((8, 12, 13, 14))


def code_key(code: str) -> str:
    """The key under which a code is known: a GTIN (8, 12, 13 or 14 digits) as 14 digits, anything else as it is.

    UPC-A "012345678905", EAN-13 "0012345678905" and GTIN-14 "00012345678905" are one product.
    """
    return code.zfill(14) if _is_gtin_like(code) else code


def is_gtin(code: str) -> bool:
    """Whether a code is a GTIN: of its length, digits only, with the right check digit."""
    return _is_gtin_like(code) and check_digit(code[:-1]) == int(code[-1])


def has_bad_check_digit(code: str) -> bool:
    """Whether a code has a GTIN's length, but neither a GTIN's nor a UPC-E's check digit; it may be misread."""
    return _is_gtin_like(code) and not is_gtin(code) and not _is_upc_e(code)


def check_digit(digits: str) -> int:
    """The check digit that GS1's rule gives to the digits before it."""
    from biip.checksums import gs1_standard_check_digit

    return gs1_standard_check_digit(digits)


def luhn(digits: str) -> bool:
    """Whether a row of digits ends in the check digit of Luhn's rule, as card numbers do."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _is_gtin_like(code: str) -> bool:
    return len(code) in GTIN_LENGTHS and code.isascii() and code.isdigit()


def _is_upc_e(code: str) -> bool:
    from biip import ParseError
    from biip.upc import Upc

    if len(code) != 8:
        return False
    try:
        Upc.parse(code)
    except ParseError:
        return False
    return True
