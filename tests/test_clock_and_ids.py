import asyncio
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.clock_and_ids import FrozenClock, RandomIds, SequentialIds, SystemClock
from pos.domain.ports import Clock, Ids
from pos.domain.timed_ids import RANDOM_BITS, made_at, timed_id
from pos.payments.masking import mask

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def test_every_one_is_the_port_it_stands_for() -> None:
    clocks: list[Clock] = [SystemClock(), FrozenClock(NOON)]
    ids: list[Ids] = [RandomIds(), SequentialIds()]
    assert len(clocks) == len(ids)


async def test_the_system_clock_knows_its_zone_and_lets_time_pass() -> None:
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(0)
    assert before.utcoffset() == timedelta(0)
    assert clock.now() >= before


async def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = FrozenClock(NOON)
    assert clock.now() == NOON
    await clock.sleep(2.5)
    clock.advance(0.5)
    assert clock.now() == NOON + timedelta(seconds=3)
    clock.advance(-10)
    assert clock.now() == NOON + timedelta(seconds=3)


async def test_sleeping_on_a_frozen_clock_gives_others_their_turn() -> None:
    clock, order = FrozenClock(NOON), list[str]()

    async def worker(name: str) -> None:
        for _ in range(2):
            order.append(name)
            await clock.sleep(1)

    await asyncio.gather(worker("a"), worker("b"))
    assert order == ["a", "b", "a", "b"]


def test_a_frozen_clock_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        FrozenClock(datetime(2026, 3, 14, 12))


def test_sequential_ids_count_by_kind() -> None:
    ids = SequentialIds()
    assert [ids.new("order"), ids.new("tok"), ids.new("order")] == ["order-1", "tok-1", "order-2"]


@given(st.sampled_from(["order", "tok", "attempt"]))
def test_random_ids_are_safe_in_a_url_and_never_the_same(kind: str) -> None:
    ids = RandomIds()
    drawn = {ids.new(kind) for _ in range(20)}
    assert len(drawn) == 20
    for each in drawn:
        prefix, _, rest = each.partition("-")
        assert prefix == kind
        assert len(rest) == 16
        assert set(rest) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.integers(0, 2**RANDOM_BITS - 1), st.datetimes(datetime(1970, 1, 1), datetime(2300, 1, 1)))
def test_an_id_with_its_moment_is_a_uuid_of_version_7_and_no_card(random: int, moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    timed = timed_id("order", at, random)
    uuid = UUID(timed.removeprefix("order-"))
    assert (uuid.version, uuid.variant, f"order-{uuid}") == (7, RFC_4122, timed)
    assert made_at(timed) == at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert mask(timed) == timed
    assert mask(timed.upper()) == timed.upper()


def test_ids_with_their_moments_sort_by_them_and_differ() -> None:
    ids = RandomIds()
    early, late = ({ids.new("order", moment) for _ in range(20)} for moment in (NOON, NOON + timedelta(milliseconds=1)))
    assert max(early) < min(late)
    assert len(early | late) == 40
    assert made_at(ids.new("order", datetime(1901, 1, 1, tzinfo=UTC))) == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "other", ["order-1", "order-mFZ0aXq3abcdefgh", f"order-{UUID(int=2**127, version=4)}", "1-1-7"]
)
def test_no_other_id_has_a_moment(other: str) -> None:
    assert made_at(other) is None
    assert made_at(timed_id("order", NOON, 0).replace("019", "f19", 1)) is None
