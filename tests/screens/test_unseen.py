"""What is not seen is never taken, and what is said or asked belongs to its screen and stays until it is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.settings.sources import Sources
from pos.testing import Cashier, open_till_app
from screens.app.crash import CrashScreen
from tests.screens.shop import BREAD, LAST_ONE, MILK, SMALL

SIZES = [(79, 24), (60, 18), (40, 10), (40, 8), (30, 7), (30, 6), (30, 5), (20, 4), (20, 3), (80, 6), (120, 5)]
DECLINED = "4000000000009995"


def quantities(cashier: Cashier) -> dict[str, str]:
    sale = cashier.app.current
    return {line.sku: str(line.quantity) for line in sale.lines} if sale is not None else {}


def marked(cashier: Cashier, text: str) -> bool:
    """Whether a text is seen in a list, and not on the line where it was typed."""
    return any(text in line for line in cashier.text().splitlines()[1:])


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_hit_is_taken_if_it_is_seen(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys("whol")
        seen = "Whole" in cashier.text()
        await cashier.keys("\n")
        assert quantities(cashier) == ({"MLK": "1"} if seen else {})
        await cashier.keys("<escape><escape>")
        await cashier.burst(f"{BREAD}\n")
        await cashier.settled()
        assert "RYE" in quantities(cashier)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_ticket_set_aside_is_taken_up_if_it_is_seen(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<f7>Bob\n<f8>")
        seen = marked(cashier, "Ada")
        await cashier.keys("\n")
        assert quantities(cashier) == ({"MLK": "1"} if seen else {})


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_command_is_completed_if_it_is_seen(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{MILK}\n/voi")
        seen = marked(cashier, "/void")
        await cashier.keys("\n")
        assert (quantities(cashier) == {}) is seen


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(("keys", "action"), [("<ctrl+p>take the chosen", "Void"), ("<f10><down><down>", "Void")])
async def test_an_action_is_done_if_it_is_seen(size: tuple[int, int], keys: str, action: str) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"3*{MILK}\n{keys}")
        kind, seen = cashier.kind, any(action in line for line in cashier.text().splitlines()[1:])
        await cashier.keys("\n")
        assert (cashier.kind, quantities(cashier)) == (("sale", {}) if seen else (kind, {"MLK": "3"}))


@pytest.mark.parametrize("size", [(80, 24), (60, 10), (60, 8), (40, 7), (40, 5), (40, 4), (30, 3)], ids=str)
async def test_a_note_is_taken_if_it_is_seen(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{MILK}\n<f12><down>")
        seen = "5.00" in cashier.text()
        await cashier.keys("\n")
        assert (cashier.state == "paid") is seen


async def test_what_was_said_on_one_screen_does_not_follow_to_another(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/gateway timeout before\n<f12>k").sees("NO ANSWER", "paying")
    await cashier.keys("\n/gateway down\n<f9>\n").sees("Still no answer", "line")
    await cashier.keys("<escape>").sees_not("Still no answer")
    await cashier.keys(f"{BREAD}\n999\n<f12>").sees_not("No product")
    await cashier.burst("KIWI\n")
    await cashier.sees("“KIWI” was scanned", "paying").keys("<f1><escape>").sees_not("KIWI")


async def test_what_a_step_says_is_seen_on_the_screen_where_it_leads(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>2\na")
    await cashier.keys("a").sees("Give 2.00 back in cash", "hand_over")


async def test_escape_cancels_a_card_and_no_cash(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    app = cashier.app
    with app._context():
        app.working = True
        app.front.dress()
        app.front.panel("paying").draw()
        drawn = cashier.text("paying")
        app.working = False
    assert "One moment" in drawn
    assert "cancel" not in drawn


@pytest.mark.parametrize(
    "keys", ["5<backspace>", "5<escape>", "<down><escape>", "12x<escape>", "0\n", "9,9,9\n", "<f1><escape>"]
)
async def test_a_decline_stands_until_something_is_done_about_it(cashier: Cashier, keys: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>{DECLINED}k")
    await cashier.keys(keys).sees("DECLINED", "paying").keys("r")
    assert cashier.bank.charges == 2


async def test_a_declined_card_can_be_tried_for_the_rest_once_money_was_taken(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>{DECLINED}k").sees("DECLINED")
    await cashier.keys("2\n").sees_not("DECLINED").keys("r")
    assert (cashier.bank.charges, cashier.sale.payments[-1].amount, cashier.state) == (2, 300, "part_paid")
    await cashier.keys("k").sees("PAID", "paid").keys(f"\n{LAST_ONE}\n<f12>r")
    assert cashier.bank.charges == 3


async def test_a_scan_is_no_key_that_is_asked_for(tmp_path: Path) -> None:
    async with open_till_app(SMALL) as cashier:
        file = tmp_path / "settings.toml"
        file.touch()
        cashier.app.sources = Sources(file, {})
        await cashier.keys("<ctrl+o>keys.cash\n").sees("Press the new key")
        await cashier.burst("KIWI\n")
        await cashier.sees("“KIWI” was scanned").sees("Press the new key")


async def test_a_scan_is_no_answer_to_the_page_of_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_till_app(SMALL, catch=True) as cashier:
        cashier.app.reports = tmp_path
        with cashier.app._context():
            cashier.app._handle_exception(RuntimeError("broken"))
        await cashier.until(lambda: isinstance(cashier.app.screen, CrashScreen))
        await cashier.burst("C4011\n")
        assert cashier.app.clipboard == ""
        await cashier.sees("What was scanned or typed had no effect").keys("\n")
        assert cashier.kind == "sale"
