"""Payments whose end nobody knew: each ends with exactly one order, or none and the money given back."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.domain.ports import ChargeResult
from pos.domain.reservations import Reservation
from pos.domain.sale import Sale
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.till.catalog_loading import load_catalog
from tests.till.fault_injection import Killed, Trouble
from tests.till.support import BREAD, CAKE, GOOD_CARD, LAMP, NOON, TEA, Counter, catalog_file, counter


async def lost(at: Counter, words: str) -> None:
    at.gateway.script(words)
    with pytest.raises(TillError) as unknown:
        await at.till.pay_card(GOOD_CARD)
    assert unknown.value.code == "payment_unknown"
    assert at.sale.state == "checking"


async def test_a_lost_answer_is_found_captured_and_committed_once() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout after")
        assert at.stock(LAMP) == (1, 1)
        sale = await at.till.wait(30)
        assert (sale.state, sale.receipt, at.stock(LAMP)) == ("paid", "1-1-1", (0, 0))
        assert at.gateway.ledger.captured_total() == 2000
        await at.till.recover()
        assert len(tuple(at.store.orders())) == 1


async def test_a_charge_that_lands_after_the_time_out_is_found_and_committed_once() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout late")
        assert at.stock(LAMP) == (1, 1)
        sale = await at.till.wait(1)
        assert (sale.state, sale.receipt, at.stock(LAMP)) == ("paid", "1-1-1", (0, 0))
        assert at.gateway.ledger.captured_total() == 2000


async def test_a_charge_that_never_landed_is_voided_before_anything_is_given_back() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout before")
        sale = await at.till.wait(30)
        assert (sale.state, [line.sku for line in sale.lines], at.stock(LAMP)) == ("held", [LAMP], (1, 0))
        assert at.kinds()[-3:] == ["voided", "released", "held"]
        await at.gateway.land_late()
        assert at.gateway.ledger.captured_total() == 0
        await at.till.recall()
        assert (await at.till.pay_cash()).state == "paid"


async def test_an_unreachable_gateway_keeps_the_ticket_parked() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout before")
        at.gateway.script("down")
        assert (await at.till.wait(3600)).state == "checking"
        assert at.stock(LAMP) == (1, 1)
        at.gateway.script("up")
        assert (await at.till.wait(1)).state == "held"


async def test_the_next_customer_is_served_and_the_parked_ticket_becomes_an_order() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout after")
        at.till.add(CAKE)
        assert len(at.till.checking()) == 1
        assert (await at.till.pay_cash()).receipt == "1-1-1"
        at.till.add(TEA)
        await at.till.recover()
        assert [order.receipt for order in at.store.orders()] == ["1-1-1", "1-1-2"]
        assert [line.sku for line in at.sale.lines] == [TEA]
        assert at.till.checking() == ()


async def test_a_parked_ticket_that_was_not_charged_is_set_aside() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout before")
        parked = at.sale.ticket
        at.till.add(CAKE)
        await at.till.recover()
        assert [held.name for held in at.till.held_tickets()] == [parked]
        await at.till.pay_cash()
        assert [line.sku for line in (await at.till.recall()).lines] == [LAMP]


async def test_a_ticket_that_was_not_charged_never_slips_under_the_next_customers_goods() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout before")
        await at.till.recover()
        assert [line.sku for line in at.till.add(TEA).lines] == [TEA]
        await at.till.pay_cash()
        await at.till.recover()
        assert [line.sku for line in at.till.add(CAKE).lines] == [CAKE]


async def test_a_kill_while_a_ticket_is_given_back_loses_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with counter() as before:
        before.till.add(LAMP)
        await lost(before, "timeout before")

        def killed(*_: object, **_named: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(before.store, "release", killed)
        with pytest.raises(KeyboardInterrupt):
            await before.till.recover()
        monkeypatch.undo()
    with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
        await at.till.recover()
        assert ([line.sku for line in at.sale.lines], at.stock(LAMP)) == ([LAMP], (1, 0))
        assert at.till.held_tickets() == ()


async def test_a_store_that_fails_keeps_the_payment_being_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout after")

        def full(*_: object) -> None:
            raise TillError("store_unusable", verbatim("The disk is full."))

        monkeypatch.setattr(at.store, "commit", full)
        assert [found.outcome for found in await at.till.recover()] == ["unknown"]
        assert (at.sale.state, at.events[-1].text) == ("checking", "ticket 1-1: The disk is full.")
        monkeypatch.undo()
        assert [found.outcome for found in await at.till.recover()] == ["committed"]


async def test_a_crash_after_the_capture_is_finished_at_the_next_start() -> None:
    with counter() as before:
        before.till.add(LAMP)
        await lost(before, "timeout after")
    with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
        assert at.sale.lines == ()
        await at.till.recover()
        assert [order.receipt for order in at.store.orders()] == ["1-1-1"]
        assert at.stock(LAMP) == (0, 0)


async def test_a_crash_before_the_capture_gives_the_ticket_back_at_the_next_start() -> None:
    with counter() as before:
        before.till.add(LAMP)
        await lost(before, "timeout before")
    with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
        await at.till.recover()
        assert ([line.sku for line in at.sale.lines], at.stock(LAMP)) == ([LAMP], (1, 0))


async def test_a_split_tender_with_one_capture_standing_is_shown_as_part_paid() -> None:
    with counter() as before:
        before.till.add(CAKE, Decimal(2))
        await before.till.pay_card(GOOD_CARD, 300)
        await lost(before, "timeout before")
    with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
        await at.till.recover()
        assert (at.sale.state, at.sale.paid, at.sale.due) == ("part_paid", 300, 700)
        assert (await at.till.pay_cash()).state == "paid"
        assert at.stock(CAKE) == (2, 0)


async def test_recovery_never_charges() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout before")
        charges = len(at.gateway.ledger.charges())
        for _ in range(3):
            await at.till.recover()
        assert len(at.gateway.ledger.charges()) == charges


async def test_recovery_leaves_a_part_paid_ticket_alone() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await at.till.pay_cash(100)
        assert await at.till.recover() == ()
        assert at.sale.state == "part_paid"


async def test_a_gateway_that_is_down_for_an_hour_is_asked_until_it_answers() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await lost(at, "timeout after")
        at.gateway.script("down")
        for _ in range(240):
            at.till.add(BREAD)
            await at.till.pay_cash()
            await at.till.wait(15)
        assert (len(at.till.checking()), at.stock(LAMP)) == (1, (1, 1))
        at.gateway.script("up")
        assert [found.outcome for found in await at.till.recover()] == ["committed"]
        assert ((await at.till.find_order("1-1-241")).sale.lines[0].sku, at.stock(LAMP)) == (LAMP, (0, 0))


class Echo(MockGateway):
    """A gateway that does everything twice, as after a lost answer, and gives both answers."""

    def __init__(self) -> None:
        super().__init__(FrozenClock(NOON), Ledger(), ids=SequentialIds())

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        first = await super().charge(attempt_id, amount, token)
        assert await super().charge(attempt_id, amount, token) == first
        return first

    async def find(self, attempt_id: str) -> ChargeResult | None:
        await super().find(attempt_id)
        await asyncio.sleep(0)
        return await super().find(attempt_id)

    async def void(self, attempt_id: str) -> None:
        await super().void(attempt_id)
        await super().void(attempt_id)


@pytest.mark.parametrize("words", ["timeout before", "timeout after"])
async def test_an_answer_that_comes_twice_counts_once(words: str) -> None:
    gateway = Echo()
    with counter(gateway=gateway) as at:
        at.till.add(CAKE)
        await at.till.pay_card(GOOD_CARD, 200)
        at.gateway.script(words)
        with pytest.raises(TillError):
            await at.till.pay_card(GOOD_CARD)
        await asyncio.gather(at.till.recover(), at.till.recover(), at.till.recover())
        if words == "timeout before":
            assert (at.sale.state, at.sale.paid) == ("part_paid", 200)
            await at.till.pay_card(GOOD_CARD)
        assert len(tuple(at.store.orders())) == 1
        assert (gateway.ledger.captured_total(), at.stock(CAKE)) == (500, (3, 0))


async def part_paid_beside_another(at: Counter) -> str:
    """A ticket whose second card was not charged, found while the next customer is served; its reservation."""
    at.till.add(CAKE)
    await at.till.pay_card(GOOD_CARD, 200)
    await lost(at, "timeout before")
    at.till.add(TEA)
    assert [found.outcome for found in await at.till.recover()] == ["part_paid"]
    (parked,) = at.till.checking()
    assert (at.sale.ticket, parked.sale.ticket) == ("1-2", "1-1")
    return parked.id


async def test_a_part_paid_ticket_is_told_of_once_and_waits_until_it_is_taken_up() -> None:
    with counter() as at:
        parked = await part_paid_beside_another(at)
        assert await at.till.recover() == ()
        with pytest.raises(TillError) as refusal:
            await at.till.take_up(parked)
        assert (refusal.value.code, at.sale.ticket) == ("ticket_not_empty", "1-2")
        await at.till.hold()
        await at.till.take_up(parked)
        assert (at.sale.ticket, at.sale.state, at.sale.due) == ("1-1", "part_paid", 300)
        assert at.till.checking() == ()
        assert (await at.till.pay_cash()).receipt == "1-1-1"
        with pytest.raises(TillError) as gone:
            await at.till.take_up(parked)
        assert gone.value.code == "unknown_ticket"


async def test_the_money_of_a_part_paid_ticket_is_given_back() -> None:
    with counter() as at:
        parked = await part_paid_beside_another(at)
        await at.till.pay_cash()
        await at.till.take_up(parked)
        assert (await at.till.abandon()).state == "open"
        assert (at.gateway.ledger.captured_total(), at.stock(CAKE), at.till.checking()) == (0, (4, 0), ())


async def test_what_is_still_being_checked_stays_where_it_is() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await lost(at, "timeout before")
        at.till.next_ticket()
        at.gateway.script("down")
        with pytest.raises(TillError) as refusal:
            await at.till.take_up("1-1/1")
        assert (refusal.value.code, at.sale.ticket, len(at.till.checking())) == ("payment_unknown", "1-2", 1)


async def test_a_coupon_that_a_lost_payment_held_counts_again_once_its_ticket_is_back() -> None:
    with counter() as before:
        before.till.add(CAKE)
        before.till.apply_coupon("ONE")
        await lost(before, "timeout before")
    with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
        await at.till.recover()
        assert at.sale.total == 400
        assert (await at.till.pay_cash()).paid == 400


async def test_a_kill_right_after_a_ticket_was_given_back_and_set_aside_never_makes_two_tickets_of_one() -> None:
    with counter() as before:
        before.till.add(LAMP)
        await lost(before, "timeout before")
        before.till.add(TEA)
        await before.till.flush()
        step = Trouble(before.store, before.gateway, "killed", 5, lands=True)
        with pytest.raises(Killed):
            await before.till.recover()
        step.over()
        assert step.where == "release"
        assert [held.ticket for held in before.till.held_tickets()] == ["1-1"]
    with counter(before.store, lane="2", gateway=before.gateway, ids=before.ids) as other:
        await other.till.recall()
        with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
            await at.till.recover()
            assert (at.till.held_tickets(), at.sale.ticket, at.stock(LAMP)) == ((), "1-2", (1, 0))
        assert (await other.till.pay_cash()).receipt == "2-1-1"


async def test_whoever_has_the_store_alone_ends_what_other_lanes_left(tmp_path: Path) -> None:
    for words, lane in (("timeout after", "2"), ("timeout before", "3")):
        till = open_till(tmp_path, lane=lane, timeout=0)
        try:
            till.add("MILK-1L")
            till.gateway(words)
            with pytest.raises(TillError):
                await till.pay_card(GOOD_CARD)
        finally:
            till.close()
    till = open_till(tmp_path, lane="1")
    try:
        assert sorted(found.outcome for found in await till.recover()) == ["committed", "released"]
        assert (await till.find_order()).receipt == "2-1-1"
        assert (till.checking(), till.sale.ticket) == ((), "3-1")
    finally:
        till.close()


@pytest.mark.parametrize("lane", ["1", "2"])
async def test_a_ticket_that_was_paid_just_before_a_crash_is_never_found_open(tmp_path: Path, lane: str) -> None:
    store = open_store(tmp_path)
    load_catalog(store, catalog_file(), demo=True)
    with counter(store) as before:
        before.till.add(CAKE)
        await before.till.flush()
        open_ticket = store.get("tickets", "1")
        await before.till.pay_cash()
    store.write({("tickets", "1"): open_ticket})
    store.close()
    till = open_till(tmp_path, lane=lane)
    await till.recover()
    till.close()
    store = open_store(tmp_path)
    for _ in range(3):
        store.commit(a_sale(store), Sale(ticket="other"), NOON)
        assert store.close_day("2026-11-22") is not None
    assert store.reservation("1-1/1") is None
    with counter(store) as at:
        assert at.sale.lines == ()
    store.close()


def a_sale(store: EmbeddedStore) -> Reservation:
    name = f"other-{len(store.days())}"
    return Reservation(
        id=name, order=name, lane="9", state="held", claims=(), sale=Sale(ticket=name), cart=Cart(), created=NOON
    )
