"""The list of what the gateway can be told to answer: found, chosen, queued, and what comes of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.domain.declines import CODES, decline_words
from pos.testing import Cashier, open_till_app
from screens.gateway.answers import answers
from screens.gateway.screen import GatewayScreen
from screens.testing.snapshots import Snap
from tests.screens.shop import MILK, SMALL
from tests.screens.test_snapshots import DESIGNED, FULL, PAUSE

POOR, GOOD = "4000000000009995", "4242424242424242"


def plan(cashier: Cashier) -> tuple[str, ...]:
    found = cashier.till.gateway_plan
    assert found is not None
    return found.answers


async def choose(cashier: Cashier, typed: str) -> None:
    """Find an answer by what is typed, and take it."""
    await cashier.keys(f"<ctrl+g>{typed}")
    assert isinstance(cashier.app.screen, GatewayScreen)
    await cashier.keys("\n")


def test_it_offers_every_decline_with_the_cashiers_sentence() -> None:
    declines = {answer.code: answer.text for answer in answers() if answer.code}
    assert declines == {code: str(decline_words(code).sentence) for code in CODES - {"voided"}}
    assert [answer.words for answer in answers() if not answer.code] == [
        "approve", "slow", "timeout before", "timeout after", "timeout late", "down", "up", "clear",
    ]  # fmt: skip


async def test_arrows_choose_enter_tells_it_and_goes_back_to_where_it_was_opened(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+g><down><down>\n").sees("The next card: no answer, not charged.", "line")
    assert (cashier.kind, plan(cashier)) == ("sale", ("timeout before",))
    await cashier.keys("<ctrl+t><ctrl+g><end>\n").waits_until(lambda: cashier.kind == "cart")
    assert plan(cashier) == ("timeout before", "decline withdrawal_count_limit_exceeded")
    await cashier.keys("<escape><f12><ctrl+g><up>\n").sees("Card 3 from now on: approved.")
    assert cashier.kind == "payment"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("funds", "decline insufficient_funds"),
        ("lost_card", "decline lost_card"),
        ("velocity", "decline card_velocity_exceeded"),
        ("pin was wrong", "decline incorrect_pin"),
        ("sto card", "decline stolen_card"),
        ("after", "timeout after"),
        ("slow", "slow 4"),
    ],
)
async def test_letters_find(cashier: Cashier, typed: str, words: str) -> None:
    await choose(cashier, typed)
    assert plan(cashier) == (words,)


async def test_what_fits_nothing_is_told_and_chooses_nothing(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+g>xqzzy\n").sees("Nothing fits that. Type fewer letters")
    assert (cashier.kind, plan(cashier)) == ("gateway", ())
    await cashier.keys("<escape>").sees("Approve").keys("<escape>")
    assert cashier.kind == "sale"


async def test_a_click_chooses_and_a_second_one_takes(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+g>").clicks("Time-out after").sees("▸  Time-out after")
    assert plan(cashier) == ()
    await cashier.clicks("Time-out after").sees("The next card: no answer, though charged.")
    assert plan(cashier) == ("timeout after",)


async def test_several_wait_their_turn_and_the_list_shows_them_until_they_are_taken_back(cashier: Cashier) -> None:
    for typed in ("funds", "slow", "approve", "after"):
        await choose(cashier, typed)
    await choose(cashier, "down")
    await cashier.keys("<ctrl+g>").sees("✗ The gateway is down.", "coming").sees("4 answers", "coming")
    await cashier.sees("1  declined (Not enough funds)", "coming").sees("… 2 more after that", "coming")
    await cashier.resize(120, 30).sees("4  no answer, though charged", "coming")
    await cashier.keys("up\n").sees("The gateway is up again.")
    await choose(cashier, "clear")
    await cashier.sees("What was chosen is taken back: each card answers for itself.")
    assert plan(cashier) == ()
    await cashier.keys("<ctrl+g>").sees("Nothing was chosen", "coming")


@pytest.mark.parametrize(
    ("typed", "card", "seen"),
    [
        ("approve", POOR, "PAID"),
        ("stolen", GOOD, "The bank declined the card. Not charged."),
        ("expired", GOOD, "The card has expired. Not charged."),
        ("slow", GOOD, "PAID"),
        ("slow", POOR, "Not enough funds."),
        ("before", GOOD, "NO ANSWER"),
        ("after", GOOD, "NO ANSWER"),
        ("down", GOOD, "NOT CHARGED"),
        ("up", GOOD, "PAID"),
    ],
)
async def test_the_next_card_gets_what_was_chosen(cashier: Cashier, typed: str, card: str, seen: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    await choose(cashier, typed)
    await cashier.keys(f"{card}k").sees(seen)


@pytest.mark.parametrize(("typed", "state"), [("before", "not charged"), ("after", "paid after all")])
async def test_both_time_outs_are_found_out(cashier: Cashier, typed: str, state: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    await choose(cashier, typed)
    await cashier.keys(f"{GOOD}k").sees("NO ANSWER").keys("\n")
    await cashier.app.recover()
    await cashier.sees(state)


async def test_a_declined_card_is_told_of_still_and_can_be_tried_again_as_chosen(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>{POOR}k").sees("DECLINED")
    await choose(cashier, "approve")
    await cashier.sees("DECLINED").sees("The next card: approved.").keys("r").sees("PAID")


async def test_the_word_alone_opens_it_and_with_more_it_is_the_languages_line(cashier: Cashier) -> None:
    await cashier.keys("/gateway\n")
    assert cashier.kind == "gateway"
    await cashier.keys("<escape>/gateway slow 2\n").sees("The next card: slow, after 2 seconds.")
    await cashier.keys("/gateway TIMEOUT  before\n").sees("Card 2 from now on: no answer, not charged.")
    await cashier.keys(f"{MILK}\n<f12>/gateway\n")
    assert cashier.kind == "gateway"
    await cashier.keys("<escape>/gateway slow 9\n").sees("The till waits 5 seconds for an answer")
    assert (cashier.kind, len(plan(cashier))) == ("payment", 2)


async def test_a_scan_and_a_key_of_the_screen_below_go_there(cashier: Cashier) -> None:
    await cashier.keys(f"<ctrl+g>{MILK}\n")
    assert (cashier.kind, cashier.sale.items) == ("sale", 1)
    await cashier.keys("<ctrl+g><f12>")
    assert cashier.kind == "payment"
    await cashier.keys("<ctrl+g><ctrl+g>")
    assert cashier.kind == "payment"


async def test_on_a_shops_own_store_it_is_grey_and_says_where_it_works(tmp_path: Path) -> None:
    reason = "The gateway can be told what to answer in training or in a demo store only."
    async with open_till_app(SMALL, store=tmp_path / "shop") as cashier:
        await cashier.keys("<ctrl+g>").sees(reason)
        assert cashier.kind == "sale"
        await cashier.keys("/gateway\n").sees(reason).keys("/gateway approve\n").sees(reason)


@pytest.mark.till(language="de")
async def test_in_german(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+g>deckung")
    await cashier.keys("<escape>langsam\n").sees("Die nächste Karte: langsam, nach 4 Sekunden.")


@pytest.mark.till(catalog="demo", training=True)
async def test_pictures(cashier: Cashier, snap: Snap) -> None:
    await cashier.keys(f"{FULL}<ctrl+g>")
    await snap("gateway", sizes=DESIGNED)
    for typed in ("funds", "slow"):
        await cashier.keys(f"{typed}\n<ctrl+g>")
    await cashier.keys("down\n<ctrl+g>card")
    await snap("gateway_chosen", sizes=DESIGNED)


@pytest.mark.till(catalog="demo", training=True)
async def test_picture_of_a_declined_card_with_what_comes_next(cashier: Cashier, snap: Snap) -> None:
    for part in f"{FULL}<f12>{POOR}k{PAUSE}<ctrl+g>approve\n".split(PAUSE):
        await cashier.keys(part)
    await snap("training_declined_then_approved")
