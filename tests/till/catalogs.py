"""Catalogs with one thing in them that is told about, for the tests of catalog files."""

from __future__ import annotations

from typing import Any

from tests.till.support import shop


def product(**fields: Any) -> dict[str, Any]:
    return shop(products=[{"sku": "A", "name": "Apple", "price": 100, **fields}])


def fixed(**fields: Any) -> dict[str, Any]:
    return coupon(**{"type": "fixed_amount", "value": 500, **fields})


def gift(**fields: Any) -> dict[str, Any]:
    """A coupon of the third type, in a shop that also has a category of weighed goods alone."""
    loose = {"sku": "NUTS", "name": "Nuts", "price": 900, "unit": "kg", "category": "Loose"}
    goods = [*shop()["products"], loose]
    return shop(products=goods, coupons=[{"code": "C", "type": "buy_x_get_y", "buy": 2, "get": 1, **fields}])


def coupon(**fields: Any) -> dict[str, Any]:
    return shop(coupons=[{"code": "C", "type": "percentage", "value": "10", **fields}])
