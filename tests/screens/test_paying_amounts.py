"""What is typed and shown on the payment screen, in the form of the locale."""

from __future__ import annotations

from typing import Any

import pytest

from pos.domain.i18n import using_language
from pos.locales import language_of
from pos.testing import Cashier, open_till_app
from screens.payment.quick_tenders import as_shown
from screens.payment.screen import PaymentScreen
from screens.render.blocks import HEIGHT, blocks, fitting
from screens.render.digits import big
from tests.screens.shop import MILK, SMALL

EUROS: dict[str, Any] = {
    **SMALL,
    "store": {**SMALL["store"], "currency": "EUR"},
    "products": [
        *SMALL["products"],
        {"sku": "BIKE", "name": "Bicycle", "price": 123450, "category": "Sport"},
    ],
}
GERMAN = "de_DE"


def typed(cashier: Cashier) -> str:
    screen = cashier.app.screen
    assert isinstance(screen, PaymentScreen)
    return screen.typed


@pytest.mark.parametrize("mark", [".", ","])
async def test_both_decimal_keys_type_the_locale_s_mark(mark: str) -> None:
    async with open_till_app(SMALL) as cashier:
        await cashier.keys(f"{MILK}\n<f12>20{mark}5")
        assert typed(cashier) == "20.5"
        await cashier.keys("\n")
        assert cashier.sale.change == 2050 - 149
    async with open_till_app(EUROS, locale=GERMAN) as cashier:
        await cashier.keys(f"{MILK}\n<f12>20{mark}5")
        assert typed(cashier) == "20,5"
        await cashier.keys("\n")
        assert cashier.sale.change == 2050 - 149


async def test_amounts_are_typed_grouped_and_given_back_as_germans_write_them() -> None:
    async with open_till_app(EUROS, locale=GERMAN) as cashier:
        await cashier.keys("BIKE\n<f12>")
        assert "1.234,50" in cashier.text("paying")
        assert "1.250,00" in cashier.text("paying")
        await cashier.keys("2000,00")
        drawn = cashier.text("paying")
        assert "Amount   2.000,00" in drawn
        assert "765,50 change" in drawn
        await cashier.keys("\n")
        assert cashier.sale.change == 76550
        assert "1.234,50" in cashier.text("paid")


async def test_a_long_amount_is_grouped_while_it_is_typed(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>1234.5")
    assert "Amount   1,234.5" in cashier.text("paying")
    await cashier.keys("<backspace>" * 3)
    assert "Amount   123" in cashier.text("paying")


@pytest.mark.parametrize("locale", ["en_US", GERMAN])
@pytest.mark.parametrize("text", ["1.2.3", "1,23.4", "."])
async def test_what_has_two_decimal_marks_or_only_one_is_refused(text: str, locale: str) -> None:
    async with open_till_app(SMALL, locale=locale) as cashier:
        await cashier.keys(f"{MILK}\n<f12>{text}\n")
        assert cashier.state == "open"
        assert "is not an amount of money" in " ".join(cashier.text("paying").replace("│", "").replace("▌", "").split())


@pytest.mark.parametrize("locale", ["en_US", GERMAN])
async def test_an_amount_typed_with_its_thousands_apart_is_what_it_looks_like(locale: str) -> None:
    async with open_till_app(SMALL, locale=locale) as cashier:
        await cashier.keys(f"{MILK}\n<f12>1,234.50")
        assert ("1.234,50" if locale == GERMAN else "1,234.50") in cashier.text("paying")
        await cashier.keys("\n").keys("\n")
        assert cashier.sale.change == 123450 - 149


async def test_what_an_amount_comes_to_is_told_before_it_is_taken(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>1")
    assert "0.49 still due" in cashier.text("paying")
    await cashier.keys("0")
    assert "8.51 change" in cashier.text("paying")
    await cashier.keys("<escape>1.49")
    assert "no change" in cashier.text("paying")
    await cashier.keys("<escape><down>")
    assert "3.51 change" in cashier.text("paying")
    await cashier.keys("<escape>/pay cash 20")
    assert "change" not in cashier.text("paying")


def test_only_an_amount_is_grouped() -> None:
    assert [as_shown(text) for text in ("", ".", "12345", "1234.", "1.2.3", "visa••4242")] == [
        "", ".", "12,345", "1,234.", "1.2.3", "visa••4242",
    ]  # fmt: skip


@pytest.mark.parametrize("narrow", [False, True])
def test_large_digits_are_as_high_as_wanted_and_all_lines_as_wide(*, narrow: bool) -> None:
    for amount, symbol in (("1,234.50", "$"), ("-6.78", ""), ("9.013,42", "€"), ("100", "CHF")):
        rows = blocks(amount, symbol, narrow=narrow)
        assert len(rows) == HEIGHT
        assert len({row.width for row in rows}) == 1


def test_large_digits_are_of_one_weight_and_the_currency_stands_in_plain_letters_at_their_side() -> None:
    for drawn in (blocks("7.00", "€"), big("7.00", "€")):
        assert [row.text[0] for row in drawn] == ["€", *" " * (len(drawn) - 1)]
    assert set("".join(row.text[2:] for row in blocks("1,234.50", "$"))) == {" ", "█"}
    with using_language(language_of("en", GERMAN)):
        assert blocks("7,00", "€")[0].text.endswith(" €")


def test_digits_are_narrow_before_they_are_low() -> None:
    with using_language(language_of("en", "en_US")):
        assert [len(fitting("113.49", "$", columns)) for columns in (44, 36, 24, 8)] == [HEIGHT, HEIGHT, 3, 1]
