"""What is taken is what was shown: if what is due has changed, nothing is taken once, and the new due is shown."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult
from pos.domain.sale import Sale
from pos.language.script_runner import ScriptRunner
from pos.till.till import Till
from tests.till.support import BREAD, CAKE, GOOD_CARD, TEA, Counter, counter

Pay = Callable[[Till], Awaitable[Sale]]
TENDERS: dict[str, Pay] = {
    "cash": lambda till: till.pay_cash(),
    "a note": lambda till: till.pay_cash(2000),
    "card": lambda till: till.pay_card(GOOD_CARD),
    "a part by card": lambda till: till.pay_card(GOOD_CARD, 100),
}


async def refused(payment: Awaitable[Sale]) -> TillError:
    with pytest.raises(TillError) as told:
        await payment
    return told.value


async def abandoned_in_vain(at: Counter, *parts: int) -> None:
    """Parts are charged to cards, and no answer comes when they are to be given back."""
    for part in parts:
        await at.till.pay_card(GOOD_CARD, part)
    at.gateway.script("down")
    assert (await refused(at.till.abandon())).code == "payment_unknown"
    at.gateway.script("up")


@pytest.mark.parametrize("tender", TENDERS)
async def test_a_charge_that_stands_after_all_is_told_before_the_rest_is_taken(tender: str) -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(2))
        await abandoned_in_vain(at, 300)
        assert at.sale.due == 1000
        error = await refused(TENDERS[tender](at.till))
        assert (error.code, error.details["due"], at.sale.due, at.sale.paid) == ("due_changed", 700, 700, 300)
        assert "10.00 was shown as due, 7.00 is due now" in error.message
        assert at.gateway.ledger.captured_total() == 300
        sale = await TENDERS[tender](at.till)
        assert sale.paid == (400 if "part" in tender else 1000)


async def test_what_is_due_in_coins_is_as_it_was_shown() -> None:
    with counter(settings={"cash_rounding": {"step": 5}}) as at:
        at.till.add(CAKE)
        at.till.price(1, 503)
        await abandoned_in_vain(at, 101)
        assert (at.sale.due, at.sale.cash_due) == (503, 505)
        assert (await refused(at.till.pay_cash(505))).code == "due_changed"
        assert (at.sale.due, at.sale.cash_due) == (402, 400)
        assert (await at.till.pay_cash(400)).cash_rounding == -2


async def test_what_was_given_back_after_all_changes_nothing_that_was_shown() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await at.till.pay_card(GOOD_CARD, 300)
        attempt = at.sale.payments[0].attempt
        at.gateway.script("down")
        await refused(at.till.abandon())
        at.gateway.script("up")
        await at.gateway.void(attempt)
        assert at.sale.due == 500
        assert (await at.till.pay_cash()).paid == 500


@pytest.mark.parametrize("tender", TENDERS)
async def test_a_price_that_changes_while_it_is_on_the_screen_is_not_taken_unseen(tender: str) -> None:
    with counter() as at:

        async def pays(due: int) -> Sale:
            if tender in ("cash", "a note"):
                return await at.till.pay_cash(2000 if tender == "a note" else None, due=due)
            return await at.till.pay_card(GOOD_CARD, 100 if "part" in tender else None, due=due)

        at.till.add(BREAD)
        at.till.apply_coupon("TODAY")
        shown = at.sale.due
        at.clock.turn(24 * 3600)
        at.till.refresh()
        error = await refused(pays(shown))
        assert (error.code, shown, at.sale.due, at.sale.payments) == ("due_changed", 150, 300, ())
        assert (await pays(at.sale.due)).paid in (100, 300)


async def test_a_coupon_that_another_lane_used_up_is_told_before_the_full_price_is_taken() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        for at in (one, two):
            at.till.add(BREAD)
            at.till.apply_coupon("ONE")
        shown = two.sale.due
        await one.till.pay_cash()
        two.till.refresh()
        assert (await refused(two.till.pay_cash(due=shown))).code == "due_changed"
        assert (await two.till.pay_cash(due=two.sale.due)).paid == 300


@pytest.mark.parametrize("pay", ["pay cash", f"pay card {GOOD_CARD}", "pay cash 20"])
async def test_a_charge_that_is_found_at_the_start_is_told_before_the_rest_is_taken(tmp_path: Path, pay: str) -> None:
    till = open_till(tmp_path / "shop", timeout=0)
    till.add("MILK-1L", Decimal(4))
    till.gateway("timeout after")
    assert (await refused(till.pay_card(GOOD_CARD, 200))).code == "payment_unknown"
    till.close()
    till, out = open_till(tmp_path / "shop"), io.StringIO()
    runner = ScriptRunner(till, out)
    await till.recover()
    assert await runner.run([pay, "expect error due_changed", pay, "expect state paid"]), out.getvalue()
    till.close()


async def test_a_second_charge_that_stands_is_told_when_the_first_was_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with counter() as at:
        at.till.add(CAKE)
        at.till.add(TEA)
        for part in (300, 100):
            await at.till.pay_card(GOOD_CARD, part)
        first, void = at.sale.payments[0].attempt, at.gateway.void

        async def silent_about_the_second(attempt_id: str) -> None:
            if attempt_id != first:
                at.gateway.script("down")
            await void(attempt_id)

        monkeypatch.setattr(at.gateway, "void", silent_about_the_second)
        assert (await refused(at.till.abandon())).code == "payment_unknown"
        at.gateway.script("up")
        shown = at.sale.due
        assert (await refused(at.till.pay_cash())).code == "due_changed"
        assert at.sale.due == shown - 100
        assert (await at.till.pay_cash()).state == "paid"


async def test_what_could_not_be_given_back_is_asked_about_by_the_till_itself_and_its_end_shown() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await abandoned_in_vain(at, 300)
        at.gateway.script("down")
        assert (await at.till.wait(15)).due == 500
        assert (at.sale.ticket, at.sale.state) == ("1-1", "part_paid")
        at.gateway.script("up")
        assert (await at.till.wait(15)).due == 200
        assert (await at.till.pay_cash()).paid == 500


async def test_a_payment_that_is_begun_while_the_till_asks_is_refused_and_taken_for_no_second_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with counter() as at:
        at.till.add(CAKE)
        await abandoned_in_vain(at, 300)
        find, told = at.gateway.find, []

        async def asked(attempt_id: str) -> ChargeResult | None:
            told.append((await refused(at.till.pay_cash())).code)
            return await find(attempt_id)

        monkeypatch.setattr(at.gateway, "find", asked)
        await at.till.recover()
        assert (told, at.sale.due) == (["ticket_frozen"], 200)
