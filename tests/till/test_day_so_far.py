"""What a till has sold today: from the file when it opens, from each sale then, and from nothing at midnight."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pos.bootstrap import open_till
from pos.clock_and_ids import SequentialIds
from pos.domain.model import changed
from pos.till.till import Till
from tests.till.support import NOON, HandClock, catalog_file

SHOP: Final[Any] = {"products": [{"sku": "A", "name": "Apple", "price": 300}], "coupons": [], "members": []}


async def sell(till: Till, *, card: bool = False) -> None:
    till.add("A")
    await (till.pay_card("4242424242424242") if card else till.pay_cash(2000))
    await till.flush()


async def test_what_was_sold_today_is_counted_once_whenever_the_till_was_opened(tmp_path: Path) -> None:
    clock, ids = HandClock(NOON), SequentialIds()
    till = open_till(tmp_path / "shop", catalog=catalog_file(**SHOP), clock=clock, ids=ids)
    await sell(till)
    assert till.today is None
    clock.turn(3600)
    await sell(till, card=True)
    till.close()
    till = open_till(tmp_path / "shop", clock=clock, ids=ids)
    try:
        assert till.last_sale_today is None
        await sell(till)
        await till.learn_what_sells()
        hour = NOON.astimezone(till.catalog.zone).hour
        found = till.today
        assert found is not None
        assert (found.orders, found.total) == (3, 900)
        assert {tender: amount for tender, _brand, amount in found.tenders} == {"cash": 600, "card": 300}
        assert (found.hours[hour], found.hours[hour + 1]) == (300, 600)
        assert sum(found.hours) == 900
        last = till.last_sale_today
        assert last is not None
        assert (last.receipt, last.change) == ("1-1-3", 1700)
        clock.turn(86_400)
        assert till.today is not None
        assert till.today.orders == 0
        assert till.last_sale_today is None
    finally:
        till.close()


async def test_more_sales_than_are_looked_through_for_the_search_and_what_is_given_back_count(tmp_path: Path) -> None:
    clock, ids = HandClock(NOON), SequentialIds()
    till = open_till(tmp_path / "shop", catalog=catalog_file(**SHOP), clock=clock, ids=ids)
    try:
        for _number in range(5):
            await sell(till)
        day, archive = till._services.day, till._services.store.archive
        orders = archive.recent_orders(5)
        day._seen.clear()
        day._sums.clear()
        await day.learn(archive.recent_orders(1), 1, archive.recent_orders)
        assert day.figures.orders == 5
        day.add(changed(orders[0], id="R1", refunds=orders[0].id))
        assert (day.figures.orders, day.figures.total) == (5, 1200)
        day.add(changed(orders[0], id="X1", lane="2"))
        assert day.figures.orders == 5
    finally:
        till.close()
