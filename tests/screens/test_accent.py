"""The accent colour means one thing on every screen: this has the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from textual.color import Color

from pos.testing import Cashier
from screens.render.panel import Panel
from screens.render.themes import DARK

pytestmark = pytest.mark.till(catalog="demo")

FULL: Final = "2*MILK-1L\nBREAD-RYE\n/coupon SAVE10\n"
VISITS: Final = (
    ("", "sale"), ("mil", "sale"), ("<escape><right><down>", "sale"), ("<escape><escape>/", "sale"),
    ("<escape><f2>7", "sale"), ("<escape><ctrl+t>", "cart"), ("<escape><f5>", "coupon"),
    ("<escape><ctrl+p>cou", "palette"),
    ("<escape><escape><f1>", "help"),
    ("<escape><f10><down>", "menu"), ("<escape><f9>", "checks"), ("<escape><ctrl+g>", "gateway"),
    ("<escape>/settings\n", "settings"), ("<down>\n", "settings"), ("<escape><escape><f12>", "payment"),
    ("<down>", "payment"), ("4000000000009995k", "payment"), ("c", "receipt"), ("<escape>", "sale"), ("<f11>", ""),
    ("<f11>", ""), ("<escape>", "sale"), ("MILK-1L\n<f12>1\n<escape>", "payment"),
)  # fmt: skip
"""Keys, and the kind of the screen that they lead to; empty where that is another one at each size."""


def accented(cashier: Cashier) -> Iterator[tuple[str, str]]:
    """Every piece of text that is drawn in the accent colour, with its panel."""
    accent = Color.parse(cashier.app.theme_variables["accent"]).rich_color
    with cashier.app._context():
        for panel in cashier.app.screen.query(Panel):
            for y in range(panel.size.height if panel.is_on_screen else 0):
                for segment in panel.render_line(y):
                    if (
                        segment.style
                        and accent in (segment.style.color, segment.style.bgcolor)
                        and segment.text.strip()
                    ):
                        yield str(panel.id), segment.text


@pytest.mark.parametrize("size", ["80x24", "160x50"])
async def test_the_accent_is_only_the_bar_of_what_has_the_keyboard(cashier: Cashier, size: str) -> None:
    assert cashier.app.theme == DARK.name
    await cashier.resize(*map(int, size.split("x")))
    await cashier.keys(FULL)
    for keys, kind in VISITS:
        await cashier.keys(keys).settled()
        assert cashier.kind == (kind or cashier.kind), keys
        found = list(accented(cashier))
        assert {text for _panel, text in found} <= {"▌"}, f"{kind} after {keys}"
        assert len({panel for panel, _text in found}) == 1, f"{kind} after {keys}: {found}"
