"""The time line as text: what an audience sees of a payment, from its events alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from textwrap import dedent

import pytest

from pos.domain.errors import TillError
from pos.domain.events import Event, Written
from pos.domain.message import NOTHING, verbatim
from pos.domain.money import format_money
from pos.domain.sale import Payment
from pos.domain.terminal_text import width
from screens.events.event_labels import clock_text, since_text, written_text
from screens.inspector.timeline import KnownOutcomes, TimelineStyle, Told, drawn, fitting, lines, plain
from tests.till.support import BREAD, LAMP, NOON, Counter, counter

DECLINED = "4000000000009995"


def money(amount: int) -> str:
    return format_money(amount, 2)


LOOK = TimelineStyle(money, NOON.tzinfo)


def numbered(at: Counter) -> tuple[Told, ...]:
    return tuple(enumerate(at.events))


def told(at: Counter, typed: str = "", columns: int = 76) -> str:
    return plain(fitting(numbered(at), typed, money), KnownOutcomes.of(at.events), LOOK, columns)


def expected(text: str) -> str:
    return dedent(text).strip("\n")


async def added(at: Counter, *skus: str) -> None:
    for sku in skus:
        at.till.add(sku)
        await at.till.flush()


async def test_a_declined_card_is_reserved_charged_declined_and_released() -> None:
    with counter() as at:
        await added(at, BREAD)
        with pytest.raises(TillError):
            await at.till.pay_card(DECLINED)
        assert told(at) == expected("""
            Ticket 1-1
               12:00:00.0         added     1 Bread
            ┌─ Reservation 1-1/1                                  ↩ released after 0.0 s
            │  12:00:00.0 +0.0 s  reserved  1 line                                  ✓ #3
            ├┬ visa ••9995 3.00  attempt-1                                    ✗ declined
            ││ 12:00:00.0 +0.0 s  charging  3.00 to visa ••9995                     ✓ #3
            │└ 12:00:00.0 +0.0 s  declined  visa ••9995: Not enough funds.          ✓ #4
            └─ 12:00:00.0 +0.0 s  released  1 line                                  ✓ #5
        """)


async def test_a_time_out_is_unknown_found_and_committed_while_the_next_ticket_goes_on() -> None:
    with counter() as at:
        await added(at, BREAD)
        at.gateway.script("timeout after")
        with pytest.raises(TillError):
            await at.till.pay_card("reader")
        await added(at, LAMP)
        await at.till.recover()
        assert told(at) == expected("""
            Ticket 1-1
               12:00:00.0         added     1 Bread
            ┌─ Reservation 1-1/1                                 ✓ committed after 5.0 s
            │  12:00:00.0 +0.0 s  reserved  1 line                                  ✓ #3
            ├┬ visa ••4242 3.00  attempt-1                                     ✓ charged
            ││ 12:00:00.0 +0.0 s  charging  3.00 to the card reader                 ✓ #3
            │└ 12:00:05.0 +5.0 s  unknown   no answer about the card reader         ✓ #4
            Ticket 1-2
               12:00:05.0         added     1 Lava Lamp
            Ticket 1-1
            ┌─ Reservation 1-1/1                                 ✓ committed after 5.0 s
            ├┬ visa ••4242 3.00  attempt-1                                     ✓ charged
            │└ 12:00:05.0 +5.0 s  found     visa ••4242 was charged                 ✓ #6
            └─ 12:00:05.0 +5.0 s  committed receipt 1-1-1                           ✓ #7
        """)


async def test_a_split_tender_has_an_attempt_for_each_with_who_answered_where_there_is_room() -> None:
    with counter() as at:
        await added(at, LAMP)
        await at.till.pay_cash(500)
        with pytest.raises(TillError):
            await at.till.pay_card(DECLINED, 700)
        await at.till.pay_cash(None)
        rows = told(at, columns=104).splitlines()[2:]
        assert "\n".join(rows) == expected("""
            ┌─ Reservation 1-1/1                                                             ✓ committed after 0.0 s
            │  12:00:00.0 +0.0 s  reserved  1 line                                               store     ✓ #3 0 ms
            ├┬ cash 5.00  attempt-1                                                                          ✓ taken
            │└ 12:00:00.0 +0.0 s  part paid 5.00 in cash                                         store     ✓ #3 0 ms
            ├┬ visa ••9995 7.00  attempt-2                                                                ✗ declined
            ││ 12:00:00.0 +0.0 s  charging  7.00 to visa ••9995                                  store     ✓ #4 0 ms
            │└ 12:00:00.0 +0.0 s  declined  visa ••9995: Not enough funds.                       gateway   ✓ #5 0 ms
            ├─ cash 15.00  attempt-3                                                                         ✓ taken
            └─ 12:00:00.0 +0.0 s  committed receipt 1-1-1                                        store     ✓ #6 0 ms
        """)


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("declined", ["declined"]),
        ("funds VISA", ["declined"]),
        ("1-1/1 relea", ["released"]),
        ("attempt-1", ["charging", "declined"]),
        ("order-1 gateway", ["declined"]),
        ("9995 3.00", ["charging", "declined"]),
        ("insufficient", ["declined"]),
        ("#4", ["declined"]),
        ("1-2", ["added"]),
        ("lava", ["added"]),
        ("clined", []),
        ("1-1 nothing", []),
    ],
)
async def test_words_in_any_order_find_events_by_text_ticket_kind_and_ids(typed: str, kinds: list[str]) -> None:
    with counter() as at:
        await added(at, BREAD)
        with pytest.raises(TillError):
            await at.till.pay_card(DECLINED)
        await at.till.hold()
        await added(at, LAMP)
        assert [event.event for _number, event in fitting(numbered(at), typed, money)] == kinds


async def test_accents_do_not_matter_to_the_filter() -> None:
    event = Event(event="said", at=NOON, ticket="1-1", words=verbatim("Café Olé"))
    assert fitting([(0, event)], "cafe OLÉ", money)


async def test_what_is_filtered_keeps_its_headings_and_how_it_ended() -> None:
    with counter() as at:
        await added(at, BREAD)
        with pytest.raises(TillError):
            await at.till.pay_card(DECLINED)
        assert (
            told(at, "declined").splitlines()[:3]
            == expected("""
            Ticket 1-1
            ┌─ Reservation 1-1/1                                  ↩ released after 0.0 s
            ├┬ visa ••9995 3.00  attempt-1                                    ✗ declined
        """).splitlines()
        )


@pytest.mark.parametrize("columns", [20, 36, 60, 76, 110, 160])
async def test_no_row_is_wider_than_there_is_room_and_no_word_is_lost(columns: int) -> None:
    with counter() as at:
        await added(at, BREAD)
        with pytest.raises(TillError):
            await at.till.pay_card(DECLINED)
        rows = drawn(lines(numbered(at)), KnownOutcomes.of(at.events), LOOK, columns)
        if columns >= 60:
            assert all(each.row.width <= columns for each in rows)
        text = " ".join(" ".join(each.row.text for each in rows).replace("│", " ").replace("▌", " ").split())
        assert all(word in text for word in ("reserved", "charging", "declined", "funds.", "released"))
        assert [each.number for each in rows if each.number is not None] == sorted(
            each.number for each in rows if each.number is not None
        )


def test_a_hostile_text_is_cleaned() -> None:
    events = [Event(event="added", at=NOON, ticket="1-1", words=verbatim("\x1b[31mRed\x1b[0m \u202eturned"))]
    rows = drawn(lines(tuple(enumerate(events))), KnownOutcomes.of(events), LOOK, 60)
    assert "\x1b" not in rows[-1].row.text
    assert "\u202e" not in rows[-1].row.text
    assert rows[-1].row.width == width(rows[-1].row.text)


def test_times_are_told_in_tenths_then_minutes_then_hours() -> None:
    passed = (timedelta(milliseconds=849), timedelta(seconds=99), timedelta(minutes=9), timedelta(hours=2))
    assert [since_text(each) for each in passed] == ["+0.8 s", "+99.0 s", "+9 min", "+2 h"]
    at = datetime(2026, 11, 22, 12, 0, 5, 123456, tzinfo=UTC)
    assert [clock_text(at, UTC, decimals) for decimals in (0, 1, 6)] == ["12:00:05", "12:00:05.1", "12:00:05.123456"]


def test_a_writing_tells_its_step_and_how_long_it_took() -> None:
    written = Written(sequence=42, begun=NOON, durable=NOON + timedelta(milliseconds=3))
    event = Event(event="released", at=NOON, ticket="1-1", words=NOTHING, written=written)
    assert (written_text(event, took=False), written_text(event, took=True)) == ("✓ #42", "✓ #42 3 ms")
    found = event.model_copy(update={"written": written.model_copy(update={"sequence": None})})
    assert written_text(found, took=False) == "✓"


async def test_cash_that_goes_back_is_given_back() -> None:
    with counter() as at:
        await added(at, LAMP)
        await at.till.pay_cash(500)
        await at.till.abandon()
        assert "cash 5.00  attempt-1" in told(at)
        assert "↩ given back" in told(at)


def test_an_attempt_s_heading_tells_how_it_stands_now() -> None:
    pending = Payment(attempt="attempt-1", tender="card", state="pending", amount=300)
    captured = pending.model_copy(update={"state": "captured", "brand": "visa", "last4": "4242"})
    events = [
        Event(
            event="charging",
            at=NOON,
            ticket="1-1",
            words=NOTHING,
            reservation="1-1/1",
            attempt="attempt-1",
            payment=each,
        )
        for each in (pending, captured)
    ]
    (_ticket, _reservation, heading, *_rest) = drawn(lines([(0, events[0])]), KnownOutcomes.of(events), LOOK, 60)
    assert heading.row.text.split() == ["├┬", "visa", "••4242", "3.00", "attempt-1", "✓", "charged"]
