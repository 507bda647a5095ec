"""What changes in a shop while a till has it open is found at once, and only what is listed is listed anew."""

from __future__ import annotations

from typing import Any

import pytest

from pos.stores.memory import MemoryStore
from pos.till.catalog import Catalog, ProductIndex
from pos.till.catalog_loading import load_catalog, parse_catalog

TEA: dict[str, Any] = {
    "sku": "TEA",
    "name": "Green tea",
    "price": 400,
    "barcodes": ["4006381333931"],
    "category": "Tea",
}
CUP: dict[str, Any] = {"sku": "CUP", "name": "Cup", "price": 900}


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    load_catalog(store, parse_catalog({"products": [TEA, CUP]}, "shop.json"), demo=False)
    return store


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Gets an entry for each time that the products are listed."""
    made: list[int] = []
    really = ProductIndex.of

    def of(*rows: Any) -> ProductIndex:
        made.append(1)
        return really(*rows)

    monkeypatch.setattr(ProductIndex, "of", of)
    return made


def found(catalog: Catalog, text: str) -> tuple[str, ...]:
    return catalog.search(text).keys


def test_a_price_and_a_stock_change_no_index(store: MemoryStore, made: list[int]) -> None:
    catalog = Catalog(store.view)
    catalog.prepare()
    for price in range(3):
        store.write({("products", "TEA"): {**TEA, "price": price, "stock": price}})
        product = catalog.find("4006381333931")
        assert product is not None
        assert (product.price, found(catalog, "green"), catalog.size) == (price, ("TEA",), 2)
    assert len(made) == 1


@pytest.mark.parametrize(
    ("sku", "record", "text", "code"),
    [
        ("TEA", TEA | {"name": "Black tea"}, "black", "TEA"),
        ("TEA", TEA | {"category": "Drinks"}, "drinks", "TEA"),
        ("TEA", TEA | {"barcodes": ["4012345678901"]}, "green", "4012345678901"),
        ("POT", CUP | {"sku": "POT", "name": "Pot"}, "pot", "POT"),
    ],
)
def test_what_is_listed_is_found_at_once(
    sku: str, record: dict[str, Any], text: str, code: str, store: MemoryStore, made: list[int]
) -> None:
    catalog = Catalog(store.view)
    catalog.prepare()
    store.write({("products", sku): record})
    product = catalog.find(code)
    assert product is not None
    assert (product.sku, found(catalog, text)) == (sku, (sku,))
    assert (catalog.find("4006381333931") is None) == (record.get("barcodes") == ["4012345678901"])
    assert len(made) == 2


def test_a_product_that_is_gone_is_not_found(store: MemoryStore) -> None:
    catalog = Catalog(store.view)
    catalog.prepare()
    store.write({("products", "TEA"): None})
    assert (catalog.find("TEA"), found(catalog, "green"), list(catalog.categories)) == (None, (), ["Other"])


def test_a_change_while_it_is_listed_is_not_lost(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(store.view)
    really = ProductIndex.of

    def of(rows: Any) -> ProductIndex:
        found = really(rows)
        monkeypatch.setattr(ProductIndex, "of", really)
        store.write({("products", "POT"): CUP | {"sku": "POT", "name": "Pot"}})
        return found

    monkeypatch.setattr(ProductIndex, "of", of)
    catalog.prepare()
    assert found(catalog, "pot") == ("POT",)
