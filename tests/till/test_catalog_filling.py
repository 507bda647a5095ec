"""A store that is filled from a catalog: once, by a catalog that is right, and told about what has no effect."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.store import open_store
from pos.till.catalog_loading import load_catalog
from tests.till.catalogs import product
from tests.till.support import catalog_file, shop


def test_a_till_has_one_notice_of_all_that_has_no_effect(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    goods = [{"sku": str(number), "name": "x", "price": 1, "low_stock": 3} for number in range(30)]
    path.write_text(json.dumps(shop(products=goods)), "utf-8")
    till = open_till(tmp_path / "store", catalog=path)
    till.close()
    (notice,) = till.notices
    assert str(notice) == f"{path}: products[0] (0).low_stock: has no effect without stock. And 29 more."
    again = open_till(tmp_path / "store", usual_catalog=path)
    again.close()
    assert again.notices == ()


def test_a_wrong_catalog_leaves_an_empty_store(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(product(price=-1)), "utf-8")
    folder = tmp_path / "store"
    with pytest.raises(TillError):
        open_till(folder, catalog=bad)
    till = open_till(folder, catalog=catalog_file())
    assert till.catalog.is_known("TEA")
    till.close()


def test_a_store_is_filled_once(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    open_till(folder, catalog=catalog_file()).close()
    with pytest.raises(TillError) as refusal:
        open_till(folder, catalog=catalog_file())
    assert refusal.value.code == "catalog_not_empty"
    store = open_store(folder)
    assert len(store.keys("products")) == len(catalog_file().products)
    store.close()


def test_the_demo_shop_is_what_opens_when_nothing_is_said() -> None:
    till = open_till(None)
    try:
        assert till.gateway_control
        assert till.catalog.shop.name == "Corner Store"
    finally:
        till.close()


async def test_a_store_filled_by_an_earlier_version_opens_and_prices_as_before(tmp_path: Path) -> None:
    """It has options that say nothing, and that no catalog may have any more."""
    store = open_store(tmp_path)
    load_catalog(store, catalog_file(), demo=True)
    before = {
        ("coupons", "TEN"): {"code": "TEN", "type": "percentage", "value": "10", "buy": 2, "get_products": ["CAKE"]},
        ("coupons", "ONE"): {"code": "ONE", "type": "fixed_amount", "value": "100", "max_applications": 3},
        ("products", "BREAD"): {"sku": "BREAD", "name": "Bread", "price": 300, "sale_price": 400, "oversell": True},
    }
    store.write(before)
    store.close()
    till = open_till(tmp_path)
    till.add("BREAD", Decimal(2))
    assert (till.apply_coupon("TEN").total, till.remove_coupon("TEN").total) == (720, 800)
    assert till.apply_coupon("ONE").total == 700
    await till.pay_cash()
    till.close()
    assert [check for check in examine(tmp_path) if not check.ok] == []
