"""What events tell of a payment's steps: which reservation and attempt, who was asked, and what was written when."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.errors import TillError
from pos.domain.events import Event
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.stores.embedded.store import open_store
from tests.till.fault_injection import Trouble
from tests.till.support import BREAD, CAKE, LAMP, NOON, Counter, catalog_file, counter, new_store

DECLINED = "4000000000009995"


def told(events: list[Event]) -> list[tuple[str, str | None, str | None, str | None]]:
    """Of each event of a payment: its kind, its reservation, its attempt with its state, and who was asked what."""
    return [
        (
            event.event,
            event.reservation,
            f"{event.payment.attempt} {event.payment.state}" if event.payment is not None else None,
            event.asked,
        )
        for event in events
        if event.reservation is not None
    ]


def steps(events: list[Event]) -> list[int | None]:
    """The numbers of the steps that were written."""
    return [event.written.sequence for event in events if event.written is not None]


def journal_of(folder: Path) -> dict[int, str]:
    """What each step of a store's journal changed, by its number."""
    (journal,) = folder.glob("journal-*")
    lines = [json.loads(line) for line in journal.read_bytes().rstrip(b"\0").splitlines()[1:]]
    return {line["seq"]: json.dumps(line["changes"]) for line in lines}


async def declined(at: Counter) -> None:
    at.till.add(BREAD)
    await at.till.flush()
    with pytest.raises(TillError, match="funds"):
        await at.till.pay_card(DECLINED)


async def test_a_declined_card_tells_each_step_with_its_ids() -> None:
    with counter() as at:
        await declined(at)
        assert told(at.events) == [
            ("reserved", "1-1/1", None, None),
            ("charging", "1-1/1", "attempt-1 pending", None),
            ("declined", "1-1/1", "attempt-1 declined", "charge"),
            ("released", "1-1/1", None, None),
        ]
        payment = at.events[-2].payment
        assert payment is not None
        assert (payment.brand, payment.last4, payment.amount) == ("visa", "9995", at.sale.total)
        assert {event.order for event in at.events if event.reservation} == {"order-1"}


async def test_the_first_attempt_is_written_with_its_reservation_and_each_later_step_by_itself() -> None:
    with counter() as at:
        before = at.store.last_step
        await declined(at)
        reserved, charging, refused, released = steps(at.events)
        assert reserved == charging
        assert [refused, released] == [number and number + more for number, more in ((reserved, 1), (reserved, 2))]
        assert at.store.last_step == before, "the steps were not written by the thread of the event loop"


async def test_a_time_out_that_is_found_captured_is_told_with_what_was_asked() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.gateway.script("timeout after")
        with pytest.raises(TillError, match="No answer"):
            await at.till.pay_card("reader")
        await at.till.recover()
        assert told(at.events)[2:] == [
            ("unknown", "1-1/1", "attempt-1 unknown", "charge"),
            ("found", "1-1/1", "attempt-1 captured", "find"),
            ("committed", "1-1/1", "attempt-1 captured", None),
        ]


async def test_a_part_payment_that_is_given_back_is_written_before_the_gateway_is_asked() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await at.till.pay_cash(500)
        await at.till.pay_card("reader", 1000)
        await at.till.abandon()
        assert told(at.events)[4:] == [
            ("part_paid", "1-1/1", "attempt-2 captured", None),
            ("voided", "1-1/1", "attempt-1 voided", None),
            ("voiding", "1-1/1", "attempt-2 unknown", None),
            ("voided", "1-1/1", "attempt-2 voided", "void"),
            ("released", "1-1/1", None, None),
        ]
        numbers = [number for number in steps(at.events) if number is not None]
        assert numbers == sorted(numbers)


async def test_cash_that_settles_is_one_step_with_its_tender() -> None:
    with counter() as at:
        at.till.add(BREAD)
        await at.till.pay_cash()
        assert told(at.events) == [("committed", "1-1/1", "attempt-1 captured", None)]


async def test_what_could_not_be_written_has_no_step() -> None:
    with counter() as at:
        at.till.add(BREAD)
        await at.till.flush()
        disk = Trouble(at.store, at.gateway, "disk", 2, lands=False, lasting=9)
        with pytest.raises(TillError):
            await at.till.pay_card("reader")
        assert [event.event for event in at.events if event.reservation and event.written is None] == [
            "captured",
            "unknown",
        ]
        disk.over()


async def test_the_number_is_the_journal_s_and_its_line_holds_the_step(tmp_path: Path) -> None:
    store, clock = open_store(tmp_path), FrozenClock(NOON)
    till = open_till(
        store, catalog=catalog_file(), clock=clock, ids=SequentialIds(), gateway=MockGateway(clock, Ledger())
    )
    events: list[Event] = []
    till.subscribe(lambda _sale, event: events.append(event) if event is not None else None)
    till.add(BREAD)
    with pytest.raises(TillError):
        await till.pay_card(DECLINED)
    till.close()
    written = journal_of(tmp_path)
    store.close()
    for event in events:
        if event.written is not None and event.written.sequence is not None:
            assert "1-1/1" in written[event.written.sequence], event.event
    refused = next(event for event in events if event.event == "declined")
    assert refused.written is not None
    assert '"declined"' in written[refused.written.sequence or 0]


async def test_the_counters_say_their_unit_and_their_limit() -> None:
    with counter() as at:
        at.till.add(CAKE)
        at.till.apply_coupon("ONE")
        await at.till.pay_cash()
        moves = {move.name: move for move in at.events[-1].counters}
        assert (moves[f"stock:{CAKE}"].unit, moves[f"stock:{CAKE}"].limit) == ("each", None)
        assert moves["uses:ONE"].limit == 1


async def test_an_event_comes_back_whole_from_its_json() -> None:
    with counter() as at:
        await declined(at)
        for event in at.events:
            assert Event.model_validate_json(event.model_dump_json()) == event


async def test_two_tills_on_one_store_tell_their_own_steps() -> None:
    store = new_store()
    with counter(store) as first, counter(store, lane="2") as second:
        for at in (first, second):
            at.till.add(BREAD)
            await at.till.flush()
        await asyncio.gather(first.till.pay_card("reader"), second.till.pay_card("reader"))
        reserved, charging, committed = steps(first.events)
        assert reserved == charging
        others = steps(second.events)
        assert others[0] == others[1]
        assert len({reserved, committed, *others}) == 4
