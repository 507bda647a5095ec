"""Finding the one byte that is wrong, by what a checksum should be."""

from __future__ import annotations

from functools import cache
from typing import Final

from pos.stores.embedded.damage import checksum

_POLYNOMIAL: Final = 0xEDB88320
_CHANCE: Final = 2**32 // 1000
"""So many guesses hit upon a CRC-32 by accident once in a thousand times."""


def wrong_byte(data: bytes, right: int) -> tuple[int, int] | None:
    """The offset of the one wrong byte of `data`, and which of its bits are wrong, if its CRC-32 should be `right`.

    A CRC differs in its own way for each single error. In data so long that this would be a guess, only a single
    wrong bit is looked for, and nothing at all beyond half a million bytes. None: it is not one byte.
    """
    bits = 255 if 255 * len(data) <= _CHANCE else 8
    if bits * len(data) > _CHANCE:
        return None
    table, starts = _tables()
    errors = {table[error]: error for error in range(1, 256) if bits == 255 or error.bit_count() == 1}
    difference = checksum(data) ^ right
    found: list[tuple[int, int]] = []
    for offset in range(len(data) - 1, -1, -1):
        if (error := errors.get(difference)) is not None:
            found.append((offset, error))
        start = starts[difference >> 24]
        difference = ((difference ^ table[start]) << 8 & 0xFFFFFFFF) | start
    return found[0] if len(found) == 1 else None


def mended(data: bytes, right: int) -> bytes | None:
    """The data with its one wrong byte put right, if it has one."""
    found = wrong_byte(data, right)
    if found is None:
        return None
    offset, error = found
    return data[:offset] + bytes((data[offset] ^ error,)) + data[offset + 1 :]


@cache
def _tables() -> tuple[tuple[int, ...], dict[int, int]]:
    """What each byte does to a checksum, and which byte did it, by the first eight bits of that."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return tuple(table), {value >> 24: byte for byte, value in enumerate(table)}
