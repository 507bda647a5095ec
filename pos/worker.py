"""Work beside the event loop, also on a machine that is at its limit of threads (`ulimit -u`, `pids.max`).

Where no thread can be started, a step is done where it is asked for: the screen waits for it, and nothing is lost. An
executor of the standard library would keep such a step, and do it once more when it gets a thread after all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

NO_THREAD: Final = (RuntimeError, MemoryError)
"""What Python raises if the system gives it no further thread."""


class Worker:
    """A thread in which steps run one after the other. It is started by the first one that can start it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool: ThreadPoolExecutor | None = None
        self.without = False
        """Whether steps run where they are asked for, since no thread could be started yet."""

    def submit(self, step: Callable[[], T]) -> Future[T]:
        """Do a step after those before it; its answer or its error. To be called from one thread."""
        pool = self._pool or self._started()
        if pool is not None:
            return pool.submit(step)
        done: Future[T] = Future()
        try:
            done.set_result(step())
        except BaseException as error:
            done.set_exception(error)
        return done

    async def do(self, step: Callable[[], T]) -> T:
        """Do a step after those before it, and wait for it in the event loop; one that nobody waits for any more before
        its turn is not done.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def done() -> None:
            if answer.cancelled():
                return
            try:
                settle = partial(answer.set_result, step())
            except BaseException as error:
                settle = partial(answer.set_exception, error)
            # A loop that has been closed meanwhile waits for nothing.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_unless_cancelled, answer, settle)

        self.submit(done)
        return await answer

    def close(self, *, wait: bool = True) -> None:
        """End the thread once the steps are done, for which this waits or not."""
        if self._pool is not None:
            self._pool.shutdown(wait=wait)

    def _started(self) -> ThreadPoolExecutor | None:
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self._name)
        try:
            # Its one thread is there after this, or it is thrown away with nothing but this in it.
            pool.submit(int)
        except NO_THREAD:
            self.without = True
            return None
        self._pool, self.without = pool, False
        return pool


def _unless_cancelled(answer: asyncio.Future[T], settle: Callable[[], None]) -> None:
    if not answer.cancelled():
        settle()


async def run_in_thread(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a step that blocks in a thread of its own, with the context of the caller, and wait for it."""
    worker = Worker("beside")
    try:
        return await worker.do(partial(copy_context().run, partial(step, *args, **kwargs)))
    finally:
        worker.close(wait=False)
