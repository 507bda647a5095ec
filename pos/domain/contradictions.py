"""Options of a catalog that contradict each other, or that nothing would ever look at: told, never passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from pos.domain.catalog import BuyXGetYCoupon, Coupon, Product, Shop
from pos.domain.words import N_, _

Faults = Iterator[tuple[str, str]]
"""The field, and what is wrong with it."""

BY_THE_PIECE: Final = frozenset(
    ("each", "ea", "item", "items", "pc", "pcs", "piece", "pieces", "unit", "units", "stk", "stück")
)
"""Units that mean pieces, however they are written; what is sold by the piece has the unit `each`."""

_NOTHING_WITHOUT: Final = N_("has no effect without {field}")


def of_shop(shop: Shop) -> Faults:
    """What contradicts itself in the shop's rules."""
    if shop.cash_rounding.step == 1 and shop.cash_rounding.mode != "half_up":
        yield "cash_rounding.mode", _("has no effect with a step of 1, which rounds nothing")


def of_product(product: Product) -> Faults:
    """What contradicts itself in a product."""
    yield from _price(product)
    yield from _stock(product)
    if not product.unit.strip():
        yield "unit", _("is blank")
    elif product.weighed and product.unit.strip().casefold() in BY_THE_PIECE:
        yield "unit", _('means pieces: write "each", or leave it out')
    if product.weighed and product.cart_merge is not None:
        yield "cart_merge", _("has no effect on weighed goods: each weighing stays a line of its own")


def of_coupon(coupon: Coupon, products: Mapping[str, Product], categories: Mapping[str, Sequence[Product]]) -> Faults:
    """What contradicts itself in a coupon; `products` are those of the catalog by SKU and by category."""
    if coupon.max_uses is not None and (coupon.max_uses_per_member or 0) > coupon.max_uses:
        yield "max_uses_per_member", _("has no effect: {field} is less", field="max_uses")
    if not isinstance(coupon, BuyXGetYCoupon):
        return
    if coupon.has_own_lists:
        for field in ("products", "categories"):
            if getattr(coupon, field):
                yield field, _("has no effect: what is bought and what is given have lists of their own")
    for prefix in ("", "buy_", "get_"):
        for sku in getattr(coupon, f"{prefix}products"):
            if sku in products and products[sku].weighed:
                yield f"{prefix}products", _("{name} is sold by weight and takes no part in it", name=repr(sku[:40]))
        for category in getattr(coupon, f"{prefix}categories"):
            if (goods := categories.get(category)) and all(product.weighed for product in goods):
                text = N_("all in {name} is sold by weight and takes no part in it")
                yield f"{prefix}categories", _(text, name=repr(category[:40]))


def _price(product: Product) -> Faults:
    if product.sale_price is None:
        for field in ("sale_starts", "sale_ends", "allow_increase"):
            if getattr(product, field):
                yield field, _(_NOTHING_WITHOUT, field="sale_price")
    elif product.sale_price > product.price and not product.allow_increase:
        yield "sale_price", _('is above the price; if that is meant, say "allow_increase": true as well')
    elif product.allow_increase and product.sale_price <= product.price:
        yield "allow_increase", _("has no effect: the sale price is not above the price")


def _stock(product: Product) -> Faults:
    if product.stock is None:
        if product.low_stock is not None:
            yield "low_stock", _(_NOTHING_WITHOUT, field="stock")
        if product.oversell:
            yield "oversell", _(_NOTHING_WITHOUT, field="stock")
    if product.weighed:
        return
    if _parted(product.stock):
        yield "stock", _("is sold by the piece, so its stock is a whole number")
    if _parted(product.low_stock):
        yield "low_stock", _("is sold by the piece, so its stock is a whole number")


def _parted(quantity: Decimal | None) -> bool:
    return quantity is not None and quantity != quantity.to_integral_value()
