"""`pay card … --queued`: how it is said, what it does, and what it is not."""

from __future__ import annotations

from typing import Any

import pytest

from pos.domain.errors import TillError
from pos.domain.queue_options import QueueOptions
from pos.language.executor import execute
from pos.language.parsing import parse
from pos.language.redaction import redacted
from tests.language.test_queries import run
from tests.till.queue_double import QueueDouble
from tests.till.support import CAKE, GOOD_CARD, Counter, counter


async def say(at: Counter, line: str) -> Any:
    command = parse(line)
    assert command is not None
    return (await execute(at.till, command)).sale


@pytest.mark.parametrize(
    "line",
    [
        "pay card reader --queued",
        "pay card --queued reader",
        "PAY CARD READER --QUEUED",
        f"pay card {GOOD_CARD} --queued",
    ],
)
async def test_the_word_queues_wherever_it_stands(line: str) -> None:
    queue = QueueDouble()
    with counter(queue=queue) as at:
        at.till.add(CAKE)
        assert (await say(at, line)).state == "queued"
        assert len(queue.requests) == 1


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("pay card reader 2.00 --queued", "bad_command", "leave the amount out"),
        ("pay cash --queued", "bad_command", "Only a payment by card"),
        ("pay --queued", "bad_command", "--queued"),
        ("pay card --queued", "bad_command", "pay card NUMBER|reader --queued"),
        ("pay card 4242424242424241 --queued", "card_number_invalid", ""),
    ],
)
async def test_what_cannot_be_queued_is_refused(line: str, code: str, words: str) -> None:
    queue = QueueDouble()
    with counter(queue=queue) as at:
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await say(at, line)
        assert (refusal.value.code, words in refusal.value.message) == (code, True)
        assert (at.sale.state, queue.requests) == ("open", [])


def test_a_card_that_is_queued_is_shown_by_its_last_digits() -> None:
    assert redacted(f"pay card {GOOD_CARD} --queued") == "pay card visa••4242 --queued"


async def test_where_cards_are_queued_the_word_may_be_left_out() -> None:
    queue = QueueDouble()
    with counter(queue=queue, queueing=QueueOptions(always=True)) as at:
        at.till.add(CAKE)
        assert (await say(at, "pay card reader")).state == "queued"
        at.till.add(CAKE)
        assert (await say(at, "pay card reader 5.00")).state == "paid"
        at.till.add(CAKE)
        assert (await say(at, "pay cash")).state == "paid"
        at.till.add(CAKE)
        assert (await say(at, "pay cash 2.00")).state == "part_paid"
        assert (await say(at, "pay card reader")).state == "paid"
        assert len(queue.requests) == 1


async def test_a_script_sees_what_is_queued_and_what_becomes_of_it() -> None:
    queue = QueueDouble()
    with counter(queue=queue) as at:
        lines = await run(
            at,
            CAKE,
            "pay card reader --queued",
            "expect state queued",
            "expect checks.1-1.state queued",
            "expect checks.1-1.place 1",
            "checks",
            "TEA",
        )
        assert lines[1]["sale"]["state"] == "queued"
        assert [event["event"] for event in lines[1]["events"]] == ["queued"]
        assert lines[1]["events"][0]["order"] == lines[5]["checks"][0]["order"]
        assert lines[5]["output"] == "1-1: 5.00, queued, place 1, 5.00 due"
        queue.ends("1-1", state="paid", receipt="W1-q1-1")
        (asked,) = await run(at, "ask")
        assert asked["checks"] == []
        assert [event["event"] for event in asked["events"]] == ["queue_paid", "notice"]


async def test_without_a_queue_it_is_refused_with_a_sentence() -> None:
    with counter() as at:
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await say(at, "pay card reader --queued")
        assert (refusal.value.code, at.sale.state) == ("store_unusable", "open")
