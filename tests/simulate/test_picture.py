import pytest

from pos.domain.terminal_text import width
from pos.simulate.picture import line_of, picture, seconds_text, verdict_lines, written
from tests.simulate.scenes import BROKEN, KEPT, SCENES, SIZES, drawn, file


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCENES)
def test_a_picture_looks_as_it_did(name: str, size: tuple[int, int]) -> None:
    assert drawn(name, *size) == file(name, *size).read_text("utf-8")


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("columns", [10, 40, 41, 80, 200])
@pytest.mark.parametrize("lines", [5, 14, 24, 25, 60])
def test_a_picture_never_exceeds_its_size(name: str, columns: int, lines: int) -> None:
    found = picture(SCENES[name], columns, lines)
    assert len(found) <= max(lines, 14)
    assert all(width(written(line, coloured=False)) <= max(columns, 40) for line in found)


def test_the_verdict_is_the_last_line_of_all() -> None:
    assert drawn("over", 80, 24).splitlines()[-1] == (
        "✓ All laws kept: 10000 asked, 500 sold, nothing twice, lost or left held."
    )
    assert drawn("broken", 80, 24).splitlines()[-2:] == ["✗ 501 were sold, and 500 should have been", "✗ Broken: sold"]
    assert (KEPT.clean, BROKEN.clean) == (True, False)
    assert len(verdict_lines(BROKEN)) == 2


def test_colours_are_the_terminal_s_own_and_tell_nothing_alone() -> None:
    line = picture(SCENES["over"], 80, 24)[2]
    assert written(line, coloured=False) in "".join(
        part.partition("m")[2] for part in f"m{written(line, coloured=True)}".split("\x1b[")
    )
    assert "\x1b[32m500\x1b[0m" in written(line, coloured=True)


def test_without_a_terminal_a_line_tells_all() -> None:
    told = line_of(SCENES["under_way"])
    assert told == (
        "12 s  stock 0  queue 2729  asked 7769  sold 500  declined 420  refused 4120  p50 240 ms  p99 3.6 s"
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(None, "–"), (0.0, "0 ms"), (0.0214, "21 ms"), (1.234, "1.23 s"), (12.34, "12.3 s"), (123, "123 s")],
)
def test_a_time_is_told_in_words_of_its_size(seconds: float | None, told: str) -> None:
    assert seconds_text(seconds) == told
