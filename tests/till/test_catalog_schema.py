"""What a catalog's JSON schema allows and refuses: what the loader does, as far as a schema can tell."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest

from pos.domain.catalog_file import CatalogFile
from pos.domain.errors import TillError
from pos.till.catalog_loading import parse_catalog
from tests.till.catalogs import coupon, fixed, gift, product
from tests.till.support import shop


@cache
def schema() -> jsonschema.Draft202012Validator:
    """The schema, judged itself once by a test below."""
    return jsonschema.Draft202012Validator(CatalogFile.model_json_schema())


@pytest.mark.parametrize(
    "catalog",
    [
        product(sku=" A"),
        product(barcodes=["4664 "]),
        coupon(code="C "),
        shop(
            products=[
                {"sku": "A", "name": "x", "price": 1, "barcodes": ["01234565"]},
                {"sku": "B", "name": "y", "price": 1, "barcodes": ["012345000065"]},
            ]
        ),
        shop(products=[{"sku": "12345678", "name": "x", "price": 1}, {"sku": "000012345678", "name": "y", "price": 1}]),
        product(sku="4664", barcodes=["4664", "04664"]),
        product(sku="Ä 1"),
        product(stock=-3, oversell=True),
        product(stock=10**9, low_stock=0),
        product(unit="kg", stock="-0.125", low_stock="1000000000"),
        product(sale_price=90, sale_starts="2025-02-01", sale_ends="2025-02-01"),
        product(sale_price=90, sale_starts="2025-02-01T18:00", sale_ends="2025-02-01"),
        product(sale_price=100),
        product(sale_price=110, allow_increase=True),
        gift(products=["TEA"], get_products=["CAKE"], get_discount="50", max_applications=2),
        gift(categories=["Sweet"], min_quantity=3),
        fixed(value="500"),
        shop(settings={"cash_rounding": {"step": 5, "mode": "down"}}),
        coupon(starts="2025-02-01", ends="2025-02-01T00:00"),
        coupon(starts="2025-02-01T10:00+01:00", ends="2025-02-01T10:00"),
        coupon(starts="0001-01-01T00:00+14:00", ends="9999-12-31T23:59-12:00"),
        coupon(products=["TEA"], categories=["Sweet"]),
        coupon(type="fixed_amount", value=10**12),
        shop(taxes=[{"name": "standard", "rate": 1000}]),
        shop(taxes=[{"name": "standard", "rate": "8.875"}], staff=[]),
    ],
)
def test_what_is_right_is_read(catalog: Any) -> None:
    parse_catalog(catalog, "shop.json")
    schema().validate(catalog)


@pytest.mark.parametrize(
    "catalog",
    [
        shop(taxes=[{"name": "vat", "rate": 8.875}]),
        shop(taxes=[{"name": "vat", "rate": 1001}]),
        shop(taxes=[{"name": "vat", "rate": "1000.5"}]),
        shop(taxes=[{"name": "vat", "rate": "1e2"}]),
        shop(taxes=[{"name": "vat", "rate": "-1"}]),
        shop(taxes=[{"name": "vat", "rate": ""}]),
        shop(members=[{"id": "M", "name": "x", "discount": 101}]),
        product(stock=1.5),
        product(stock=-(10**9) - 1),
        product(stock="0.1234"),
        product(stock=" 1"),
        product(low_stock=-1),
        product(low_stock="-0.5"),
        product(oversell="yes"),
        product(barcodes={}),
        coupon(value=-1),
        coupon(value=10**12 + 1),
        coupon(value=101),
        coupon(buy=2),
        coupon(get_products=[]),
        fixed(get_discount="50"),
        fixed(max_applications=1),
        fixed(value="5.00"),
        gift(value=1),
        gift(get=None),
        shop(coupons=[{"code": "C", "value": 1}]),
        shop(staff=[{}]),
        shop(products={}),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(catalog: Any) -> None:
    with pytest.raises(TillError):
        parse_catalog(catalog, "shop.json")
    with pytest.raises(jsonschema.ValidationError):
        schema().validate(catalog)


def test_the_schema_has_no_words_of_its_own() -> None:
    written = CatalogFile.model_json_schema()
    jsonschema.Draft202012Validator.check_schema(written)
    text = json.dumps(written)
    assert not any(f'"{word}":' in text for word in ("ge", "le", "gt", "lt"))
