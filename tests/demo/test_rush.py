"""The flow of a queue and its workers: a dead one at the bank, and another one that takes over and charges nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from pos.demo.flows import find_flow, read_flow
from pos.demo.workers import LATENCY, Doing, QueueStanding
from screens.demo.bars import queue_row
from screens.demo.director import Director
from screens.demo.recording import demo_app, film
from screens.demo.tape import Tape
from screens.testing.snapshots import Snap
from tests.demo.viewer import watching

SIZES: Final = ((80, 24), (120, 30))
QUEUED: Final = "COFFEE-ESP\npay card reader --queued\n"


async def played(path: Path, text: str) -> Tape:
    file = path / "own.pos"
    file.write_text(text, "utf-8")
    director = Director(read_flow(file), size=(80, 24), theme="tillkey-dark")
    await director.play()
    await director.close()
    return director.tape


def standings(tape: Tape) -> list[QueueStanding]:
    """How the queue stood, each as often as it changed."""
    found: list[QueueStanding] = []
    for frame in tape.frames:
        assert frame.queue is not None
        if not found or found[-1] != frame.queue:
            found.append(frame.queue)
    return found


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_it_names_is_as_it_was(size: tuple[int, int], snap: Snap) -> None:
    async with demo_app(find_flow("rush"), size) as app:
        made = await film(app, named=True)
    assert made.failure is None, made.failure.message
    assert list(made.snaps) == ["rush-queued", "rush-worker", "rush-dead", "rush-takeover", "rush-paid"]
    at = f"{size[0]}x{size[1]}"
    wrong = [told for name, svg in made.snaps.items() if (told := snap.compare(f"{name}-{at}", svg))]
    assert not wrong, "\n".join(wrong)


async def test_a_worker_dies_at_the_bank_and_the_card_is_charged_once() -> None:
    director = Director(find_flow("rush"), size=(80, 24), theme="tillkey-dark")
    await director.play()
    await director.close()
    assert director.tape.failure is None, director.tape.failure.message
    dead: tuple[str, Doing] = ("W1", "dead")
    assert standings(director.tape) == [
        QueueStanding(),
        QueueStanding(waiting=1),
        QueueStanding(workers=(("W1", "charging"),)),
        QueueStanding(waiting=1, workers=(dead,)),
        QueueStanding(waiting=1, workers=(dead,), charges=1),
        QueueStanding(workers=(dead, ("W2", "asking")), charges=1),
        QueueStanding(workers=(dead, ("W2", "waiting")), charges=1),
    ]


async def test_a_worker_begins_and_dies_without_work_and_others_share_it(tmp_path: Path) -> None:
    flow = f"worker on\nworker off\nworker on\nworker on\n{QUEUED * 2}wait 60s\nexpect checks 0\n"
    tape = await played(tmp_path, flow)
    assert tape.failure is None, tape.failure.message
    assert standings(tape)[-1] == QueueStanding(
        workers=(("W1", "dead"), ("W2", "waiting"), ("W3", "waiting")), charges=2
    )


async def test_a_till_that_was_stopped_meanwhile_is_told_too(tmp_path: Path) -> None:
    flow = f"{QUEUED}worker on\ncrash\nwait 9s\nstart\nexpect checks 0\nMILK-1L\npay cash\nexpect receipt 1-1-1\n"
    tape = await played(tmp_path, flow)
    assert tape.failure is None, tape.failure.message
    assert standings(tape)[-1] == QueueStanding(workers=(("W1", "waiting"),), charges=1)


async def test_a_fault_of_a_worker_ends_the_flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_args: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("pos.queue.worker.pay_job", breaks)
    tape = await played(tmp_path, f"{QUEUED}worker on\nwait 1s\n")
    assert tape.failure is not None
    assert "own.pos:3: store_unusable: ZeroDivisionError: by zero." in tape.failure.message


async def test_a_declined_card_is_told_and_no_charge(tmp_path: Path) -> None:
    flow = "COFFEE-ESP\npay card 4000000000009995 --queued\nworker on\nwait 8s\nexpect state held\nexpect checks 0\n"
    tape = await played(tmp_path, flow)
    assert tape.failure is None, tape.failure.message
    assert standings(tape)[-1] == QueueStanding(workers=(("W1", "waiting"),))


async def test_without_the_server_a_worker_waits_and_goes_on_once_it_is_back(tmp_path: Path) -> None:
    flow = f"{QUEUED}worker on\nserver off\nwait 20s\nexpect checks 1\nserver on\nwait 40s\nexpect state paid\n"
    tape = await played(tmp_path, flow)
    assert tape.failure is None, tape.failure.message
    seen = standings(tape)
    assert [each.waiting is None for each in seen].count(True) >= 1
    assert seen[-1] == QueueStanding(workers=(("W1", "waiting"),), charges=1)


async def test_what_does_not_happen_is_told_with_its_line(tmp_path: Path) -> None:
    tape = await played(tmp_path, f"{QUEUED}worker on\nwait 1s\nexpect checks 0\n")
    assert tape.failure is not None
    assert "own.pos:5: expectation_failed: Expected checks 0, but it is 1." in tape.failure.message


async def test_in_the_hands_of_the_audience_the_worker_goes_on_with_time(tmp_path: Path) -> None:
    file = tmp_path / "own.pos"
    file.write_text(f"{QUEUED}worker on\n", "utf-8")
    async with watching(read_flow(file)) as audience:
        await audience.goes_to(2)
        await audience.sees("W1 charges the card")
        await audience.has_the_till()
        assert audience.app.takeover is not None
        audience.app.takeover.director.shop.time.advance(LATENCY)
        await audience.sees("W1 waits")
        await audience.sees("1 charge ")


@pytest.mark.parametrize(
    ("standing", "columns", "seen"),
    [
        (None, 20, ""),
        (QueueStanding(), 40, "QUEUE 0 waiting BANK 0 charges"),
        (QueueStanding(waiting=None, charges=1), 40, "QUEUE away BANK 1 charge"),
        (
            QueueStanding(1, (("W1", "dead"), ("W2", "working"))),
            80,
            "QUEUE 1 waiting W1 is dead W2 is at work BANK 0 charges",
        ),
        (
            QueueStanding(2, (("W1", "dead"), ("W2", "asking"), ("W3", "charging"))),
            86,
            "QUEUE 2 waiting W2 asks if it was charged W3 charges the card BANK 0 charges",
        ),
    ],
)
def test_the_queue_and_its_workers_are_told_in_a_line(standing: QueueStanding | None, columns: int, seen: str) -> None:
    row = queue_row(standing, columns)
    assert (" ".join(row.text.split()), row.width) == (seen, columns if seen else 0)
