"""A member is found by a name as one types, and by a number: never guessed, and never unseen."""

from __future__ import annotations

from typing import Any

import pytest

from pos.testing import Cashier, open_till_app
from tests.screens.shop import MILK, SMALL

SHOP: dict[str, Any] = {
    **SMALL,
    "members": [
        {"id": "M1", "name": "Ada [Lovelace]", "discount": "5"},
        {"id": "M17", "name": "Grace Hopper"},
        {"id": "M2", "name": "Zoë Adams", "discount": "2.5"},
        {"id": "ADA", "name": "Charles Babbage"},
    ],
}


def member(cashier: Cashier) -> str | None:
    return cashier.sale.member


@pytest.mark.parametrize(
    ("keys", "taken"),
    [
        ("<f6>zo\n", "M2"),
        ("<f6>lov\n", "M1"),
        ("<f6>hopper gr\n", "M17"),
        ("<f6>adam\n", "M2"),
        ("<f6>ad<down>\n", "M2"),
        ("<f6>ada\n", "ADA"),
        ("<f6>m1\n", "M1"),
        ("<f6>m17\n", "M17"),
        ("/member m2\n", "M2"),
    ],
)
async def test_letters_find_members_and_enter_takes_an_exact_number_or_the_chosen_one(keys: str, taken: str) -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(keys)
        assert member(cashier) == taken


async def test_who_is_found_is_seen_with_number_and_discount() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys("<f6>ad")
        seen = cashier.text("list")
        for text in ("Ada [Lovelace]", "M1", "5", "Zoë Adams", "M2", "2.5"):
            assert text in seen
        assert "Grace" not in seen


@pytest.mark.parametrize("typed", ["zeo", "hoper", "loevlace", "race"])
async def test_no_name_is_guessed_and_the_question_stays(typed: str) -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"{MILK}\n<f6>{typed}\n")
        assert member(cashier) is None
        assert "✗" in cashier.text("line")
        assert "Member's name or number" in cashier.text("line")


async def test_on_a_screen_without_a_list_only_a_number_is_taken() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys(f"{MILK}\n<ctrl+t><f6>zo\n")
        assert member(cashier) is None
        await cashier.keys("<ctrl+u>m2\n")
        assert member(cashier) == "M2"


async def test_a_card_that_is_scanned_is_that_member() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys("<f6>").burst("M17\n").sees("Member Grace Hopper", "line")
        assert member(cashier) == "M17"


async def test_a_member_who_was_added_meanwhile_is_found() -> None:
    async with open_till_app(SHOP) as cashier:
        await cashier.keys("<f6>zo<escape>")
        cashier.till._services.store.write({("members", "M3"): {"id": "M3", "name": "Zorro"}})
        await cashier.keys("<f6>zorr\n")
        assert member(cashier) == "M3"
