"""Changes of a catalog that many may be using: what they are, and in which order each of them leaves it whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from pos.domain.counters import coupon_uses, stock_counter
from pos.domain.ports import Document

ORDER: Final = ("names", "shop", "taxes", "products", "coupons", "members")
"""The tables, each before those whose records name its own."""
_COUNTERS: Final[dict[str, Callable[[str], str]]] = {"products": stock_counter, "coupons": coupon_uses}

Rows = Mapping[str, Mapping[str, Document]]
"""Records by table and key."""


class Change(NamedTuple):
    """A record as it was and as it is to be, None: none; its counter moves by so much with it, None: not at all."""

    table: str
    key: str
    before: Document | None
    after: Document | None
    move: int | None = None

    @property
    def counter(self) -> str:
        """The counter that is the record's own; '': none is."""
        return counter_of(self.table, self.key)


def counter_of(table: str, key: str) -> str:
    """The name of the counter that a record says the beginning of; '': it says none."""
    return _COUNTERS[table](key) if table in _COUNTERS else ""


def changes_between(have: Rows, wanted: Rows, had: Mapping[str, int], has: Mapping[str, int]) -> Iterator[Change]:
    """What makes `wanted` of what is there; each counter moves by what it `has` to have more than it `had`."""
    for table, rows in wanted.items():
        known = have.get(table, {})
        for key, row in rows.items():
            before = known.get(key)
            if before != row:
                yield Change(table, key, before, row, _move(counter_of(table, key), had, has, new=before is None))
        for key, before in known.items():
            if key not in rows:
                yield Change(table, key, before, None, _move(counter_of(table, key), had, has))


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Changes so that a record is there before another one names it, and goes after all that named it."""
    return sorted(changes, key=_place)


def _place(change: Change) -> int:
    place = ORDER.index(change.table)
    return place if change.after is not None else 2 * len(ORDER) - place


def _move(counter: str, had: Mapping[str, int], has: Mapping[str, int], *, new: bool = False) -> int | None:
    more = has.get(counter, 0) - had.get(counter, 0)
    return more if more or (new and counter in has) else None
