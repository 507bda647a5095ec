"""Every short script of a payment, killed at each of its steps: the ticket is in one place, with all its lines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from itertools import count, product

import pytest

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.ticket_records import lost
from pos.till.till import Till
from tests.till.fault_injection import Killed, Trouble
from tests.till.support import CAKE, GOOD_CARD, POOR_CARD, TEA, AnyStore, Counter, counter

Act = Callable[[Till], Awaitable[object]]


async def cash_part(till: Till) -> None:
    await till.pay_cash(100)


async def card_part(till: Till) -> None:
    await till.pay_card(GOOD_CARD, 200)


async def decline(till: Till) -> None:
    await till.pay_card(POOR_CARD)


async def lost_before(till: Till) -> None:
    till.gateway("timeout before")
    await till.pay_card(GOOD_CARD, 300)


async def lost_after(till: Till) -> None:
    till.gateway("timeout after")
    await till.pay_card(GOOD_CARD, 300)


async def abandon(till: Till) -> None:
    await till.abandon()


async def abandon_in_vain(till: Till) -> None:
    till.gateway("down")
    try:
        await till.abandon()
    finally:
        till.gateway("up")


async def wait(till: Till) -> None:
    await till.wait(1)


async def next_customer(till: Till) -> None:
    if till.next_ticket().ticket == "1-1":
        return
    till.add(TEA)
    await till.wait(1)
    till.void_all()


async def hold(till: Till) -> None:
    await till.hold("later")


async def recall(till: Till) -> None:
    await till.recall()


async def take_up(till: Till) -> None:
    for held in till.checking()[:1]:
        await till.take_up(held.id)


FIRST: list[Act] = [cash_part, card_part, decline, lost_before, lost_after, hold]
THEN: list[Act] = [abandon, abandon_in_vain, wait, next_customer, recall, lost_before]
LAST: list[tuple[Act, str]] = [(abandon, "1"), (wait, "2"), (hold, "2"), (take_up, "1")]
"""What is done last before the kill, and the lane that opens first after it."""
NEVER = 1_000_000
"""A step that nobody comes to."""


def named(acts: tuple[Act, ...]) -> str:
    return ",".join(act.__name__ for act in acts)


def found_at(store: AnyStore, ticket: str) -> list[tuple[str, Cart]]:
    """Where a ticket is on record, with what is on it: from the tables themselves."""
    places = [
        *((f"aside as {name}", record) for name, record in store.items("held") if record["ticket"] == ticket),
        *((f"on lane {lane}", record) for lane, record in store.items("tickets") if record.get("ticket") == ticket),
    ]
    held = [(held.id, held.cart) for held in store.open_reservations() if held.sale.ticket == ticket]
    if held:
        # What a payment holds may be on its lane's record too: the payment counts.
        return held
    return [(place, Cart.model_validate(record["cart"])) for place, record in places]


def is_safe(store: AnyStore) -> None:
    """Ticket 1-1 is paid, or it is in one place with its two cakes."""
    orders = [order for order in store.orders() if order.sale.ticket == "1-1"]
    places = [] if orders else found_at(store, "1-1")
    assert len(orders) + len(places) == 1, places
    for _place, cart in places:
        assert [(line.sku, line.quantity) for line in cart.lines] == [(CAKE, Decimal(2))]
    assert lost(store, [held.sale.ticket for held in store.open_reservations()]) == ()


async def killed_in(acts: tuple[Act, ...], step: int, *, lands: bool) -> tuple[Counter, Trouble]:
    """The acts of a cashier whose process ends at a step, if it comes to that step."""
    with counter() as at:
        at.till.add(CAKE, Decimal(2))
        await at.till.flush()
        trouble = Trouble(at.store, at.gateway, "killed", step, lands=lands)
        with suppress(Killed):
            for act in acts:
                with suppress(TillError):
                    await act(at.till)
                await at.till.flush()
        trouble.over()
    return at, trouble


def opened(before: Counter, lane: str) -> Iterator[Counter]:
    with counter(before.store, lane=lane, gateway=before.gateway, ids=before.ids) as at:
        # Whoever opens a folder is alone in it.
        at.till._services.owns_store = True
        at.till.close = at.till._services._disk.close  # type: ignore[method-assign]
        yield at


async def restarted(before: Counter, lane: str, act: Act) -> None:
    """A till opens, looks after what was left, does one thing more, and is closed."""
    for at in opened(before, lane):
        await at.gateway.land_late()
        await at.till.recover()
        is_safe(at.store)
        with suppress(TillError):
            await act(at.till)
        await at.till.flush()
        is_safe(at.store)


async def is_kept_by(acts: tuple[Act, ...], *lanes: str) -> None:
    """Whatever lane opens first, when the process ends at any step of the last act, or after it."""
    *before, _last = acts
    done = (await killed_in(tuple(before), NEVER, lands=False))[1].steps
    for lands, lane in product((False, True), lanes):
        for step in count(done + 1):
            left, trouble = await killed_in(acts, step, lands=lands)
            is_safe(left.store)
            await restarted(left, lane, abandon)
            await restarted(left, "1", recall)
            await restarted(left, lane, wait)
            if not trouble.where:
                break


@pytest.mark.parametrize("act", FIRST, ids=lambda act: act.__name__)
async def test_a_ticket_is_never_lost_whatever_is_killed_at_first(act: Act) -> None:
    await is_kept_by((act,), "1", "2")


@pytest.mark.parametrize("acts", list(product(FIRST, THEN)), ids=named)
async def test_a_ticket_is_never_lost_whatever_is_killed_when(acts: tuple[Act, ...]) -> None:
    await is_kept_by(acts, "1", "2")
    for last, lane in LAST:
        await is_kept_by((*acts, last), lane)


@pytest.mark.parametrize("lost_answer", [lost_before, lost_after, cash_part], ids=lambda act: act.__name__)
@pytest.mark.parametrize("emptied", [True, False], ids=["emptied", "nothing typed"])
async def test_what_could_not_be_written_before_does_not_take_its_place_later(lost_answer: Act, emptied: bool) -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(2))
        with suppress(TillError):
            await lost_answer(at.till)
        await at.till.flush()
        trouble = Trouble(at.store, at.gateway, "disk", 1, lands=False, lasting=9)
        if emptied and at.sale.state == "checking":
            at.till.add(TEA)
            at.till.void_all()
        else:
            at.till._lane.keep()
        with pytest.raises(TillError, match="No space left"):
            await at.till.flush()
        trouble.over()
        at.till.next_ticket()
        await at.till.recover()
        with suppress(TillError):
            await at.till.abandon()
        await at.till.flush()
        assert (at.sale.ticket, at.sale.state) == ("1-1", "open")
        is_safe(at.store)


@pytest.mark.parametrize("step", range(1, 7))
@pytest.mark.parametrize("lands", [False, True], ids=["lost", "landed"])
async def test_a_ticket_that_comes_back_while_the_disk_fails_is_not_written_over(step: int, lands: bool) -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(2))
        with suppress(TillError):
            await lost_before(at.till)
        at.till.next_ticket()
        await at.till.flush()
        trouble = Trouble(at.store, at.gateway, "disk", step, lands=lands, lasting=2)
        with suppress(TillError):
            await at.till.recover()
        trouble.over()
        for code in (TEA, TEA):
            with suppress(TillError):
                at.till.add(code)
            with suppress(TillError):
                await at.till.recover()
        await at.till.flush()
        assert lost(at.store, [held.sale.ticket for held in at.store.open_reservations()]) == ()
