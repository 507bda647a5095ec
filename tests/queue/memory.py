"""An engine in memory, for tests of what stands behind one: it hands out what it was told to, again and again."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from threading import Condition, Event

from pos.domain.queue_ports import Job
from pos.queue.worker import WAIT


class MemoryQueue:
    """Implements `JobQueue`. What was taken and not ended is handed out again by `redeliver`."""

    name = "memory://"

    def __init__(self) -> None:
        self.idle = Event()
        """Set when a worker that has nothing else to do finds nothing."""
        self.news = Condition()
        """Held while anything below is read or changed."""
        self.waiting: deque[Job] = deque()
        self.taken: list[Job] = []
        self.ended: list[Job] = []

    def send(self, order: str, request: bytes) -> None:
        with self.news:
            self.waiting.append(Job(order, request, object()))
            self.news.notify_all()

    def take(self, most: int, seconds: float) -> Sequence[Job]:
        with self.news:
            if not self.waiting:
                if seconds >= WAIT:
                    self.idle.set()
                self.news.wait(seconds)
            found = [self.waiting.popleft() for _ in range(min(most, len(self.waiting)))]
            self.taken += found
            return found

    def wake(self) -> None:
        """Let nobody wait any longer."""
        with self.news:
            self.news.notify_all()

    def redeliver(self) -> None:
        """The worker that had them is dead."""
        self.waiting.extend(replace(job, again=True) for job in self.taken)
        self.taken.clear()

    def keep(self, jobs: Sequence[Job]) -> None:
        pass

    def done(self, *jobs: Job) -> None:
        with self.news:
            for job in jobs:
                self.ended.append(job)
                if job in self.taken:
                    self.taken.remove(job)

    def give_back(self, jobs: Sequence[Job]) -> None:
        with self.news:
            # What another worker has by now stays its own.
            for job in [job for job in jobs if job in self.taken]:
                self.taken.remove(job)
                self.waiting.appendleft(job)

    def depth(self) -> int:
        return len(self.waiting) + len(self.taken)

    def close(self) -> None:
        pass
