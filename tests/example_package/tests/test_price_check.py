"""The price check: what it does, and how it looks."""

import pytest

from pos.testing import Cashier, Snap

pytestmark = pytest.mark.till(catalog="shop.json", extensions=["my-shop"])


async def test_a_price_is_looked_up_and_nothing_is_sold(cashier: Cashier, snap: Snap) -> None:
    await cashier.presses("ctrl+l").scan("2000100000014").sees("4.50", panel="page")
    await snap("price-check", sizes=("80x24", "160x50"))
    await cashier.presses("escape")
    assert (cashier.kind, cashier.sale.lines) == ("sale", ())
