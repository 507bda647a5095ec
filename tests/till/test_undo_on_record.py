"""What is on record of the changes of a ticket: it is undone after a restart, and what is no record stops no till."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from pos.domain.ticket_changes import CHANGES, MOST_CHANGES
from pos.payments.mock import MockGateway
from tests.till.support import (
    BREAD,
    CAKE,
    GOOD_CARD,
    TEA,
    TOMATO,
    code,
    counter,
    lines,
    new_store,
)


async def test_after_a_restart_the_ticket_is_as_it_was_and_can_be_undone_and_redone() -> None:
    store = new_store()
    with counter(store) as at:
        for sku in (TEA, CAKE, BREAD):
            at.till.add(sku)
        at.till.void(2)
        await at.till.undo()
        await at.till.undo()
        seen = at.sale
    with counter(store) as again:
        assert again.sale == seen
        assert str(again.till.redoable) == "add 1 Bread"
        assert [str((await again.till.redo()).change) for _ in range(2)] == ["add 1 Bread", "void Cake"]
        assert [str((await again.till.undo()).change) for _ in range(4)] == [
            "void Cake", "add 1 Bread", "add 1 Cake", "add 1 Green Tea",
        ]  # fmt: skip
        assert again.sale.lines == ()


async def test_a_ticket_whose_charge_came_to_nothing_can_be_undone_after_a_restart() -> None:
    store = new_store()
    with counter(store) as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        at.gateway.script("timeout before")
        gateway: MockGateway = at.gateway
        assert await code(at.till.pay_card(GOOD_CARD)) == "payment_unknown"
    with counter(store, gateway=gateway) as again:
        await again.till.recover()
        assert (again.sale.ticket, again.sale.state) == ("1-1", "open")
        assert str((await again.till.undo()).change) == "add 1 Cake"


async def test_a_ticket_of_a_store_without_history_opens_with_nothing_to_undo() -> None:
    store = new_store()
    with counter(store) as at:
        at.till.add(TEA)
    store.write({(CHANGES, key): None for key in store.keys(CHANGES)})
    with counter(store) as again:
        assert (lines(again.sale), again.till.undoable) == ([(1, TEA, Decimal(1))], None)


@pytest.mark.parametrize("record", [{}, {"words": "x"}, {"words": 3, "before": {}, "after": {}, "more": 1}])
async def test_a_history_that_is_none_stops_no_till(record: dict[str, object]) -> None:
    store = new_store()
    with counter(store) as at:
        at.till.add(TEA)
    store.write({(CHANGES, "1-1/2"): record, (CHANGES, "what"): record})
    with counter(store) as again:
        assert (lines(again.sale), again.till.undoable) == ([(1, TEA, Decimal(1))], None)
        again.till.add(CAKE)
        await again.till.undo()
        await again.till.flush()
        assert store.keys(CHANGES) == ("1-1/1",)


async def test_a_history_of_another_cart_is_not_believed() -> None:
    store = new_store()
    with counter(store) as at:
        at.till.add(TEA)
        at.till.add(CAKE)
    record = store.get("tickets", "1")
    assert record is not None
    record["cart"]["lines"][0]["quantity"] = 5
    store.write({("tickets", "1"): record})
    with counter(store) as again:
        assert (again.sale.items, again.till.undoable) == (6, None)


async def test_nothing_is_left_on_record_of_a_ticket_that_has_ended() -> None:
    with counter() as at:
        for end in (at.till.pay_cash, at.till.hold):
            at.till.add(TEA)
            at.till.add(CAKE)
            await at.till.undo()
            await at.till.flush()
            assert len(at.store.keys(CHANGES)) == 2
            await end()
            await at.till.flush()
            assert at.store.keys(CHANGES) == ()


async def test_what_is_left_of_a_ticket_that_ended_elsewhere_goes_with_the_next_change() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.gateway.script("timeout after")
        assert await code(at.till.pay_card(GOOD_CARD)) == "payment_unknown"
        at.till.add(CAKE)
        await at.till.flush()
        assert at.store.keys(CHANGES) == ("1-1/1", "1-2/1")
        at.gateway.script("up")
        await at.till.recover()
        await at.till.pay_cash()
        at.till.add(BREAD)
        await at.till.flush()
        assert at.store.keys(CHANGES) == ("1-3/1",)


async def test_a_thousand_changes_can_be_undone_and_no_more_are_kept() -> None:
    with counter() as at:
        for _ in range(MOST_CHANGES + 5):
            at.till.add(BREAD)
        await at.till.flush()
        assert len(at.store.keys(CHANGES)) == MOST_CHANGES
        for _ in range(MOST_CHANGES):
            await at.till.undo()
        assert await code(at.till.undo()) == "nothing_to_undo"
        assert lines(at.sale) == [(1, BREAD, Decimal(5))]


async def test_a_change_is_on_record_by_what_it_touched_however_long_the_ticket_is() -> None:
    with counter() as at:
        for _ in range(300):
            at.till.add(TOMATO, Decimal("0.001"))
        at.till.set_quantity(150, Decimal("0.002"))
        await at.till.flush()
        change = at.store.get(CHANGES, "1-1/301")
        assert change is not None
        assert [len(change[side]["lines"]) for side in ("before", "after")] == [1, 1]


async def test_two_undone_at_once_are_two() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        done = await asyncio.gather(at.till.undo(), at.till.undo())
        assert [str(undone.change) for undone in done] == ["add 1 Cake", "add 1 Green Tea"]
