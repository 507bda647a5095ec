import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from pos.simulate.figures import KEPT, Figures, History, Latencies, quantile
from pos.simulate.plot import BLOCKS, area, spread

VALUES = some.lists(some.floats(0, 1e6), max_size=300)


@given(some.lists(some.floats(0, 100), min_size=1), some.floats(0.01, 1))
def test_a_quantile_is_the_smallest_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    latencies = Latencies()
    for value in values:
        latencies.add(value)
    found = latencies.quantile(share)
    assert found in values
    assert found == quantile(sorted(values), share)
    assert sum(value <= found for value in values) >= math.ceil(share * len(values))
    assert sum(value < found for value in values) < math.ceil(share * len(values)) or found == min(values)


def test_the_last_ones_are_told_apart_from_all() -> None:
    latencies = Latencies(last=3)
    assert latencies.recently(0.5) is None
    for value in (9, 9, 9, 1, 2, 3):
        latencies.add(value)
    assert (latencies.recently(0.5), latencies.quantile(0.99)) == (2, 9)


@given(some.integers(1, 2000), some.floats(0.01, 10))
def test_a_history_keeps_its_first_and_last_moment_and_some_between(many: int, apart: float) -> None:
    history = History()
    for number in range(many):
        history = history.with_moment(Figures(seconds=number * apart, units=5, stock=5))
    seconds = [each.seconds for each in history.moments]
    assert len(seconds) <= KEPT
    assert seconds == sorted(set(seconds))
    assert (seconds[0], seconds[-1]) == (0, (many - 1) * apart)
    assert len(seconds) > min(many, KEPT / 3) - 1


def test_what_is_neither_paid_nor_declined_was_refused() -> None:
    figures = Figures(seconds=1, units=9, stock=4, ended=Counter(paid=5, declined=2, sold_out=3, refused=1))
    assert (figures.sold, figures.declined, figures.refused) == (5, 2, 4)
    assert figures.as_json()["ended"] == {"declined": 2, "paid": 5, "refused": 1, "sold_out": 3}


@given(VALUES, some.integers(1, 120), some.integers(1, 12))
def test_a_plot_has_its_size_and_shows_whatever_is_more_than_nothing(
    values: list[float], columns: int, lines: int
) -> None:
    drawn = area(values, columns, lines)
    assert [len(line) for line in drawn] == [columns] * lines
    assert set("".join(drawn)) <= set(BLOCKS)
    for value, block in zip(spread(values, columns), drawn[-1], strict=True):
        assert (block != " ") is (value > 0)


def test_a_plot_is_filled_in_eighths_of_a_line() -> None:
    assert area([0, 1, 8, 9, 16], 5, 2, 16) == ["   ▁█", " ▁███"]
    assert area([20], 2, 2, 16) == ["██", "██"]
