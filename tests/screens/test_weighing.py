"""A thing that is sold by weight asks for it, however it was found, and the question outlives what is scanned."""

from __future__ import annotations

from typing import Any

import pytest

from pos.testing import Cashier, open_till_app
from tests.screens.shop import BREAD, MILK, SMALL

GRAPES, BASIL = "4664", "2000100000045"
SHOP: dict[str, Any] = {
    **SMALL,
    "products": [
        *SMALL["products"],
        {
            "sku": "GRAPES",
            "name": "Red Grapes",
            "price": 500,
            "unit": "kg",
            "barcodes": [GRAPES],
            "category": "Produce",
        },
        {"sku": "BASIL", "name": "Basil", "price": 900, "unit": "kg", "barcodes": [BASIL], "category": "Produce"},
    ],
}


def quantities(cashier: Cashier) -> dict[str, str]:
    return {line.sku: f"{line.quantity}" for line in cashier.sale.lines}


def asked(cashier: Cashier) -> str:
    """The question that is open, and what is typed of its answer."""
    prompt = getattr(cashier.app.screen, "prompt", None)
    return f"{prompt.title} {getattr(cashier.app.screen, 'typed', '')}".strip() if prompt is not None else ""


@pytest.mark.parametrize(
    "found",
    [
        f"{GRAPES}\n",
        "grapes\n",
        "red gr\n",
        "<right><down><down><down>\n<down><down>\n",
        "<ctrl+p>grapes\n",
        "/palette\ngrapes\n",
    ],
)
async def test_its_weight_is_asked_however_it_was_found(found: str) -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(found)
        assert (asked(cashier), quantities(cashier)) == ("How many kg of Red Grapes?", {})
        await cashier.keys("0.412\n")
        assert (asked(cashier), quantities(cashier)) == ("", {"GRAPES": "0.412"})


@pytest.mark.parametrize("code", [GRAPES, BASIL])
async def test_a_scan_of_its_code_asks_too(code: str) -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.burst(f"{code}\n").settled()
        assert asked(cashier).startswith("How many kg of")
        await cashier.keys(".5\n")
        assert list(quantities(cashier).values()) == ["0.5"]


async def test_a_weight_before_the_code_is_not_asked_again() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"0.412*{GRAPES}\n.5*").burst(f"{BASIL}\n").settled()
        assert (asked(cashier), quantities(cashier)) == ("", {"GRAPES": "0.412", "BASIL": "0.5"})


async def test_a_command_without_a_weight_asks_for_it_too() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"/add {GRAPES}\n")
        assert asked(cashier) == "How many kg of Red Grapes?"


async def test_a_scan_goes_to_the_ticket_and_the_weight_is_still_asked() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"{GRAPES}\n0.4").burst(f"{MILK}\n{BREAD}\n").settled()
        assert quantities(cashier) == {"MLK": "1", "RYE": "1"}
        assert asked(cashier) == "How many kg of Red Grapes? 0.4"
        assert "Still asked: How many kg of Red Grapes?" in cashier.text("line")
        await cashier.keys("12\n")
        assert quantities(cashier) == {"MLK": "1", "RYE": "1", "GRAPES": "0.412"}


async def test_a_second_weighed_scan_is_asked_first_and_the_question_before_it_comes_back() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.burst(f"{GRAPES}\n{BASIL}\n{MILK}\n").settled()
        assert asked(cashier) == "How many kg of Basil?"
        await cashier.keys("x\n").sees("is not a quantity", "line")
        assert asked(cashier) == "How many kg of Basil? x"
        await cashier.keys("<ctrl+u>0.05\n")
        assert asked(cashier) == "How many kg of Red Grapes?"
        await cashier.keys("1\n")
        assert quantities(cashier) == {"MLK": "1", "BASIL": "0.05", "GRAPES": "1"}


async def test_escape_ends_one_question_at_a_time() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"{MILK}\n<f2>1").burst(f"{GRAPES}\n").settled()
        assert asked(cashier) == "How many kg of Red Grapes?"
        await cashier.keys("<escape>")
        assert asked(cashier) == "Quantity of Whole Milk 1 L 1"
        await cashier.keys("2\n")
        assert (asked(cashier), quantities(cashier)) == ("", {"MLK": "12"})


async def test_the_same_thing_scanned_twice_is_asked_once() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.burst(f"{GRAPES}\n").burst(f"{GRAPES}\n").settled()
        assert "✗ Still asked: How many kg of Red Grapes?" in cashier.text("line")
        await cashier.keys("<escape>")
        assert (asked(cashier), quantities(cashier)) == ("", {})


async def test_a_code_is_no_weight() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"{GRAPES}\n{GRAPES}\n").sees("4664 is the code of something, and no weight.", "line")
        assert (asked(cashier), quantities(cashier)) == ("How many kg of Red Grapes? 4664", {})
        await cashier.keys("<ctrl+u>0.1\n")
        assert quantities(cashier) == {"GRAPES": "0.1"}


@pytest.mark.parametrize(
    ("to", "kind"), [("<f5>", "sale"), ("<f12>", "sale"), ("<f10>", "sale"), ("<ctrl+p>", "sale"), ("<ctrl+t>", "cart")]
)
async def test_it_is_asked_wherever_it_was_scanned(to: str, kind: str) -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"{MILK}\n{to}").burst(f"{BASIL}\n").settled()
        assert (cashier.app.kind, asked(cashier)) == (kind, "How many kg of Basil?")
        await cashier.keys("0.2\n")
        assert quantities(cashier) == {"MLK": "1", "BASIL": "0.2"}
