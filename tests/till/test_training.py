"""Training: a copy of the shop as it stands, nothing of which ever reaches the shop."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.errors import TillError
from pos.domain.terminal_text import width
from pos.receipts.layout import NARROWEST
from pos.stores.embedded.store import open_store
from pos.till.till import Till
from tests.till.support import GOOD_CARD, LAMP, NOON, TEA, catalog_file

LATER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""Two business days on, when a till closes the day before by itself."""


def till(store: Path | None, *, training: bool = False, at: datetime = NOON) -> Till:
    contents = catalog_file() if store is not None and not training and not store.exists() else None
    return open_till(store, catalog=contents, clock=FrozenClock(at), ids=SequentialIds(), training=training)


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a store with its bytes and when it was written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def free(store: Till, sku: str) -> int:
    found = store.catalog.availability(store.catalog.products[sku]).free
    assert found is not None
    return int(found)


async def test_a_whole_day_of_training_beside_a_live_till_leaves_every_byte_of_its_store(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    live = till(shop)
    live.add(TEA)
    await live.pay_cash()
    live.add(LAMP)
    await live.flush()
    before = files(shop)
    assert {"store.json", "lock"} < set(before)
    for at in NOON, LATER:
        trainee = till(shop, training=True, at=at)
        trainee.add(LAMP)
        trainee.apply_coupon("ONE")
        trainee.gateway("decline lost_card")
        with pytest.raises(TillError, match="declined"):
            await trainee.pay_card(GOOD_CARD)
        await trainee.pay_card(GOOD_CARD, 500)
        assert (await trainee.pay_cash()).state == "paid"
        trainee.add(TEA)
        await trainee.hold("lunch")
        await trainee.recover()
        await trainee.close_earlier_day()
        trainee.close()
        assert files(shop) == before
    assert (await live.pay_cash()).receipt == "1-1-2"
    live.close()


async def test_the_copy_has_the_stock_and_the_uses_as_they_stand_and_no_ticket(tmp_path: Path) -> None:
    live = till(tmp_path / "shop")
    live.add(TEA)
    live.apply_coupon("ONE")
    await live.pay_cash()
    live.add(TEA)
    await live.hold("lunch")
    live.add(LAMP)
    await live.flush()
    trainee = till(tmp_path / "shop", training=True)
    assert free(trainee, TEA) == free(live, TEA) == 9
    assert (trainee.sale.lines, trainee.held_tickets(), await trainee.recent_orders(1)) == ((), (), ())
    trainee.add(TEA)
    with pytest.raises(TillError, match="used"):
        trainee.apply_coupon("ONE")
    await trainee.pay_cash()
    assert (free(trainee, TEA), free(live, TEA)) == (8, 9)
    trainee.close()
    live.close()


async def test_what_another_ticket_holds_is_free_to_train_with(tmp_path: Path) -> None:
    live = till(tmp_path / "shop")
    live.add(LAMP)
    await live.pay_card(GOOD_CARD, 500)
    assert free(live, LAMP) == 0
    trainee = till(tmp_path / "shop", training=True)
    assert free(trainee, LAMP) == 1
    trainee.add(LAMP)
    assert (await trainee.pay_cash()).state == "paid"
    trainee.close()
    live.close()


async def test_it_is_a_fact_of_the_open_till_and_lies_in_no_store(tmp_path: Path) -> None:
    live = till(tmp_path / "shop")
    trainee = till(tmp_path / "shop", training=True)
    assert (live.training, live.gateway_control, live.gateway_plan) == (False, False, None)
    assert (trainee.training, trainee.gateway_control, trainee.place) == (True, True, "")
    trainee.add(TEA)
    await trainee.pay_cash()
    trainee.close()
    live.add(TEA)
    assert (await live.pay_cash()).receipt == "1-1-1"
    live.close()
    with closing(open_store(tmp_path / "shop")) as store:
        rows = [row for _name, table in store.tables for row in table.rows.values()]
    assert rows
    assert b"training" not in b"".join(rows).lower()


async def test_every_receipt_says_at_both_ends_that_it_is_none_in_every_width(tmp_path: Path) -> None:
    trainee = till(None, training=True)
    trainee.add("MILK-1L")
    await trainee.pay_cash()
    for columns in range(NARROWEST, 61):
        lines = (await trainee.receipt(width=columns)).splitlines()
        assert max(map(width, lines)) <= columns
        for end in lines[:3], lines[-3:]:
            told = " ".join(" ".join(end).split())
            assert told.startswith("*** TRAINING *** This is no receipt: nothing was sold.")
    assert (await trainee.print_receipt()).text == await trainee.receipt()
    assert "Receipt 1-TRAINING-1 " in await trainee.receipt()
    trainee.add("MILK-1L")
    assert (await trainee.pay_cash()).receipt == "1-TRAINING-2"
    assert (await trainee.find_order("1-TRAINING-1")).sale.items == 1
    trainee.close()


async def test_a_receipt_of_the_shop_says_nothing_of_training(tmp_path: Path) -> None:
    live = till(tmp_path / "shop")
    live.add(TEA)
    await live.pay_cash()
    assert "TRAINING" not in await live.receipt()
    live.close()


def test_where_there_is_no_shop_another_one_is_opened_and_it_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in empty, tmp_path / "none":
        trainee = till(folder, training=True)
        assert tuple(map(str, trainee.notices)) == (f"There is no shop in {folder} yet: this is another one.",)
        assert trainee.catalog.demo
        trainee.close()
    assert list(empty.iterdir()) == []
    assert not (tmp_path / "none").exists()


def test_a_catalog_that_is_named_comes_before_the_shop(tmp_path: Path) -> None:
    till(tmp_path / "shop").close()
    named = open_till(tmp_path / "shop", catalog=catalog_file(products=[]), training=True)
    assert (len(named.catalog.products), named.notices) == (0, ())
    named.close()


def test_a_damaged_store_is_told_with_its_file(tmp_path: Path) -> None:
    till(tmp_path / "shop").close()
    (tmp_path / "shop/store.json").write_text("{}")
    with pytest.raises(TillError, match=r"store\.json") as refusal:
        till(tmp_path / "shop", training=True)
    assert refusal.value.code == "store_damaged"
