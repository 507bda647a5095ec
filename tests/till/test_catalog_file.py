"""Catalog files that are wrong: file, place and field are named, and nothing is loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded import open_store
from pos.till.catalog_loading import parse_catalog, read_catalog
from pos.till.opening import open_till
from tests.till.support import catalog_file, shop


def product(**fields: Any) -> dict[str, Any]:
    return shop(products=[{"sku": "A", "name": "Apple", "price": 100, **fields}])


def coupon(**fields: Any) -> dict[str, Any]:
    return shop(coupons=[{"code": "C", "type": "percentage", "value": "10", **fields}])


@pytest.mark.parametrize(
    ("catalog", "place", "sentence"),
    [
        (product(price=-1), "products[0] ('A').price", "greater than or equal to 0"),
        (product(price=1.5), "products[0] ('A').price", "valid integer"),
        (product(price="1.50"), "products[0] ('A').price", "valid integer"),
        (product(colour="red"), "products[0] ('A').colour", "unknown field"),
        (product(tax="luxury"), "products[0] (A).tax", "no tax is named 'luxury'"),
        (product(stock="1.5"), "products[0] (A).stock", "whole number"),
        (product(sale_ends="soon"), "products[0] ('A').sale_ends", "must be a day such as"),
        (shop(products=[{"sku": "A", "price": 1}]), "products[0] ('A').name", "is missing"),
        (shop(products=[{"sku": "A", "name": "x", "price": 1}] * 2), "products[1].sku", "A is at products[0] already"),
        (
            shop(products=[{"sku": sku, "name": "x", "price": 1, "barcodes": ["4664"]} for sku in "AB"]),
            "products[1] (B).barcodes",
            "4664 is a code of A already",
        ),
        (coupon(value="101"), "coupons[0] (C).value", "more than 100 percent"),
        (coupon(value=10.5), "coupons[0] ('C').value", "not a float"),
        (coupon(type="buy_x_get_y"), "coupons[0] (C).buy", "is missing"),
        (coupon(type="fixed_amount", value="1.5"), "coupons[0] (C).value", "whole number of minor units"),
        (coupon(type="gift"), "coupons[0] ('C').type", "percentage"),
        (shop(settings={"currency": "XXQ"}), "store.currency", "no ISO 4217 currency"),
        (shop(settings={"timezone": "Mars/Olympus"}), "store.timezone", "no time zone"),
        (shop(settings={"tax_scope": "never"}), "store.tax_scope", "'line' or 'order'"),
        (shop(prodcts=[]), "prodcts", "unknown field"),
        ([], "the file", "dictionary"),
    ],
)
def test_a_wrong_catalog_is_named_by_place_and_field(catalog: Any, place: str, sentence: str) -> None:
    with pytest.raises(TillError) as refusal:
        parse_catalog(catalog, "shop.json")
    assert refusal.value.code == "catalog_invalid"
    assert refusal.value.message.startswith(f"shop.json: {place}: ")
    assert sentence in refusal.value.message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"products": [}', "line 1, column 15: broken JSON"),
        (b'{"store": \xff}', "is not UTF-8 text"),
        (b'{"products": [{"sku": "A", "name": "x", "price": NaN}]}', "NaN is no number"),
        (b"", "line 1, column 1: broken JSON"),
        (b"[" * 100_000, "broken JSON"),
    ],
)
def test_a_broken_file_is_named_by_line(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(content)
    with pytest.raises(TillError) as refusal:
        read_catalog(path)
    assert refusal.value.message.startswith(f"{path}: ")
    assert sentence in refusal.value.message


def test_a_catalog_with_many_faults_tells_the_first_ones() -> None:
    with pytest.raises(TillError) as refusal:
        parse_catalog(shop(products=[{"sku": str(n), "name": "x", "price": -1} for n in range(50)]), "shop.json")
    lines = refusal.value.message.splitlines()
    assert len(lines) == 6
    assert lines[-1] == "shop.json: and 45 more."


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
        assert till.playground
        assert till.catalog.shop.name == "Corner Store"
    finally:
        till.close()
