from __future__ import annotations

import re

import pytest

from pos.domain.counters import stock_counter
from pos.domain.reservations import Claim, Reservation
from pos.testing import Cashier
from screens.payment.screen import PaymentScreen
from tests.screens.shop import BREAD, LAST_ONE, MILK

DECLINED, APPROVED = "4000000000009995", "4242424242424242"


def payment(cashier: Cashier) -> PaymentScreen:
    screen = cashier.app.screen
    assert isinstance(screen, PaymentScreen)
    return screen


def listed(cashier: Cashier) -> list[str]:
    """The list of ways to pay, below what is typed."""
    lines = [" ".join(line.strip("▌│ ").split()) for line in cashier.text("paying").splitlines()]
    return [line for line in lines[lines.index("") + 1 :] if re.search(r"\d$", line) and not line.startswith("Amount")]


async def test_digits_and_enter_are_cash_with_change(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>2")
    assert listed(cashier)[0] == "▸C Cash ⏎ 2.00"
    await cashier.keys("0\n")
    assert cashier.state == "paid"
    assert cashier.sale.change == 2000 - 149
    assert cashier.app.kind == "receipt"


async def test_the_exact_amount_is_chosen_from_the_start_and_enter_takes_it(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    assert listed(cashier) == [
        "▸C Cash exact ⏎ 1.49", "3.51 change 5.00", "8.51 change 10.00", "18.51 change 20.00", "K Card 1.49",
    ]  # fmt: skip
    await cashier.keys("\n")
    assert (cashier.state, cashier.sale.paid, cashier.sale.change) == ("paid", 149, 0)
    assert [payment.tender for payment in cashier.sale.payments] == ["cash"]


async def test_the_arrows_go_through_all_tenders(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12><up>")
    assert listed(cashier)[-1] == "▸K Card ⏎ 1.49"
    await cashier.keys("\n")
    assert [payment.tender for payment in cashier.sale.payments] == ["card"]


async def test_c_is_exact_cash_and_k_all_by_card(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>c")
    assert (cashier.state, cashier.sale.change) == ("paid", 0)
    await cashier.keys(f"{MILK}\n<f12>k")
    assert [payment.tender for payment in cashier.sale.payments] == ["card"]


@pytest.mark.parametrize("way", ["\n", "c"])
async def test_quick_tenders_are_chosen_by_arrows(cashier: Cashier, way: str) -> None:
    await cashier.keys(f"{MILK}\n<f12><down>")
    assert listed(cashier)[:2] == ["Cash exact 1.49", "▸C 3.51 change ⏎ 5.00"]
    await cashier.keys(way)
    assert cashier.sale.change == 500 - 149


@pytest.mark.parametrize("way", ["\n", "c", "k"])
async def test_a_scan_is_never_an_amount(cashier: Cashier, way: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>{BREAD}{way}")
    assert cashier.state == "open"
    assert "✗ That is a code, not an amount" in cashier.text("paying")
    assert payment(cashier).typed == ""
    assert cashier.app.refusal is not None
    assert cashier.app.refusal.code == "card_not_an_amount"


async def test_a_declined_card_tells_why_and_what_to_do(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>{DECLINED}")
    assert DECLINED not in cashier.text()
    await cashier.keys("k")
    drawn = cashier.text("paying")
    assert "✗ DECLINED  visa ••9995" in drawn
    assert "Not enough funds. Not charged." in drawn
    assert listed(cashier)[-1] == "R Try again visa ••9995 1.49"
    await cashier.keys("\n\n")
    assert cashier.state == "open"
    await cashier.keys("r")
    assert len(cashier.sale.payments) == 1
    assert "DECLINED" in cashier.text("paying")
    await cashier.keys("c")
    assert cashier.state == "paid"


async def test_escape_after_a_decline_goes_back_to_the_whole_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>{DECLINED}k")
    await cashier.keys("<escape>")
    assert cashier.app.kind == "sale"
    await cashier.keys(f"{BREAD}\n")
    assert [line.sku for line in cashier.sale.lines] == ["MLK", "RYE"]


@pytest.mark.parametrize("key", ["c", "k", "<down>\n", "5\n"])
async def test_what_was_not_shown_as_due_is_not_taken(cashier: Cashier, key: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    till = cashier.app.till
    assert till is not None
    till.price(1, 200)
    await cashier.keys(key)
    assert (cashier.state, cashier.sale.payments) == ("open", ())
    drawn = " ".join(cashier.text("paying").replace("│", " ").replace("▌", " ").split())
    assert "1.49 was shown as due, 2.00 is due now: nothing was taken." in drawn
    await cashier.keys(key)
    assert (cashier.state, cashier.sale.paid) == ("paid", 200)


@pytest.mark.till(gateway="hold")
async def test_keys_of_a_burst_never_answer_a_decline(cashier: Cashier) -> None:
    cashier.burst(f"{MILK}\n<f12>{DECLINED}k")
    await cashier.until(lambda: cashier.till.waiting_for_card)
    cashier.burst("c20\nr")
    await cashier.until(lambda: len(cashier.app.kept_keys) == 5)
    assert "5 keys wait" in cashier.text("paying")
    cashier.bank.say("answer")
    await cashier.settled()
    assert cashier.state == "open"
    assert cashier.bank.charges == 1
    assert "5 keys typed meanwhile" in " ".join(cashier.text("paying").split())


@pytest.mark.till(gateway="hold")
async def test_keys_typed_during_a_payment_belong_to_the_next_ticket(cashier: Cashier) -> None:
    cashier.burst(f"{MILK}\n<f12>k{BREAD}\n{BREAD}\n")
    await cashier.until(lambda: cashier.till.waiting_for_card)
    cashier.bank.say("answer")
    await cashier.settled()
    assert [(line.sku, int(line.quantity)) for line in cashier.sale.lines] == [("RYE", 2)]
    assert (await cashier.till.find_order()).sale.total == 149


@pytest.mark.till(gateway="hold")
async def test_escape_takes_back_a_card_that_is_being_charged(cashier: Cashier) -> None:
    cashier.burst(f"{MILK}\n<f12>k")
    await cashier.until(lambda: cashier.till.waiting_for_card)
    await cashier.until(lambda: "Esc cancels the card" in cashier.text("paying"))
    cashier.burst("1<escape>2")
    await cashier.settled()
    assert cashier.state == "open"
    assert "CANCELLED" in cashier.text("paying")
    assert payment(cashier).typed == ""


async def test_a_part_payment_is_listed_and_not_left_silently(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>2\n")
    drawn = cashier.text("paying")
    assert "STILL DUE" in drawn
    assert "✓ cash" in drawn
    await cashier.keys("<escape>")
    assert "PAID IN PART" in cashier.text("paying")
    await cashier.keys("<escape>")
    assert cashier.app.kind == "payment"
    await cashier.keys("<escape>a")
    assert cashier.app.kind == "sale"
    assert (cashier.state, cashier.sale.paid) == ("open", 0)
    assert "Give 2.00 back in cash." in cashier.text("hand_over")


async def test_two_tenders_with_the_second_declined(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>2\n{DECLINED}k")
    assert cashier.state == "part_paid"
    assert "DECLINED" in cashier.text("paying")
    await cashier.keys("k")
    assert cashier.state == "paid"
    assert [item.state for item in cashier.sale.payments] == ["captured", "declined", "captured"]


async def test_no_answer_parks_the_ticket_and_the_next_scan_goes_on(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n/gateway timeout after\n<f12>k")
    assert "✗ NO ANSWER" in cashier.text("paying")
    assert "1 being checked" in cashier.text("header")
    await cashier.keys("ck")
    assert cashier.app.kind == "payment"
    await cashier.keys(f"{MILK}\n")
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]
    await cashier.keys("<f9>")
    assert "Ticket 1-1" in cashier.text("page")
    await cashier.keys("\n")
    assert "being checked" not in cashier.text("header")
    assert (await cashier.till.find_order()).sale.total == 500


async def test_what_costs_nothing_is_finished_without_money(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/coupon FREE\n<f12>")
    assert "nothing is due" in cashier.text("paying")
    await cashier.keys("\n")
    assert (cashier.state, cashier.sale.payments) == ("paid", ())


@pytest.mark.parametrize(
    ("typed", "told"), [("0\n", "how much cash"), ("1.2.3\n", "not an amount"), ("9k", "Only 1.49")]
)
async def test_a_wrong_amount_is_told_and_nothing_is_taken(cashier: Cashier, typed: str, told: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>{typed}")
    assert cashier.state == "open"
    assert told in " ".join(cashier.text("paying").split())


async def test_the_inspector_shows_events_and_the_stock_they_moved(cashier: Cashier) -> None:
    await cashier.keys(f"2*{BREAD}\n/coupon SAVE10\n<f11><f12>{DECLINED}k")
    drawn = cashier.text("inspector")
    for text in ("reserved", "charging", "declined", "released", "STOCK", "2→0", "37/100", "1→0"):
        assert text in drawn


async def test_letters_and_keys_are_in_the_menu_too(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12><f10><down><down><down><down>")
    assert "Cash" in cashier.text("page")
    index = [*cashier.app.screen._actions].index("cash")  # type: ignore[attr-defined]
    await cashier.keys("<home>" + "<down>" * index + "\n")
    assert cashier.state == "paid"


async def test_no_letter_of_a_command_acts(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>/gateway decline insufficient_funds")
    assert "Command " in cashier.text("paying")
    assert cashier.state == "open"
    await cashier.keys("\n")
    assert cashier.app.kind == "payment"
    await cashier.sees("The next card: declined (Not enough funds).", "paying")
    await cashier.keys("k")
    assert "Not enough funds." in cashier.text("paying")
    await cashier.keys("/pay cash 1\n")
    assert (cashier.app.kind, cashier.state) == ("payment", "part_paid")
    await cashier.keys("/kc<escape>/void all\n")
    assert (cashier.app.kind, cashier.state) == ("sale", "part_paid")
    assert "✗" in cashier.text("line")


async def test_what_a_card_paid_goes_back_to_it(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>2\n1k")
    await cashier.keys("a")
    assert "3.00 was taken." in cashier.text("paying")
    assert cashier.state == "part_paid"
    await cashier.keys("a")
    told = " ".join(cashier.text("line").replace("│", "").replace("▌", "").split())
    assert "1.00 was given back to visa ••4242. The ticket can be changed." in told


@pytest.mark.till(gateway="hold")
async def test_one_key_waits_in_the_singular(cashier: Cashier) -> None:
    cashier.burst(f"{MILK}\n<f12>k1")
    await cashier.until(lambda: cashier.till.waiting_for_card and len(cashier.app.kept_keys) == 1)
    await cashier.until(lambda: "1 key waits" in cashier.text("paying"))
    cashier.bank.say("answer")
    await cashier.settled()


async def test_a_ticket_that_was_not_charged_says_where_it_is(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/gateway timeout before\n<f12>k")
    assert "NO ANSWER" in cashier.text("paying")
    await cashier.app.recover()
    await cashier.settled()
    assert cashier.app.kind == "sale"
    assert "Ticket 1-1 was not charged: F8 takes it up" in cashier.text("line")
    await cashier.keys("<f8>/gateway timeout before\n<f12>k")
    await cashier.keys(f"{BREAD}\n<f3>")
    await cashier.app.recover()
    await cashier.settled()
    assert "Ticket 1-1 was not charged and is here again: F12 pays it" in cashier.text("line")
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]


async def test_another_ticket_s_payment_never_takes_the_ticket_s_place_on_the_screen(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/gateway timeout after\n<f12>k")
    await cashier.keys(f"{BREAD}\n")
    await cashier.app.recover()
    await cashier.settled()
    assert "Ticket 1-1 was paid after all. Ctrl+P finds its receipt 1-1-1." in cashier.text("line")
    assert cashier.sale.ticket == "1-2"
    assert "Rye Bread" in cashier.text("ticket")


async def test_a_ticket_found_paid_in_part_comes_to_the_front_once_nobody_is_served(cashier: Cashier) -> None:
    await cashier.scan(BREAD).says("gateway timeout before").keys("<f12>1\nk").sees("NO ANSWER", "paying")
    await cashier.scan(MILK).pays_cash().presses("enter")
    assert (cashier.kind, cashier.sale.ticket) == ("sale", "1-2")
    await cashier.app.recover()
    await cashier.sees("Ticket 1-1 is paid in part", "line").sees("Rye Bread", "ticket")
    await cashier.presses("f12").sees("STILL DUE")


async def test_a_part_paid_ticket_whose_customer_has_gone_is_taken_up_or_given_back(cashier: Cashier) -> None:
    await cashier.scan(BREAD).says("gateway timeout before").keys("<f12>1\nk").sees("NO ANSWER", "paying")
    await cashier.scan(MILK)
    await cashier.app.recover()
    await cashier.sees("Ticket 1-1 is paid in part: F9 takes it up", "line").sees("1 paid in part", "header")
    await (
        cashier.presses("f9")
        .sees("⏎ take it up", "line")
        .sees("2.28 still due", "page")
        .sees("Take it up, for the rest", "page")
    )
    await cashier.presses("enter").sees("something is on it", "line")
    await cashier.keys("<escape><f7>\n<f9><ctrl+t>")
    await cashier.sees("STILL DUE", "paying").sees("1.00 was taken", "paying")
    assert (cashier.kind, cashier.sale.ticket, cashier.app.parked) == ("payment", "1-1", 0)
    await cashier.keys("a").keys("a")
    assert (cashier.state, cashier.till.checking()) == ("open", ())
    assert "Give 1.00 back in cash." in cashier.text("hand_over")


async def test_what_is_still_being_checked_cannot_be_taken_up(cashier: Cashier) -> None:
    await cashier.scan(BREAD).says("gateway timeout before").keys("<f12>k")
    await cashier.keys("\n/gateway down\n<f9><ctrl+t>")
    await cashier.sees("This one is still being checked: Ctrl+R asks now.", "line")
    await cashier.keys("<ctrl+r>")
    await cashier.sees("Still no answer.", "line")


@pytest.mark.parametrize("line", ["ask", "checks", f"stock {MILK}"])
async def test_a_command_typed_while_a_payment_is_checked_is_done_on_the_next_ticket(
    cashier: Cashier, line: str
) -> None:
    await cashier.scan(BREAD).says("gateway timeout after").keys("<f12>k").sees("NO ANSWER", "paying")
    await cashier.says(line)
    told = {"ask": "No payment is being checked", "checks": "Payments being checked"}
    await cashier.sees(told.get(line, "0 held"))
    assert bool(cashier.till.checks()) == (line != "ask")


async def test_a_ticket_that_turns_out_to_be_paid_when_it_is_taken_up_shows_its_receipt(cashier: Cashier) -> None:
    await cashier.scan(BREAD).says("gateway timeout late").keys("<f12>k").sees("NO ANSWER", "paying")
    await cashier.says("take 1-1")
    assert (cashier.kind, cashier.state) == ("receipt", "paid")


async def test_no_letter_acts_while_a_payment_is_checked(cashier: Cashier) -> None:
    await cashier.scan(BREAD).says("gateway timeout after").keys("<f12>k").sees("NO ANSWER", "paying")
    await cashier.keys("ask")
    assert (cashier.kind, cashier.state, cashier.sale.ticket) == ("payment", "checking", "1-1")


async def test_a_ticket_paid_in_part_is_shown_with_its_age_and_asks_for_a_decision(cashier: Cashier) -> None:
    await cashier.scan(BREAD).keys("<f12>1\n")
    assert " ago" not in cashier.text("paying")
    cashier.clock.advance(9 * 60)
    cashier.app.tick()
    await cashier.sees("Paid 9 min ago", "paying").sees("◑ paid in part · 9 min", "header")
    assert "PAID IN PART FOR" not in cashier.text("paying")
    cashier.clock.advance(60)
    cashier.app.tick()
    await cashier.sees("! PAID IN PART FOR 10 MIN", "paying").sees("! paid in part · 10 min", "header")
    assert "Ticket 1-1 has been paid in part" not in cashier.text("paying")
    await cashier.keys("a")
    assert (cashier.state, cashier.sale.paid) == ("part_paid", 100)
    await cashier.sees("1.00 was taken. Take the rest, or press A to give it back.", "paying")
    cashier.clock.advance(48 * 3600)
    cashier.app.tick()
    await cashier.app.recover()
    assert (cashier.state, cashier.sale.paid) == ("part_paid", 100)
    await cashier.sees("2 days", "header")


async def test_a_ticket_paid_in_part_beside_the_next_customer_asks_too_and_keeps_its_money(cashier: Cashier) -> None:
    await cashier.scan(BREAD).says("gateway timeout before").keys("<f12>1\nk").sees("NO ANSWER", "paying")
    await cashier.scan(MILK)
    await cashier.app.recover()
    cashier.clock.advance(75 * 60)
    cashier.app.tick()
    await cashier.sees("Ticket 1-1 has been paid in part for 75 minutes", "line")
    await cashier.sees("! 1 paid in part · 1 h  ·", "header")
    await cashier.presses("f9").sees("1 h · 2.28 still due", "page").sees("for a while: decide.", "page")
    assert [held.part_paid for held in cashier.till.checking()] == [True]


async def test_what_a_lane_held_is_free_again_within_a_second_of_its_time(cashier: Cashier) -> None:
    till = cashier.app.till
    assert till is not None
    await cashier.scan(LAST_ONE)
    store, ticket = till._services.store, till._current.state
    claims = (Claim(counter=stock_counter("LAST"), amount=1),)
    held = Reservation(id="2-1/1", order="order-x", lane="2", state="held", claims=claims, cart=ticket.cart,
        sale=ticket.sale.model_copy(update={"ticket": "2-1"}), created=cashier.clock.now())  # fmt: skip
    store.reserve(held)
    cashier.clock.advance(599)
    cashier.app.tick()
    await cashier.app.recover()
    assert store.view.counter(stock_counter("LAST")).held == 1
    cashier.clock.advance(1)
    cashier.app.tick()
    await cashier.until(lambda: store.view.counter(stock_counter("LAST")).held == 0)
    assert [held.ticket for held in till.held_tickets()] == ["2-1"]


async def test_a_command_with_words_that_it_does_not_have_is_no_fault_of_the_program(cashier: Cashier) -> None:
    for line, told in (("print 1 2", "print [ORDER]"), ("expect total", "expect FIELD VALUE")):
        await cashier.keys(f"{MILK}\n/{line}\n")
        assert cashier.app.fault is None
        assert told in cashier.text()
