"""A card whose keys come with a pause between them, as on a slow line: a hand's to begin with, and a scan's end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos import log
from pos.testing import Cashier
from tests.screens.shop import MILK
from tests.screens.test_card_data import CARD, OVER, PAGES, TRACK_2, in_turn, kept, tells

Told = Callable[[], str]

TRACK = f"%B{CARD}^DOE/JOHN^25121010000123?"
TRACKS = f"{TRACK};{CARD}=25121010000123?"
CUTS = (1, 2, 6, 10, 17, 18, 19, 24, 27, 28, 29, 32, 36, len(TRACK) - 1)
"""Where a swipe may be cut: in the number, behind it, in the name, in the expiry, before its end."""


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Told]:
    file = tmp_path / "log"
    log.open_log(file)
    yield lambda: file.read_text("utf-8")
    log.close_log()


async def type_in(cashier: Cashier, *pieces: tuple[str, bool]) -> None:
    """Type these pieces, each as a hand or at once."""
    for text, at_once in pieces:
        await cashier.strike(text, at_once=at_once)


@pytest.mark.parametrize(
    ("over", "pieces"),
    in_turn(
        [over for over in OVER if over not in PAGES],
        [("4", CARD[1:]), (CARD[:4], CARD[4:]), (f"%B{CARD}^DOE/JO", "HN^25121010000123?")],
    ),
)
async def test_a_card_that_comes_in_two_pieces_is_kept_nowhere(
    cashier: Cashier, logged: Told, over: str, pieces: tuple[str, str]
) -> None:
    first, rest = pieces
    await cashier.keys(f"{MILK}\n{OVER[over]}")
    await type_in(cashier, (first, False), (f"{rest}\n", True))
    assert not tells(logged())
    assert rest not in logged() + kept(cashier)
    assert not getattr(cashier.app.screen, "typed", "").endswith(first)


@pytest.mark.parametrize(
    ("over", "cut"),
    # Pieces are put together in one place, whatever is in front: all cuts on the scan line, every seventh elsewhere.
    [
        (over, cut)
        for start, over in enumerate(["scan line", *PAGES, "coupons", "gateway"])
        for cut in (CUTS[start::7] if start else CUTS)
    ],
)
async def test_a_swipe_that_is_cut_anywhere_is_kept_nowhere(
    cashier: Cashier, logged: Told, over: str, cut: int
) -> None:
    await cashier.keys(f"{MILK}\n{OVER[over]}")
    first, rest = TRACK[:cut], TRACK[cut:]
    await type_in(cashier, (first, False), (f"{rest}\n", True))
    assert not tells(logged() + kept(cashier))
    assert not any(len(piece) > 3 and piece in logged() + kept(cashier) for piece in rest.split("^"))
    assert not any(getattr(screen, "typed", "") for screen in cashier.app.screen_stack)
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]


@pytest.mark.parametrize("over", OVER)
async def test_a_swipe_in_three_pieces_is_kept_nowhere(cashier: Cashier, logged: Told, over: str) -> None:
    await cashier.keys(f"{MILK}\n{OVER[over]}")
    pieces = ((TRACKS[:19], True), (TRACKS[19:33], True), (f"{TRACKS[33:]}\n", True))
    await type_in(cashier, *pieces)
    assert not tells(logged() + kept(cashier))


@pytest.mark.parametrize("text", [TRACK, TRACK_2])
@pytest.mark.parametrize("over", PAGES)
async def test_a_swipe_as_slow_as_hands_stays_on_no_page(cashier: Cashier, logged: Told, over: str, text: str) -> None:
    await cashier.keys(f"{MILK}\n{OVER[over]}")
    await cashier.strike(text)
    assert not any(getattr(screen, "typed", "") for screen in cashier.app.screen_stack)
    await cashier.strike("\n")
    assert not tells(logged() + kept(cashier))


async def test_what_was_typed_before_enter_spoils_no_code(cashier: Cashier) -> None:
    await cashier.keys(f"{CARD}\n")
    await cashier.strike("no-such-code\n", at_once=True)
    assert cashier.app.refusal is not None
    assert cashier.app.refusal.code == "unknown_code"


async def test_a_code_of_the_shop_is_sold_behind_a_cards_number(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    await cashier.strike(CARD)
    await cashier.keys("<escape><escape>")
    await cashier.strike(f"{MILK}\n", at_once=True)
    assert [line.quantity for line in cashier.sale.lines] == [2]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("between", ["<f12>", "<escape>", "<f5>", "<f1>", "<f7>", "<ctrl+t>", "<down>"])
async def test_a_swipe_over_two_screens_is_kept_nowhere(
    cashier: Cashier, logged: Told, between: str, at_once: bool
) -> None:
    await cashier.keys(f"{MILK}\n")
    await cashier.strike(TRACK_2[:22])
    await cashier.strike(between)
    await cashier.strike(f"{TRACK_2[22:]}\n", at_once=at_once)
    told = logged() + kept(cashier)
    assert not tells(told)
    assert TRACK_2[-8:-1] not in told
    assert cashier.state == "open"


@pytest.mark.parametrize("over", ["payment", "help over payment"])
async def test_no_letter_of_a_slow_swipe_acts(cashier: Cashier, logged: Told, over: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>{'<f1>' if over != 'payment' else ''}")
    await cashier.strike(f"%b{CARD}^kacar/rack^25121010000123?\n")
    assert cashier.state == "open"
    assert cashier.kind == ("payment" if over == "payment" else "help")
    assert not cashier.sale.payments
    assert not tells(logged() + kept(cashier))
    assert not re.search("(?i)rack", logged() + kept(cashier))


@pytest.mark.parametrize("over", ["hold", "palette", "gateway", "quantity", "settings"])
async def test_the_enter_behind_a_slow_swipe_is_taken_for_nothing(cashier: Cashier, over: str) -> None:
    await cashier.keys(f"{MILK}\n{OVER[over]}")
    before = (cashier.kind, getattr(cashier.app.screen, "prompt", None))
    await cashier.strike(f"{TRACK}\n")
    assert (cashier.kind, getattr(cashier.app.screen, "prompt", None)) == before
    assert cashier.state == "open"


@pytest.mark.parametrize(
    ("first", "rest"), [(CARD[:7], CARD[7:]), (f"%B{CARD[:6]}", TRACK[8:]), (f";{CARD[:9]}", TRACK_2[10:])]
)
async def test_no_piece_of_a_number_stays_as_an_amount(cashier: Cashier, first: str, rest: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    await type_in(cashier, (first, False), (f"{rest}\n", True))
    assert cashier.app.refusal is not None
    assert cashier.app.refusal.code == "card_swiped"
    assert getattr(cashier.app.screen, "typed", None) == ""


async def test_what_is_typed_behind_a_slow_swipe_is_not_lost(cashier: Cashier) -> None:
    await cashier.strike(TRACK)
    await cashier.keys("tea\n")
    await cashier.strike(TRACK)
    await cashier.strike(f"{MILK}\n", at_once=True)
    await cashier.strike(TRACK)
    await cashier.keys("2*4011\n")
    assert [f"{line.quantity} {line.sku}" for line in cashier.sale.lines] == ["1 TEA", "1 MLK", "2 4011"]


async def test_a_coupon_is_scanned_behind_a_slow_swipe(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    await cashier.strike(TRACK)
    await cashier.keys("<escape><f5>")
    await cashier.strike("SAVE10\n", at_once=True)
    assert [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"]


async def test_an_amount_stays_when_a_card_is_swiped_at_once(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20")
    await cashier.strike(f"{TRACKS}\n", at_once=True)
    await cashier.keys("\n")
    assert cashier.sale.change == 2000 - 149
