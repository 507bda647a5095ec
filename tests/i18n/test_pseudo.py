"""Every screen in a language of strange letters: a word in plain ones did not come from the catalogue.

The catalog's own names are in strange letters too; what is left are codes, the till's language, and what was typed.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

import pytest

from pos.domain.declines import CODES
from pos.domain.i18n import Language
from pos.domain.locale_format import LocaleFormat, Style
from pos.language.table import USAGES as VERBS
from pos.resources import data_folder
from pos.testing import open_till_app
from screens.kit.actions import ACTIONS
from tests.screens.test_snapshots import FULL, GOODS, PAUSE, STATES

STRANGE: Final = str.maketrans(
    ascii_lowercase + ascii_uppercase,
    "".join(chr(0x430 + index) for index in range(26)) + "".join(chr(0x410 + index) for index in range(26)),
)
"""Cyrillic letters: as wide as Latin ones, and none of them."""
EVERY: Final = STATES | {
    "palette": f"{GOODS}<ctrl+p>",
    "palette_typed": f"{GOODS}<ctrl+p>mi",
    "discount_asked": f"{GOODS}<f4>",
    "price_asked": f"{GOODS}<ctrl+e>",
    "ticket_discount_asked": f"{GOODS}<ctrl+d>",
    "member_asked": "<f6>",
    "another_member_asked": f"{FULL}<f6>",
    "hold_asked": f"{GOODS}<f7>",
    "void_all_asked": f"{GOODS}<ctrl+x>",
    "weight_asked": "TOM-VINE<down>\n",
    "settings": "<ctrl+o>",
    "receipt_printed": f"{FULL}<f12>20\n<ctrl+r>",
    "refused_amount": f"{GOODS}<f12>x1,2,3\n",
    "refused_member": "/member nobody\n",
    "help_cart": f"{GOODS}<ctrl+t><f1>",
    "gateway": "<ctrl+g>",
    "gateway_chosen": "/gateway decline lost_card\n/gateway slow 3\n/gateway down\n<ctrl+g><end>",
    "gateway_told": f"{GOODS}/gateway timeout before\n/gateway decline lost_card\n<f12>",
}
"""The states that are pictured, every question, and more."""
SIZES: Final = ("80x24", "160x50")
PLAIN_WORD: Final = re.compile(r"[A-Za-z]{2,}")
SAID_AS_IT_IS: Final = frozenset({"visa", "kg", "USD", "M1001", "food", "standard"})
"""A card's brand, a unit, a currency."""


def strange(text: str) -> str:
    """A text in strange letters; what is to be filled in stays as it is."""
    return "".join(part if part.startswith("{") else part.translate(STRANGE) for part in re.split(r"(\{\w*\})", text))


def digits(moment: date, style: Style) -> str:
    return f"{moment:%d.%m.%Y}" if not isinstance(moment, datetime) else f"{moment:%d.%m. %H:%M}"


PSEUDO: Final = Language(
    "en", strange, lambda one, many, count: strange(one if count == 1 else many), LocaleFormat(moment=digits)
)


def strange_shop() -> dict[str, Any]:
    """The demo shop with names in strange letters; codes stay, for they are typed."""
    shop: dict[str, Any] = json.loads((data_folder() / "demo.json").read_text("utf-8"))
    shop["store"]["name"] = strange(shop["store"]["name"])
    for record in (*shop["products"], *shop["members"]):
        record["name"] = strange(record["name"])
    for record in (*shop["products"], *shop["coupons"]):
        for field in ("category", "categories", "buy_categories", "get_categories"):
            if field in record:
                found = record[field]
                record[field] = strange(found) if isinstance(found, str) else [strange(name) for name in found]
    return shop


SHOP: Final = strange_shop()
ANY_TILLS_WORDS: Final = frozenset(
    word
    for text in (
        *VERBS,
        *VERBS.values(),
        *(action.word for action in ACTIONS),
        *(product["sku"] for product in SHOP["products"]),
        *(coupon["code"] for coupon in SHOP["coupons"]),
        *CODES, "order", "receipt",
    )
    for word in PLAIN_WORD.findall(text)
)  # fmt: skip


def plain_words(text: str, typed: str) -> set[str]:
    """The words in plain letters that have no business on a screen."""
    return set(PLAIN_WORD.findall(text)) - ANY_TILLS_WORDS - SAID_AS_IT_IS - set(PLAIN_WORD.findall(typed))


@pytest.mark.parametrize("state", EVERY)
async def test_every_word_on_a_screen_is_from_the_catalogue(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos.testing.opening.language_of", lambda *_asked: PSEUDO)
    async with open_till_app(SHOP, size=SIZES[0]) as cashier:
        for part in EVERY[state].split(PAUSE):
            await cashier.keys(part)
        left = plain_words(cashier.text(), EVERY[state])
        assert re.search("[а-ѯ]{3}", cashier.text())
        for size in SIZES[1:]:
            await cashier.resize(*map(int, size.split("x")))
            left |= plain_words(cashier.text(), EVERY[state])
        assert left == set(), cashier.text()


def test_a_word_that_is_outside_would_be_found() -> None:
    assert plain_words(f"{strange('Pay')} by card visa MILK-1L", "") == {"by"}


def test_the_catalogs_names_are_strange(tmp_path: Path) -> None:
    assert not PLAIN_WORD.search("".join(product["name"] for product in SHOP["products"]))
