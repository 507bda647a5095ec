"""Orders that stand as this program writes them are read fast; whatever else stands there is looked at as ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pos.domain.reservations import Order
from pos.stores import operations, records
from pos.stores.embedded.doctor import examine
from pos.stores.memory import MemoryStore
from pos.stores.records import broken_records, order_of, orders_in, written_order
from pos.stores.tables import RowChange, Tables, without_key
from tests.stores.samples import NOW, attempt, reservation, sale


@pytest.fixture
def row() -> bytes:
    store = MemoryStore()
    store.load({}, {"A": 9})
    store.commit(
        reservation("1", ("A", 1)), sale("1").model_copy(update={"payments": (attempt("1", "captured").payment,)}), NOW
    )
    (found,) = store.tables.table(operations.ORDERS).rows.values()
    return found


def test_an_order_is_the_same_by_both_ways(row: bytes) -> None:
    assert written_order(row) == order_of(without_key(row))


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "a blank": lambda row: row.replace(b'"lane":', b'"lane": '),
    "a field twice": lambda row: row.replace(b'"lane":', b'"lane":"X","lane":'),
    "a field more": lambda row: row.replace(b'"lane":', b'"more":1,"lane":'),
    "a field less": lambda row: row.replace(b'"refunds":null', b'"refund":null'),
    "a fraction": lambda row: row.replace(b'"change":0', b'"change":0.0'),
    "a number as text": lambda row: row.replace(b'"change":0', b'"change":"0"'),
    "a number beyond measure": lambda row: row.replace(b'"change":0', b'"change":' + b"9" * 26),
    "no number": lambda row: row.replace(b'"change":0', b'"change":NaN'),
    "half a character": lambda row: row.replace(b'"currency":"USD"', b'"currency":"\\ud800"'),
    "no currency": lambda row: row.replace(b'"currency":"USD"', b'"currency":"XXX"'),
    "a receipt of another lane": lambda row: row.replace(b'"receipt":"T1-', b'"receipt":"T2-'),
    "another one's key": lambda row: row.replace(b'{"key":"', b'{"key":"not '),
    "no JSON": lambda row: row[:-1],
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_any_other_row_is_looked_at_as_ever(
    row: bytes, spoil: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoiled = spoil(row)
    assert spoiled != row
    assert written_order(spoiled) is None
    tables = Tables()
    tables.apply([RowChange(operations.ORDERS, 1, spoiled)])
    told = broken_records(tables)
    ((_row_id, found),) = orders_in(tables)
    assert isinstance(found, Order) == (told == [])
    monkeypatch.setattr(records, "written_order", lambda _row: None)
    assert broken_records(tables) == told


def test_a_row_under_another_ones_id_is_no_order(row: bytes) -> None:
    tables = Tables()
    tables.apply([RowChange(operations.ORDERS, row_id, row) for row_id in (1, 2)])
    assert [isinstance(found, Order) for _row_id, found in orders_in(tables)] == [False, True]


def test_the_doctor_reads_each_order_of_a_closed_day_once(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def counted(row: bytes) -> Order | None:
        read.append(row)
        return written_order(row)

    monkeypatch.setattr(records, "written_order", counted)
    assert all(check.ok for check in examine(shop))
    assert len(read) == len(set(read))
