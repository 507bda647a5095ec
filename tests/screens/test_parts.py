"""Wherever there is more than is seen, it is told how much: by entries, in the title's row, and by a thumb."""

from __future__ import annotations

from screens.render.edges import heading
from screens.render.parts import Part, part, part_from, part_of
from screens.render.rows import BLANK, Row, row
from screens.render.tags import LineTag, PlaceTag


def entries(many: int) -> list[Row]:
    return [row(str(number), tag=PlaceTag(number)) for number in range(many)]


def test_what_is_not_seen_is_counted_at_both_ends() -> None:
    told = [(part(entries(10), 4, focus).above, part(entries(10), 4, focus).below) for focus in (0, 5, 9, None)]
    assert told == [(0, 6), (3, 3), (6, 0), (6, 0)]
    assert part(entries(4), 4, 0).more == ""
    assert part(entries(10), 4, 5).more == "↑ 3 more  ↓ 3 more"
    assert part(entries(10), 4, 0, beyond=30).more_short == "↓36"


def test_an_entry_of_several_rows_is_one_and_a_heading_is_none() -> None:
    rows = [row("Dairy"), *(row(text, tag=LineTag(number, text)) for number in range(3) for text in ("name", "why"))]
    assert (part(rows, 3, 0).above, part(rows, 3, 0).below) == (0, 2)
    assert (part(rows, 2, None).above, part(rows, 2, None).below) == (2, 0)


def test_of_a_text_its_lines_are_counted() -> None:
    shown = part_from([row("a"), BLANK, row("b"), row("c")], 1, 2)
    assert (shown.above, shown.below) == (1, 1)


def test_only_what_is_seen_is_drawn() -> None:
    drawn: list[int] = []

    def draw(place: int, _entry: int) -> Row:
        drawn.append(place)
        return row(str(place), tag=PlaceTag(place))

    shown = part_of(range(1000), 3, 500, draw)
    assert (drawn, shown.above, shown.below) == ([499, 500, 501], 499, 498)


def test_the_thumb_is_at_an_end_only_if_the_part_is() -> None:
    for total in range(4, 60):
        for room in range(3, total):
            for first in range(total - room + 1):
                start, end = Part((), first=first, total=total, room=room, at=2).thumb
                assert 2 <= start < end <= room + 2
                if room - (end - start) > 1:
                    assert (start == 2) is (first == 0)
                    assert (end == room + 2) is (first == total - room)


def test_the_title_s_row_tells_it_before_the_note_however_narrow_it_is() -> None:
    def told(columns: int) -> str:
        more = ("↑ 3 more  ↓ 12 more", "↑3 ↓12")
        return "".join(
            piece.text for piece in heading("Catalog", "↑↓ choose · ⏎ add", "rim", columns, ruled=False, more=more)
        )

    assert told(60).endswith("↑ 3 more  ↓ 12 more · ↑↓ choose · ⏎ add ")
    assert told(48).endswith("↑ 3 more  ↓ 12 more · ↑↓ choose ")
    assert told(32).endswith("↑ 3 more  ↓ 12 more ")
    assert told(20).endswith("Catalog     ↑3 ↓12 ")
    assert told(14).endswith("↑3 ↓12 ")
    assert all(len(told(columns)) == columns for columns in range(12, 80))
