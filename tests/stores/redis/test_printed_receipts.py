"""Whatever is printed of a receipt after the first time is a copy, at whatever till of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.stores.redis.keys import Keys
from pos.stores.redis.store import LaneStore
from pos.till.catalog_loading import load_catalog
from tests.servers.proxy import Proxy
from tests.servers.settling import delivered
from tests.servers.shared import lane_store, shared_server
from tests.till.support import TEA, Counter, catalog_file, counter


@pytest.fixture
def cable() -> Iterator[Proxy]:
    with Proxy(shared_server()) as proxy:
        yield proxy


@pytest.fixture
def tills(tmp_path: Path, shop: str, cable: Proxy) -> Iterator[tuple[Counter, Counter]]:
    stores = [lane_store(tmp_path, shop, "1")]
    load_catalog(stores[0], catalog_file(), demo=True)
    stores.append(lane_store(tmp_path, shop, "2", url=cable.url(shop)))
    with counter(stores[0]) as one, counter(stores[1], lane="2", ids=one.ids) as two:
        yield one, two
    for store in stores:
        store.close()


async def sold(at: Counter) -> str:
    at.till.add(TEA)
    return (await at.till.pay_cash()).receipt or ""


def settle(*tills: Counter) -> None:
    delivered(at.store for at in tills if isinstance(at.store, LaneStore))


async def printed(at: Counter, receipt: str, *others: Counter) -> bool:
    found = await at.till.print_receipt(receipt)
    assert ("COPY" in found.text) == found.copy
    settle(at, *others)
    return found.copy


async def test_what_one_till_has_printed_is_a_copy_at_the_other(tills: tuple[Counter, Counter], shop: str) -> None:
    one, two = tills
    receipt = await sold(one)
    settle(*tills)
    assert [await printed(at, receipt, *tills) for at in (one, two, one, two)] == [False, True, True, True]
    with shared_server().client() as client:
        assert client.get(Keys(shop).printed(receipt)) == b"1"
        assert client.ttl(Keys(shop).printed(receipt)) > 89 * 86_400


async def test_what_the_other_till_has_printed_first_is_a_copy_here(tills: tuple[Counter, Counter]) -> None:
    one, two = tills
    receipt = await sold(one)
    settle(*tills)
    assert [await printed(at, receipt, *tills) for at in (two, one)] == [False, True]


async def test_without_the_server_what_another_till_sold_is_a_copy(
    tills: tuple[Counter, Counter], cable: Proxy
) -> None:
    one, two = tills
    receipt, own = await sold(one), await sold(two)
    settle(*tills)
    await two.till.find_order(receipt)
    cable.refuse()
    assert (await two.till.print_receipt(receipt)).copy
    assert not (await two.till.print_receipt(own)).copy
