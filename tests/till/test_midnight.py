"""Which day a sale belongs to that touches midnight: that of the moment at which it became an order."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import SequentialIds
from pos.domain.errors import TillError
from pos.language.script_runner import ScriptRunner
from pos.maintenance.orders import listed
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from pos.till.till import Till
from tests.till.support import BREAD, CAKE, GOOD_CARD, NOON, TEA, HandClock, catalog_file

YESTERDAY, TODAY = "2026-11-22", "2026-11-23"
LATE = NOON + timedelta(hours=11, minutes=59, seconds=58)
"""Two seconds before midnight."""
MORNING = 8 * 3600 + 2


class Night:
    """A till in a folder, two seconds before midnight."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = HandClock(LATE)
        self.ids = SequentialIds()
        self.till = self._opened(new=True)

    def _opened(self, *, new: bool = False) -> Till:
        catalog = catalog_file() if new else None
        return open_till(self.folder, catalog=catalog, clock=self.clock, ids=self.ids, throwaway=True)

    async def sells(self) -> None:
        self.till.add(BREAD)
        await self.till.pay_cash()

    def restarts(self) -> None:
        self.till.close()
        self.till = self._opened()

    def ends(self) -> dict[str, list[str]]:
        """The receipts by date once all of it is closed; each is listed under its date before and after."""
        self.till.close()
        before = self.listed()
        self.clock.turn(3 * 86400)
        self._opened().close()
        assert self.listed() == before
        assert [check for check in examine(self.folder) if not check.ok] == []
        store = read_folder(self.folder)
        assert list(store.open_day()) == []
        return {day.name: [order.receipt for order in store.orders(day.name)] for day in store.days()}

    def listed(self) -> dict[str, list[str]]:
        store = read_folder(self.folder)
        return {day: [order.receipt for order in listed(store, day)] for day in (YESTERDAY, TODAY)}


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    night = Night(tmp_path / "shop")
    await night.sells()
    yield night
    night.till.close()


ONE_EACH = {YESTERDAY: ["1-1-1"], TODAY: ["1-1-2"]}


async def test_a_ticket_that_was_begun_before_midnight_and_is_paid_after_it_is_of_the_new_day(night: Night) -> None:
    night.till.add(TEA)
    night.clock.turn(MORNING)
    await night.till.pay_cash()
    assert night.ends() == ONE_EACH


async def test_so_is_one_that_was_paid_in_part_before(night: Night) -> None:
    night.till.add(CAKE)
    await night.till.pay_cash(100)
    night.clock.turn(MORNING)
    await night.till.recover()
    await night.till.close_earlier_day()
    await night.till.pay_card(GOOD_CARD)
    assert night.ends() == ONE_EACH


async def test_so_is_one_whose_card_answers_after_midnight(night: Night) -> None:
    night.till.add(CAKE)
    night.till.gateway("slow 4")
    await night.till.pay_card(GOOD_CARD)
    assert (await night.till.find_order()).at == LATE + timedelta(seconds=4)
    assert night.ends() == ONE_EACH


@pytest.mark.parametrize("restarted", [True, False])
async def test_so_is_a_charge_of_yesterday_whose_end_is_found_this_morning(night: Night, restarted: bool) -> None:
    night.till.add(CAKE)
    night.till.gateway("timeout after")
    with pytest.raises(TillError, match="is being checked"):
        await night.till.pay_card(GOOD_CARD)
    night.till.gateway("down")
    night.clock.turn(MORNING)
    if restarted:
        night.restarts()
    else:
        await night.till.recover()
        night.till.next_ticket()
        await night.till.close_earlier_day()
        night.till.gateway("up")
    assert [day.name for day in read_folder(night.folder).days()] == [YESTERDAY]
    (found,) = await night.till.recover()
    assert found.outcome == "committed"
    (attempt,) = (await night.till.find_order()).sale.payments
    assert attempt.state == "captured"
    assert night.ends() == ONE_EACH


async def test_so_is_one_that_was_held_before(night: Night) -> None:
    night.till.add(TEA)
    await night.till.hold("late")
    night.clock.turn(MORNING)
    night.restarts()
    await night.till.recall("late")
    await night.till.pay_cash()
    assert night.ends() == ONE_EACH


async def test_one_that_was_given_back_before_midnight_is_paid_once_after_it(night: Night) -> None:
    night.till.add(CAKE)
    night.till.gateway("decline do_not_honor")
    with pytest.raises(TillError):
        await night.till.pay_card(GOOD_CARD)
    for _ in range(3):
        night.clock.turn(86400)
        night.restarts()
    await night.till.pay_card(GOOD_CARD)
    assert night.ends() == {YESTERDAY: ["1-1-1"], "2026-11-25": ["1-1-2"]}


async def test_a_coupon_of_yesterday_comes_off_with_a_word_and_one_that_was_paid_with_stays(night: Night) -> None:
    night.till.add(BREAD)
    night.till.apply_coupon("TODAY")
    night.clock.turn(MORNING)
    with pytest.raises(TillError) as changed:
        await night.till.pay_cash()
    assert changed.value.code == "price_changed"
    await night.till.pay_cash()
    night.clock.turn(-MORNING)
    night.till.next_ticket()
    night.till.add(BREAD)
    night.till.apply_coupon("TODAY")
    night.till.gateway("slow 4")
    assert (await night.till.pay_card(GOOD_CARD)).total == 150
    assert night.ends() == {YESTERDAY: ["1-1-1"], TODAY: ["1-1-2", "1-1-3"]}


@pytest.mark.parametrize("waited", ["wait 10", "wait 86400"])
async def test_a_script_whose_clock_passes_midnight_files_each_sale(night: Night, waited: str) -> None:
    script = ["add BREAD", waited, "pay cash", waited, "add TEA", "pay cash"]
    assert await ScriptRunner(night.till, io.StringIO()).run(script)
    days = ["2026-11-23"] if waited == "wait 10" else ["2026-11-23", "2026-11-24"]
    found = night.ends()
    assert list(found) == [YESTERDAY, *days]
    assert [receipt for receipts in found.values() for receipt in receipts] == ["1-1-1", "1-1-2", "1-1-3"]


async def test_of_two_lanes_one_sells_over_midnight_and_neither_moves_the_others_orders(tmp_path: Path) -> None:
    folder, clock, ids = tmp_path / "shop", HandClock(LATE), SequentialIds()
    open_till(folder, catalog=catalog_file(), clock=clock, ids=ids).close()
    with _shared(folder, clock, ids) as (first, second):
        first.add(BREAD)
        second.add(TEA)
        await first.pay_cash()
        clock.turn(MORNING)
        await second.pay_cash()
        first.next_ticket()
        first.add(TEA)
        await first.pay_cash()
    clock.turn(86400)
    open_till(folder, clock=clock, ids=ids).close()
    store = read_folder(folder)
    found = {day.name: [order.receipt for order in store.orders(day.name)] for day in store.days()}
    assert found == {YESTERDAY: ["1-1-1"], TODAY: ["2-1-1", "1-1-2"]}
    assert [check for check in examine(folder) if not check.ok] == []


@contextmanager
def _shared(folder: Path, clock: HandClock, ids: SequentialIds) -> Iterator[tuple[Till, Till]]:
    store = open_store(folder)
    tills = tuple(open_till(store, lane=lane, clock=clock, ids=ids) for lane in ("1", "2"))
    try:
        yield tills[0], tills[1]
    finally:
        for till in tills:
            till.close()
        store.close()


async def test_each_closing_takes_along_what_had_ended_before_the_one_before_it(night: Night) -> None:
    """A payment of a day that has just been closed is still known: told again, it is not made twice."""
    reservation = (await night.till.find_order()).reservation
    night.clock.turn(MORNING)
    await night.sells()
    await night.till.close_earlier_day()
    store = night.till._services.store
    assert [day.name for day in read_folder(night.folder).days()] == [YESTERDAY]
    assert store.reservation(reservation) is not None
    night.clock.turn(86400)
    await night.till.close_earlier_day()
    assert store.reservation(reservation) is None
