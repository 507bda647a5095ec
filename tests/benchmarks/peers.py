"""The peers of the store's checkout: the limit of the disk, SQLite, and stock TinyDB, each doing the same two steps."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable
from itertools import cycle
from pathlib import Path
from typing import Any
from zlib import crc32

from tinydb import TinyDB, where
from tinydb.table import Document as TinyDocument

from pos.domain.catalog_file import CatalogFile
from pos.domain.counters import stock_counter
from pos.domain.model import Value, trusted
from pos.domain.ports import Document
from pos.domain.reservations import Attempt, Claim, Order, Reservation
from pos.stores import codec
from tests.benchmarks.checkouts import LANE, Checkout
from tests.benchmarks.histories import Sold

_order = trusted(Order)

AHEAD = 16 * 1024 * 1024
"""Bytes of zeros that are written into the limit's file before it is measured."""

TABLES = """
    CREATE TABLE counters (name TEXT PRIMARY KEY, on_hand INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE reservations (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, attempts TEXT NOT NULL, document TEXT NOT NULL
    );
    CREATE INDEX open_reservations ON reservations (state) WHERE state IN ('held', 'charging');
    CREATE TABLE orders (
        id TEXT PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, at TEXT NOT NULL, document TEXT NOT NULL
    );
    CREATE INDEX orders_by_time ON orders (at);
    CREATE TABLE lanes (lane TEXT PRIMARY KEY, series INTEGER NOT NULL, last INTEGER NOT NULL);
    INSERT INTO lanes VALUES ('1', 1, 0);
"""

Step = tuple[bytes, bytes]
"""The two records of one checkout as they stand in the store's journal."""


class Raw:
    """The limit: the same bytes into one file, each record made durable. Nothing is kept in memory."""

    def __init__(self, path: Path, steps: Iterable[Step], *, ahead: int = AHEAD) -> None:
        """With `ahead` bytes written before, records are put over zeros (fdatasync); without, appended (fsync)."""
        self._steps = cycle(list(steps))
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._room, self._at = ahead, 0
        self._sync: Callable[[int], None] = os.fdatasync if ahead else os.fsync
        os.write(self._handle, bytes(ahead))
        os.fsync(self._handle)

    def checkout(self, _checkout: Checkout) -> None:
        """Write the next two records."""
        for record in next(self._steps):
            self._keep(record)

    def _keep(self, record: bytes) -> None:
        if self._room and self._at + len(record) > self._room:
            self._at = 0
        self._write(record)
        self._at += len(record)

    def _write(self, record: bytes) -> None:
        os.pwrite(self._handle, record, self._at)
        self._sync(self._handle)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._handle)


class Asked(Raw):
    """The limit of whoever asks before each record whether somebody else has changed the file meanwhile.

    Linux gives a write that follows such a question a time of its own, so that the answer can be relied on: the file's
    times change with each record, and a file system without a journal writes them with it.
    """

    def _write(self, record: bytes) -> None:
        os.fstat(self._handle)
        super()._write(record)


class Made(Raw):
    """The floor: the reservation and the order made into JSON with a checksum, and written as the limit does.

    No stock is looked at, nothing is counted, found or kept in memory.
    """

    def __init__(self, path: Path) -> None:
        """Over zeros that are written before."""
        super().__init__(path, ())

    def checkout(self, checkout: Checkout) -> None:
        """Make the two records and write each."""
        reserved, sale = checkout.reserved, checkout.sale
        self._keep(_summed(reserved))
        order = _order(
            id=reserved.order,
            receipt="1-1-1",
            reservation=reserved.id,
            lane=reserved.lane,
            at=checkout.at,
            sale=sale,
            refunds=None,
        )
        self._keep(_summed(order))


def _summed(value: Value) -> bytes:
    body = codec.body(value)
    return b"%08x%b\n" % (crc32(body), body)


class Sqlite:
    """SQLite with a write-ahead log and synchronous=FULL: one transaction for each step, documents as JSON."""

    def __init__(self, path: Path, catalog: CatalogFile, history: Iterable[Sold] = ()) -> None:
        """A new database of this catalog's stock, with what was sold before on file."""
        self._db = db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(TABLES)
        db.execute("BEGIN")
        stock = [(stock_counter(item.sku), int(item.stock or 0)) for item in catalog.products]
        db.executemany("INSERT INTO counters (name, on_hand) VALUES (?, ?)", stock)
        db.executemany("INSERT INTO counters (name, on_hand) VALUES ('uses:' || ?, 0)", [(catalog.coupons[0].code,)])
        last = 0
        for day in history:
            last += len(day.orders)
            orders = ((each["id"], each["receipt"], each["at"], _text(each)) for each in day.orders.values())
            db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", orders)
            ended = ((each["id"], _text(each["attempts"])) for each in day.ended.values())
            db.executemany("INSERT INTO reservations VALUES (?, 'committed', ?, '{}')", ended)
        db.execute("UPDATE lanes SET last = ? WHERE lane = ?", (last, LANE))
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def checkout(self, checkout: Checkout) -> None:
        """Reserve, then commit."""
        self.reserve(checkout.reserved)
        self.commit(checkout)

    def reserve(self, reservation: Reservation) -> None:
        """One transaction. Raises LookupError if a claim cannot be had."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        taken = "UPDATE counters SET held = held + ?1 WHERE name = ?2 AND (?3 IS NULL OR on_hand - held - ?1 >= ?3)"
        for claim in reservation.claims:
            if db.execute(taken, (claim.amount, claim.counter, claim.floor)).rowcount != 1:
                db.execute("ROLLBACK")
                raise LookupError(claim.counter)
        record = reservation.model_dump_json(exclude_defaults=True)
        row = (reservation.id, reservation.state, _attempts(reservation.attempts), record)
        db.execute("INSERT INTO reservations VALUES (?, ?, ?, ?)", row)
        db.execute("COMMIT")

    def commit(self, checkout: Checkout) -> Order:
        """One transaction. Raises LookupError if the reservation is not open."""
        db, reservation = self._db, checkout.captured
        db.execute("BEGIN IMMEDIATE")
        (state,) = db.execute("SELECT state FROM reservations WHERE id = ?", (reservation.id,)).fetchone()
        if state != "charging":
            db.execute("ROLLBACK")
            raise LookupError(reservation.id)
        moved = "UPDATE counters SET on_hand = on_hand - ?1, held = held - ?1 WHERE name = ?2"
        for claim in reservation.claims:
            db.execute(moved, (claim.amount, claim.counter))
        numbered = "UPDATE lanes SET last = last + 1 WHERE lane = ? RETURNING series, last"
        ((series, last),) = db.execute(numbered, (reservation.lane,)).fetchall()
        receipt = f"{reservation.lane}-{series}-{last}"
        order = Order(
            id=reservation.order,
            receipt=receipt,
            reservation=reservation.id,
            lane=reservation.lane,
            at=checkout.at,
            sale=checkout.sale.model_copy(update={"receipt": receipt}),
        )
        row = (order.id, receipt, checkout.at.isoformat(), order.model_dump_json())
        db.execute("INSERT INTO orders VALUES (?, ?, ?, ?)", row)
        ended = "UPDATE reservations SET state = 'committed', attempts = ?, document = '{}' WHERE id = ?"
        db.execute(ended, (_attempts(reservation.attempts), reservation.id))
        db.execute("COMMIT")
        return order

    def order(self, column: str, value: str) -> list[Document]:
        """The orders whose `id` or `receipt` is `value`, or whose time begins with it if the column is `at`."""
        condition, values = f"{column} = ?", [value]
        if column == "at":
            condition, values = "at >= ? AND at < ? ORDER BY at", [value, value + "U"]
        asked = f"SELECT document FROM orders WHERE {condition}"
        return [json.loads(document) for (document,) in self._db.execute(asked, values)]

    def close(self) -> None:
        """Give the database back."""
        self._db.close()


class StockTinyDB:
    """TinyDB as it comes: one update for each thing, each of which writes the whole file anew."""

    def __init__(self, path: Path, catalog: CatalogFile) -> None:
        """A new file with this catalog's products."""
        self._db = TinyDB(path)
        products = [item.model_dump(mode="json", exclude_defaults=True) for item in catalog.products]
        documents = [TinyDocument(_stocked(item), doc_id=number) for number, item in enumerate(products, 1)]
        self._products = self._db.table("products")
        self._products.insert_multiple(documents)
        self._numbers = {stock_counter(item["sku"]): number for number, item in enumerate(products, 1)}
        self._coupons = self._db.table("coupons")
        self._coupons.insert({"code": catalog.coupons[0].code, "on_hand": 0, "held": 0})
        self._db.table("lanes").insert({"lane": LANE, "series": 1, "last": 0})

    def checkout(self, checkout: Checkout) -> None:
        """Reserve, then commit."""
        reservation = checkout.reserved
        for claim in reservation.claims:
            self._move(claim, lambda item, amount: item.update(held=item["held"] + amount))
        held = self._db.table("reservations").insert(reservation.model_dump(mode="json", exclude_defaults=True))
        for claim in reservation.claims:
            self._move(
                claim, lambda item, amount: item.update(on_hand=item["on_hand"] - amount, held=item["held"] - amount)
            )
        lanes = self._db.table("lanes")
        lanes.update(lambda lane: lane.update(last=lane["last"] + 1), where("lane") == LANE)
        order = checkout.sale.model_dump(mode="json")
        self._db.table("orders").insert({"id": reservation.order, "at": checkout.at.isoformat(), "sale": order})
        self._db.table("reservations").update({"state": "committed"}, doc_ids=[held])

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def _move(self, claim: Claim, change: Callable[[Any, int], None]) -> None:
        number = self._numbers.get(claim.counter)
        table, ids = (self._coupons, [1]) if number is None else (self._products, [number])
        table.update(lambda item: change(item, claim.amount), doc_ids=ids)


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _attempts(attempts: Iterable[Attempt]) -> str:
    return f"[{','.join(attempt.model_dump_json(exclude_defaults=True) for attempt in attempts)}]"


def _stocked(item: Document) -> Document:
    return item | {"on_hand": item.pop("stock"), "held": 0}
