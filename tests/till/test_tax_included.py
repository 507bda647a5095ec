"""Whether tax is in the prices is the shop's rule, kept on every order; no sum is asked for it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pos.domain.cart import ManualDiscount
from pos.domain.refunds import refund
from pos.stores.embedded.store import open_store
from pos.stores.memory import MemoryStore
from pos.till.catalog_loading import load_catalog
from screens.ticket.rows import condensed, figures
from tests.till.support import catalog_file, counter

GOODS = [
    {"sku": "PIN", "name": "Pin", "price": 4, "tax": "low"},
    {"sku": "CUP", "name": "Cup", "price": 400, "tax": "low"},
    {"sku": "TOY", "name": "Toy", "price": 4, "tax": "high"},
]
TAXES = [{"name": "low", "rate": "10"}, {"name": "high", "rate": "11"}]


def shop(*, inclusive: bool) -> MemoryStore:
    store = MemoryStore()
    settings = {"tax_inclusive": inclusive}
    load_catalog(store, catalog_file(products=GOODS, taxes=TAXES, coupons=[], settings=settings), demo=True)
    return store


@pytest.mark.parametrize(("inclusive", "ending"), [(False, ""), (True, " incl.")])
@pytest.mark.parametrize("gift", [False, True], ids=["a price without tax", "a discount of everything"])
async def test_a_tax_of_nothing_says_what_the_shop_says(inclusive: bool, ending: str, gift: bool) -> None:
    with counter(shop(inclusive=inclusive)) as at:
        at.till.add("CUP" if gift else "PIN")
        if gift:
            at.till.discount(1, ManualDiscount(percent=Decimal(100)))
        at.till.add("TOY")
        shown = figures(at.sale, str)
        assert at.sale.tax == 0
        assert [figure.label for figure in shown[-2:]] == [f"Tax low 10 %{ending}", f"Tax high 11 %{ending}"]
        assert condensed(shown, at.sale, len(shown) - 1)[-1].label == f"Tax{ending}"
        sale = await at.till.pay_cash()
        assert sale.tax_inclusive is inclusive
        assert ("incl. low 10 %" in await at.till.receipt()) is inclusive
        assert ("Tax low 10 %" in await at.till.receipt()) is not inclusive
        assert refund(sale, {1: Decimal(1)}).amount == sale.lines[0].total


@pytest.mark.parametrize("inclusive", [False, True])
async def test_orders_written_before_it_was_kept_are_at_the_shops_rule(tmp_path: Path, inclusive: bool) -> None:
    catalog = catalog_file(products=GOODS, taxes=TAXES, coupons=[], settings={"tax_inclusive": inclusive})
    store = open_store(tmp_path)
    load_catalog(store, catalog, demo=True)
    with counter(store) as at:
        for _customer in range(2):
            at.till.add("PIN")
            await at.till.pay_cash()
        for key, document in store.items("orders"):
            del document["sale"]["tax_inclusive"]
            store.write({("orders", key): document})
        store.close_day("2026-11-22")
        at.till.add("PIN")
        last = await at.till.pay_cash()
        document = store.get("orders", last.order or "") or {}
        del document["sale"]["tax_inclusive"]
        store.write({("orders", last.order or ""): document})
    store.close()
    again = open_store(tmp_path)
    assert [order.sale.tax_inclusive for order in again.orders()] == [inclusive] * 3
    assert [order.sale.tax_inclusive for order in again.recent_orders(3)] == [inclusive] * 3
    found = [again.order("1-1-1"), again.order("1-1-3"), again.order(last.order or "")]
    assert [order and order.sale.tax_inclusive for order in found] == [inclusive] * 3
    again.close()
