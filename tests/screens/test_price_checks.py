"""What something costs is seen without selling it: by `?` on the line, by a key, and by a command."""

from __future__ import annotations

from typing import Any

import pytest

from pos.testing import Cashier, open_till_app
from tests.screens.shop import BREAD, MILK, SMALL

SHOP: dict[str, Any] = {
    **SMALL,
    "products": [
        *SMALL["products"],
        {"sku": "JAM", "name": "Plum Jam", "price": 300, "sale_price": 250, "sale_ends": "2030-01-31", "stock": 4,
         "category": "Jam"},
        {"sku": "NUT", "name": "Nut Cream", "price": 400, "sale_price": 350, "sale_starts": "2030-02-01"},
    ],
    "coupons": [*SMALL["coupons"], {"code": "JAM10", "type": "percentage", "value": "10", "categories": ["Jam"]},
                {"code": "OLDJAM", "type": "percentage", "value": "10", "categories": ["Jam"], "ends": "2020-01-01"}],
}  # fmt: skip


def told(cashier: Cashier) -> str:
    return " ".join(cashier.text("line").replace("▌", "").split())


def sold(cashier: Cashier) -> dict[str, str]:
    return {line.sku: str(line.quantity) for line in cashier.sale.lines}


@pytest.mark.parametrize(
    "keys",
    [f"?{MILK}\n", "?mlk\n", "?whole\n", "? whole mi\n", "<insert>whole\n", f"<insert>{MILK}\n", "whole<insert>",
     f"/check {MILK}\n", f"<f10><escape>/check\n{MILK}\n"],
)  # fmt: skip
async def test_the_price_and_the_stock_are_told_and_nothing_is_sold(keys: str) -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(keys)
        assert "Whole Milk 1 L: 1.49 · 500 free, 500 on hand" in told(cashier)
        assert sold(cashier) == {}
        await cashier.keys(f"{BREAD}\n")
        assert sold(cashier) == {"RYE": "1"}


@pytest.mark.parametrize("before", ["?", "<insert>", "/check "])
async def test_a_scan_behind_the_question_is_looked_at_and_the_next_one_is_sold(before: str) -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(before)
        await cashier.burst(f"{MILK}\n").sees("Whole Milk 1 L: 1.49", "line")
        assert sold(cashier) == {}
        await cashier.burst(f"{MILK}\n")
        assert sold(cashier) == {"MLK": "1"}


async def test_after_the_key_the_screen_says_that_the_next_scan_is_not_sold() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys("<insert>").sees("What does it cost? It is not sold", "line")
        await cashier.keys("<escape>").sees_not("What does it cost?", "line")
        await cashier.keys("?\n").sees("What does it cost? It is not sold", "line")


async def test_a_sale_price_is_told_with_its_dates_and_the_coupons_that_name_it() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys("?jam\n")
        price = "Plum Jam: 2.50 · instead of 3.00 until 2030-01-31"
        assert f"{price} · coupons JAM10 · 4 free, 4 on hand" in told(cashier)
        await cashier.keys("?nut\n")
        assert "Nut Cream: 4.00 · sale price 3.50 from 2030-02-01 · stock not counted" in told(cashier)
        await cashier.keys("?tom\n").sees("Vine Tomatoes: 3.98/kg · 20 free, 20 on hand", "line")


async def test_what_is_on_the_ticket_stays_as_it_is_and_no_longer_free_once_it_is_held() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"2*{MILK}\n?{BREAD}\n").sees("Rye Bread: 3.20 · 3 free, 3 on hand", "line")
        assert sold(cashier) == {"MLK": "2"}


async def test_what_the_arrows_have_chosen_is_looked_at() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys("?milk<down>\n").sees("Condensed Milk: 2.05 · 0 free, 0 on hand", "line")


@pytest.mark.parametrize("keys", ["?whlow\n", "<insert>whlow\n", "?99999\n", "<insert>2000100000015\n"])
async def test_what_is_not_known_is_told_as_such_and_never_guessed(keys: str) -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(keys)
        assert "✗" in told(cashier)
        assert sold(cashier) == {}
