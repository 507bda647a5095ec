"""Counters have names that no code can forge, and an older store's get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.bootstrap import open_till
from pos.clock_and_ids import SequentialIds
from pos.domain.counters import NAMES, counter_name, counter_parts, coupon_uses, stock_counter
from pos.domain.errors import TillError
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.stores.memory import MemoryStore
from pos.till.catalog_loading import load_catalog
from tests.till.support import GOOD_CARD, AnyStore, catalog_file, counter

parts = st.text(st.sampled_from("C:M%3A25"), min_size=1, max_size=6)


@given(st.lists(parts, max_size=3), st.lists(parts, max_size=3))
def test_other_parts_make_another_name(one: list[str], other: list[str]) -> None:
    assert counter_parts(counter_name("uses", *one)) == ("uses", *one)
    assert (counter_name("uses", *one) == counter_name("uses", *other)) is (one == other)


GOODS = [{"sku": "A:1", "name": "Apple", "price": 1000, "stock": 9}, {"sku": "B", "name": "Bread", "price": 1000}]
COUPONS = [
    {"code": "C", "type": "fixed_amount", "value": 100, "max_uses_per_member": 2, "stackable": True},
    {"code": "C:M", "type": "fixed_amount", "value": 10, "max_uses": 2, "stackable": True},
    {"code": "C:M:N", "type": "fixed_amount", "value": 1, "max_uses_per_member": 1, "stackable": True, "used": 3},
    {"code": "C%3AM", "type": "fixed_amount", "value": 5, "stackable": True, "used": 7},
]
IDS = SequentialIds()
MEMBERS = [{"id": "M", "name": "Max"}, {"id": "M:N", "name": "Ann"}, {"id": "N", "name": "Nils"}]
OLD: dict[str, str] = {
    stock_counter("A:1"): "stock:A:1",
    coupon_uses("C:M"): "uses:C:M",
    coupon_uses("C", "M"): "uses:C:M",
    coupon_uses("C", "M:N"): "uses:C:M:N",
    coupon_uses("C:M:N"): "uses:C:M:N",
    coupon_uses("C:M:N", "N"): "uses:C:M:N:N",
    coupon_uses("C%3AM"): "uses:C%3AM",
}
"""The names that an earlier version gave."""


def shop(**changes: Any) -> Any:
    return catalog_file(products=GOODS, coupons=COUPONS, members=MEMBERS, taxes=[], **changes)


async def sell(store: AnyStore, member: str | None, *codes: str) -> None:
    with counter(store, ids=IDS) as at:
        at.till.add("A:1")
        if member:
            await at.till.attach_member(member)
        for code in codes:
            at.till.apply_coupon(code)
        await at.till.pay_cash()


def uses(store: AnyStore) -> dict[str, int]:
    return {name: -store.counter(name).on_hand for name in OLD if name != stock_counter("A:1")}


async def test_uses_of_one_are_no_uses_of_another() -> None:
    store = MemoryStore()
    load_catalog(store, shop(), demo=True)
    await sell(store, "M", "C")
    await sell(store, "M", "C")
    with pytest.raises(TillError) as refusal:
        await sell(store, "M", "C")
    assert refusal.value.code == "coupon_exhausted"
    store = MemoryStore()
    load_catalog(store, shop(), demo=True)
    for _customer in range(2):
        await sell(store, None, "C:M")
    await sell(store, "M", "C")
    await sell(store, "M:N", "C")
    await sell(store, "N", "C:M:N")
    assert uses(store) == {
        "uses:C%3AM": 2,
        "uses:C:M": 1,
        "uses:C:M%3AN": 1,
        "uses:C%3AM%3AN": 4,
        "uses:C%3AM%3AN:N": 1,
        "uses:C%253AM": 7,
    }


def made_old(store: EmbeddedStore) -> None:
    """Name the counters, and what open tickets claim, as an earlier version did."""
    counters: dict[str, dict[str, int]] = {}
    for name, record in store.items("counters"):
        before = counters.setdefault(OLD.get(name, name), {"on_hand": 0, "held": 0})
        for field in before:
            before[field] += record[field]
        store.write({("counters", name): None})
    store.write({("counters", name): record for name, record in counters.items()})
    for key, record in store.items("reservations"):
        for claim in record["claims"]:
            claim["counter"] = OLD.get(claim["counter"], claim["counter"])
        store.write({("reservations", key): record})
    store.write({(NAMES, NAMES): None})


async def test_an_older_stores_counters_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    store = open_store(folder)
    load_catalog(store, shop(), demo=True)
    await sell(store, None, "C:M")
    await sell(store, "M", "C", "C:M")
    store.close_day("2026-11-21")
    await sell(store, "M:N", "C")
    await sell(store, "N", "C:M:N", "C%3AM")
    with counter(store, ids=IDS) as at:
        at.till.add("A:1")
        await at.till.attach_member("M")
        at.till.apply_coupon("C")
        at.gateway.script("timeout before")
        with pytest.raises(TillError):
            await at.till.pay_card(GOOD_CARD, 100)
    right = sorted((name, record) for name, record in store.items("counters"))
    made_old(store)
    assert {name for name, _record in store.items("counters")} >= {"uses:C:M", "uses:C:M:N", "stock:A:1"}
    store.close()
    assert [check for check in examine(folder) if not check.ok] == []
    for _time in range(2):
        till = open_till(folder)
        till.close()
        store = open_store(folder)
        assert sorted((name, record) for name, record in store.items("counters")) == right
        assert [check for check in examine(folder) if not check.ok and check.name != "lock"] == []
        store.close()


async def test_a_store_whose_names_stay_is_not_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    store = open_store(folder)
    plain = [{"code": "C", "type": "fixed_amount", "value": 100, "max_uses_per_member": 2}]
    load_catalog(store, catalog_file(products=GOODS[1:], coupons=plain, members=MEMBERS[:1], taxes=[]), demo=True)
    with counter(store) as at:
        at.till.add("B")
        await at.till.attach_member("M")
        at.till.apply_coupon("C")
        await at.till.pay_cash()
    store.write({(NAMES, NAMES): None})
    before = store.sequence
    with counter(store):
        pass
    assert (store.sequence, store.counter("uses:C:M").on_hand) == (before, -1)
    store.close()
