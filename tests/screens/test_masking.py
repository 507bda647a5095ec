from __future__ import annotations

import pytest

from pos.testing import Cashier
from tests.screens.shop import MILK
from tests.screens.test_card_data import in_turn

CARD = "4242424242424242"


@pytest.mark.parametrize(
    ("way", "card"),
    in_turn(
        [
            "{}",
            "3*{}",
            "foo {}",
            "/coupon {}",
            "<f2>{}",
            "<f4>{}",
            "<ctrl+e>{}",
            "<f6>{}",
            "<f7>{}",
            "<f5>{}",
            "<ctrl+t>{}",
        ],
        [CARD, "4242 4242 4242 4242", "4242-4242-4242-4242"],
    ),
)
async def test_a_card_number_typed_elsewhere_is_neither_shown_nor_kept(cashier: Cashier, way: str, card: str) -> None:
    await cashier.keys(f"{MILK}\n" + way + card)
    assert card not in cashier.text()
    await cashier.keys("\n")
    told = " ".join(cashier.text().replace("│", " ").replace("▌", " ").split()).replace("-", " ")
    assert card not in told
    assert "4242 4242" not in told
    kept = [event.text for event in cashier.app.log_of_events] + [held.name for held in cashier.till.held_tickets()]
    assert not any("4242 4242" in text.replace("-", " ") or card in text for text in kept)


async def test_digits_too_long_for_an_amount_are_hidden_but_for_the_last_four(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>{CARD[:15]}")
    drawn = cashier.text("paying")
    assert CARD[:12] not in drawn
    assert "••••2424" in drawn
    assert "15 digits" in drawn
    assert "takes it as cash" not in drawn
    await cashier.keys(CARD[15])
    drawn = cashier.text("paying")
    assert "Card visa••4242" in " ".join(drawn.split())
    assert "K charges it" in drawn


async def test_a_mistyped_card_number_is_told_so(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>4242424242424241k")
    assert "This is not a card number." in cashier.text("paying")
    assert cashier.state == "open"
