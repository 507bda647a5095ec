"""The end of a business day: by `pos close-day`, and by a till that opens on a later date."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from pos.till.till import Till
from tests.maintenance.support import DAY, Shell, part_paid, sell, till_at
from tests.stores.samples import FaultyDisk, fault
from tests.till.support import BREAD, GOOD_CARD, NOON, TEA, HandClock, catalog_file

NEXT = NOON + timedelta(days=1)


def days(folder: Path) -> list[str]:
    return [day.name for day in read_folder(folder).days()]


def filed(folder: Path) -> dict[str, list[str]]:
    """The receipts of each closed day; each is found by its number."""
    store = read_folder(folder)
    found = {day.name: [order.receipt for order in store.orders(day.name)] for day in store.days()}
    assert all(store.order(receipt) is not None for receipts in found.values() for receipt in receipts)
    return found


def over_midnight(folder: Path) -> None:
    """Sell twice before midnight, and once more after it before anything could be closed."""
    clock = HandClock(NOON)
    open_till(folder, catalog=catalog_file(), clock=clock).close()
    store = open_store(folder)
    till = open_till(store, clock=clock)

    async def work() -> None:
        for seconds in (0, 60, 86400):
            clock.turn(seconds)
            till.add(BREAD)
            await till.pay_cash()

    asyncio.run(work())
    till.close()
    store.close()


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


def test_a_label_is_for_the_last_date_alone(tmp_path: Path, shell: Shell) -> None:
    folder = tmp_path / "shop"
    over_midnight(folder)
    told = shell("close-day", "--label", "inventory", "--store", folder)
    assert told == f"The day {DAY} is closed: 2 orders.\nThe day inventory is closed: 1 order.\n"
    assert filed(folder) == {DAY: ["1-1-1", "1-1-2"], "inventory": ["1-1-3"]}
    for day, first in ((DAY, "1-1-1"), ("2026-11-23", "1-1-3"), ("inventory", "1-1-3")):
        assert shell("orders", "--day", day, "--store", folder).startswith(f"{first} ")
    assert [check for check in examine(folder) if not check.ok] == []


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


def test_a_clock_that_was_put_back_closes_nothing_and_files_nothing_under_another_date(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"))
    assert opened(folder, NOON - timedelta(days=3)) == []
    sell(folder, (TEA, "cash"), now=NOON - timedelta(days=3))
    assert opened(folder, NOON - timedelta(days=3)) == []
    assert opened(folder, NOON) == []
    assert opened(folder, NEXT) == [DAY, "2026-11-19"]
    assert filed(folder) == {DAY: ["1-1-1"], "2026-11-19": ["1-1-2"]}


CLOCKS = {
    "the network set it back over midnight": (
        ["22T23:59:59", "23T00:00:01", "22T23:59:59.500", "23T00:00:02"],
        {"2026-11-22": [1], "2026-11-23": [2], "2026-11-22-2": [3], "2026-11-23-2": [4]},
    ),
    "1970 at boot, then right": (
        ["22T12:00", "1970-01-01T00:01", "23T08:01"],
        {"2026-11-22": [1], "1970-01-01": [2], "2026-11-23": [3]},
    ),
    "ten years ahead, then right": (
        ["22T12:00", "2036-11-22T12:05", "22T12:10", "23T09:00"],
        {"2026-11-22": [1], "2036-11-22": [2], "2026-11-22-2": [3], "2026-11-23": [4]},
    ),
    "a day ahead all day": (
        ["23T12:00", "23T13:00", "22T14:00", "23T09:00"],
        {"2026-11-23": [1, 2], "2026-11-22": [3], "2026-11-23-2": [4]},
    ),
    "days without a sale": (["20T12:00", "22T12:00"], {"2026-11-20": [1], "2026-11-22": [2]}),
}


@pytest.mark.parametrize("name", CLOCKS)
@pytest.mark.parametrize("restarted", [True, False])
def test_a_clock_that_jumps_misfiles_nothing(tmp_path: Path, name: str, restarted: bool) -> None:
    moments, expected = CLOCKS[name]
    folder, clock = tmp_path / "shop", HandClock(NOON)

    async def work() -> None:
        till = open_till(folder, catalog=catalog_file(), clock=clock)
        for moment in moments:
            clock.turn((at(moment) - clock.now()).total_seconds())
            if restarted:
                till.close()
                till = open_till(folder, clock=clock)
            till.add(BREAD)
            await till.pay_cash()
            if not restarted:
                await till.close_earlier_day()
        till.close()

    asyncio.run(work())
    assert opened(folder, NOON + timedelta(days=3)) == list(expected)
    assert filed(folder) == {day: [f"1-1-{number}" for number in numbers] for day, numbers in expected.items()}


def at(text: str) -> datetime:
    """A moment of November 2026, or with its year another one."""
    return datetime.fromisoformat(text if text[4:5] == "-" else f"2026-11-{text}").replace(tzinfo=UTC)


def test_what_was_sold_while_the_clock_was_ahead_stays_open_alone(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"))
    sell(folder, (TEA, "cash"), now=NOON + timedelta(days=3650))
    assert opened(folder, NEXT) == [DAY]
    sell(folder, (TEA, "cash"), now=NEXT)
    assert opened(folder, NEXT) == [DAY]
    assert opened(folder, NEXT + timedelta(days=1)) == [DAY, "2036-11-19", "2026-11-23"]


def test_a_clock_behind_the_last_sale_is_told_and_one_that_is_being_set_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"))
    for back, told in ((timedelta(seconds=2), 0), (timedelta(minutes=59), 0), (timedelta(days=20000), 1)):
        till = till_at(folder, NOON - back)
        assert len(till.notices) == told
        till.close()
    assert tuple(map(str, till.notices)) == (
        "The clock says 1972-02-19 12:00, but the last sale was made at 2026-11-22 12:00. "
        "Set it before you sell: sales keep its time.",
    )


@pytest.mark.parametrize(
    ("zone", "first", "second", "expected"),
    [
        ("Europe/Berlin", "2026-10-25T00:30", "2026-10-25T01:30", ["2026-10-25"]),
        ("Europe/Berlin", "2026-10-24T21:59", "2026-10-24T22:00", ["2026-10-24", "2026-10-25"]),
        ("Africa/Cairo", "2026-10-29T20:30", "2026-10-29T21:30", ["2026-10-29"]),
        ("Pacific/Apia", "2026-11-22T10:59", "2026-11-22T11:00", ["2026-11-22", "2026-11-23"]),
    ],
)
def test_an_hour_that_comes_twice_belongs_to_its_date(
    tmp_path: Path, zone: str, first: str, second: str, expected: list[str]
) -> None:
    folder = tmp_path / "shop"
    for moment in (first, second):
        sell(folder, (BREAD, "cash"), now=datetime.fromisoformat(f"{moment}:00+00:00"), settings={"timezone": zone})
    assert opened(folder, NOON + timedelta(days=30)) == expected


def test_another_zone_renames_no_closed_day(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    sell(folder, (TEA, "cash"))
    assert opened(folder, NEXT) == [DAY]
    sell(folder, (BREAD, "cash"), now=NEXT)
    store = open_store(folder)
    store.write({("shop", "shop"): {**(store.get("shop", "shop") or {}), "timezone": "Pacific/Kiritimati"}})
    store.close()
    assert opened(folder, NEXT + timedelta(days=2)) == [DAY, "2026-11-24"]
    assert filed(folder) == {DAY: ["1-1-1"], "2026-11-24": ["1-1-2"]}


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
    found = asyncio.run(till.find_order("1-1-1"))
    assert days(folder) == [DAY]
    assert found.receipt == "1-1-1"
    asyncio.run(_sold(till))
    assert [order.receipt for order in asyncio.run(till.recent_orders(2))] == ["1-1-2", "1-1-1"]
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
    assert str(till.notices[0]).startswith(f"The day {DAY} could not be closed yet: ")
    disk.faults.clear()
    till.add(TEA)
    asyncio.run(till.pay_cash())
    till.close()
    assert days(folder) == []
    store.close()
    assert opened(folder, NEXT + timedelta(days=1)) == [DAY, "2026-11-23"]
    assert filed(folder) == {DAY: ["1-1-1"], "2026-11-23": ["1-1-2"]}


def test_of_several_days_those_that_were_closed_before_a_disk_was_full_stay_closed(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    over_midnight(folder)
    disk = FaultyDisk()
    store = open_store(folder, disk=disk)
    disk.faults["replace"] = lambda path: None if path.stem == DAY else _raise(fault(28))
    till = open_till(store, clock=FrozenClock(NEXT + timedelta(days=1)))
    assert str(till.notices[0]).startswith("The day 2026-11-23 could not be closed yet: ")
    disk.faults.clear()
    till.close()
    store.close()
    assert days(folder) == [DAY]
    assert opened(folder, NEXT + timedelta(days=1)) == [DAY, "2026-11-23"]
    assert filed(folder) == {DAY: ["1-1-1", "1-1-2"], "2026-11-23": ["1-1-3"]}


def _raise(error: BaseException) -> None:
    raise error


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
        assert days(tmp_path) == [DAY]
        till.next_ticket()
        clock.advance(24 * 3600)
        await till.wait(1)
        assert filed(tmp_path) == {DAY: ["1-1-1"], "2026-11-23": ["1-1-2"]}
        assert len(await till.recent_orders(5)) == 2
        till.close()

    asyncio.run(work())
