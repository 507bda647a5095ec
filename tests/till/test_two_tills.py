"""Two tills, on one store in one process or each with its own on one server, fighting for what only one can have."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pos.domain.errors import TillError
from pos.domain.sale import Sale
from pos.stores.redis.link import Link
from pos.stores.redis.store import LaneStore
from pos.till.catalog_loading import load_catalog
from tests.servers.settling import delivered
from tests.servers.shared import lane_store, new_shop
from tests.till.support import BREAD, CAKE, GOOD_CARD, LAMP, Counter, catalog_file, counter


class Two(NamedTuple):
    """Two tills of one shop."""

    one: Counter
    two: Counter

    def settle(self) -> None:
        """Wait until each has heard of all that the other has done."""
        delivered(at.store for at in self if isinstance(at.store, LaneStore))


@pytest.fixture(params=["one store", "one server"])
def tills(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    if request.param == "one store":
        with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
            yield Two(one, two)
        return
    shop = new_shop()
    stores = [lane_store(tmp_path, shop, "1")]
    load_catalog(stores[0], catalog_file(), demo=True)
    stores.append(lane_store(tmp_path, shop, "2"))
    with counter(stores[0]) as one, counter(stores[1], lane="2", ids=one.ids) as two:
        yield Two(one, two)
    for store in stores:
        store.close()


async def fight(one: Counter, two: Counter, *, by_card: tuple[bool, bool]) -> tuple[list[Sale], list[TillError]]:
    payments = [
        at.till.pay_card(GOOD_CARD) if card else at.till.pay_cash()
        for at, card in zip((one, two), by_card, strict=True)
    ]
    results = await asyncio.gather(*payments, return_exceptions=True)
    sold = [result for result in results if isinstance(result, Sale)]
    told = [result for result in results if isinstance(result, TillError)]
    assert len(sold) + len(told) == 2
    return sold, told


@pytest.mark.parametrize("by_card", [(False, False), (True, True), (True, False), (False, True)])
async def test_the_last_unit_is_sold_once_and_the_other_is_told(tills: Two, by_card: tuple[bool, bool]) -> None:
    one, two = tills
    one.till.add(LAMP)
    two.till.add(LAMP)
    sold, told = await fight(one, two, by_card=by_card)
    assert [sale.state for sale in sold] == ["paid"]
    assert [error.code for error in told] == ["out_of_stock"]
    assert told[0].message.startswith("Lava Lamp: 0 free now")
    tills.settle()
    assert one.stock(LAMP) == (0, 0)
    assert one.gateway.ledger.captured_total() + two.gateway.ledger.captured_total() in (0, 2000)


@pytest.mark.parametrize("by_card", [(False, False), (True, True)])
async def test_a_coupons_last_use_is_given_once(tills: Two, by_card: tuple[bool, bool]) -> None:
    one, two = tills
    for at in (one, two):
        at.till.add(BREAD)
        at.till.apply_coupon("ONE")
    sold, told = await fight(one, two, by_card=by_card)
    assert [sale.total for sale in sold] == [200]
    assert [error.code for error in told] == ["coupon_exhausted"]
    tills.settle()
    assert one.uses("ONE") == 1


async def test_the_loser_of_a_coupon_sees_the_price_without_it(tills: Two) -> None:
    one, two = tills
    for at in (one, two):
        at.till.add(CAKE)
        at.till.apply_coupon("ONE")
    await one.till.pay_cash()
    with pytest.raises(TillError) as told:
        await two.till.pay_cash()
    assert (told.value.code, two.sale.total) == ("coupon_exhausted", 500)
    assert (await two.till.pay_cash()).paid == 500


async def test_a_refusal_is_enough_to_see_the_price_without_the_coupon(
    tills: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A till on a server has heard of nothing that the other one did."""
    monkeypatch.setattr(Link, "_heard", lambda _self, _client, _entries: None)
    await test_the_loser_of_a_coupon_sees_the_price_without_it(tills)


async def test_each_lane_counts_its_own_receipts_without_a_gap(tills: Two) -> None:
    one, two = tills
    receipts = []
    for at in (one, two, one, one, two):
        at.till.add(BREAD)
        receipts.append((await at.till.pay_cash()).receipt)
    assert receipts == ["1-1-1", "2-1-1", "1-1-2", "1-1-3", "2-1-2"]
