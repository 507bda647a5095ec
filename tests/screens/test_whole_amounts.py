"""An amount is whole wherever it stands, or not there at all: a part of it would be read as another one."""

from __future__ import annotations

import re

import pytest

from pos.domain.i18n import using_language
from pos.domain.money import format_money
from pos.domain.terminal_text import fit, width
from pos.locales import language_of
from pos.testing import open_till_app
from screens.render.rows import wrapped

CUT = re.compile(r"\d[.,]?…")
LONG = "A very long name of a product that nobody would ever print"


def shop(currency: str, price: int) -> dict[str, object]:
    return {
        "store": {"name": "Shop", "currency": currency, "tax_inclusive": True},
        "taxes": [{"name": "VAT", "rate": "19"}],
        "products": [
            {"sku": "ONE", "name": LONG, "price": price, "tax": "VAT"},
            {"sku": "TWO", "name": "हिन्दी चाय", "price": price, "sale_price": price - 1, "tax": "VAT"},
        ],
        "coupons": [{"code": "HALF", "type": "percentage", "value": "50"}],
    }


@pytest.mark.parametrize("size", ["80x24", "40x12", "30x10"])
@pytest.mark.parametrize(("currency", "price"), [("USD", 999_999_999), ("JPY", 123_456_789_012), ("IDR", 10**12)])
async def test_no_screen_cuts_an_amount(currency: str, price: int, size: str) -> None:
    async with open_till_app(shop(currency, price), size=size) as cashier:
        money, seen = cashier.app.money, []
        await cashier.scan("ONE", times=3).scan("TWO").says("discount 1 10%")
        for line in (1, 2):
            cashier.app.chosen = line
            await cashier.sees(money(cashier.sale.lines[line - 1].subtotal))
            seen.append(cashier.text())
        await cashier.says("coupon HALF").presses("ctrl+t")
        for line in (1, 2):
            cashier.app.chosen = line
            await cashier.sees(money(cashier.sale.lines[line - 1].total), "table" if size == "80x24" else None)
            seen.append(cashier.text())
        await cashier.presses("escape", "f5")
        seen.append(cashier.text())
        if size != "30x10":
            assert money(cashier.sale.due) in seen[-1]
        await cashier.presses("escape", "f12")
        seen.append(cashier.text())
        await cashier.types("1")
        seen.append(cashier.text())
        await cashier.presses("backspace", "c")
        assert cashier.kind == "receipt"
        seen.append(cashier.text())
        assert [found for text in seen for found in CUT.findall(text)] == []


def test_a_text_is_cut_before_an_amount_in_it() -> None:
    told = "On sale, was 9,999,999.99"
    assert fit(told, 20) == "On sale, was…"
    assert fit(told, len(told)) == told
    assert fit("statt 1.234,50 Euro", 12) == "statt…"
    assert fit("Milk 750 g", 8) == "Milk 75…"
    assert fit("4006381333931", 8) == "4006381…"
    assert fit("1,234.50", 5) == "1,23…"


@pytest.mark.parametrize(
    ("language", "locale"), [("en", "fr_FR"), ("en", "sv_SE"), ("de", "de_CH"), ("de", "de_AT"), ("en", "en_IN")]
)
def test_no_line_ends_in_an_amount_whatever_stands_between_its_groups(language: str, locale: str) -> None:
    with using_language(language_of(language, locale, {})):
        amount = " ".join(format_money(123_456_789, 2).split())
        for columns in range(width(amount) + 1, 60):
            assert any(amount in line for line in wrapped(f"So viel ist es: {amount} sind noch zu zahlen.", columns))
