"""How far a worker has come in a partition, and what it leaves to whoever has it next."""

from __future__ import annotations

from random import Random

import pytest

from pos.queue.kafka_progress import LONGEST, Progress, Taken, read_note


def taken(progress: Progress, offset: int) -> Taken:
    found = progress.take(offset, f"order-{offset:04}", b"{}")
    assert found is not None
    return found


def test_what_is_done_behind_a_gap_counts_when_the_gap_is_closed() -> None:
    progress = Progress(0, 5)
    first, second, third = (taken(progress, offset) for offset in (5, 6, 7))
    progress.end(second)
    progress.end(third)
    assert (progress.offset, progress.note) == (5, "1-2")
    progress.end(first)
    assert (progress.offset, progress.note) == (8, "")


def test_offsets_that_are_no_messages_are_no_gap() -> None:
    progress = Progress(0, 0)
    first, second = taken(progress, 3), taken(progress, 9)
    progress.end(first)
    assert progress.offset == 9
    progress.end(second)
    assert progress.offset == 10


def test_who_has_it_next_is_not_handed_what_is_done() -> None:
    before = Progress(0, 0)
    jobs = [taken(before, offset) for offset in range(6)]
    for done in (1, 3, 4):
        before.end(jobs[done])
    after = Progress(0, before.offset, read_note(before.note, before.offset))
    assert [offset for offset in range(6) if after.take(offset, "", b"") is not None] == [0, 2, 5]


def test_a_topic_that_was_made_anew_is_read_from_its_beginning() -> None:
    progress = Progress(0, 7, {8, 9})
    assert progress.take(7, "", b"") is not None
    assert progress.take(8, "", b"") is None
    assert [progress.take(offset, "", b"") is not None for offset in (0, 8, 9)] == [True, True, True]


@pytest.mark.parametrize("seed", range(5))
def test_nothing_that_is_open_is_passed_over(seed: int) -> None:
    random = Random(seed)
    progress, open_jobs, noted = Progress(0, 0), dict[int, Taken](), set[int]()
    for offset in range(300):
        open_jobs[offset] = taken(progress, offset)
        if random.random() < 0.6:
            ended = random.choice(list(open_jobs))
            progress.end(open_jobs.pop(ended))
            noted.add(ended)
        assert progress.offset == min(open_jobs, default=offset + 1)
        assert read_note(progress.note, progress.offset) == {each for each in noted if each > progress.offset}


def test_a_note_is_no_longer_than_brokers_take() -> None:
    progress = Progress(0, 0)
    jobs = [taken(progress, offset) for offset in range(5000)]
    for each in jobs[1::2]:
        progress.end(each)
    assert len(progress.note) <= LONGEST
    assert read_note(progress.note, 0) < {each.offset for each in jobs[1::2]}


@pytest.mark.parametrize("note", [None, "", "none of ours", "0", "-3", "9-2", "1-99999999", "1;2", "\x00", "9" * 5000])
def test_what_is_no_note_says_nothing(note: str | None) -> None:
    assert read_note(note, 4) == set()
