"""Texts from outside, as hostile as they come, on every screen: nothing breaks, nothing is obeyed, totals are seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

import pytest
from rich.cells import cell_len

from pos.domain.cart import LONGEST_NAME, ManualDiscount
from pos.domain.terminal_text import width
from pos.testing import open_till_app
from screens.render.panel import Panel
from screens.testing.cashier import Cashier

CODE: Final = "2000100000014"
DECLINED: Final = "4000000000009995"
LATE: Final = "/gateway timeout before\n"
LONGEST: Final = 1000
"""How long a name in a catalog may be."""

TEXTS: Final = {
    "markup": "[bold red]Milk[/] [/foo] [50% off] [@click=app.quit]x[/] $text {key} %s",
    "escapes": "Tea \x1b[5;7;35mred\x1b[0m \x1b]0;owned\x07\x1b[2J\x9b31mend\x1bc\x1b(0",
    "controls": "Milk\r\n\tTea\x00\x7f\x08\x85\u2028\u2029end",
    "right to left": "\u202eMilk \u202d\u2067\u061c שלום עולם مرحبا\u202c 12",
    "emoji": "👩‍👩‍👧‍👦 🇩🇪 ❤️ 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ☕️ #️⃣",
    "zero width": "\u200bT\u200be\u200da\u2060\ufeff\u00ad\u034f\u115f\u3164",
    "combining": "Z" + "\u0338\u0321\u0322\u0359" * 50 + "algo" + "\u0301" * 40,
    "wide": "田中 花子 の とても 長い 名前 " * 20,
    "long": "Very long " * 100,
    "one word": "x" * LONGEST,
}
SPOILT: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""What kind of character never reaches a terminal: one that it would obey, hide or draw at a width of its own."""


def catalog(*texts: str) -> dict[str, Any]:
    """A shop in which every text that a cashier sees is hostile."""
    products = [
        {
            "sku": f"P{number}", "name": text[:LONGEST], "price": 149, "stock": 5, "category": text * 10,
            "tax": seen(texts[0][:LONGEST]), "barcodes": [CODE] if not number else [],
        }
        for number, text in enumerate(texts)
    ]  # fmt: skip
    return {
        "store": {"name": texts[0][:LONGEST], "currency": "USD", "timezone": "UTC"},
        "taxes": [{"name": seen(texts[0][:LONGEST]), "rate": "2.5"}],
        "products": products,
        "coupons": [
            {"code": "SAVE", "type": "percentage", "value": "10", "products": ["P0"]},
            {
                "code": code_of(texts[0]),
                "type": "percentage",
                "value": "5",
                "categories": [texts[0] * 10],
            },
            {"code": "GIFT", "type": "buy_x_get_y", "buy": 1, "get": 1, "products": ["P0"], "min_order": 100},
        ],
        "members": [{"id": "M1", "name": texts[0][:LONGEST]}],
    }


def code_of(text: str) -> str:
    """A coupon's code as hostile as one may be."""
    return seen(f"C{text}"[:LONGEST].upper())


def seen(text: str) -> str:
    """What may be a code or a tax's name: one with what cannot be seen is refused when the catalog is read."""
    return "".join(char for char in text if char.isprintable()).strip()


def strips(cashier: Cashier) -> Sequence[Any]:
    with cashier.app._context():
        return cashier.app.screen._compositor.render_strips()


def sound(cashier: Cashier, columns: int, where: str) -> None:
    """Nothing but what can be drawn is drawn, and each line is as wide as the terminal."""
    for number, strip in enumerate(strips(cashier)):
        spoilt = {hex(ord(char)) for char in strip.text if unicodedata.category(char) in SPOILT}
        assert not spoilt, f"{where}, line {number}: {spoilt} in {strip.text!r}"
        assert width(strip.text) == columns, f"{where}, line {number}: {strip.text!r}"
        assert cell_len(strip.text) <= columns, f"{where}, line {number}, as the painter has it: {strip.text!r}"


def has_frame(cashier: Cashier, where: str) -> None:
    """Every frame is whole: no text has pushed its right side away."""
    for panel in cashier.app.screen.query(Panel):
        if panel.frame and panel.size.width and panel.display:
            with cashier.app._context():
                lines = [panel.render_line(y).text for y in range(panel.size.height)]
            assert {line[-1] for line in lines} <= set("│ "), f"{where}: {panel.id}"


STEPS: Final = (
    ("sale", "", "TOTAL DUE"),
    *((f"sale, inspector {time}", "<f11>", "") for time in range(3)),
    ("sale, browsing", "<escape><right><down>\n", ""),
    ("sale, question", "<escape><escape><f2>", "TOTAL DUE"),
    ("sale, price", "<escape><ctrl+e>", "TOTAL DUE"),
    ("cart", "<escape><ctrl+t>", "Total"),
    ("coupons", "<escape><f5>", "due"),
    ("coupon chosen", "<down>", "due"),
    ("coupon put on", "\n", "due"),
    ("another", "<down><down>", "due"),
    ("help", "<escape><f1>", ""),
    ("menu", "<f10>", ""),
    ("palette", "<escape><ctrl+p>", ""),
    ("payment", "<escape><f12>", "TOTAL DUE"),
    ("payment declined", f"{DECLINED}k", "DECLINED"),
    *((f"payment, inspector {time}", "<f11>", "") for time in range(4)),
    ("payment again", "", "TOTAL DUE"),
    ("payment in part", "0.50\n", "STILL DUE"),
    ("payment being left", "<escape>", "STILL DUE"),
    ("receipt", "c", "PAID"),
    ("receipt, end", "<end>", "PAID"),
    ("next", "\n", "PAID · "),
)
"""A name, what is typed, and what is then seen. At every size so many presses of F11 end where they began."""


@pytest.mark.parametrize("kind", TEXTS)
async def test_no_text_from_outside_breaks_a_screen(kind: str) -> None:
    text = TEXTS[kind]
    async with open_till_app(catalog(text), size=(80, 24)) as cashier:
        await cashier.strike(f"3*{CODE}\n/member M1\n")
        reason = ManualDiscount(amount=5, reason=text[:200])
        cashier.till.discount(1, reason)
        cashier.till.discount_ticket(reason)
        for where, typed, seen in STEPS:
            await cashier.strike(typed)
            sound(cashier, 80, f"{kind}: {where}")
            has_frame(cashier, f"{kind}: {where}")
            assert seen in cashier.text(), f"{kind}: {where}\n{cashier.text()}"


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=str)
async def test_held_tickets_and_checks_with_hostile_names(size: tuple[int, int]) -> None:
    texts = tuple(TEXTS.values())
    async with open_till_app(catalog(*texts), size=size) as cashier:
        for number, text in enumerate(texts):
            await cashier.strike(f"P{number}\n")
            await cashier.till.hold((text * 10)[:LONGEST_NAME])
            await cashier.rests()
        await cashier.strike("<f8>")
        sound(cashier, size[0], "held tickets")
        has_frame(cashier, "held tickets")
        await cashier.strike("<down><down>\n")
        sound(cashier, size[0], "taken up")
        await cashier.strike(f"{LATE}<f12>k")
        sound(cashier, size[0], "no answer")
        await cashier.strike("<f9>")
        sound(cashier, size[0], "checks")
        has_frame(cashier, "checks")
        assert "Payments being checked" in cashier.text()


@pytest.mark.parametrize("size", [pytest.param((120, 30), marks=pytest.mark.slow), (160, 50)], ids=str)
async def test_all_of_them_at_once_on_a_wide_screen(size: tuple[int, int]) -> None:
    texts = tuple(TEXTS.values())
    async with open_till_app(catalog(*texts), size=size) as cashier:
        for number in range(len(texts)):
            await cashier.strike(f"P{number}\n")
        for where, typed, seen in STEPS:
            await cashier.strike(typed)
            sound(cashier, size[0], where)
            has_frame(cashier, where)
            assert seen in cashier.text(), f"{where}\n{cashier.text()}"
