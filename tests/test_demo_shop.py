"""The demo shop that a newcomer sees first: enough of everything, and nothing false in it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pos.domain.catalog import has_begun, has_ended
from pos.domain.codes import is_gtin
from pos.language.table import LATER
from pos.language.table import USAGES as VERBS
from pos.resources import data_folder
from pos.till.catalog_loading import read_catalog

DEMO = read_catalog(data_folder() / "demo.json")
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC).astimezone(ZoneInfo(DEMO.store.timezone))


def test_there_is_enough_to_browse() -> None:
    assert len(DEMO.products) >= 200
    categories = [product.category for product in DEMO.products]
    assert len(set(categories)) >= 10
    assert min(categories.count(name) for name in set(categories)) >= 8


def test_every_product_has_a_gtin_13_from_the_in_store_range() -> None:
    """GS1 keeps the prefixes 20 to 29 for numbers that mean something in one shop only."""
    for product in DEMO.products:
        gtins = [code for code in product.barcodes if len(code) == 13]
        assert len(gtins) == 1, product.sku
        assert is_gtin(gtins[0]), product.sku
        assert gtins[0].startswith("2"), product.sku


def test_some_are_low_some_are_out_some_are_weighed_some_on_sale() -> None:
    out = [product for product in DEMO.products if product.stock == 0]
    low = [p for p in DEMO.products if p.stock and p.low_stock is not None and p.stock <= p.low_stock]
    on_sale = [
        product
        for product in DEMO.products
        if product.sale_price is not None
        and has_begun(product.sale_starts, TODAY)
        and not has_ended(product.sale_ends, TODAY)
    ]
    assert len(out) >= 5
    assert len(low) >= 10
    assert len(on_sale) >= 10
    assert sum(product.weighed for product in DEMO.products) >= 10
    assert len({product.tax for product in DEMO.products}) == 2


def test_no_sku_is_a_word_of_the_language() -> None:
    assert {product.sku.lower() for product in DEMO.products}.isdisjoint({*VERBS, *LATER})


@pytest.mark.parametrize("kind", ["percentage", "fixed_amount", "buy_x_get_y"])
def test_there_are_coupons_of_every_type(kind: str) -> None:
    assert [coupon for coupon in DEMO.coupons if coupon.type == kind]


def test_there_are_coupons_that_do_not_count() -> None:
    assert [coupon for coupon in DEMO.coupons if has_ended(coupon.ends, TODAY)]
    assert [coupon for coupon in DEMO.coupons if coupon.max_uses is not None and coupon.used >= coupon.max_uses]
    assert [coupon for coupon in DEMO.coupons if coupon.min_order]
    assert [coupon for coupon in DEMO.coupons if coupon.min_quantity]


def test_what_coupons_refer_to_is_there() -> None:
    skus = {product.sku for product in DEMO.products}
    categories = {product.category for product in DEMO.products}
    for coupon in DEMO.coupons:
        assert skus.issuperset(sku for goods in coupon.goods for sku in goods.products), coupon.code
        assert categories.issuperset(each for goods in coupon.goods for each in goods.categories), coupon.code


def test_members_have_discounts() -> None:
    assert len(DEMO.members) >= 10
    assert {member.discount for member in DEMO.members} >= {Decimal(0), Decimal(5), Decimal(10)}
