"""Stock, uses, payments being checked and charges taken back, as scripts reach them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from pos.clock_and_ids import SequentialIds
from pos.domain.errors import TillError
from pos.language.script_runner import ScriptRunner
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from tests.till.support import GOOD_CARD, NOON, TEA_GTIN, Counter, HandClock, counter, new_store

COUPONS = [
    {"code": "TEN", "type": "percentage", "value": "10", "max_uses": 5, "max_uses_per_member": 2, "used": 1},
    {"code": "FREE", "type": "percentage", "value": "50"},
]


async def run(at: Counter, *script: str) -> list[dict[str, Any]]:
    """What each line prints; every one of them does as the script says."""
    out = io.StringIO()
    well = await ScriptRunner(at.till, out, as_json=True).run(script)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert well, lines[-1]
    return lines


async def test_stock_is_read_by_any_code_and_expected_at_any_time() -> None:
    with counter() as at:
        lines = await run(
            at,
            f"stock {TEA_GTIN}",
            "3*TEA",
            "expect stock.TEA.free 10",
            "pay card 4242424242424242 1.00",
            "expect stock.TEA.held 3",
            "expect stock.tea.free 7",
            "pay cash",
            "stock TEA",
            "expect stock.TEA.on_hand 7",
            "expect state paid",
            "stock TOMATO",
            "expect stock.4664.free 5",
            "stock BREAD",
            "expect stock.BREAD.free none",
            "stock NOPE",
            "expect error unknown_code",
            "expect stock.NOPE.free 1",
            "expect error unknown_code",
            "expect stock.TEA.nonsense 1",
            "expect error expectation_failed",
            "stock TEA +5",
            "expect error bad_command",
        )
    assert lines[0]["stock"] == {
        "sku": "TEA", "name": "Green Tea", "unit": "each", "on_hand": 10, "held": 0, "free": 10,
    }  # fmt: skip
    assert lines[0]["output"] == "Green Tea: 10 on hand, 0 held, 10 free"
    assert lines[7]["sale"]["state"] == "paid", "looking begins no ticket"


async def test_a_price_is_read_by_any_code_and_sells_nothing() -> None:
    with counter() as at:
        lines = await run(
            at,
            f"check {TEA_GTIN}",
            "check tomato",
            "expect check.TEA.price 2.00",
            "expect check.TEA.sale_price none",
            "expect check.tea.free 10",
            "check NOPE",
            "expect error unknown_code",
            "expect check.NOPE.price 1",
            "expect error unknown_code",
            "check",
            "expect error bad_command",
            "expect lines 0",
        )
    assert lines[0]["check"] == {
        "sku": "TEA", "name": "Green Tea", "unit": "each", "price": 200, "list_price": 200, "sale_price": None,
        "sale_starts": None, "sale_ends": None, "coupons": [], "on_hand": 10, "held": 0, "free": 10,
    }  # fmt: skip
    assert lines[0]["output"] == "Green Tea: 2.00 · 10 free, 10 on hand"
    assert lines[1]["check"]["unit"] == "kg"


async def test_uses_of_a_coupon_are_read_in_all_and_by_a_member() -> None:
    with counter(coupons=COUPONS) as at:
        lines = await run(
            at,
            "uses TEN",
            "CAKE",
            "member M1",
            "coupon TEN",
            "pay card 4242424242424242 1.00",
            "expect uses.TEN.held 1",
            "expect uses.ten.left 3",
            "expect uses.TEN.M1.left 1",
            "pay cash",
            "uses TEN M1",
            "expect uses.TEN.used 2",
            "expect uses.TEN.M1.used 1",
            "expect uses.TEN.M2.used 0",
            "uses FREE",
            "expect uses.FREE.left none",
            "uses NOPE",
            "expect error coupon_unknown",
            "uses TEN M9",
            "expect error unknown_member",
        )
    assert lines[0]["uses"] == {"code": "TEN", "member": None, "used": 1, "held": 0, "limit": 5, "left": 4}
    assert lines[9]["output"] == "TEN (M1): used 1 times of 2, 0 held, 1 left"


async def test_a_charge_that_is_found_later_is_asked_for_at_once() -> None:
    with counter() as at:
        lines = await run(
            at,
            "LAMP",
            "gateway timeout late",
            f"pay card {GOOD_CARD}",
            "expect error payment_unknown",
            "checks",
            "expect checks 1",
            "expect checks.1-1.state checking",
            "expect checks.1-1.due 20.00",
            "expect stock.LAMP.held 1",
            "ask",
            "expect checks 0",
            "expect state paid",
            "expect stock.LAMP.on_hand 0",
        )
    assert lines[4]["checks"][0] | {"since": ""} == {
        "ticket": "1-1", "state": "checking", "lane": "1", "since": "", "total": 2000, "paid": 0, "due": 2000,
        "order": None, "place": None, "name": None,
    }  # fmt: skip
    assert lines[4]["output"] == "1-1: 20.00, being checked, 20.00 due"
    assert lines[9]["checks"] == []


async def test_while_the_gateway_is_silent_asking_changes_nothing() -> None:
    with counter() as at:
        await run(
            at, "LAMP", "gateway timeout after", f"pay card {GOOD_CARD}", "expect error payment_unknown",
            "gateway down", "ask", "expect checks 1", "TEA", "take 1-1", "expect error ticket_not_empty", "void all",
            "take 1-1", "expect error payment_unknown", "gateway up", "ask", "expect checks 0",
        )  # fmt: skip
        assert len(tuple(at.store.orders())) == 1


async def test_a_ticket_paid_in_part_is_taken_up_and_finished() -> None:
    store, clock = new_store(), HandClock(NOON)
    bank = MockGateway(clock, Ledger())
    with counter(store, gateway=bank) as first:
        await run(first, "CAKE", f"pay card {GOOD_CARD} 1.00")
    with counter(store, gateway=bank) as second:
        second.till.add("TEA")
        await run(
            second,
            "checks",
            "expect checks.1-1.state part_paid",
            "expect checks.1-1.paid 1.00",
            "take",
            "expect error ticket_not_empty",
            "void all",
            "take 9-9",
            "expect error unknown_ticket",
            "take 1-1",
            "expect state part_paid",
            "expect due 4.00",
            "pay cash",
            "expect state paid",
            "take",
            "expect error unknown_ticket",
        )


async def test_a_ticket_is_taken_up_by_its_number_in_any_spelling() -> None:
    store, clock = new_store(), HandClock(NOON)
    bank = MockGateway(clock, Ledger())
    with counter(store, gateway=bank, lane="b") as first:
        await run(first, "CAKE", f"pay card {GOOD_CARD} 1.00")
    with counter(store, gateway=bank, lane="b") as second:
        second.till.add("TEA")
        await run(
            second, "void all", "expect checks.B-1.due 4.00", 'take " B-1 "', "expect ticket b-1",
        )  # fmt: skip


async def test_the_ticket_in_front_stays_there_when_it_is_taken_up() -> None:
    with counter() as at:
        lines = await run(
            at, "CAKE", f"pay card {GOOD_CARD} 1.00", "checks", "take", "expect due 4.00", "take 1-1",
            "expect state part_paid", "take 1-2", "expect error unknown_ticket", "pay cash", "take",
            "expect error unknown_ticket",
        )  # fmt: skip
    assert "waiting" in lines[2]["output"], "it is paid in part, and stands in front"


async def test_a_ticket_that_turns_out_to_be_paid_when_it_is_taken_up_is_told() -> None:
    with counter() as at:
        await run(
            at, "LAMP", "gateway timeout late", f"pay card {GOOD_CARD}", "expect error payment_unknown",
            "take 1-1", "expect ticket 1-1", "expect receipt 1-1-1", "TEA", "expect ticket 1-2", "pay cash",
        )  # fmt: skip


async def test_the_only_ticket_paid_in_part_is_taken_up_beside_one_being_checked() -> None:
    store, clock, ids = new_store(), HandClock(NOON), SequentialIds()
    bank = MockGateway(clock, Ledger())
    with counter(store, gateway=bank, ids=ids) as first:
        await run(first, "CAKE", f"pay card {GOOD_CARD} 1.00")
    with counter(store, gateway=bank, ids=ids) as second:
        await run(
            second, "LAMP", "gateway timeout after", f"pay card {GOOD_CARD}", "expect error payment_unknown",
            "expect checks 2", "take", "expect ticket 1-1", "expect state part_paid",
        )  # fmt: skip


@pytest.mark.parametrize("before", [[], ["gateway slow"], ["gateway approve"], ["gateway decline lost_card"]], ids=str)
async def test_a_charge_is_cancelled_while_the_gateway_is_asked(before: list[str]) -> None:
    with counter() as at:
        await run(
            at, "LAMP", *before, "cancel", f"pay card {GOOD_CARD}", "expect error payment_cancelled",
            "expect state open", "expect stock.LAMP.held 0", f"pay card {GOOD_CARD}", "expect state paid",
        )  # fmt: skip
        assert at.gateway.ledger.captured_total() == 2000


async def test_a_cancelled_charge_that_the_gateway_cannot_confirm_is_being_checked() -> None:
    with counter() as at:
        await run(
            at, "LAMP", "gateway down", "cancel", f"pay card {GOOD_CARD}", "expect error gateway_down",
            "gateway up", f"pay card {GOOD_CARD}", "expect error payment_cancelled",
        )  # fmt: skip


@pytest.mark.parametrize("line", ["cancel 1", "checks 1", "ask 1-1", "take 1 2", "stock", "stock A B C", "uses"])
async def test_words_that_do_not_fit_are_told(line: str) -> None:
    with counter() as at:
        await run(at, line, "expect error bad_command")


def test_a_shop_cannot_cancel_ahead() -> None:
    with counter() as at:
        at.till._gateway_control.allowed = False
        with pytest.raises(TillError, match="training or in a demo"):
            at.till.cancel_next()
