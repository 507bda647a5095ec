"""Changing the catalog of a store that is filled: prices, products, taxes, coupons and members, as one durable step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pos.domain.catalog import Coupon, Product, Rules, Shop, kept_coupon
from pos.domain.catalog_conflicts import CatalogFault
from pos.domain.counters import counter_amount, counter_floor, counter_label, coupon_uses
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy, spelled_out
from pos.domain.ports import Document, Records, ShopView, Store
from pos.stores.operations import COUNTERS
from pos.stores.records import MARKS, SHOP, naming_faults
from pos.till.catalog_loading import counters_of, fault_line, parse_catalog, tables_of

Rows = dict[str, Document]
"""Records of a catalog file, each under its name."""

_NAMED: Final = {"taxes": "name", "products": "sku", "coupons": "code", "members": "id"}
"""The tables, and the field of a record that names it."""


@dataclass(frozen=True, slots=True)
class CatalogDraft:
    """A catalog to be changed: taxes by name, products by SKU, coupons by code in capitals, members by number.

    A record has the fields of a catalog file; without the one that names it, it is called by its key. `stock` is all
    that ever came in: more of it is more on hand. So are a coupon's `used`.
    """

    taxes: Rows
    products: Rows
    coupons: Rows
    members: Rows


@contextmanager
def edited_catalog(store: Store, name: str) -> Iterator[CatalogDraft]:
    """A draft of a store's catalog, whose changes are written when the block ends, all or none; `name` is the store's.

    Raises TillError `store_unusable` if there is no shop in it, and `catalog_invalid` for what a catalog file may not
    say either, or if a product that is there shall have another unit, or be counted that was not.
    """
    view = store.view
    shop = view.get(SHOP, SHOP)
    if shop is None:
        text = N_("There is no shop in {folder} yet: `pos --store FOLDER --catalog FILE` makes one.")
        raise TillError("store_unusable", lazy(text, folder=name))
    before = {table: dict(view.items(table)) for table in _NAMED}
    with naming_faults(view, "products", "coupons"):
        products = {key: Product.model_validate(row) for key, row in before["products"].items()}
        coupons = [kept_coupon(row) for row in before["coupons"].values()]
    draft = CatalogDraft(**{table: dict(view.items(table)) for table in _NAMED})
    yield draft
    rules = {field: value for field, value in shop.items() if field not in MARKS}
    wanted = parse_catalog({"store": rules, **lists_of({table: getattr(draft, table) for table in _NAMED})}, name)
    require_same_counting(products, wanted.products, name)
    require_same_limits(view, coupons, wanted.coupons, name)
    had, has = counters_of(products.values(), coupons), counters_of(wanted.products, wanted.coupons)
    moved = _moved(view, had, has)
    counters = {*view.keys(COUNTERS), *(key for _table, key in moved)}
    after = rules_of(wanted.products, wanted.coupons)
    require_enough(view, counters, moved, rules_of(products.values(), coupons), after, name)
    changes = {**_changed(before, tables_of(wanted)), **moved}
    if changes and not store.write(changes):
        text = N_("The catalog of {place} was changed by somebody else meanwhile: nothing was written. Begin anew.")
        raise TillError("store_in_use", lazy(text, place=name))


def lists_of(tables: Mapping[str, Mapping[str, Document]]) -> dict[str, list[Document]]:
    """The records of a catalog's tables as a catalog file has them."""
    return {
        table: [{field: key, **row} for key, row in tables[table].items()]
        for table, field in _NAMED.items()
    }  # fmt: skip


def require_same_counting(before: Mapping[str, Product], after: Iterable[Product], name: str) -> None:
    """Raises TillError `catalog_invalid` if what was sold of a product would be counted otherwise from now on."""
    for product in after:
        was = before.get(product.sku, product)
        same = {"unit": was.unit == product.unit, "stock": (was.stock is None) == (product.stock is None)}
        for field in (field for field, kept in same.items() if not kept):
            told = lazy("stays as it is, or what was sold is counted wrong; sell it otherwise under another SKU")
            fault = CatalogFault(f"products ({spelled_out(product.sku)}).{field}", told)
            raise TillError("catalog_invalid", fault_line(name, fault))


def require_same_limits(view: ShopView, before: Iterable[Coupon], after: Iterable[Coupon], name: str) -> None:
    """Raises TillError `catalog_invalid` for a new limit of each member's uses where some were not counted."""
    known = {coupon.code.upper(): coupon for coupon in before}
    for coupon in after:
        was = known.get(coupon.code.upper())
        limited = was is not None and was.max_uses_per_member is not None
        used = -view.counter(coupon_uses(coupon.code)).free - (was.used if was is not None else 0)
        if coupon.max_uses_per_member is not None and not limited and used:
            told = lazy("comes too late: nobody counted how often each member used it; give it another code")
            fault = CatalogFault(f"coupons ({spelled_out(coupon.code)}).max_uses_per_member", told)
            raise TillError("catalog_invalid", fault_line(name, fault))


def require_enough(
    view: ShopView, counters: Iterable[str], moved: Records, before: Rules, after: Rules, name: str
) -> None:
    """Raises TillError `catalog_invalid` for one of these counters that would be below its limit, and was not before.

    `moved` are those that change, as records.
    """
    for counter in counters:
        floor, known, was = counter_floor(counter, after), view.counter(counter), counter_floor(counter, before)
        on_hand = (moved.get((COUNTERS, counter)) or {}).get("on_hand", known.on_hand)
        short = 0 if floor is None else floor + known.held - on_hand
        if short > 0 and not (was is not None and known.free < was):
            text = lazy(
                "{amount} too few for what was sold, used or is held", amount=counter_amount(counter, short, after)
            )
            fault = CatalogFault(counter_label(counter, after), text)
            raise TillError("catalog_invalid", fault_line(name, fault))


def rules_of(products: Iterable[Product], coupons: Iterable[Coupon]) -> Rules:
    """What counters are asked about."""
    goods, codes = {item.sku: item for item in products}, {item.code.upper(): item for item in coupons}
    return Rules(shop=Shop(), products=goods, taxes={}, coupons=codes, members={}, used={})


def _changed(before: Mapping[str, Rows], after: Mapping[str, Rows]) -> Records:
    """The records that are others now; None for one that is gone."""
    changed: dict[tuple[str, str], Document | None] = {}
    for table, rows in before.items():
        changed |= {(table, key): row for key, row in after[table].items() if rows.get(key) != row}
        changed |= {(table, key): None for key in rows if key not in after[table]}
    return changed


def _moved(view: ShopView, had: Mapping[str, int], has: Mapping[str, int]) -> Records:
    """The counters, each by as much as there is more or less than there was."""
    moved: dict[tuple[str, str], Document | None] = {}
    for name in {**had, **has}:
        if more := has.get(name, 0) - had.get(name, 0):
            counter = view.counter(name)
            moved[COUNTERS, name] = {"on_hand": counter.on_hand + more, "held": counter.held}
    return moved
