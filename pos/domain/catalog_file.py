"""A whole catalog as one value: the format of `--catalog` files, with the checks that need more than one record."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, tzinfo
from itertools import islice
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from pos.domain import catalog_conflicts
from pos.domain.catalog import Coupon, Member, Product, Shop, Tax, is_reversed
from pos.domain.catalog_conflicts import CatalogFault, Faults
from pos.domain.codes import code_key, gtin_key
from pos.domain.i18n import N_
from pos.domain.message import joined, lazy, quoted, spelled_out
from pos.domain.model import LIST, Value
from pos.domain.money import exponent_of
from pos.domain.spelling import folded, is_blank
from pos.domain.time_zones import zone_of

MOST_NAMED: Final = 20
"""How many names are told that might be meant instead of one that is not there."""


def _no_staff(value: object) -> object:
    if value not in ([], ()):
        raise ValueError(lazy("staff come with a later version; leave the list empty"))
    return value


class CatalogFile(Value):
    """What a `--catalog` file holds. Prices in minor units, percentages as decimal strings."""

    store: Shop = Field(default_factory=Shop)
    taxes: Annotated[tuple[Tax, ...], LIST] = ()
    products: Annotated[tuple[Product, ...], LIST] = ()
    coupons: Annotated[tuple[Annotated[Coupon, Field(discriminator="type")], ...], LIST] = ()
    members: Annotated[tuple[Member, ...], LIST] = ()
    staff: Annotated[tuple[()], BeforeValidator(_no_staff)] = ()


def faults(catalog: CatalogFile) -> Faults:
    """What is wrong between the records of a catalog, nothing if all is well. Names are spelled as they are kept."""
    yield from _shop_faults(catalog.store)
    zone = _zone(catalog.store) or UTC
    yield from _doubles("taxes", "name", (folded(tax.name) for tax in catalog.taxes))
    yield from _doubles("products", "sku", (folded(product.sku) for product in catalog.products))
    yield from _doubles("coupons", "code", (folded(coupon.code) for coupon in catalog.coupons))
    yield from _doubles("members", "id", (folded(member.id) for member in catalog.members))
    for index, tax in enumerate(catalog.taxes):
        yield from _at(f"taxes[{index}]", _code_faults("name", tax.name))
    taxes = dict.fromkeys(sorted(tax.name for tax in catalog.taxes))
    for index, product in enumerate(catalog.products):
        yield from _at(f"products[{index}] ({spelled_out(product.sku)})", _product_faults(product, taxes, zone))
    yield from _gtin_faults(catalog.products)
    yield from _barcode_faults(catalog.products)
    skus = {product.sku: product for product in catalog.products}
    categories = {product.category or "" for product in catalog.products}
    weighed = categories - {product.category or "" for product in catalog.products if not product.weighed}
    for index, coupon in enumerate(catalog.coupons):
        place = f"coupons[{index}] ({spelled_out(coupon.code)})"
        yield from _at(place, _coupon_faults(coupon, zone))
        yield from _at(place, catalog_conflicts.of_coupon(coupon, skus, weighed))
        yield from _at(place, _unknown(coupon, "products", skus, N_("no product has the SKU {name}")))
        yield from _at(place, _unknown(coupon, "categories", categories, N_("no product is in the category {name}")))
    for index, member in enumerate(catalog.members):
        yield from _at(f"members[{index}] ({spelled_out(member.id)})", _code_faults("id", member.id))


def _at(place: str, found: Faults) -> Faults:
    return (fault._replace(place=f"{place}.{fault.place}") for fault in found)


def _zone(shop: Shop) -> tzinfo | None:
    try:
        return zone_of(shop.timezone)
    except ValueError:
        return None


def _shop_faults(shop: Shop) -> Faults:
    try:
        exponent_of(shop.currency)
    except ValueError:
        yield CatalogFault("store.currency", lazy("{currency} is no ISO 4217 currency", currency=shop.currency))
    if _zone(shop) is None:
        yield CatalogFault(
            "store.timezone", lazy("{zone} is no time zone such as Europe/Berlin", zone=quoted(shop.timezone))
        )
    yield from _at("store", catalog_conflicts.of_shop(shop))


def _code_faults(field: str, code: str) -> Faults:
    """What makes a code impossible to type or to tell from another one."""
    if is_blank(code):
        yield CatalogFault(field, lazy("is blank"))
    elif not code.isprintable():
        yield CatalogFault(field, lazy("has characters that cannot be seen"))


def _product_faults(product: Product, taxes: Collection[str], zone: tzinfo) -> Faults:
    yield from _code_faults("sku", product.sku)
    for barcode in product.barcodes:
        yield from _code_faults("barcodes", barcode)
    if product.tax is not None and product.tax not in taxes:
        known = joined(map(quoted, islice(taxes, MOST_NAMED)), ", ") or lazy("none")
        yield CatalogFault(
            "tax", lazy("no tax is named {tax}; the taxes are {known}", tax=quoted(product.tax), known=known)
        )
    if is_reversed(product.sale_starts, product.sale_ends, zone):
        yield CatalogFault("sale_ends", lazy("is before {field}", field="sale_starts"))
    yield from catalog_conflicts.of_product(product)


def _gtin_faults(products: Iterable[Product]) -> Faults:
    """SKUs that are the GTIN of another product's SKU, with other leading zeros or as UPC-E."""
    known: dict[str, str] = {}
    for index, product in enumerate(products):
        key = gtin_key(folded(product.sku))
        other = known.setdefault(key, product.sku) if key is not None else product.sku
        if folded(other) != folded(product.sku):
            place = f"products[{index}] ({spelled_out(product.sku)}).sku"
            yield CatalogFault(place, lazy("is the same GTIN as {other}, in another spelling", other=quoted(other)))


def _barcode_faults(products: Iterable[Product]) -> Faults:
    """Barcodes that stand for another product already: as its barcode, or spelled like its SKU."""
    skus = {_key(product.sku): product.sku for product in products}
    codes: dict[str, str] = {}
    for index, product in enumerate(products):
        place = f"products[{index}] ({spelled_out(product.sku)}).barcodes"
        for barcode in product.barcodes:
            key = _key(barcode)
            other, namesake = codes.setdefault(key, product.sku), skus.get(key, product.sku)
            if other != product.sku:
                yield CatalogFault(
                    place, lazy("{code} is a code of {other} already", code=quoted(barcode), other=quoted(other))
                )
            elif namesake != product.sku:
                yield CatalogFault(
                    place, lazy("{code} is the SKU of {other}", code=quoted(barcode), other=quoted(namesake))
                )


def _key(code: str) -> str:
    return gtin_key(folded(code)) or code_key(folded(code))


def _unknown(coupon: Coupon, suffix: str, known: Collection[str], sentence: str) -> Faults:
    """Names that no product has in a coupon's lists: its general one and those for what is bought and given."""
    for field in (suffix, f"buy_{suffix}", f"get_{suffix}"):
        for name in getattr(coupon, field, ()):
            if name not in known:
                yield CatalogFault(field, lazy(sentence, name=quoted(name)))


def _coupon_faults(coupon: Coupon, zone: tzinfo) -> Faults:
    yield from _code_faults("code", coupon.code)
    if is_reversed(coupon.starts, coupon.ends, zone):
        yield CatalogFault("ends", lazy("is before {field}", field="starts"))


def _doubles(table: str, field: str, keys: Iterable[str]) -> Faults:
    first: dict[str, int] = {}
    for index, key in enumerate(keys):
        if key in first:
            where = f"{table}[{first[key]}]"
            yield CatalogFault(
                f"{table}[{index}].{field}", lazy("{name} is at {place} already", name=quoted(key), place=where)
            )
        else:
            first[key] = index
