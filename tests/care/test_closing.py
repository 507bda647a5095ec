"""The end of a business day: by `pos close-day`, and by a till that opens on a later date."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pos.care.doctor import examine
from pos.environment import FrozenClock
from pos.stores.embedded import open_store
from pos.stores.reading import read_folder
from pos.till.opening import open_till
from pos.till.till import Till
from tests.care.support import DAY, Shell, part_paid, sell, till_at
from tests.stores.samples import FaultyDisk, fault
from tests.till.support import BREAD, GOOD_CARD, NOON, TEA, catalog_file

NEXT = NOON + timedelta(days=1)


def days(folder: Path) -> list[str]:
    return [day.name for day in read_folder(folder).days()]


def opened(folder: Path, now: datetime) -> list[str]:
    """The closed days once a till was opened at a moment."""
    till_at(folder, now).close()
    assert [check for check in examine(folder) if not check.ok] == []
    return days(folder)


def test_the_day_is_closed_under_the_date_of_its_last_order(shop: Path, shell: Shell) -> None:
    assert shell("close-day", "--store", shop) == f"The day {DAY}-2 is closed: 2 orders.\n"
    assert shell("close-day", "--store", shop) == "Nothing was sold since a day was closed.\n"
    sell(shop, (BREAD, "cash"), now=NEXT)
    assert shell("close-day", "--label", "inventory", "--store", shop) == "The day inventory is closed: 1 order.\n"
    assert days(shop) == [DAY, f"{DAY}-2", "inventory"]
    assert shell("orders", "--day", "inventory", "--store", shop).startswith("1-1-4 ")
    assert [check for check in examine(shop) if not check.ok] == []


def test_a_day_is_not_closed_beside_a_till_nor_where_no_store_is(shop: Path, shell: Shell, tmp_path: Path) -> None:
    till = till_at(shop)
    refused = shell.refused("close-day", "--store", shop)
    till.close()
    assert refused.startswith("pos: store_in_use: ")
    assert "(process " in refused
    assert shell.refused("close-day", "--store", tmp_path / "none").startswith("pos: store_unusable: ")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("label", ["", "../x", "a b", "x" * 40])
def test_a_label_that_is_no_plain_name_is_wrong_usage(shop: Path, shell: Shell, label: str) -> None:
    with pytest.raises(SystemExit) as ended:
        shell("close-day", "--label", label, "--store", shop)
    assert ended.value.code == 2


def test_a_till_that_opens_on_a_later_date_closes_the_day_before(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"))
    assert opened(folder, NOON + timedelta(hours=11)) == []
    assert opened(folder, NEXT) == [DAY]
    assert opened(folder, NEXT) == [DAY]
    sell(folder, (TEA, "cash"), now=NEXT)
    assert opened(folder, NEXT + timedelta(days=30)) == [DAY, "2026-11-23"]


def test_the_date_is_the_shops_own(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"), now=NOON.replace(hour=9), settings={"timezone": "Pacific/Auckland"})
    assert opened(folder, NOON.replace(hour=10)) == []
    assert opened(folder, NOON.replace(hour=11, minute=1)) == [DAY]


def test_a_clock_that_was_put_back_closes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"))
    assert opened(folder, NOON - timedelta(days=3)) == []
    sell(folder, (TEA, "cash"), now=NOON - timedelta(days=3))
    assert opened(folder, NOON - timedelta(days=3)) == []
    assert opened(folder, NOON) == ["2026-11-19"]


def test_open_tickets_and_payments_outlive_the_day(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (BREAD, "cash"))
    part_paid(folder, NOON + timedelta(minutes=1))
    till = till_at(folder, NOON + timedelta(minutes=2), lane="2")
    till.add(TEA)
    asyncio.run(till.flush())
    till.close()
    for number in range(1, 4):
        now = NOON + timedelta(days=number)
        till = till_at(folder, now, lane="2")
        assert [line.sku for line in till.sale.lines] == [TEA]
        till.close()
        till = till_at(folder, now)
        assert len(till.checking()) == 1
        till.close()
        sell(folder, (BREAD, "cash"), now=now, lane="3")
    assert days(folder) == [DAY, "2026-11-23", "2026-11-24"]
    assert [check for check in examine(folder) if not check.ok] == []


def test_the_last_receipt_is_printed_again_after_its_day_was_closed(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"))
    till = till_at(folder, NEXT)
    found = till.find_order("1-1-1")
    assert days(folder) == [DAY]
    assert found.receipt == "1-1-1"
    asyncio.run(_sold(till))
    assert [order.receipt for order in till.recent_orders(2)] == ["1-1-2", "1-1-1"]
    till.close()


async def _sold(till: Till) -> None:
    till.add(TEA)
    await till.pay_card(GOOD_CARD)


def test_a_day_that_cannot_be_closed_now_is_closed_the_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"))
    disk = FaultyDisk()
    store = open_store(folder, disk=disk)
    disk.faults["replace"] = fault(28)
    till = open_till(store, clock=FrozenClock(NEXT))
    assert till.notices[0].startswith(f"The day {DAY} could not be closed yet: ")
    disk.faults.clear()
    till.add(TEA)
    asyncio.run(till.pay_cash())
    till.close()
    assert days(folder) == []
    store.close()
    assert opened(folder, NEXT + timedelta(days=1)) == ["2026-11-23"]


def test_a_till_that_stays_open_over_midnight_closes_the_day_between_two_customers(tmp_path: Path) -> None:
    async def work() -> None:
        clock = FrozenClock(NOON)
        till = open_till(tmp_path, catalog=catalog_file(), clock=clock)
        till.add(TEA)
        await till.pay_cash()
        till.next_ticket()
        till.add(BREAD)
        clock.advance(24 * 3600)
        await till.close_earlier_day()
        assert days(tmp_path) == []
        await till.pay_cash()
        await till.close_earlier_day()
        assert days(tmp_path) == []
        till.next_ticket()
        clock.advance(24 * 3600)
        await till.wait(1)
        assert days(tmp_path) == ["2026-11-23"]
        assert len(till.recent_orders(5)) == 2
        till.close()

    asyncio.run(work())
