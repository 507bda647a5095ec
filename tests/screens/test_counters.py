"""The counters as bars: what is free, held and gone adds up, and what moved is marked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pos.domain.events import CounterMove, Event
from pos.domain.message import NOTHING
from screens.events.counters import FREE, GONE, HELD, bar_pieces, change_text, counter_rows, standings
from tests.till.support import NOON

parts = st.tuples(*[st.integers(0, 10_000)] * 3)


def move(name: str = "stock:TEA", **changes: Any) -> CounterMove:
    stands = {"label": "Tea", "on_hand": 10, "held": 0, "free": 10, "held_before": 0, "on_hand_before": 10}
    return CounterMove(**{"name": name, **stands, **changes})


def event(seconds: int, *moves: CounterMove, ticket: str = "1-1", kind: Any = "reserved") -> Event:
    return Event(event=kind, at=NOON + timedelta(seconds=seconds), ticket=ticket, words=NOTHING, counters=moves)


def drawn(events: list[Event], upto: Event | None = None, columns: int = 76) -> list[str]:
    return [each.text for each in counter_rows(standings(events, upto), columns)]


@given(parts, st.integers(6, 60))
def test_a_bar_is_as_wide_as_it_should_be_and_shows_whatever_there_is_any_of(
    amounts: tuple[int, int, int], cells: int
) -> None:
    text = "".join(piece.text for piece in bar_pieces(amounts, cells))
    assert len(text) == cells
    if any(amounts):
        assert [mark in text for mark in (FREE, HELD, GONE)] == [amount > 0 for amount in amounts]


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_a_bar_s_larger_part_is_never_shorter(free: int, held: int) -> None:
    text = "".join(piece.text for piece in bar_pieces((free, held, 0), 40))
    assert (text.count(FREE) >= text.count(HELD)) or free <= held


def test_stock_is_shown_as_held_and_then_gone_with_what_moved() -> None:
    reserved = event(0, move(held=3, free=7))
    committed = event(1, move(on_hand=7, free=7, held_before=3), kind="committed")
    events = [reserved, committed]
    heading, tea = drawn(events, reserved)
    assert heading.split() == ["STOCK", FREE, "free", HELD, "held", GONE, "gone", "hand", "held", "free"]
    assert tea.split()[0] == "Tea"
    assert tea.split()[-3:] == ["10", "0→3", "7"]
    assert GONE not in tea
    tea = drawn(events)[1]
    assert tea.split()[-3:] == ["10→7", "3→0", "7"]
    assert HELD not in tea
    assert GONE in tea


def test_a_bar_is_measured_by_the_most_there_ever_was() -> None:
    events = [event(0, move(on_hand=0, on_hand_before=10, free=0), kind="committed")]
    events.append(event(1, move(on_hand=5, on_hand_before=5, free=5), ticket="1-2"))
    tea = drawn(events)[1]
    assert tea.count(FREE) == tea.count(GONE) or abs(tea.count(FREE) - tea.count(GONE)) == 1


def test_counters_stand_as_they_stood_after_the_event_that_is_looked_at() -> None:
    events = [event(0, move(held=2, free=8)), event(1, kind="charging"), event(2, move(held_before=2), kind="released")]
    assert drawn(events, events[1])[1].split()[-3:] == ["10", "0→2", "8"]
    assert drawn(events, events[2])[1].split()[-3:] == ["10", "2→0", "10"]


def test_only_the_counters_of_that_ticket_are_shown_and_the_last_moved_are_marked() -> None:
    jam = move("stock:JAM", label="Jam", held=1, free=9)
    events = [event(0, jam), event(1, move(held=1, free=9)), event(2, move("stock:RYE", label="Rye"), ticket="1-2")]
    rows = drawn(events, events[1])
    assert [each.split()[0] for each in rows] == ["STOCK", "Jam", "Tea"]
    assert rows[1].split()[-2] == "1"
    assert rows[2].split()[-2] == "0→1"


def test_a_coupon_s_uses_are_measured_by_their_limit() -> None:
    uses = move("uses:SAVE10", label="SAVE10 uses", on_hand=-38, on_hand_before=-37, free=-38, held_before=1, limit=100)
    row = drawn([event(0, uses, kind="committed")])[1]
    assert row.split()[-3:] == ["37→38/100", "1→0", "62"]
    unlimited = uses.model_copy(update={"limit": None})
    row = drawn([event(0, unlimited, kind="committed")])[1]
    assert row.split() == ["SAVE10", "uses", "37→38", "1→0"]


def test_weighed_goods_are_told_in_their_unit() -> None:
    tomatoes = move(label="Tomatoes", unit="kg", on_hand=16_400, on_hand_before=16_400, held=412, free=15_988)
    row = drawn([event(0, tomatoes)])[1]
    assert row.split()[:2] == ["Tomatoes", "kg"]
    assert row.split()[-3:] == ["16.4", "0→0.4", "16"]
    assert change_text(tomatoes) == ("16.4 kg on hand", "0→0.4 kg held", "16 kg free")


def test_goods_sold_beyond_what_there_was_have_no_free_part() -> None:
    row = drawn([event(0, move(on_hand=-2, on_hand_before=1, free=-2), kind="committed")])[1]
    assert FREE not in row
    assert row.split()[-3:] == ["1→-2", "0", "-2"]


def test_a_narrow_panel_has_figures_and_no_bars() -> None:
    rows = drawn([event(0, move(held=3, free=7))], columns=34)
    assert all(len(row) == 34 for row in rows)
    assert not any(mark in "".join(rows) for mark in (FREE, HELD, GONE))


def test_nothing_moved_is_nothing_drawn() -> None:
    assert drawn([event(0, kind="added")]) == []


def test_a_ticket_that_has_moved_nothing_yet_leaves_the_last_counters_in_view() -> None:
    events = [event(0, move(held=3, free=7)), event(1, kind="added", ticket="1-2")]
    assert drawn(events, events[1])[1].split()[-3:] == ["10", "0→3", "7"]
    assert drawn(events, events[1]) == drawn(events)
    assert drawn([events[1]], events[1]) == []
