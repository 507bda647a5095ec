"""A picture of the screen can be read in every theme, whatever stands on it."""

from __future__ import annotations

import re
from itertools import product

import pytest
from textual.color import Color

from pos.testing import open_till_app
from screens.render.contrast import contrast

RECT = re.compile(r'<rect fill="(#[0-9a-f]{6})" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"')
GROUND = re.compile(r'<rect fill="(#[0-9a-f]{6})" stroke=')
TEXT = re.compile(r'<text class="[\w-]+-(r\d+)" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')
STYLE = re.compile(r"\.[\w-]+-(r\d+) \{ fill: (#[0-9a-f]{6})")


def worst(picture: str) -> float:
    """The least contrast of any text of a picture to what is behind it."""
    ground = GROUND.search(picture)
    assert ground is not None
    colours = dict(STYLE.findall(picture))
    rects = [(fill, float(x), float(y), float(wide)) for fill, x, y, wide in RECT.findall(picture)]
    found = []
    for style, x, y, text in TEXT.findall(picture):
        if not text.replace("&#160;", "").strip():
            continue
        behind = [fill for fill, left, top, wide in rects if left <= float(x) < left + wide and 0 < float(y) - top < 24]
        found.append(contrast(Color.parse(colours[style]), Color.parse([ground[1], *behind][-1])))
    assert found
    return min(found)


@pytest.mark.parametrize("keys", ["", "<f12>", "<f12>c", "<f1>", "<f10>"])
async def test_a_picture_can_be_read(keys: str) -> None:
    async with open_till_app() as cashier:
        await cashier.keys("MILK-1L\n2*BREAD-RYE\n" + keys)
        for theme, training in product(("ansi-light", "ansi-dark", "tillkey-light", "tillkey-dark"), (False, True)):
            cashier.app.training = training
            await cashier.give_theme(theme)
            await cashier.rests()
            assert worst(cashier.app.export_screenshot()) > 1.8, (theme, training)


async def test_a_name_that_is_measured_in_doubt_moves_no_amount_in_a_picture() -> None:
    shop = {"store": {"name": "Shop", "currency": "USD", "timezone": "UTC"}, "products": [
        {"sku": "TEA", "name": "हिन्दी चाय", "price": 1234}, {"sku": "FLAG", "name": "🇩🇪 flag", "price": 1234},
        {"sku": "PLAIN", "name": "Plain", "price": 1234},
    ]}  # fmt: skip
    async with open_till_app(shop, size=(80, 24)) as cashier:
        await cashier.keys("TEA\nFLAG\nPLAIN\n")
        picture = cashier.app.export_screenshot()
        places = [x for _, x, _, text in TEXT.findall(picture) if text.replace("&#160;", "") == "12.34"]
        assert len(places) == 6, "a price and an amount in each line"
        assert len(set(places)) == 2
