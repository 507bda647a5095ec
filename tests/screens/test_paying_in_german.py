"""A payment in German, from the ticket to the receipt."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import pytest

from pos.testing import Cashier, open_till_app
from tests.screens.shop import LAST_ONE, MILK
from tests.screens.test_paying_amounts import EUROS

DECLINED = "4000000000009995"
CARD = "4242424242424242"


def german(size: str = "80x24") -> AbstractAsyncContextManager[Cashier]:
    """A German till in a shop that sells in euros."""
    return open_till_app(EUROS, size=size, language="de", locale="de_DE")


async def test_cash_with_change_and_its_receipt() -> None:
    async with german() as cashier:
        await cashier.keys("BIKE\n<f12>")
        drawn = cashier.text("paying")
        drawn = " ".join(drawn.split())
        for words in ("ZU ZAHLEN", "Betrag", "▸C Bar", "K Karte", "1.234,50"):
            assert words in drawn
        await cashier.keys("1300.5")
        assert "1.300,5" in cashier.text("paying")
        assert "66,00 Rückgeld" in cashier.text("paying")
        await cashier.keys("\n")
        assert cashier.sale.change == 6600
        assert "RÜCKGELD" in cashier.text("paid")
        assert "1.300,50" in cashier.text("paper")
        assert "22.11.2025" in cashier.text("paper")


async def test_a_decline_and_its_ways_out() -> None:
    async with german() as cashier:
        await cashier.keys(f"{LAST_ONE}\n<f12>2\n{DECLINED}k")
        drawn = " ".join(cashier.text("paying").split())
        assert "NOCH OFFEN" in drawn
        assert "ABGELEHNT visa ••9995" in drawn
        assert "R Nochmal" in drawn
        assert DECLINED not in cashier.text()
        await cashier.keys("<escape>a")
        assert "2,00 genommen" in cashier.text("paying")
        await cashier.keys("a")
        assert "2,00" in cashier.text("hand_over")


async def test_a_coupon_in_full() -> None:
    async with german("120x30") as cashier:
        await cashier.keys(f"{MILK}\n<f5>FIVEOFF")
        told = " ".join(cashier.text("details").replace("│", "").replace("▌", "").split())
        assert "5,00 auf alles" in told
        assert "30,00" in told
        assert "28,51" in told
        assert "1,49 € zu zahlen" in cashier.text("applied")


@pytest.mark.parametrize("way", ["<f12>{}", "<f5>{}", "{}", "<f6>{}", "<f7>{}", "<f4>{}"])
async def test_a_card_number_is_masked_in_german_too(way: str) -> None:
    async with german() as cashier:
        await cashier.keys(f"{MILK}\n" + way.format(CARD))
        assert CARD not in cashier.text()
        await cashier.keys("\n")
        assert CARD not in cashier.text()
        assert not any(CARD in event.text for event in cashier.app.log_of_events)
