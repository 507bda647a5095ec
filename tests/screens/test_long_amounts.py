"""Shops whose currency has no decimals, or whose amounts are long, take them on the payment screen."""

from __future__ import annotations

from typing import Any

import pytest

from pos.domain.i18n import using_language
from pos.locales import language_of
from pos.testing import Cashier, open_till_app
from screens.render.blocks import fitting

PEN = "20001000"


def shop(currency: str, price: int) -> dict[str, Any]:
    return {
        "store": {"name": "Toko", "currency": currency, "timezone": "UTC"},
        "products": [
            {"sku": "BIKE", "name": "Bicycle", "price": price},
            {"sku": "PEN", "name": "Pen", "price": 100, "barcodes": [PEN]},
        ],
    }


async def type_by_hand(cashier: Cashier, keys: str) -> None:
    for key in keys:
        await cashier.keys(key)


@pytest.mark.parametrize(
    ("currency", "price", "typed", "change"),
    [
        ("JPY", 9_500_000, "10000000", 500_000),
        ("KRW", 12_000_000, "20000000", 8_000_000),
        ("IDR", 18_500_000_00, "20000000", 1_500_000_00),
        ("BHD", 9_500_000, "10000", 500_000),
    ],
)
async def test_a_long_amount_is_cash(currency: str, price: int, typed: str, change: int) -> None:
    async with open_till_app(shop(currency, price)) as cashier:
        await cashier.keys("BIKE\n<f12>")
        await type_by_hand(cashier, typed)
        assert f"{int(typed):,}" in cashier.text("paying")
        assert " change" in cashier.text("paying")
        await type_by_hand(cashier, "\n")
        assert (cashier.sale.state, cashier.sale.change) == ("paid", change)
        assert "…" not in cashier.text("paid")


async def test_what_may_be_a_code_is_taken_as_the_message_says() -> None:
    async with open_till_app(shop("JPY", 500)) as cashier:
        await cashier.keys("BIKE\n<f12>")
        await type_by_hand(cashier, "20000000\n")
        assert cashier.sale.state == "open"
        assert "long ends with its decimal mark:" in cashier.text("paying")
        assert " 20000000. " in cashier.text("paying")
        await type_by_hand(cashier, "20000000.\n")
        await cashier.sees("20,000,000 FOR 500?", "paying")
        await type_by_hand(cashier, "\n")
        assert cashier.sale.change == 20_000_000 - 500


async def test_a_code_is_no_amount_however_much_is_due() -> None:
    async with open_till_app(shop("JPY", 9_500_000)) as cashier:
        await cashier.keys("BIKE\n<f12>")
        await type_by_hand(cashier, f"{PEN}\n")
        assert (cashier.sale.state, cashier.sale.paid) == ("open", 0)


@pytest.mark.parametrize("columns", [12, 20, 28, 30, 40, 60])
def test_digits_are_as_large_as_fits_and_never_cut(columns: int) -> None:
    with using_language(language_of("en", "en_US")):
        rows = fitting("18,500,000.00", "€", columns)
    assert len({row.width for row in rows}) == 1
    assert rows[0].width <= max(columns, len("18,500,000.00"))
    assert len(rows) == 1 or rows[0].width <= columns
