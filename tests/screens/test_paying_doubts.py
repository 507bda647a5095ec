"""What is typed on the payment screen and may be no cash: codes, and far more than is due."""

from __future__ import annotations

from typing import Any

import pytest

from pos.testing import Cashier, open_till_app
from screens.driver.keyboard import struck
from screens.payment.quick_tenders import most_expected
from screens.payment.screen import PaymentScreen
from tests.screens.shop import LAST_ONE, MILK, SMALL

DECLINED = "4000000000009995"
CODED: dict[str, Any] = {
    **SMALL,
    "products": [
        *SMALL["products"],
        {"sku": "12", "name": "Paper [Bag]", "price": 10},
        {"sku": "20", "name": "Matches", "price": 30},
        {"sku": "BIKE", "name": "Bicycle", "price": 430_00},
    ],
    "members": [*SMALL["members"], {"id": "7007", "name": "Ben Ash"}],
}


def typed(cashier: Cashier) -> str:
    screen = cashier.app.screen
    assert isinstance(screen, PaymentScreen)
    return screen.typed


@pytest.mark.parametrize(
    ("due", "exponent", "most"),
    [
        (149, 2, 50_00), (1349, 2, 100_00), (45_00, 2, 200_00), (60_00, 2, 300_00), (100_01, 2, 400_00),
        (1234_50, 2, 2469_00), (500, 0, 5000), (9500, 3, 50_000),
    ],
)  # fmt: skip
def test_one_of_the_next_two_notes_is_expected(due: int, exponent: int, most: int) -> None:
    assert most_expected(due, exponent) == most


@pytest.mark.parametrize("key", ["\n", "c"])
async def test_far_more_than_is_due_is_asked_once(cashier: Cashier, key: str) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>100{key}")
    assert (cashier.state, typed(cashier)) == ("open", "100")
    await cashier.sees("! 100.00 FOR 5.00?", "paying").sees("far more than is due").sees("⏎ Take it", "paying")
    await cashier.keys(key)
    assert (cashier.state, cashier.sale.change) == ("paid", 95_00)


async def test_a_test_s_cashier_says_yes(cashier: Cashier) -> None:
    await cashier.scan("LAST").pays_cash("100")
    assert cashier.sale.change == 95_00


async def test_the_next_two_notes_are_not_asked_about(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>50\n")
    assert (cashier.state, cashier.sale.change) == ("paid", 45_00)


async def test_whatever_else_is_typed_goes_on_without_it(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>100\n<backspace>").sees_not("FOR 5.00?")
    await cashier.keys("0\n").sees("FOR 5.00?", "paying")
    await cashier.keys("<escape>").sees_not("FOR 5.00?").sees_not("100")
    assert (cashier.kind, cashier.state) == ("payment", "open")
    await cashier.keys("k")
    assert [payment.tender for payment in cashier.sale.payments] == ["card"]


async def test_a_code_that_is_far_too_much_is_no_cash() -> None:
    async with open_till_app(CODED) as cashier:
        for code, told in (("4011", "4011 is the code of Bananas"), ("7007", "7007 is a code of the shop")):
            await cashier.keys(f"{LAST_ONE}\n<f12>{code}\n")
            assert (cashier.state, typed(cashier)) == ("open", "")
            assert cashier.app.refusal is not None
            assert cashier.app.refusal.code == "card_not_an_amount"
            drawn = " ".join(cashier.text("paying").replace("│", "").replace("▌", "").split())
            assert f"✗ {told}: nothing was taken. As cash: {code}." in drawn
            await cashier.keys("<escape><f3>")


async def test_with_its_decimal_mark_it_is_cash() -> None:
    async with open_till_app(CODED) as cashier:
        await cashier.keys("BIKE\n<f12>4011.\n").sees("4,011.00 FOR 430.00?", "paying").keys("\n")
        assert cashier.sale.change == 4011_00 - 430_00


async def test_a_code_that_may_be_cash_is_asked_once() -> None:
    async with open_till_app(CODED) as cashier:
        await cashier.keys(f"{LAST_ONE}\n<f12>12\n")
        await cashier.sees("12.00 IN CASH?", "paying").sees("12 is the code of Paper [Bag], too.", "paying").keys("\n")
        assert cashier.sale.change == 7_00
        await cashier.keys(f"\n{MILK}\n<f12>12.\n")
        assert cashier.sale.change == 12_00 - 149
        await cashier.keys(f"\n{MILK}\n<f12>20\n").sees("20.00 IN CASH?", "paying").keys("\n")
        assert cashier.sale.change == 20_00 - 149
        await cashier.keys(f"\n{MILK}\n20<f12>").sees("“20” was not taken along.", "paying").keys("\n")
        await cashier.sees("✗ Nothing is chosen", "paying")
        assert (cashier.state, cashier.sale.paid) == ("open", 0)


async def test_a_question_is_no_answer_to_keys_that_came_before_it(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>100")
    cashier.burst("\n\n")
    await cashier.settled()
    assert cashier.state == "open"
    await cashier.sees("100.00 FOR 5.00?", "paying")


@pytest.mark.parametrize("key", ["\n", "c"])
@pytest.mark.parametrize(("after", "state"), [(0.3, "part_paid"), (0.6, "paid")])
async def test_a_key_s_echo_never_takes_the_rest(cashier: Cashier, key: str, after: float, state: str) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>2")
    for at in (100.0, 100.0 + after):
        for event in struck(key, at, apart=0.0):
            cashier.app.post_message(event)
        await cashier.settled()
    assert cashier.state == state


@pytest.mark.parametrize("key", ["\n", "c"])
@pytest.mark.parametrize(("after", "state"), [(0.3, "open"), (0.6, "paid")])
async def test_a_key_s_echo_is_no_answer(cashier: Cashier, key: str, after: float, state: str) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>100")
    for at in (100.0, 100.0 + after):
        for event in struck(key, at, apart=0.0):
            cashier.app.post_message(event)
        await cashier.settled()
    assert cashier.state == state


@pytest.mark.parametrize(
    "keys", ["1", "/", "x", "9k", "0\n", "1.2.3\n", "4011\n", "100\n<escape>", "2\n", "<down><escape>"]
)
async def test_after_a_decline_nothing_that_is_typed_changes_its_ways_out(keys: str) -> None:
    async with open_till_app(CODED) as cashier:
        await cashier.keys(f"{LAST_ONE}\n<f12>{DECLINED}k")
        await cashier.keys(keys)
        if cashier.kind == "payment" and typed(cashier):
            await cashier.keys("<escape>")
        lines = [line.strip("▌│▸ ").split() for line in cashier.text("paying").splitlines()]
        due = lines[next(index for index, line in enumerate(lines) if line[:1] == ["K"])][-1]
        ways = [line for line in lines if line[:1] in (["C"], ["K"], ["R"])]
        assert ways == [
            ["C", "Cash", "exact", due], ["K", "Card", due], ["R", "Try", "again", "visa", "••9995", due],
        ] or ways[0] == ["C", "Cash", "exact", "⏎", due]  # fmt: skip
        await cashier.keys("r")
        assert cashier.bank.charges == 2
        await cashier.keys("c")
        assert cashier.state == "paid"


async def test_another_screen_knows_of_no_decline(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>{DECLINED}k")
    await cashier.keys("<escape><f12>r")
    await cashier.sees("No card was declined just now", "paying")
    assert cashier.bank.charges == 1


@pytest.mark.till(gateway="hold")
async def test_a_bar_shows_how_much_of_the_banks_time_has_passed(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>")
    cashier.burst("k")
    await cashier.until(lambda: cashier.till.waiting_for_card)
    await cashier.sees("Esc cancels the card", "paying").sees("Esc Cancel the card", "footer")
    assert "━" not in cashier.text("paying").replace("╺━┓", "")
    columns = cashier.app.screen.query_one("#paying").room[0]  # type: ignore[attr-defined]
    cashier.clock.advance(2.5)
    cashier.app.front.tick()
    await cashier.until(lambda: "━" * (columns // 2) + "─" in cashier.text("paying"))
    cashier.bank.say("answer")
    await cashier.settled()
    await cashier.sees_not("cancels the card")


@pytest.mark.parametrize("typed", ["20%", "zz top", "NOPE1", "nope", "20 x", "2-", "%"])
async def test_what_is_no_amount_takes_no_money_and_is_told(cashier: Cashier, typed: str) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>{typed}\n")
    assert (cashier.kind, cashier.state, cashier.sale.paid) == ("payment", "open", 0)
    await cashier.sees("✗", "paying")
    await cashier.keys("c")
    assert cashier.state == "paid"


async def test_a_key_that_acts_charges_nothing_beside_what_is_no_amount(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>milk").sees("✗", "paying")
    assert (cashier.state, cashier.sale.payments) == ("open", ())


async def test_the_echo_of_a_refused_enter_takes_no_money(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>").burst("20%\n\n")
    assert (cashier.kind, cashier.state, cashier.sale.paid) == ("payment", "open", 0)
    # Nor does a retry: nothing is chosen until something is typed or an arrow chooses.
    await cashier.keys("\n").sees("✗ Nothing is chosen", "paying")
    assert (cashier.state, cashier.sale.paid) == ("open", 0)
    await cashier.keys("<down>\n")
    assert cashier.state == "paid"


@pytest.mark.parametrize(
    "refused", ["4006381333931\n", "1.2.3\n", "zz\n", "9k"], ids=["code", "bad", "letters", "card"]
)
async def test_after_a_refusal_a_retry_takes_nothing(cashier: Cashier, refused: str) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>{refused}").sees("✗", "paying").keys("\n")
    assert (cashier.kind, cashier.state, cashier.sale.paid) == ("payment", "open", 0)
    await cashier.keys("7\n")
    assert cashier.sale.change == 2_00


async def test_an_arrow_keeps_the_amount_and_chooses_what_takes_it(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n2<f12><down>").sees("Amount   2", "paying").keys("\n")
    assert [(payment.tender, payment.amount) for payment in cashier.sale.payments] == [("card", 200)]
    await cashier.keys("20").keys("<down>").sees("at most 3.00", "paying").keys("\n")
    assert (cashier.state, cashier.sale.paid) == ("part_paid", 2_00)
    await cashier.keys("5<down><down>\n")
    assert (cashier.state, cashier.sale.change) == ("paid", 2_00)


async def test_what_is_typed_before_a_card_is_tried_again_is_what_it_is_charged(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>{DECLINED}k").sees("DECLINED", "paying")
    await cashier.keys("8r").sees("Only 5.00 is due", "paying")
    assert cashier.bank.charges == 1
    cashier.bank.say("approve")
    await cashier.keys("3r")
    assert (cashier.state, cashier.sale.paid) == ("part_paid", 3_00)
