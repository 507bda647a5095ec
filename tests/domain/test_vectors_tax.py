"""Tax per line and per order, included and added, against figures of other engines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pos.domain.cart import CartLine
from pos.domain.catalog import Product
from tests.domain.builders import cart, line, off, percent, priced, product, rules
from tests.domain.cases import Case, cases


def _goods(number: int, entry: dict[str, Any]) -> tuple[Product, CartLine]:
    rate = entry["rates"][0] if entry["rates"] else None
    quantity = Decimal(entry["qty"])
    unit = "each" if quantity == quantity.to_integral_value() else "kg"
    tax = None if rate is None else f"rate {rate}"
    discount = None
    if "discount_percent" in entry:
        discount = percent(entry["discount_percent"])
    elif "discount_fixed" in entry:
        discount = off(entry["discount_fixed"])
    sku = f"S{number}"
    return product(sku, entry["unit_price"], tax=tax, unit=unit), line(number, sku, quantity, discount=discount)


@cases("tax")
def test_tax(case: Case) -> None:
    given = case.input
    entries = given.get("lines") or [{"qty": 1, "unit_price": given["net"], "rates": [given["rate"]]}]
    goods = [_goods(number, entry) for number, entry in enumerate(entries, 1)]
    shop = rules(
        (item for item, _ in goods),
        taxes={f"rate {rate}": rate for entry in entries for rate in entry["rates"]},
        tax_inclusive=given.get("price_includes_tax", False),
        tax_scope="order" if given.get("rounding_scope") == "global" else "line",
    )
    discount = None
    if "order_discount_fixed" in given:
        discount = off(given["order_discount_fixed"])
    elif "order_discount_percent" in given:
        discount = percent(given["order_discount_percent"])
    found = priced(cart(*(entered for _, entered in goods), discount=discount), shop)
    figures = {
        "net": sum(entry.net for entry in found.lines),
        "tax": found.tax,
        "gross": found.total,
        "lines_net": [entry.net for entry in found.lines],
        "lines_gross": [entry.total for entry in found.lines],
        "taxes_by_rate": {tax.name.removeprefix("rate "): tax.tax for tax in found.taxes},
    }
    checked = {name: value for name, value in case.expected.items() if name in figures}
    assert checked
    assert {name: figures[name] for name in checked} == checked
