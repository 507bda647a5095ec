"""Long amounts of money where a code or a card's number might stand."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from pos.language.amounts import means_code
from pos.language.script_runner import ScriptRunner
from tests.till.support import counter

PRICES = {"BIKE": 9_500_000, "FLAT": 18_500_000_00, "TEA": 500}


def shop(currency: str, **more: Any) -> dict[str, Any]:
    products = [{"sku": sku, "name": sku, "price": price} for sku, price in PRICES.items()]
    products.append({"sku": "PEN", "name": "Pen", "price": 100, "barcodes": ["20001000"]})
    return {"settings": {"currency": currency}, "taxes": [], "products": products, "coupons": [], **more}


async def told(currency: str, *script: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    with counter(**shop(currency)) as at:
        await ScriptRunner(at.till, out, as_json=True, keep_going=True).run(script)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("currency", "sku", "typed", "change"),
    [
        ("JPY", "BIKE", "10000000", 500_000),
        ("KRW", "BIKE", "9500000", 0),
        ("KRW", "BIKE", "10000000", 500_000),
        ("IDR", "FLAT", "20000000", 1_500_000_00),
        ("IDR", "FLAT", "18500000", 0),
        ("JPY", "FLAT", "2000000000", 150_000_000),
        ("BHD", "BIKE", "9500", 0),
    ],
)
async def test_an_amount_that_is_plainly_one_is_taken(currency: str, sku: str, typed: str, change: int) -> None:
    *_, paid = await told(currency, f"add {sku}", f"pay cash {typed}")
    assert (paid["ok"], paid["sale"]["state"], paid["sale"]["change"]) == (True, "paid", change)


@pytest.mark.parametrize("currency", ["JPY", "IDR", "BHD", "USD"])
async def test_one_that_might_be_a_code_is_taken_as_the_message_says(currency: str) -> None:
    _, refused = await told(currency, "add TEA", "pay cash 20000000")
    assert refused["error"] == {
        "code": "card_not_an_amount",
        "message": "That is a code, not an amount: nothing was taken. "
        "An amount that long ends with its decimal mark: 20000000.",
    }
    _, taken = await told(currency, "add TEA", "pay cash 20000000.")
    assert taken["sale"]["state"] == "paid"


@pytest.mark.parametrize(
    ("typed", "why"),
    [("20001000", "a product's code"), ("96385074", "a GTIN"), ("4242424242424242", "a card"), ("2000000000", "long")],
)
async def test_a_code_is_no_amount_however_much_is_due(typed: str, why: str) -> None:
    _, refused = await told("JPY", "add BIKE", f"pay cash {typed}")
    assert refused["error"]["code"] == "card_not_an_amount", why
    assert typed not in refused["error"]["message"] or why in ("a GTIN", "long")


async def test_a_card_is_charged_a_part_that_is_long() -> None:
    *_, part = await told("IDR", "add FLAT", "add FLAT", "pay card 4242424242424242 18500000")
    assert part["sale"]["paid"] == 18_500_000_00


@pytest.mark.parametrize("typed", ["1234567", "12345678.", "12345678.00", "", "٣٣٣٣٣٣٣٣", "1e9", "20000000 "])
def test_only_many_digits_alone_may_be_a_code(typed: str) -> None:
    with counter() as at:
        assert not means_code(typed, at.till)
