import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.clock_and_ids import FrozenClock, RandomIds, SequentialIds, SystemClock
from pos.domain.ports import Clock, Ids

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
