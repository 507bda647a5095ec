"""A cart that another program wrote, as the manual says, at the member's sign-in at one of two tills."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pos.domain.ticket_records import SAVED_CARTS
from pos.stores.redis.keys import Keys
from pos.stores.redis.store import LaneStore
from pos.till.catalog_loading import load_catalog
from tests.servers.settling import delivered
from tests.servers.shared import lane_store, shared_server
from tests.till.support import CAKE, TEA, Counter, catalog_file, counter

WEEK = 7 * 24 * 3600
CART = {"line:1": '{"sku":"TEA","quantity":2}', "line:2": '{"sku":"CAKE"}', "coupon:1": "TEN"}


@pytest.fixture
def tills(tmp_path: Path, shop: str) -> Iterator[tuple[Counter, Counter]]:
    stores = [lane_store(tmp_path, shop, "1")]
    load_catalog(stores[0], catalog_file(), demo=True)
    stores.append(lane_store(tmp_path, shop, "2"))
    with counter(stores[0]) as one, counter(stores[1], lane="2", ids=one.ids) as two:
        yield one, two
    for store in stores:
        store.close()


def write(shop: str, member: str, fields: Mapping[str, str]) -> None:
    """What the manual's page of many tills says that a web shop does."""
    keys, now = Keys(shop), time.time_ns() // 1_000_000
    with shared_server().client() as client:
        step = client.pipeline().delete(keys.cart(f"member:{member}"))
        step.hset(keys.cart(f"member:{member}"), mapping={**fields, "version": str(now)})
        step.expire(keys.cart(f"member:{member}"), WEEK).zadd(keys.carts, {f"member:{member}": now + WEEK * 1000})
        step.xadd(keys.changes, {"t": "carts", "k": member}).execute()


def settle(*tills: Counter) -> None:
    delivered(at.store for at in tills if isinstance(at.store, LaneStore))


async def test_it_is_merged_once_and_by_one_till(tills: tuple[Counter, Counter], shop: str) -> None:
    one = tills[0]
    one.till.add(TEA)
    write(shop, "M1", CART)
    settle(*tills)
    await asyncio.gather(*(at.till.attach_member("M1") for at in tills))
    settle(*tills)
    merged, blank = sorted(tills, key=lambda at: -len(at.sale.lines))
    bought: dict[str, int] = {line.sku: int(line.quantity) for line in merged.sale.lines}
    # By the shop's rule the higher quantity counts, whichever of the two has the cart.
    assert bought == {TEA: 2, CAKE: 1}
    assert [coupon.code for coupon in merged.sale.coupons] == ["TEN"]
    assert {line.sku for line in blank.sale.lines} <= {TEA}
    assert not blank.sale.coupons
    with shared_server().client() as client:
        assert client.exists(Keys(shop).cart("member:M1")) == 0
    assert all(at.store.get(SAVED_CARTS, "M1") is None for at in tills)


async def test_what_is_wrong_with_it_is_told_when_its_member_signs_in(
    tills: tuple[Counter, Counter], shop: str
) -> None:
    two = tills[1]

    def told() -> list[str]:
        return [str(event.words) for event in two.events if event.event == "notice"]

    write(shop, "M2", {**CART, "line:3": '{"sku":"TEA","quantity":1e3}'})
    settle(*tills)
    await two.till.attach_member("M1")
    assert told() == []
    await two.till.attach_member("M2")
    [fault] = told()
    assert "“member:M2”" in fault
    assert "“line:3”" in fault
    assert not two.sale.lines
    write(shop, "M2", CART)
    settle(*tills)
    await two.till.attach_member("M2")
    assert len(told()) == 1
    assert {line.sku for line in two.sale.lines} == {TEA, CAKE}
