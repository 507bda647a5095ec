"""Whether a record is what the program keeps in its table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pos.domain.catalog import Member, Product, Shop, Tax, kept_coupon
from pos.domain.holds import Order, Reservation
from pos.domain.model import Value
from pos.domain.ports import Document
from pos.domain.words import _
from pos.stores import codec, verbs
from pos.stores.days import Day
from pos.stores.own import DAYS
from pos.stores.reader import Reader
from pos.stores.tables import Change, Tables, without_key

KINDS: Final[Mapping[str, Callable[[Document], Value]]] = {
    "taxes": Tax.model_validate,
    "products": Product.model_validate,
    "coupons": kept_coupon,
    "members": Member.model_validate,
    verbs.ORDERS: Order.model_validate,
    verbs.RESERVATIONS: Reservation.model_validate,
    verbs.ENDED: Reservation.model_validate,
}
NUMBERS: Final = {verbs.COUNTERS: {"on_hand", "held"}, verbs.LANES: {"series", "last"}}
TABLES: Final = (*KINDS, *NUMBERS, "shop", DAYS)
"""The tables whose records are known; others may hold anything."""


def understood(table: str, key: str, document: Document) -> bool:
    """Whether a document can be a record of a table."""
    try:
        if table in KINDS:
            KINDS[table](document)
        elif table == "shop":
            Shop.model_validate({name: value for name, value in document.items() if name in Shop.model_fields})
        elif table == DAYS:
            day = Day.of(key, document)
            return all(type(each) is int for each in (day.orders, day.ended, *sum(day.receipts.values(), ())))
        elif table in NUMBERS:
            return set(document) == NUMBERS[table] and all(type(value) is int for value in document.values())
    except (ValueError, TypeError, LookupError, AttributeError):
        return False
    return True


def broken_records(store: Reader, tables: Iterable[str] = TABLES) -> list[str]:
    """Records that are not what the program keeps in their tables, as parts of a sentence."""
    return [
        named(table, key)
        for table in tables
        for key, document in store.items(table)
        if not understood(table, key, document)
    ]


def sift(tables: Tables) -> list[str]:
    """Take away what cannot be understood, or has no key; the parts of a sentence that name it."""
    found = []
    for name in TABLES:
        for row_id, row in tuple(tables.table(name).rows.items()):
            key = codec.key_of(row)
            if key is None or not understood(name, key, without_key(row)):
                found.append(named(name, key or str(row_id)))
                tables.apply([Change(name, row_id, None)])
    return found


def named(table: str, key: str) -> str:
    """A record that cannot be understood, as it is told."""
    return _("{table}: {key} cannot be understood", table=table, key=repr(key[:40]))
