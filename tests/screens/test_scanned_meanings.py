"""A member's card, a coupon's code and a receipt's number do what they mean on the sale screen; products come first."""

from __future__ import annotations

from typing import Any

import pytest

from pos.testing import Cashier, open_till_app
from tests.screens.shop import MILK, SMALL


@pytest.mark.parametrize("burst", [True, False])
async def test_a_member_is_put_on(cashier: Cashier, burst: bool) -> None:
    await cashier.keys(f"{MILK}\n")
    await (cashier.burst("M1\n").settled() if burst else cashier.keys("m1\n"))
    assert cashier.sale.member == "M1"
    assert "Member Ada" in cashier.text("line")


@pytest.mark.parametrize("burst", [True, False])
async def test_a_coupon_is_put_on(cashier: Cashier, burst: bool) -> None:
    await cashier.keys(f"{MILK}\n")
    await (cashier.burst("SAVE10\n").settled() if burst else cashier.keys("save10\n"))
    assert [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"]


@pytest.mark.parametrize("burst", [True, False])
async def test_a_receipt_is_shown(cashier: Cashier, burst: bool) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n<escape>")
    number = cashier.app.last_sale.receipt if cashier.app.last_sale is not None else ""
    assert number
    await (cashier.burst(f"{number}\n").settled() if burst else cashier.keys(f"{number}\n"))
    assert cashier.app.kind == "receipt"


async def test_a_receipt_that_is_not_known_is_told(cashier: Cashier) -> None:
    await cashier.keys("1-1-99\n")
    assert "✗" in cashier.text("line")


async def test_a_product_comes_first() -> None:
    shop: dict[str, Any] = {**SMALL, "members": [{"id": "4011", "name": "Ada"}]}
    async with open_till_app(shop) as cashier:
        await cashier.keys("4011\n")
        assert ([line.sku for line in cashier.sale.lines], cashier.sale.member) == (["4011"], None)
