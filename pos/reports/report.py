"""What a report is: how it counts orders, and how what it counted is told to people and to programs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pos.domain.locale_format import decimal_text
from pos.domain.terminal_text import clean, width

if TYPE_CHECKING:
    from pos.domain.catalog import Shop
    from pos.domain.reservations import Order

Money = Callable[[int], str]
"""Writes minor units as people read them."""
Cells = tuple[str, ...]
"""A row for people: what it is of, then its figures."""


@dataclass(frozen=True, slots=True)
class Counted(ABC):
    """What a report counted: integers, amounts in minor units, and parts of the same kind, which texts name."""

    @abstractmethod
    def rows(self, money: Money) -> Iterable[Cells]:
        """What was counted for people, every row of as many cells as the first has, or fewer."""

    def as_json(self) -> dict[str, Any]:
        """The same for programs: the fields under their names, percentages as decimal strings."""
        return asdict(self, dict_factory=_plain)


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its `name` for programs, its `title` for people, and what it counts from a shop's orders.

    Of the shop it takes what orders do not say themselves, such as the zone of its hours.
    """

    name: str
    title: str
    count: Callable[[Iterable[Order], Shop], Counted]


def sign(order: Order) -> int:
    """How an order's amounts count: those of a return were charged the other way."""
    return 1 if order.refunds is None else -1


def columns(rows: Iterable[Cells]) -> Iterator[str]:
    """Rows as lines of text: the first cells at the left, the figures below one another at the right."""
    cleaned = [tuple(map(clean, cells)) for cells in rows]
    wide = [max(width(cells[at]) for cells in cleaned if at < len(cells)) for at in range(max(map(len, cleaned)))]
    for first, *figures in cleaned:
        padded = (" " * (room - width(text)) + text for text, room in zip(figures, wide[1:], strict=False))
        yield "  ".join((first + " " * (wide[0] - width(first)), *padded))


def _plain(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: decimal_text(value) if isinstance(value, Decimal) else value for name, value in fields}
