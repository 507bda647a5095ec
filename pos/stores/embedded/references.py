"""Whether what a store's records name is there: without it a till cannot open, or cannot price.

What only this machine lacks is no fault of the store, which is well on another one.
"""

from __future__ import annotations

from collections.abc import Iterator

from pos.domain.errors import TillError
from pos.domain.i18n import N_, _
from pos.domain.message import quoted
from pos.domain.ports import Document
from pos.domain.time_zones import missing_data, shop_zone
from pos.stores.reader import StoreReader
from pos.stores.records import SHOP, shop_of


def unresolved(store: StoreReader) -> Iterator[str]:
    """What is named and is not there, as parts of a sentence. All records must be such as can be understood."""
    shop = store.get(SHOP, SHOP)
    if shop is not None:
        unknown = _unknown_zone(shop)
        if unknown is not None and missing_data() is None:
            yield unknown
    elif any(table.rows for _name, table in store.tables):
        yield _("{table}: the record is missing", table=SHOP)
    taxes = set(store.keys("taxes"))
    for sku, product in store.items("products"):
        if (tax := product.get("tax")) is not None and tax not in taxes:
            text = N_("products: {key} has the tax {tax}, which there is not")
            yield _(text, key=quoted(sku), tax=quoted(tax))


def lacking(store: StoreReader) -> Iterator[str]:
    """What this machine lacks to sell in a store that is well, as parts of a sentence; records as for `unresolved`."""
    shop = store.get(SHOP, SHOP)
    if shop is not None and _unknown_zone(shop) is not None and (missing := missing_data()) is not None:
        yield str(missing).removesuffix(".")


def _unknown_zone(shop: Document) -> str | None:
    try:
        shop_zone(shop_of(shop).timezone)
    except TillError as error:
        return error.message.removesuffix(".")
    return None
