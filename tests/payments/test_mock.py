import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pos.clock_and_ids import FrozenClock, SequentialIds, SystemClock
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult, Gateway, GatewayPlan, GatewayUnknown
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.payments.testcards import DECLINED_CARDS, DECLINED_CENTS
from tests.payments.vectors import vectors

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
VISA = "4242 4242 4242 4242"


def gateway(path: Path | None = None, **settings: float) -> MockGateway:
    return MockGateway(FrozenClock(NOON), Ledger(path), ids=SequentialIds(), **settings)


async def pay(mock: MockGateway, attempt: str = "a1", amount: int = 2000, number: str = VISA) -> ChargeResult:
    return await mock.charge(attempt, amount, (await mock.tokenize(number)).token)


def kept(mock: MockGateway) -> int:
    return mock.ledger.captured_total()


async def test_it_is_the_port() -> None:
    port: Gateway = gateway()
    token = await port.tokenize(VISA)
    assert (token.brand, token.last4) == ("visa", "4242")


@pytest.mark.parametrize("row", vectors("docs.stripe.com/testing", "number"), ids=lambda row: str(row["id"]))
async def test_published_cards_get_their_published_answer(row: dict[str, Any]) -> None:
    answer = await pay(gateway(), number=row["input"]["number"])
    expected = row["expected"]
    if expected["outcome"] == "declined":
        assert answer.decline_code == (expected["decline_code"] or expected["error_code"])
    else:
        assert answer.state == "captured"
    assert answer.last4 == row["input"]["number"][-4:]


@pytest.mark.parametrize(("number", "code"), DECLINED_CARDS.items())
async def test_every_test_card_that_is_declined(number: str, code: str) -> None:
    mock = gateway()
    assert await pay(mock, number=number) == ChargeResult(
        state="declined", decline_code=code, brand="visa", last4=number[-4:]
    )
    assert kept(mock) == 0


@pytest.mark.parametrize(
    "row", vectors("docs.stripe.com/terminal/references/testing", "amount_ends_with"), ids=lambda row: str(row["id"])
)
async def test_the_reader_answers_by_the_cents(row: dict[str, Any]) -> None:
    answer = await pay(gateway(), amount=2300 + int(row["input"]["amount_ends_with"]), number="reader")
    assert answer.state == ("captured" if row["expected"]["outcome"] == "approved" else "declined")
    assert answer.decline_code == row["expected"]["decline_code"]


@pytest.mark.parametrize("cents", range(100))
async def test_cents_count_for_the_reader_only(cents: int) -> None:
    mock = gateway()
    assert (await pay(mock, "card", 1000 + cents)).state == "captured"
    assert (await pay(mock, "read", 1000 + cents, " Reader ")).decline_code == DECLINED_CENTS.get(cents)


async def test_the_reader_knows_its_card_once_it_is_charged() -> None:
    mock = gateway()
    token = await mock.tokenize("reader")
    assert (token.brand, token.last4) == ("reader", "")
    answer = await mock.charge("a1", 2500, token.token)
    assert (answer.brand, answer.last4) == ("visa", "4242")


async def test_a_number_that_is_none_is_refused_before_anything_is_asked() -> None:
    mock = gateway()
    mock.script("down")
    with pytest.raises(TillError, match="not a card number"):
        await mock.tokenize("4242424242424241")


async def test_the_script_comes_first_and_in_order() -> None:
    mock = gateway()
    for words in ("decline insufficient_funds", "APPROVE", "decline lost_card"):
        mock.script(words)
    lost = "4000000000009987"
    answers = [await pay(mock, attempt, number=lost) for attempt in ("a1", "a2", "a3", "a4")]
    assert [answer.decline_code for answer in answers] == ["insufficient_funds", None, "lost_card", "lost_card"]
    assert kept(mock) == 2000


async def test_a_script_is_for_the_next_new_id() -> None:
    mock = gateway()
    await pay(mock)
    mock.script("decline stolen_card")
    assert (await pay(mock)).state == "captured"
    assert (await pay(mock, "a2")).decline_code == "stolen_card"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "decline",
        "timeout",
        "timeout soon",
        "approve twice",
        "explode",
        "decline 4242424242424242",
        "slow down",
        "slow -1",
        "slow 1e1",
        "slow 5",
        "slow 600",
        "slow ٣",
        "clear all",
    ],
)
async def test_other_scripts_are_refused(words: str) -> None:
    with pytest.raises(TillError) as refusal:
        gateway().script(words)
    assert refusal.value.code == "bad_command"


@pytest.mark.parametrize(
    ("words", "settings", "taken"),
    [
        ("slow", {}, 4.0),
        ("slow", {"timeout": 30.0, "latency": 1.0}, 4.0),
        ("slow", {"timeout": 2.0}, 1.6),
        ("slow 3", {}, 3.0),
        ("SLOW 2.5s", {}, 2.5),
        ("slow 0.5", {"latency": 2.0}, 2.0),
        ("slow", {"timeout": 0.0}, 0.0),
    ],
)
async def test_a_slow_answer_is_an_answer_and_the_cards_own(
    words: str, settings: dict[str, float], taken: float
) -> None:
    clock = FrozenClock(NOON)
    mock = MockGateway(clock, Ledger(None), ids=SequentialIds(), **settings)
    mock.script(words)
    assert (await pay(mock, number="4000000000009995")).decline_code == "insufficient_funds"
    assert (clock.now() - NOON).total_seconds() == taken
    assert (await pay(mock, "a2")).state == "captured"
    assert (clock.now() - NOON).total_seconds() == taken + settings.get("latency", 0)


async def test_a_slow_answer_that_would_come_too_late_is_refused_with_how_long_the_till_waits() -> None:
    with pytest.raises(TillError, match=r"The till waits 7\.5 seconds for an answer, and a slow one takes less"):
        gateway(timeout=7.5).script("slow 8")


async def test_it_says_what_it_was_told_and_has_not_done_yet() -> None:
    mock = gateway()
    for words in ("Decline  lost_card", "slow 3s", "down", "timeout AFTER"):
        mock.script(words)
    assert mock.plan == GatewayPlan(answers=("decline lost_card", "slow 3", "timeout after"), down=True)
    mock.script("up")
    await pay(mock)
    assert mock.plan == GatewayPlan(answers=("slow 3", "timeout after"))
    mock.script("down")
    mock.script("clear")
    assert mock.plan == GatewayPlan(down=True)


async def test_down_answers_nothing_at_once_until_it_is_up() -> None:
    mock = gateway(latency=3)
    token = (await mock.tokenize(VISA)).token
    mock.script("down")
    calls = [
        mock.tokenize(VISA),
        mock.charge("a1", 100, token),
        mock.find("a1"),
        mock.void("a1"),
        mock.refund("a1", "r1", 1),
    ]
    for call in calls:
        with pytest.raises(GatewayUnknown):
            await call
    assert mock.ledger.charges() == ()
    mock.script("up")
    assert (await mock.charge("a1", 100, token)).state == "captured"


async def test_the_same_id_charges_once() -> None:
    mock = gateway()
    assert await pay(mock) == await pay(mock)
    assert kept(mock) == 2000
    with pytest.raises(ValueError, match="another amount"):
        await pay(mock, amount=1999)


async def test_a_declined_id_stays_declined() -> None:
    mock = gateway()
    declined = await pay(mock, number="4000000000000002")
    assert await pay(mock) == declined


@pytest.mark.parametrize("amount", [0, -1])
async def test_only_money_can_be_charged(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        await pay(gateway(), amount=amount)


async def test_a_token_nobody_gave_is_declined() -> None:
    assert (await gateway().charge("a1", 100, "tok-9")).decline_code == "processing_error"


async def test_time_out_before_captures_nothing_and_may_land_later() -> None:
    clock = FrozenClock(NOON)
    mock = MockGateway(clock, Ledger(), timeout=30)
    mock.script("timeout before")
    with pytest.raises(GatewayUnknown):
        await pay(mock)
    assert (clock.now() - NOON).total_seconds() == 30
    assert await mock.find("a1") is None
    assert kept(mock) == 0
    await mock.land_late()
    await mock.land_late()
    assert await mock.find("a1") == ChargeResult(state="captured", brand="visa", last4="4242")
    assert kept(mock) == 2000


async def test_a_void_keeps_a_late_charge_from_landing() -> None:
    mock = gateway()
    mock.script("timeout before")
    with pytest.raises(GatewayUnknown):
        await pay(mock)
    await mock.void("a1")
    await mock.land_late()
    assert kept(mock) == 0
    assert (await pay(mock)).decline_code == "voided"


async def test_time_out_after_captures_without_an_answer() -> None:
    mock = gateway(latency=1, timeout=30)
    mock.script("timeout after")
    with pytest.raises(GatewayUnknown):
        await pay(mock)
    assert kept(mock) == 2000
    found = await mock.find("a1")
    assert found is not None
    assert found.state == "captured"
    assert await pay(mock) == found


async def test_a_void_gives_back_and_refuses_for_ever() -> None:
    mock = gateway()
    await pay(mock)
    await mock.void("a1")
    await mock.void("a1")
    await mock.void("never asked")
    assert kept(mock) == 0
    for attempt in ("a1", "never asked"):
        assert (await pay(mock, attempt)).decline_code == "voided"
        found = await mock.find(attempt)
        assert found is not None
        assert (found.state, found.decline_code) == ("declined", "voided")


async def test_refunds_count_once_and_never_exceed_the_capture() -> None:
    mock = gateway()
    await pay(mock)
    await mock.refund("a1", "r1", 1500)
    await mock.refund("a1", "r1", 1500)
    assert kept(mock) == 500
    with pytest.raises(TillError) as refusal:
        await mock.refund("a1", "r2", 501)
    assert refusal.value.code == "bad_amount"
    await mock.refund("a1", "r2", 500)
    assert kept(mock) == 0
    with pytest.raises(ValueError, match="another amount"):
        await mock.refund("a1", "r1", 1)
    with pytest.raises(ValueError, match="positive"):
        await mock.refund("a1", "r3", 0)


async def test_what_was_not_captured_cannot_be_refunded() -> None:
    mock = gateway()
    await pay(mock, number="4000000000000002")
    for attempt in ("a1", "unknown"):
        with pytest.raises(TillError):
            await mock.refund(attempt, "r1", 1)


async def test_a_void_after_a_refund_gives_back_the_rest() -> None:
    mock = gateway()
    await pay(mock)
    await mock.refund("a1", "r1", 500)
    await mock.void("a1")
    assert kept(mock) == 0


async def test_each_answer_takes_the_latency() -> None:
    clock = FrozenClock(NOON)
    mock = MockGateway(clock, Ledger(), latency=1.5)
    await pay(mock)
    await mock.find("a1")
    await mock.refund("a1", "r1", 1)
    await mock.void("a1")
    assert (clock.now() - NOON).total_seconds() == 6


class StoppedClock(FrozenClock):
    """Time does not pass at all: whoever sleeps waits to be cancelled."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.slept_on = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept_on.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize("on_disk", [True, False])
async def test_cancelling_stops_the_waiting_not_the_gateway(tmp_path: Path, on_disk: bool) -> None:
    clock = StoppedClock()
    mock = MockGateway(clock, Ledger(tmp_path / "ledger" if on_disk else None), latency=1)
    waiting = asyncio.ensure_future(pay(mock))
    await clock.slept_on.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert kept(mock) == 0
    await mock.land_late()
    assert kept(mock) == 2000


async def test_a_void_while_the_charge_waits_wins() -> None:
    clock = FrozenClock(NOON)
    mock = MockGateway(clock, Ledger(), latency=1)
    token = (await mock.tokenize(VISA)).token
    charge = asyncio.ensure_future(mock.charge("a1", 100, token))
    await asyncio.sleep(0)
    mock.ledger.void("a1")
    assert (await charge).decline_code == "voided"
    assert kept(mock) == 0


async def test_a_ledger_that_cannot_be_written_answers_nothing(tmp_path: Path) -> None:
    mock = gateway(tmp_path / "ledger")
    token = (await mock.tokenize(VISA)).token
    (tmp_path / "ledger").unlink()
    (tmp_path / "ledger").mkdir()
    with pytest.raises(GatewayUnknown):
        await mock.charge("a1", 100, token)
    assert kept(mock) == 0


async def test_no_number_is_kept_anywhere(tmp_path: Path) -> None:
    mock = gateway(tmp_path / "ledger")
    numbers = [VISA, "378282246310005", "6205500000000000004", *DECLINED_CARDS]
    for index, number in enumerate(numbers):
        token = await mock.tokenize(number)
        answer = await mock.charge(f"a{index}", 100, token.token)
        seen = f"{token!r} {answer!r} {mock.ledger.charges()!r} {mock.ledger.card(token.token)!r} {mock!r}"
        assert not re.search(r"\d{7}", re.sub(r"0x[0-9a-f]+", "", seen))
    assert not re.search(r"\d{7}", (tmp_path / "ledger").read_text())


async def test_time_out_late_is_charged_once_nobody_waits_any_longer() -> None:
    clock = FrozenClock(NOON)
    mock = MockGateway(clock, Ledger(), timeout=30)
    mock.script("timeout late")
    with pytest.raises(GatewayUnknown):
        await pay(mock)
    assert (clock.now() - NOON).total_seconds() == 30
    assert await mock.find("a1") == ChargeResult(state="captured", brand="visa", last4="4242")
    assert kept(mock) == 2000


async def test_a_void_while_it_is_waited_for_keeps_a_late_charge_from_landing() -> None:
    mock = MockGateway(SystemClock(), Ledger(), timeout=3600)
    mock.script("timeout late")
    token = (await mock.tokenize(VISA)).token
    waiting = asyncio.ensure_future(mock.charge("a1", 2000, token))
    await asyncio.sleep(0)
    assert [charge.state for charge in mock.ledger.charges()] == ["asked"]
    await mock.void("a1")
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await mock.land_late()
    assert kept(mock) == 0
    assert await mock.find("a1") == ChargeResult(state="declined", decline_code="voided", brand="visa", last4="4242")
