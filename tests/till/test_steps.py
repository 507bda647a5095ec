"""Whatever goes wrong at whatever step of a payment: one order in the end, or none and the money given back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from itertools import count

import pytest

from pos.domain.errors import TillError
from pos.till.till import Till
from tests.till import invariants
from tests.till.fault_injection import Killed, Kind, Trouble
from tests.till.support import BREAD, CAKE, GOOD_CARD, POOR_CARD, Counter, counter

Scenario = Callable[[Till], Awaitable[object]]
CASH, REST = 300, None


async def cash(till: Till) -> None:
    await till.pay_cash(2000)


async def card(till: Till) -> None:
    await till.pay_card(GOOD_CARD)


async def declined(till: Till) -> None:
    await till.pay_card(POOR_CARD)


async def lost_before(till: Till) -> None:
    till.gateway("timeout before")
    await till.pay_card(GOOD_CARD)


async def lost_after(till: Till) -> None:
    till.gateway("timeout after")
    await till.pay_card(GOOD_CARD)


async def cash_and_card(till: Till) -> None:
    await till.pay_cash(CASH)
    await till.pay_card(GOOD_CARD, REST)


async def card_and_cash(till: Till) -> None:
    await till.pay_card(GOOD_CARD, 300)
    await till.pay_cash(REST)


async def second_declined(till: Till) -> None:
    await till.pay_card(GOOD_CARD, 300)
    await till.pay_card(POOR_CARD, REST)


async def second_lost_before(till: Till) -> None:
    await till.pay_card(GOOD_CARD, 300)
    till.gateway("timeout before")
    await till.pay_card(GOOD_CARD, REST)


async def second_lost_after(till: Till) -> None:
    await till.pay_card(GOOD_CARD, 300)
    till.gateway("timeout after")
    await till.pay_card(GOOD_CARD, 400)


async def abandoned(till: Till) -> None:
    await till.pay_cash(100)
    await till.pay_card(GOOD_CARD, 200)
    await till.pay_card(GOOD_CARD, 300)
    await till.abandon()


async def found_beside_another(till: Till) -> None:
    with suppress(TillError):
        await lost_before(till)
    if till.sale.state == "checking":
        till.add(BREAD)
        await till.recover()
        till.void_all()
        await till.recall()


async def found_at_once(till: Till) -> None:
    with suppress(TillError):
        await lost_after(till)
    await till.recover()


async def set_aside(till: Till) -> None:
    await till.hold("later")
    till.next_ticket()
    await till.recall()


SCENARIOS: list[Scenario] = [
    cash, card, declined, lost_before, lost_after, cash_and_card, card_and_cash, second_declined, second_lost_before,
    second_lost_after, abandoned, found_beside_another, found_at_once, set_aside,
]  # fmt: skip


def names(scenario: Scenario) -> str:
    return scenario.__name__


def laws_hold(at: Counter) -> None:
    """Money, stock and uses agree; of one ticket there is one order at most."""
    invariants.stock_is_conserved(at.store, {CAKE: 4}, at.till.catalog.products)
    invariants.coupon_uses_are_counted(at.store, "ONE", most=1)
    invariants.money_agrees(at.store, at.gateway.ledger)
    invariants.receipts_have_no_gap(at.store, ["1"])
    assert len(tuple(at.store.orders())) <= 1


async def begin(at: Counter) -> None:
    """Two cakes with a coupon, written down."""
    at.till.add(CAKE, Decimal(2))
    at.till.apply_coupon("ONE")
    await at.till.flush()


async def finish(at: Counter, *, stays: bool) -> None:
    """Go on as a cashier does, once all is well again: take the rest, or give the money back."""
    for _ in range(2):
        await at.gateway.land_late()
        await at.till.recover()
        laws_hold(at)
    sold = bool(tuple(at.store.orders()))
    assert at.till.checking() == ()
    assert at.sale.state != "checking"
    at.till.next_ticket()
    if [line.sku for line in at.sale.lines] == [BREAD]:
        at.till.void_all()
    if sold:
        assert at.sale.lines == ()
        assert at.till.held_tickets() == ()
    elif stays:
        if not at.sale.lines:
            await at.till.recall()
        await at.till.pay_cash()
    elif at.sale.state == "part_paid":
        await at.till.abandon()
    laws_hold(at)
    assert at.store.open_reservations() == ()
    assert len(tuple(at.store.orders())) == (sold or stays)
    if not sold and not stays:
        assert at.gateway.ledger.captured_total() == 0
        assert sum(bool(at.sale.lines) for _ in range(1)) + len(at.till.held_tickets()) == 1
    if at.sale.state == "open" and at.sale.lines:
        assert at.till.void_all().lines == ()


async def go_wrong(scenario: Scenario, kind: Kind, step: int, *, lands: bool, lasting: int, stays: bool) -> str:
    """Do a scenario with trouble at a step, then finish; the step's name."""
    with counter() as at:
        await begin(at)
        trouble = Trouble(at.store, at.gateway, kind, step, lands=lands, lasting=lasting)
        with suppress(TillError, Killed):
            await scenario(at.till)
            await at.till.flush()
        trouble.over()
        if kind != "killed":
            await finish(at, stays=stays)
    if kind == "killed":
        with counter(at.store, ids=at.ids) as again:
            again.gateway.ledger = at.gateway.ledger
            await finish(again, stays=stays)
    return trouble.where


@pytest.mark.parametrize("lands", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=names)
async def test_a_kill_at_any_step(scenario: Scenario, lands: bool) -> None:
    for step in count(1):
        for stays in (True, False):
            where = await go_wrong(scenario, "killed", step, lands=lands, lasting=1, stays=stays)
        if not where:
            break
    assert step > 1


@pytest.mark.parametrize("lands", [False, True], ids=["lost", "landed"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=names)
async def test_a_disk_that_fails_at_any_step(scenario: Scenario, lands: bool) -> None:
    for step in count(1):
        for lasting in (1, 2, 9):
            where = await go_wrong(scenario, "disk", step, lands=lands, lasting=lasting, stays=bool(step % 2))
        if not where:
            break
    assert step > 1


@pytest.mark.parametrize("lands", [False, True], ids=["lost", "landed"])
@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s not in (cash, set_aside)], ids=names)
async def test_a_gateway_that_falls_silent_at_any_step(scenario: Scenario, lands: bool) -> None:
    for step in count(1):
        for lasting in (1, 9):
            where = await go_wrong(scenario, "gateway", step, lands=lands, lasting=lasting, stays=bool(step % 2))
        if not where:
            break
    assert step > 1
