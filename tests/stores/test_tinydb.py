"""TinyDB's own interface on the store, and stock TinyDB on its snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, where
from tinydb.table import Document

from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import NOW, crash, fill, reservation, sale


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return fill(open_store(tmp_path), A=5, B=2)


def test_stock_tinydb_reads_the_snapshot(tmp_path: Path, store: EmbeddedStore) -> None:
    store.write({("products", 'Bébé "\\ \n'): {"price": 1}, ('odd "table"', ""): {"x": "\ud800"}})
    store.commit(reservation("1", ("A", 1)), sale("1"), NOW)
    store.compact()
    with TinyDB(tmp_path / "store.json") as stock:
        assert stock.tables() - {"_tillkey"} == store.db.tables()
        for name in store.db.tables():
            assert stock.table(name).all() == store.db.table(name).all()
            assert [each.doc_id for each in stock.table(name)] == [each.doc_id for each in store.db.table(name)]
        assert stock.table("products").get(where("key") == "A") == {"key": "A", "sku": "A", "price": 100}
    assert store.get("products", 'Bébé "\\ \n') == {"price": 1}
    assert store.get('odd "table"', "") == {"x": "\ud800"}
    store.close()


def test_queries_see_every_step(store: EmbeddedStore) -> None:
    orders = store.db.table("orders")
    dear = Query().sale.total > 5
    assert orders.search(dear) == []
    store.commit(reservation("1", ("A", 1)), sale("1"), NOW)
    (found,) = orders.search(dear)
    assert (found["receipt"], found["key"]) == ("T1-1-1", "ord_1")
    found["receipt"] = "changed"
    assert orders.search(dear)[0]["receipt"] == "T1-1-1"
    assert orders.count(dear) == len(orders) == 1
    assert orders.contains(where("receipt") == "T1-1-1")
    assert store.order("T1-1-1") is not None
    orders.update({"receipt": "T1-1-9"})
    assert store.order("T1-1-1") is None
    assert store.order("T1-1-9") is not None


def test_changes_go_through_the_journal(tmp_path: Path, store: EmbeddedStore) -> None:
    notes = store.db.table("notes")
    assert notes.insert({"n": 1}) == 1
    assert notes.insert_multiple([{"n": 2}, {"n": 3, "key": "three"}, Document({"n": 9}, doc_id=9)]) == [2, 3, 9]
    assert notes.insert({"n": 10}) == 10
    assert notes.update({"seen": True}, where("n") < 3) == [1, 2]
    assert notes.upsert({"n": 2, "up": 1}, where("n") == 2) == [2]
    assert notes.remove(where("n") == 1) == [1]
    assert notes.update_multiple([({"n": 11}, where("n") == 10)]) == [10]
    expected = [{"n": 2, "seen": True, "up": 1}, {"key": "three", "n": 3}, {"n": 9}, {"n": 11}]
    assert notes.all() == expected
    assert notes.get(doc_id=3) == {"key": "three", "n": 3}
    assert notes.get(doc_ids=[9, 2, 77]) == [expected[0], expected[2]]
    assert store.get("notes", "three") == {"n": 3}
    assert store.write({("notes", "three"): {"n": 4}})
    crash(store)
    store = open_store(tmp_path)
    assert store.db.table("notes").get(doc_id=3) == {"key": "three", "n": 4}
    assert store.db.table("notes").insert({}) == 11
    store.db.close()


def test_an_update_that_fails_changes_nothing(store: EmbeddedStore) -> None:
    products = store.db.table("products")
    before = products.all()
    with pytest.raises(ValueError, match="another document has the key 'A'"):
        products.update({"key": "A"}, where("key") == "B")
    with pytest.raises(ValueError, match="another document has the key 'A'"):
        products.insert({"key": "A"})
    with pytest.raises(TypeError):
        products.update({"price": {1}})
    with pytest.raises(ValueError, match="already exists"):
        products.insert(Document({}, doc_id=1))
    assert products.all() == before


def test_keys_may_change_hands(store: EmbeddedStore) -> None:
    products = store.db.table("products")
    products.update(lambda each: each.update(key={"A": "B", "B": "C"}[each["key"]]))
    assert store.get("products", "A") is None
    assert store.get("products", "B") == {"sku": "A", "price": 100}
    assert store.get("products", "C") == {"sku": "B", "price": 100}
    products.update(lambda each: each.pop("key"), where("key") == "C")
    assert store.keys("products") == ("B",)
    assert len(products) == 2


def test_tables_are_dropped(store: EmbeddedStore) -> None:
    store.db.table("notes").insert({"n": 1})
    store.db.drop_table("notes")
    assert store.db.table("notes").all() == []
    store.db.table("products").truncate()
    assert store.keys("products") == ()
    store.db.drop_tables()
    assert store.counter("A").on_hand == 0
    with pytest.raises(ValueError, match="own"):
        store.db.table("_tillkey")


def test_an_emptied_table_begins_anew(tmp_path: Path, store: EmbeddedStore) -> None:
    notes = store.db.table("notes")
    notes.insert_multiple({"n": number} for number in range(3))
    notes.truncate()
    assert "notes" not in store.db.tables()
    assert notes.insert({"n": 4}) == 1
    assert notes.insert({"n": 5}) == 2
    store.db.drop_table("notes")
    assert "notes" not in store.db.tables()
    assert store.db.table("notes").insert({"n": 6}) == 1
    crash(store)
    store = open_store(tmp_path)
    assert store.db.table("notes").all() == [{"n": 6}]
    store.close()


def test_an_id_that_is_no_number_finds_nothing(store: EmbeddedStore) -> None:
    no_number: Any = float("nan")
    assert store.db.table("products").get(doc_id=no_number) is None


def test_a_transaction_spans_tables_and_is_one_step(tmp_path: Path, store: EmbeddedStore) -> None:
    notes, jobs = store.db.table("notes"), store.db.table("jobs")
    notes.insert({"key": "n1", "text": "old"})
    before = store.sequence
    with store.db.transaction():
        job = jobs.insert({"of": "n1"})
        notes.update({"text": "new", "job": job}, where("key") == "n1")
        notes.insert_multiple([{"n": 2}, {"n": 3}])
        with store.db.transaction():
            notes.remove(where("n") == 2)
        assert [each.get("text", each.get("n")) for each in notes] == ["new", 3]
        assert store.get("notes", "n1") == {"text": "old"}
    assert store.sequence == before + 1
    crash(store)
    store = open_store(tmp_path)
    assert store.get("notes", "n1") == {"text": "new", "job": job}
    assert [dict(each) for each in store.db.table("notes")] == [{"key": "n1", "text": "new", "job": job}, {"n": 3}]
    store.close()


def test_a_transaction_that_ends_in_an_error_changes_nothing(store: EmbeddedStore) -> None:
    notes = store.db.table("notes")
    notes.insert({"key": "n1"})
    before = store.sequence

    def fail() -> None:
        with store.db.transaction():
            notes.truncate()
            store.db.table("jobs").insert({"n": 1})
            assert len(notes) == 0
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [dict(each) for each in notes] == [{"key": "n1"}]
    assert len(store.db.table("jobs")) == 0
    assert store.sequence == before
    assert notes.insert({"n": 2}) == 2
    store.close()
