"""The manual's table of limits says what the program does."""

from __future__ import annotations

import re

from pos.commands import scripts
from pos.demo import flows
from pos.domain import cart, cart_edits, coupons, money
from pos.domain.catalog import Product
from pos.domain.errors import ERROR_CODES
from pos.language import parsing
from pos.settings import origins
from pos.till import catalog_loading, parking
from screens.coupon import screen as coupon
from screens.render import custom_themes
from tests.manual.papers import page

LIMITS = {
    "lines of a ticket": cart_edits.MOST_LINES,
    "coupons on a ticket": coupons.MOST_COUPONS,
    "tickets set aside": parking.MOST_SET_ASIDE,
    "characters of the name of a ticket": cart.LONGEST_NAME,
    "pieces or units on a line": cart_edits.MAX_QUANTITY,
    "an amount or a price": money.LARGEST,
    "characters of a line of the language": parsing.LONGEST,
    "characters of a name": next(
        each.max_length for each in Product.model_fields["name"].metadata if hasattr(each, "max_length")
    ),
    "digits of a number": catalog_loading.MOST_DIGITS,
    "bytes of a catalog": catalog_loading.LARGEST,
    "bytes of a settings file": origins.LARGEST,
    "bytes of a theme": custom_themes.LARGEST,
    "themes of a folder": custom_themes.MOST_THEMES,
    "bytes of a flow": flows.LARGEST,
    "lines of a flow": flows.MOST_LINES,
    "bytes of a script": scripts.LARGEST,
    "characters of what is still a line": scripts.LONGEST_LINE,
    "a shop's coupons": coupon.MOST_OFFERED,
}


def test_every_limit_is_told_as_it_is() -> None:
    section = page("errors").partition("\n## Limits\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"][
        2:
    ]
    assert len(rows) == len(LIMITS)
    for (what, most, beyond), (name, limit) in zip(rows, LIMITS.items(), strict=True):
        assert what.startswith(name)
        assert most == f"{limit:,}", what
        assert set(re.findall(r"`(\w+)`", beyond)) <= ERROR_CODES.keys()
