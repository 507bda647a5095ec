"""Work beside the event loop where the system gives no further thread: done, once, in order."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from typing import Any

import pytest

from pos.worker import Worker, run_in_thread

start = threading.Thread.start


class Crowd:
    """A machine at its limit of threads, until there is room again."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.full = True
        patch.setattr(threading.Thread, "start", lambda thread: self._start(thread))

    def _start(self, thread: threading.Thread) -> None:
        if self.full:
            raise RuntimeError("can't start new thread")
        start(thread)


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    return Crowd(monkeypatch)


def test_each_step_is_done_once_and_in_order_whether_there_is_a_thread_or_not(crowd: Crowd) -> None:
    worker, done = Worker("test"), []
    main = threading.get_ident()
    for number in range(6):
        crowd.full = number < 3
        worker.submit(lambda number=number: done.append((number, threading.get_ident() == main))).result()  # type: ignore[misc]
        assert worker.without is crowd.full
    crowd.full = True
    worker.submit(lambda: done.append((6, threading.get_ident() == main))).result()
    worker.close()
    assert done == [(number, number < 3) for number in range(7)]


def test_what_a_step_raises_is_raised_by_its_answer(crowd: Crowd) -> None:
    for crowd.full in (True, False):
        worker = Worker("test")
        answer = worker.submit(lambda: int("no number"))
        with pytest.raises(ValueError, match="no number"):
            answer.result()
        worker.close()


async def test_a_single_step_has_its_callers_context_and_the_loop_needs_no_thread_to_end(crowd: Crowd) -> None:
    language: ContextVar[str] = ContextVar("language")
    language.set("de")

    def step(*args: Any, **kwargs: Any) -> Any:
        return language.get(), args, kwargs

    for crowd.full in (True, False):
        assert await run_in_thread(step, 1, two=2) == ("de", (1,), {"two": 2})
    crowd.full = True
    await asyncio.get_running_loop().shutdown_default_executor()
