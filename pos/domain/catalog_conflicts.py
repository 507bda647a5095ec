"""Options of a catalog that contradict each other, which is refused, or that nothing would look at, which is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from pos.domain.catalog import BuyXGetYCoupon, Coupon, Product, Shop
from pos.domain.i18n import N_
from pos.domain.message import Message, lazy, quoted


class CatalogFault(NamedTuple):
    """What is wrong at a place in a catalog, as a sentence without its end.

    What is `idle` is only without effect: the shop sells by the rules that it wrote down, and opens.
    """

    place: str | Message
    sentence: Message
    idle: bool = False


Faults = Iterator[CatalogFault]
"""Faults whose place is a field of the record that was looked at."""

BY_THE_PIECE: Final = frozenset(
    ("each", "ea", "item", "items", "pc", "pcs", "piece", "pieces", "unit", "units", "stk", "stück")
)
"""Units that mean pieces, however they are written; what is sold by the piece has the unit `each`."""

_NOTHING_WITHOUT: Final = N_("has no effect without {field}")


def of_shop(shop: Shop) -> Faults:
    """What contradicts itself in the shop's rules."""
    if shop.cash_rounding.step == 1 and shop.cash_rounding.mode != "half_up":
        yield CatalogFault(
            "cash_rounding.mode", lazy("has no effect with a step of 1, which rounds nothing"), idle=True
        )


def of_product(product: Product) -> Faults:
    """What contradicts itself in a product."""
    yield from _price(product)
    yield from _stock(product)
    if not product.unit.strip():
        yield CatalogFault("unit", lazy("is blank"))
    elif product.weighed and product.unit.strip().casefold() in BY_THE_PIECE:
        yield CatalogFault("unit", lazy("is sold by measure, with decimals; of pieces the unit is “each”"), idle=True)
    if product.weighed and product.cart_merge is not None:
        yield CatalogFault(
            "cart_merge", lazy("has no effect on weighed goods: each weighing stays a line of its own"), idle=True
        )


def of_coupon(coupon: Coupon, products: Mapping[str, Product], weighed: Collection[str]) -> Faults:
    """What contradicts itself in a coupon; `weighed` are the categories in which all is sold by weight."""
    if coupon.max_uses is not None and (coupon.max_uses_per_member or 0) > coupon.max_uses:
        yield CatalogFault("max_uses_per_member", lazy("has no effect: {field} is less", field="max_uses"), idle=True)
    if not isinstance(coupon, BuyXGetYCoupon):
        return
    if coupon.has_own_lists:
        for field in ("products", "categories"):
            if getattr(coupon, field):
                yield CatalogFault(
                    field, lazy("has no effect: what is bought and what is given have lists of their own")
                )
    for prefix in ("", "buy_", "get_"):
        for sku in getattr(coupon, f"{prefix}products"):
            if sku in products and products[sku].weighed:
                yield CatalogFault(
                    f"{prefix}products",
                    lazy("{name} is sold by weight and takes no part in it", name=quoted(sku)),
                    idle=True,
                )
        for category in getattr(coupon, f"{prefix}categories"):
            if category in weighed:
                text = N_("all in {name} is sold by weight and takes no part in it")
                yield CatalogFault(f"{prefix}categories", lazy(text, name=quoted(category)), idle=True)


def _price(product: Product) -> Faults:
    if product.sale_price is None:
        for field in ("sale_starts", "sale_ends", "allow_increase"):
            if getattr(product, field):
                yield CatalogFault(field, lazy(_NOTHING_WITHOUT, field="sale_price"), idle=True)
    elif product.sale_price > product.price and not product.allow_increase:
        yield CatalogFault("sale_price", lazy("is above the price; if that is meant, say `allow_increase` as well"))
    elif product.allow_increase and product.sale_price <= product.price:
        yield CatalogFault("allow_increase", lazy("has no effect: the sale price is not above the price"), idle=True)


def _stock(product: Product) -> Faults:
    if product.stock is None:
        if product.low_stock is not None:
            yield CatalogFault("low_stock", lazy(_NOTHING_WITHOUT, field="stock"), idle=True)
        if product.oversell:
            yield CatalogFault("oversell", lazy(_NOTHING_WITHOUT, field="stock"), idle=True)
    if product.weighed:
        return
    if _parted(product.stock):
        yield CatalogFault("stock", lazy("is sold by the piece, so its stock is a whole number"))
    if _parted(product.low_stock):
        yield CatalogFault("low_stock", lazy("is sold by the piece, so its stock is a whole number"))


def _parted(quantity: Decimal | None) -> bool:
    return quantity is not None and quantity != quantity.to_integral_value()
