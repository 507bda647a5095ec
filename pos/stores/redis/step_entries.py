"""What the server is to hear of a step of the till's own journal, and what is held without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from pos.domain.ports import Document, RecordReader
from pos.domain.printed_receipts import PRINTED, newly_printed
from pos.stores import codec, operations
from pos.stores.redis.counts import Effects
from pos.stores.redis.loading import CARTS
from pos.stores.redis.outbox import Claims, Entry
from pos.stores.tables import Writes

OFFLINE: Final = "offline_holds"
"""The table of the open reservations that the server does not hold, by id."""


class Taken(NamedTuple):
    """What an open reservation takes, whether the server holds it, and whether it is to be told what changed."""

    claims: Claims
    online: bool
    noted: bool = False


def entries_of(
    writes: Writes, before: RecordReader, taken: Mapping[str, Taken], asked: Mapping[str, Taken], number: int
) -> list[Entry]:
    """The outbox's entries of a step, the first with this number; `before` is what is on record before it.

    `taken` is what the open reservations take, `asked` what those will that are being written down.
    """
    return [replace(entry, number=each) for each, entry in enumerate(_entries(writes, before, taken, asked), number)]


def _entries(
    writes: Writes, before: RecordReader, taken: Mapping[str, Taken], asked: Mapping[str, Taken]
) -> Iterator[Entry]:
    order = next((key for table, key in writes if table == operations.ORDERS), None)
    for (table, key), value in writes.items():
        if table == operations.RESERVATIONS and value is None:
            claims, online, _noted = taken.get(key) or asked[key]
            held = amounts(claims) if online else {}
            if order is not None:
                yield Entry(0, "commit", key, claims, held, order=order)
            else:
                state = "expired" if b'"state":"expired"' in _bytes(writes[operations.ENDED, key]) else "released"
                yield Entry(0, "release", key, [], held, state=state)
        elif table == operations.RESERVATIONS and (now := asked.get(key)) is not None and now.noted:
            held = amounts(taken[key].claims) if now.online else {}
            yield Entry(0, "note", key, now.claims if now.online else [], held)
        elif table in CARTS and value != before.get(table, key):
            yield Entry(0, "drop" if value is None else "put", key, [], {}, table=table)
        elif table == PRINTED:
            marked = codec.decode(value) if isinstance(value, bytes) else value
            for receipt in newly_printed(key, before.get(table, key), marked):
                yield Entry(0, "printed", receipt, [], {})


def offline_holds(writes: Writes, asked: Mapping[str, Taken]) -> dict[tuple[str, str], Document | None]:
    """The records of what is held without the server after a step: a reservation that ends, or that the server holds
    from now on, is in none.
    """
    found: dict[tuple[str, str], Document | None] = {}
    for (table, key), value in writes.items():
        if table == operations.RESERVATIONS and (value is None or key in asked):
            found[OFFLINE, key] = None if value is None or asked[key].online else {}
    return found


def amounts(claims: Claims) -> dict[str, int]:
    """What claims take of each counter."""
    return {name: amount for name, amount, _floor in claims}


def hold_of(claims: Claims) -> Effects:
    """By how much counters change that hold claims."""
    return {name: (0, amount) for name, amount, _floor in claims}


def _bytes(value: Document | bytes | None) -> bytes:
    return value if isinstance(value, bytes) else codec.encode(value or {})
