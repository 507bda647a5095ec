"""A card payment that waits in the shop's queue while the next customer is served."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from pos.domain.checkout_request import Short
from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.ticket_records import lost
from pos.till import queued_checkouts
from tests.till.fault_injection import Killed, Trouble
from tests.till.queue_double import QueueDouble
from tests.till.support import CAKE, GOOD_CARD, NOON, TEA, AnyStore, Counter, counter, new_store

if TYPE_CHECKING:
    from collections.abc import Iterator

CAKES = Decimal(2)


@contextmanager
def at_queue(store: AnyStore | None = None, queue: QueueDouble | None = None, **how: Any) -> Iterator[Counter]:
    """A till whose shop has a queue, with two cakes on its ticket unless the store has been used."""
    with counter(store, queue=queue or QueueDouble(), **how) as at:
        if store is None:
            at.till.add(CAKE, CAKES)
        yield at


def line(at: Counter) -> QueueDouble:
    queue = at.till._services.queue
    assert isinstance(queue, QueueDouble)
    return queue


def told(at: Counter) -> list[str]:
    return [event.text for event in at.events if event.event == "notice"]


def where(store: AnyStore, ticket: str) -> list[str]:
    """The places in which a ticket is on record."""
    found = [f"aside as {name}" for name, record in store.items("held") if record["ticket"] == ticket]
    found += ["on the screen" for _lane, record in store.items("tickets") if record.get("ticket") == ticket]
    return found + ["queued" for _order, record in store.items("queued") if record["ticket"] == ticket]


async def test_a_ticket_is_queued_in_one_step_and_the_next_customer_is_served() -> None:
    with at_queue() as at:
        sale = await at.till.queue("reader")
        assert (sale.ticket, sale.state, sale.due) == ("1-1", "queued", 1000)
        assert at.till.add(TEA).ticket == "1-2"
        await at.till.flush()
        assert (where(at.store, "1-1"), where(at.store, "1-2")) == (["queued"], ["on the screen"])
        (request,) = line(at).requests
        assert (request.ticket, request.lane, request.total, request.currency) == ("1-1", "1", 1000, "USD")
        assert [(each.sku, each.quantity) for each in request.cart.lines] == [(CAKE, CAKES)]
        assert request.expires is not None
        assert request.expires > NOON
        (one,) = at.till.checks()
        assert (one.ticket, one.state, one.total, one.place, one.order) == ("1-1", "queued", 1000, 1, request.order)
        assert "queued" in at.kinds()


async def test_a_typed_card_is_queued_as_a_token_only() -> None:
    with at_queue() as at:
        await at.till.queue(GOOD_CARD)
        ((_order, record),) = at.store.items("queued")
        assert GOOD_CARD not in str(record)
        assert record["request"]["card"]["last4"] == GOOD_CARD[-4:]


async def test_the_till_is_told_of_the_receipt() -> None:
    with at_queue() as at:
        await at.till.queue("reader")
        line(at).ends("1-1", state="paid", receipt="W1-q1-5")
        at.till.add(TEA)
        await at.till.keep_time()
        assert told(at) == ["Ticket 1-1 is paid: receipt W1-q1-5."]
        assert (at.sale.ticket, at.till.checks(), where(at.store, "1-1")) == ("1-2", (), [])
        assert at.store.get("begun_tickets", "1-1") is None
        assert at.kinds().count("queue_paid") == 1
        await at.till.keep_time()
        assert len(told(at)) == 1


async def test_what_is_paid_while_it_is_still_shown_is_shown_as_paid() -> None:
    with at_queue() as at:
        await at.till.queue("reader")
        line(at).ends("1-1", state="paid", receipt="W1-q1-5")
        await at.till.keep_time()
        assert (at.sale.state, at.sale.receipt, at.sale.due) == ("paid", "W1-q1-5", 0)


FAILURES: dict[str, tuple[dict[str, Any], str]] = {
    "declined": ({"decline_code": "insufficient_funds"}, "Not enough funds."),
    "sold_out": (
        {"short": (Short(sku=CAKE, name="Cake", wanted="2", free="1"),)},
        "Cake: 2 wanted, 1 left.",
    ),
    "price_changed": ({"total": 1200}, "It cost 10.00 when it was queued, it costs 12.00 now: ask the customer."),
    "expired": ({}, "Nobody charged it in time."),
    "refused": ({"words": lazy("Coupon {code} is used up.", code="ONE")}, "Coupon ONE is used up."),
}


@pytest.mark.parametrize("state", FAILURES)
async def test_what_is_not_paid_is_set_aside_with_the_reason(state: str) -> None:
    how, reason = FAILURES[state]
    with at_queue() as at:
        await at.till.queue("reader")
        at.till.add(TEA)
        line(at).ends("1-1", state=state, **how)
        await at.till.keep_time()
        await at.till.keep_time()
        (notice,) = told(at)
        assert reason in notice
        assert notice.startswith("Ticket 1-1 was not charged, and is set aside as 1-1: ")
        assert [str(each) for each in at.till.uncharged()] == [notice]
        assert where(at.store, "1-1") == ["aside as 1-1"]
        at.till.void_all()
        sale = await at.till.recall("1-1")
        assert at.till.uncharged() == ()
        assert [(each.sku, each.quantity) for each in sale.lines] == [(CAKE, CAKES)]
        assert (await at.till.pay_cash()).state == "paid"


async def test_what_is_stuck_stays_in_the_list_for_its_payment_may_be_open() -> None:
    with at_queue() as at:
        await at.till.queue("reader")
        line(at).ends("1-1", state="stuck", words=lazy("The bank is confused."))
        for _again in range(3):
            await at.till.keep_time()
        assert [each.state for each in at.till.checks()] == ["stuck"]
        assert ["The bank is confused." in notice for notice in told(at)] == [True]
        line(at).ends("1-1", state="pending")
        await at.till.keep_time()
        line(at).ends("1-1", state="paid", receipt="W2-q2-1")
        await at.till.keep_time()
        assert told(at)[-1] == "Ticket 1-1 is paid: receipt W2-q2-1."


async def test_a_full_queue_gives_the_ticket_back_and_says_how_long_to_wait() -> None:
    with at_queue() as at:
        line(at).most = 0
        with pytest.raises(TillError) as refusal:
            await at.till.queue("reader")
        assert (refusal.value.code, refusal.value.details["wait"]) == ("queue_full", 7)
        assert (at.sale.ticket, at.sale.state, at.sale.due) == ("1-1", "open", 1000)
        await at.till.flush()
        assert where(at.store, "1-1") == ["on the screen"]
        line(at).most = 1
        assert (await at.till.queue("reader")).state == "queued"


async def test_without_a_queue_as_the_settings_say_nothing_leaves_the_screen() -> None:
    with at_queue() as at:
        line(at).unusable = "The queue's address is none."
        with pytest.raises(TillError) as refusal:
            await at.till.queue("reader")
        assert refusal.value.code == "settings_invalid"
        await at.till.flush()
        assert (at.sale.state, where(at.store, "1-1"), line(at).requests) == ("open", ["on the screen"], [])


async def test_what_the_shop_cannot_take_into_its_queue_comes_back_to_the_screen() -> None:
    with at_queue() as at:
        line(at).away = "store_unusable"
        with pytest.raises(TillError) as refusal:
            await at.till.queue("reader")
        assert refusal.value.code == "store_unusable"
        await at.till.flush()
        assert (at.sale.state, where(at.store, "1-1")) == ("open", ["on the screen"])
        assert (await at.till.pay_cash()).state == "paid"


@pytest.mark.parametrize("code", ["queue_away", "server_away"])
@pytest.mark.parametrize("heard", [False, True], ids=["unheard", "heard"])
async def test_a_queue_that_is_away_gets_the_ticket_once_it_is_back(code: str, heard: bool) -> None:
    with at_queue() as at:
        line(at).away, line(at).heard = code, heard
        assert (await at.till.queue("reader")).state == "queued"
        at.till.add(TEA)
        for _again in range(3):
            await at.till.keep_time()
        assert ["goes into the queue by itself" in notice for notice in told(at)] == [True]
        assert where(at.store, "1-1") == ["queued"]
        line(at).away = ""
        await at.till.keep_time()
        assert [each.place for each in at.till.checks()] == [1]
        assert len(line(at).orders) == 1


async def test_a_queue_that_gives_no_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queued_checkouts, "PATIENCE", 0.0)
    with at_queue() as at:
        assert (await at.till.queue("reader")).state == "queued"
        await at.till.keep_time()
        assert [each.place for each in at.till.checks()] == [1]


async def test_of_what_is_in_the_queue_no_outage_says_that_it_goes_there() -> None:
    with at_queue() as at:
        await at.till.queue("reader")
        line(at).away = "server_away"
        await at.till.keep_time()
        assert (told(at), [each.place for each in at.till.checks()]) == ([], [1])


async def test_the_next_customer_does_not_wait_for_a_queue_that_is_away() -> None:
    with at_queue() as at:
        line(at).away, line(at).heard = "queue_away", True
        await at.till.queue("reader")
        at.till.add(TEA)
        assert (await at.till.queue("reader")).state == "queued"
        assert [request.ticket for request in line(at).requests] == ["1-1"]
        assert ["do not charge it again" in notice for notice in told(at)] == [True, True]
        line(at).away = ""
        await at.till.keep_time()
        assert [each.place for each in at.till.checks()] == [1, 2]
        at.till.add(TEA)
        await at.till.queue("reader")
        assert [request.ticket for request in line(at).requests] == ["1-1", "1-2", "1-3"]


async def test_a_full_queue_is_asked_again_when_it_said() -> None:
    with at_queue() as at:
        line(at).away = "queue_away"
        await at.till.queue("reader")
        line(at).away, line(at).most = "", 0
        await at.till.keep_time()
        line(at).most = 1
        await at.till.keep_time()
        assert line(at).orders == {}
        at.clock.turn(8)
        await at.till.keep_time()
        assert len(line(at).orders) == 1


async def test_what_nobody_took_in_time_is_set_aside() -> None:
    with at_queue() as at:
        line(at).away = "queue_away"
        await at.till.queue("reader")
        at.clock.turn(3600)
        line(at).away = ""
        await at.till.keep_time()
        assert line(at).orders == {}
        assert where(at.store, "1-1") == ["aside as 1-1"]


@pytest.mark.parametrize("begun", [False, True])
async def test_what_waits_without_a_worker_is_set_aside_unless_one_has_begun_it(begun: bool) -> None:
    with at_queue() as at:
        await at.till.queue("reader")
        (request,) = line(at).requests
        line(at).begun = {request.order} if begun else set()
        at.clock.turn(3600)
        await at.till.keep_time()
        assert where(at.store, "1-1") == ["queued" if begun else "aside as 1-1"]


async def test_part_paid_and_empty_tickets_are_not_queued() -> None:
    with at_queue() as at:
        await at.till.pay_cash(100)
        with pytest.raises(TillError) as refusal:
            await at.till.queue("reader")
        assert refusal.value.code == "ticket_frozen"
        assert at.sale.state == "part_paid"
        await at.till.abandon()
        at.till.void_all()
        with pytest.raises(TillError) as refusal:
            await at.till.queue("reader")
        assert refusal.value.code == "empty_ticket"
        assert line(at).requests == []


async def test_another_price_than_shown_is_not_queued() -> None:
    with at_queue() as at:
        with pytest.raises(TillError) as refusal:
            await at.till.queue("reader", due=900)
        assert refusal.value.code == "due_changed"
        assert line(at).requests == []


async def test_a_shop_without_a_queue_refuses() -> None:
    with counter() as at:
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await at.till.queue("reader")
        assert refusal.value.code == "store_unusable"
        assert at.sale.state == "open"


async def test_a_queued_ticket_cannot_be_taken_up() -> None:
    with at_queue() as at:
        await at.till.queue("reader")
        at.till.next_ticket()
        with pytest.raises(TillError, match="in the queue"):
            await at.till.take("1-1")


async def test_a_till_that_starts_again_goes_on_with_what_is_pending() -> None:
    store, queue = new_store(), QueueDouble()
    with at_queue(store, queue) as at:
        at.till.add(CAKE, CAKES)
        await at.till.queue("reader")
        at.till.add(TEA)
        await at.till.flush()
    assert queue.closed
    with at_queue(store, queue, ids=at.ids) as at:
        assert (at.sale.ticket, [each.ticket for each in at.till.checks()]) == ("1-2", ["1-1"])
        await at.till.recover()
        assert len(queue.requests) == 1
        queue.ends("1-1", state="paid", receipt="W1-q1-1")
        await at.till.recover()
        assert told(at) == ["Ticket 1-1 is paid: receipt W1-q1-1."]


def is_safe(store: AnyStore, queue: QueueDouble) -> None:
    """Ticket 1-1 is in one place, or paid; whoever may charge it is the queue or the cashier, never both."""
    paid = [each for each in queue.orders.values() if each.state == "paid"]
    places = where(store, "1-1")
    assert len(places) <= 1
    assert places or paid
    if places != ["queued"]:
        assert not queue.pending
    assert len(queue.orders) <= 1
    assert lost(store, []) == ()


ENDS: dict[str, dict[str, Any]] = {
    "paid": {"state": "paid", "receipt": "W1-q1-1"},
    "declined": {"state": "declined", "decline_code": "lost_card"},
    "full": {},
    "away": {},
}


@pytest.mark.parametrize("kind", ["killed", "disk"])
@pytest.mark.parametrize("lands", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("end", ENDS)
async def test_a_queued_ticket_is_never_lost_nor_in_two_places(kind: Any, lands: bool, end: str) -> None:
    for step in count(1):
        store, queue = new_store(), QueueDouble()
        queue.most, queue.away = 0 if end == "full" else 1, "queue_away" if end == "away" else ""
        with at_queue(store, queue) as at:
            at.till.add(CAKE, CAKES)
            await at.till.flush()
            trouble = Trouble(store, at.gateway, kind, step, lands=lands)
            with suppress(Killed):
                for _again in range(3):
                    with suppress(TillError):
                        if at.sale.state == "open" and not queue.orders:
                            await at.till.queue("reader")
                    if ENDS[end] and queue.pending:
                        queue.ends("1-1", **ENDS[end])
                    with suppress(TillError):
                        await at.till.recover()
            trouble.over()
            is_safe(store, queue)
        queue.most, queue.away = 1, ""
        with at_queue(store, queue, ids=at.ids) as at:
            await at.till.recover()
            is_safe(store, queue)
            if queue.pending:
                queue.ends("1-1", state="paid", receipt="W1-q1-2")
            await at.till.recover()
            is_safe(store, queue)
            assert where(store, "1-1") != ["queued"]
        if not trouble.where:
            break
    assert step > 1, "the steps of queueing have been counted"
