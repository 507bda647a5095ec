"""What is to be given back from the drawer is on record until it is done, on one machine and on a shop's server."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.bootstrap import open_store
from pos.domain.hand_over import HAND_OVER, amounts_of
from pos.stores.embedded.store import EmbeddedStore
from pos.stores.records import understood
from pos.till.catalog_loading import load_catalog
from tests.servers.shared import lane_store, new_shop
from tests.till.support import CAKE, TEA, Counter, catalog_file, counter


async def _give_back(at: Counter, amount: int) -> None:
    await at.till.pay("cash", amount)
    await at.till.abandon()


@pytest.mark.parametrize("where", ["embedded", "server"])
async def test_it_is_summed_over_tickets_and_stays_until_somebody_did_it(tmp_path: Path, where: str) -> None:
    shop = new_shop()

    def opened() -> EmbeddedStore:
        found = open_store(tmp_path / "shop") if where == "embedded" else lane_store(tmp_path, shop, "1", timeout=1.0)
        assert isinstance(found, EmbeddedStore)
        return found

    store = opened()
    load_catalog(store, catalog_file(), demo=True)
    with counter(store, lane="1") as at:
        at.till.add(TEA)
        await _give_back(at, 10)
        # It is written in the step that gives the ticket free, not behind it.
        assert store.view.get(HAND_OVER, "1") == {"amounts": {"cash": 10}}
        at.till.add(CAKE)
        await _give_back(at, 20)
        assert at.till.to_hand_over == {"cash": 30}
    store.close()
    store = opened()
    with counter(store, lane="1") as at:
        assert at.till.to_hand_over == {"cash": 30}
        at.till.handed_over()
        assert at.till.to_hand_over == {}
        await at.till.flush()
        assert store.view.get(HAND_OVER, "1") is None
        await at.till.pay_cash()
    store.close()


def test_only_amounts_by_tender_are_such_a_record() -> None:
    assert amounts_of({}) == {}
    assert understood(HAND_OVER, "1", {"amounts": {"cash": 200}})
    assert not understood(HAND_OVER, "1", {"amounts": {"cash": 0}})
    assert not understood(HAND_OVER, "1", {"amounts": [2]})
