"""Which receipts were printed, so that whatever is printed of one again says that it is a copy.

A number takes no room of its own on record: numbers that follow one another are kept as the first and the last of them,
a thousand of a series in one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, Protocol

from pos.domain.ports import Document

PRINTED: Final = "printed_receipts"
"""The table of the numbers that were printed, by series and thousand, such as `1-1/0`."""
_BLOCK: Final = 1000


class PrintedRecords(Protocol):
    """What is on record."""

    def get(self, table: str, key: str) -> Document | None:
        """The record with this key in a table, None if there is none."""
        ...


class Marking(NamedTuple):
    """What marks a receipt as printed: the record to write, and as it is expected to be found."""

    records: Mapping[tuple[str, str], Document | None]
    expect: Mapping[tuple[str, str], Document | None]


def was_printed(records: PrintedRecords, receipt: str) -> bool:
    """Whether a receipt of this number was printed."""
    key, number = _place(receipt)
    return number in numbers_of(records.get(PRINTED, key) or {})


def marking(records: PrintedRecords, receipt: str) -> Marking:
    """What to write so that a receipt of this number was printed."""
    key, number = _place(receipt)
    before = records.get(PRINTED, key)
    spans: list[list[int]] = []
    for each in sorted({*numbers_of(before or {}), number}):
        if spans and spans[-1][1] == each - 1:
            spans[-1][1] = each
        else:
            spans.append([each, each])
    return Marking({(PRINTED, key): {"numbers": spans}}, {(PRINTED, key): before})


def newly_printed(key: str, before: Document | None, after: Document | None) -> tuple[str, ...]:
    """The receipts that are marked in a record with this key and were not before, by their numbers."""
    series = key.rpartition("/")[0]
    numbers = {*numbers_of(after or {})} - {*numbers_of(before or {})}
    return tuple(f"{series}-{number}" for number in sorted(numbers))


def numbers_of(record: Document) -> Iterable[int]:
    """The numbers in a record. Raises ValueError, or what else such a record raises that is made otherwise."""
    found: set[int] = set()
    for first, last in record.get("numbers", ()):
        if not (type(first) is type(last) is int and 0 < first <= last < first + _BLOCK):
            raise ValueError("no record has such numbers")
        found.update(range(first, last + 1))
    return found


def _place(receipt: str) -> tuple[str, int]:
    """The key of the record that a receipt's number is in, and the number within its series."""
    series, _dash, text = receipt.rpartition("-")
    number = int(text)
    return f"{series}/{number // _BLOCK}", number
