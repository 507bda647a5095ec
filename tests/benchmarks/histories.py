"""Years of orders, made quickly: a store with closed days, and the same orders as plain records for its peers."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, islice

from pos.domain.ports import Document, Records
from pos.stores.embedded.store import EmbeddedStore
from pos.stores.memory import MemoryStore
from tests.benchmarks.checkouts import LANE, OPENED, SeededIds, Shelves

ORDERS = 100_000
DAYS = 300
BATCH = 100
"""Orders that a day which is left open gets in one step."""


@dataclass(frozen=True)
class Sold:
    """One closed day: its orders, and what is left of their reservations, by id."""

    day: date
    orders: dict[str, Document]
    ended: dict[str, Document]


def sold(shelves: Shelves, orders: int = ORDERS, days: int = DAYS) -> Iterator[Sold]:
    """So many orders over so many days, each under ids of its own, with their receipts in a row."""
    patterns = _patterns(shelves, min(orders, 500))
    ids, numbers = SeededIds("history"), count(1)
    for place in range(days):
        opened = OPENED - timedelta(days=days - place)
        many = orders * (place + 1) // days - orders * place // days
        moments = (opened + timedelta(seconds=60 + place) for place in count())
        named = [_order(patterns, ids, number, next(moments)) for number in islice(numbers, many)]
        yield Sold(opened.date(), dict(order for order, _ in named), dict(ended for _, ended in named))


def close_days(store: EmbeddedStore, history: Iterator[Sold]) -> list[Document]:
    """Put a history into a store, each day closed; every hundredth order of it, to look up."""
    kept: list[Document] = []
    last = 0
    for each in history:
        last += len(each.orders)
        store.write(_records(each, last))
        store.close_day(each.day.isoformat())
        kept += list(each.orders.values())[::100]
    return kept


def left_open(store: EmbeddedStore, shelves: Shelves, orders: int) -> None:
    """Put so many orders into the day that is open, as a till that nobody closes does by and by."""
    first = 0
    for each in sold(shelves, orders, max(orders // BATCH, 1)):
        store.write(_records(each, first + len(each.orders)))
        first += len(each.orders)


def settled() -> None:
    """Take what was built for a measurement out of the collector's sight, in which no real till has it."""
    gc.collect()
    gc.freeze()


def _records(day: Sold, last: int) -> Records:
    """What is written of a day's orders, the last of which has the receipt number `last`."""
    records: dict[tuple[str, str], Document | None] = {("lanes", LANE): {"series": 1, "last": last}}
    records |= {("orders", key): order for key, order in day.orders.items()}
    records |= {("ended_reservations", key): ended for key, ended in day.ended.items()}
    return records


Pattern = tuple[Document, Document]
Named = tuple[str, Document]


def _patterns(shelves: Shelves, many: int) -> list[Pattern]:
    """Orders as the store writes them, with what is left of their reservations."""
    store = shelves.fill(MemoryStore())
    found = []
    for each in islice(shelves.checkouts("patterns"), many):
        store.reserve(each.reserved)
        order = store.commit(each.captured, each.sale, each.at)
        documents = store.get("orders", order.id), store.get("ended_reservations", each.reserved.id)
        assert documents[0] is not None
        assert documents[1] is not None
        found.append((documents[0], documents[1]))
    store.close()
    return found


def _order(patterns: Sequence[Pattern], ids: SeededIds, number: int, at: datetime) -> tuple[Named, Named]:
    order, ended = patterns[number % len(patterns)]
    order_id, ticket, receipt = ids.new("order", at), ids.new("ticket"), f"{LANE}-1-{number}"
    moment = at.isoformat().replace("+00:00", "Z")
    held = f"{ticket}/1"
    sale = order["sale"] | {"ticket": ticket, "order": order_id, "receipt": receipt}
    names = {"id": order_id, "receipt": receipt, "reservation": held, "at": moment, "sale": sale}
    left = {"id": held, "order": order_id, "created": moment, "sale": ended["sale"] | {"ticket": ticket}}
    return (order_id, order | names), (held, ended | left)
