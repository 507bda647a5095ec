"""A catalog file with each name and code spelled in one way, whatever the program that wrote it made of blanks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pos.domain.catalog import Coupon
from pos.domain.catalog_file import CatalogFile
from pos.domain.codes import gtin_key
from pos.domain.model import Value
from pos.domain.spelling import folded, kept_name, spelled

Record = TypeVar("Record", bound=Value)


class _Names:
    """Names by what looks alike; the first spelling of each stands for all."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._first: dict[str, str] = {}
        self._known: dict[str, str] = {}
        for name in names:
            self.one(name)

    def one(self, name: str) -> str:
        """The spelling that stands for a name; its own if it is the first."""
        if name not in self._known:
            self._known[name] = self._first.setdefault(folded(name), spelled(name))
        return self._known[name]

    def known(self, name: str) -> str:
        """The spelling of a name that should be known by now; its own if it is not."""
        return self._first.get(folded(name), spelled(name))


def normalized(catalog: CatalogFile) -> CatalogFile:
    """The catalog with names and codes as they are kept, and with one spelling of those that look alike.

    Products name their tax and their category, and coupons their products and categories, in that spelling.
    """
    taxes, categories = _Names(tax.name for tax in catalog.taxes), _Names()
    products = tuple(
        _with(
            product,
            sku=spelled(product.sku),
            name=kept_name(product.name),
            barcodes=tuple(map(spelled, product.barcodes)),
            category=product.category and categories.one(product.category),
            tax=product.tax and taxes.known(product.tax),
            unit=spelled(product.unit),
        )
        for product in catalog.products
    )
    skus = {folded(product.sku): product.sku for product in products} if catalog.coupons else {}
    gtins = {key: sku for sku in skus.values() if (key := gtin_key(sku)) is not None}
    return _with(
        catalog,
        store=_with(catalog.store, name=kept_name(catalog.store.name)),
        taxes=tuple(_with(tax, name=spelled(tax.name)) for tax in catalog.taxes),
        products=products,
        coupons=tuple(_coupon(coupon, skus, gtins, categories) for coupon in catalog.coupons),
        members=tuple(_with(one, id=spelled(one.id), name=kept_name(one.name)) for one in catalog.members),
    )


def _coupon(coupon: Coupon, skus: Mapping[str, str], gtins: Mapping[str, str], categories: _Names) -> Coupon:
    lists: dict[str, tuple[str, ...]] = {}
    for prefix in ("", "buy_", "get_"):
        names, groups = getattr(coupon, f"{prefix}products", ()), getattr(coupon, f"{prefix}categories", ())
        if names:
            lists[f"{prefix}products"] = tuple(_sku(name, skus, gtins) for name in names)
        if groups:
            lists[f"{prefix}categories"] = tuple(map(categories.known, groups))
    return _with(coupon, code=spelled(coupon.code), **lists)


def _sku(name: str, skus: Mapping[str, str], gtins: Mapping[str, str]) -> str:
    known = skus.get(folded(name))
    return known if known is not None else gtins.get(gtin_key(folded(name)) or "", spelled(name))


def _with(record: Record, **fields: Any) -> Record:
    """The record with these fields; itself if none is another."""
    others = {name: value for name, value in fields.items() if getattr(record, name) != value}
    return record.model_copy(update=others) if others else record
