"""A whole catalog as one value: the format of `--catalog` files, with the checks that need more than one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from zoneinfo import ZoneInfo

from pydantic import Field

from pos.domain.catalog import Coupon, Member, Product, Shop, Tax
from pos.domain.model import Value
from pos.domain.money import exponent_of


class CatalogFile(Value):
    """What a `--catalog` file holds. Prices in minor units, percentages as decimal strings."""

    store: Shop = Field(default_factory=Shop)
    taxes: tuple[Tax, ...] = ()
    products: tuple[Product, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    members: tuple[Member, ...] = ()
    staff: tuple[()] = ()


def faults(catalog: CatalogFile, code_key: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """What is wrong between the records of a catalog: (place, sentence), nothing if all is well.

    `code_key` is what two spellings of one scanned code share.
    """
    yield from _shop_faults(catalog.store)
    yield from _doubles("taxes", "name", (tax.name for tax in catalog.taxes))
    yield from _doubles("products", "sku", (product.sku.upper() for product in catalog.products))
    yield from _doubles("coupons", "code", (coupon.code.upper() for coupon in catalog.coupons))
    yield from _doubles("members", "id", (member.id.upper() for member in catalog.members))
    taxes = {tax.name for tax in catalog.taxes}
    codes: dict[str, str] = {}
    for index, product in enumerate(catalog.products):
        place = f"products[{index}] ({product.sku})"
        if product.tax is not None and product.tax not in taxes:
            yield f"{place}.tax", f"no tax is named {product.tax!r}; the taxes are {', '.join(sorted(taxes)) or 'none'}"
        if product.stock is not None and not product.weighed and product.stock != product.stock.to_integral_value():
            yield f"{place}.stock", "is sold by the piece, so its stock is a whole number"
        for barcode in product.barcodes:
            other = codes.setdefault(code_key(barcode), product.sku)
            if other != product.sku:
                yield f"{place}.barcodes", f"{barcode} is a code of {other} already"
    for index, coupon in enumerate(catalog.coupons):
        for field, sentence in _coupon_faults(coupon):
            yield f"coupons[{index}] ({coupon.code}).{field}", sentence


def _shop_faults(shop: Shop) -> Iterator[tuple[str, str]]:
    try:
        exponent_of(shop.currency)
    except ValueError:
        yield "store.currency", f"{shop.currency} is no ISO 4217 currency"
    try:
        ZoneInfo(shop.timezone)
    except (ValueError, OSError, LookupError):
        yield "store.timezone", f"{shop.timezone} is no time zone such as Europe/Berlin"


def _coupon_faults(coupon: Coupon) -> Iterator[tuple[str, str]]:
    if coupon.type == "buy_x_get_y":
        if coupon.buy is None:
            yield "buy", "is missing: how many must be bought"
        if coupon.get is None:
            yield "get", "is missing: how many are given"
    elif coupon.value is None:
        yield "value", "is missing: what the coupon takes off"
    elif coupon.type == "percentage" and coupon.value > 100:
        yield "value", "is more than 100 percent"
    elif coupon.type == "fixed_amount" and coupon.value != coupon.value.to_integral_value():
        yield "value", "is an amount, so it is a whole number of minor units"


def _doubles(table: str, field: str, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    first: dict[str, int] = {}
    for index, key in enumerate(keys):
        if key in first:
            yield f"{table}[{index}].{field}", f"{key} is at {table}[{first[key]}] already"
        else:
            first[key] = index
