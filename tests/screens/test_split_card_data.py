"""A card whose keys come with a pause between them, as on a slow line: a hand's to begin with, and a scan's end."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos import log
from pos.testing import Cashier
from tests.screens.shop import MILK
from tests.screens.test_card_data import CARD, OVER, PAGES, kept, tells


@pytest.mark.parametrize(
    ("first", "rest"), [("4", CARD[1:]), (CARD[:4], CARD[4:]), (f"%B{CARD}^DOE/JO", "HN^25121010000123?")]
)
@pytest.mark.parametrize("over", [over for over in OVER if over not in PAGES])
async def test_a_card_that_comes_in_two_pieces_is_kept_nowhere(
    cashier: Cashier, tmp_path: Path, over: str, first: str, rest: str
) -> None:
    file = tmp_path / "log"
    log.open_log(file)
    try:
        await cashier.keys(f"{MILK}\n{OVER[over]}")
        await cashier.strike(first)
        await cashier.strike(f"{rest}\n", at_once=True)
    finally:
        log.close_log()
    told = file.read_text("utf-8")
    assert not tells(told)
    assert rest not in told + kept(cashier)
