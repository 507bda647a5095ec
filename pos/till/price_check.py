"""What a thing costs and how much of it there is, looked at without selling it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from pos.domain.coupons import out_of_force
from pos.domain.model import Level, Value
from pos.domain.pricing.steps import catalog_price

if TYPE_CHECKING:
    from pos.domain.catalog import Coupon, Product
    from pos.till.catalog import Catalog


class PriceCheck(Value):
    """A product's price now, in minor units each or per `unit`; its list price and its sale price with its dates.

    `coupons` are those in force that name it or its category. Stock as in `StockLevel`.
    """

    sku: str
    name: str
    unit: str
    price: int
    list_price: int
    sale_price: int | None
    sale_starts: date | datetime | None
    sale_ends: date | datetime | None
    coupons: tuple[str, ...]
    on_hand: Level | None
    held: Level | None
    free: Level | None


def price_check(product: Product, catalog: Catalog, now: datetime) -> PriceCheck:
    """What a product costs at a moment, and how much of it there is. Reads memory only."""
    stock = catalog.availability(product)
    return PriceCheck(
        sku=product.sku,
        name=product.name,
        unit=product.unit,
        price=catalog_price(product, now.astimezone(catalog.zone)),
        list_price=product.price,
        sale_price=product.sale_price,
        sale_starts=product.sale_starts,
        sale_ends=product.sale_ends,
        coupons=tuple(_offers(product, catalog, now)),
        on_hand=stock.on_hand,
        held=stock.held,
        free=stock.free,
    )


def _offers(product: Product, catalog: Catalog, now: datetime) -> Iterator[str]:
    named = [coupon.code for coupon in catalog.coupons.values() if _names(coupon, product)]
    gone = out_of_force(named, None, catalog.rules, now)
    return (code for code in named if code not in gone)


def _names(coupon: Coupon, product: Product) -> bool:
    """Whether a coupon is for this product, or for its category, and not just for all there is."""
    named = (goods for goods in coupon.goods if not goods.all)
    return any(product.sku in goods.products or product.category in goods.categories for goods in named)
