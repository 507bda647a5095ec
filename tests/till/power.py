"""A process and a disk that lose their power at a chosen moment, with all that was not made durable."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pos.payments.mock import MockGateway
from pos.stores.embedded.disk import Disk
from pos.worker import Worker
from tests.till.fault_injection import ASKING, Killed

T = TypeVar("T")


class Power:
    """What keeps the process alive. Once it is gone, nothing that needs it goes on."""

    def __init__(self) -> None:
        self.gone = False
        self._left: int | None = None

    def fail_in(self, moments: int) -> None:
        """Let it go after so many more moments; each step of disk or gateway has one before it and one after."""
        self._left = moments

    def back(self) -> None:
        """The next process has power again."""
        self.gone, self._left = False, None

    def use(self) -> None:
        """A moment passes. Raises Killed if the power goes in it, or has gone."""
        if self._left is not None:
            self._left -= 1
            self.gone = self.gone or self._left < 0
        if self.gone:
            raise Killed


class Unsynced(NamedTuple):
    """One write that the disk may lose: the file, what stood there before, where, and how long the file was."""

    handle: int
    before: bytes
    offset: int
    size: int
    written: bytes


class LosingDisk(Disk):
    """A disk that loses, when the power goes, what was written and not synced, or a part of it; it may also fail."""

    def __init__(self, power: Power) -> None:
        self._power = power
        self._unsynced: list[Unsynced] = []
        self.faults = 0
        """How many of the next writes, syncs and replacements fail, done or not."""
        self.fault_lands = False
        self.spared = 0
        """How many go right before that."""

    def lose(self, kept: int) -> None:
        """Lose what was not synced but for the first `kept` bytes of it."""
        for each in reversed(self._unsynced):
            os.pwrite(each.handle, each.before, each.offset)
            os.ftruncate(each.handle, each.size)
        for each in self._unsynced:
            os.pwrite(each.handle, each.written[:kept], each.offset)
            kept = max(kept - len(each.written), 0)
            os.close(each.handle)
        self._unsynced.clear()

    def write(self, handle: int, data: bytes, offset: int) -> None:
        """See `Disk`."""
        size = os.fstat(handle).st_size
        before = os.pread(handle, len(data), offset)

        def write() -> None:
            self._unsynced.append(Unsynced(os.dup(handle), before, offset, size, bytes(data)))
            super(LosingDisk, self).write(handle, data, offset)

        self._step(write, fails=True)

    def sync(self, handle: int) -> None:
        """See `Disk`; what was written to this file is safe then."""

        def sync() -> None:
            file = os.fstat(handle).st_ino
            safe = [each for each in self._unsynced if os.fstat(each.handle).st_ino == file]
            self._unsynced = [each for each in self._unsynced if each not in safe]
            for each in safe:
                os.close(each.handle)

        self._step(sync, fails=True)

    def cut(self, handle: int, size: int) -> None:
        """See `Disk`."""
        if not self._power.gone:
            self._step(lambda: super(LosingDisk, self).cut(handle, size))

    def replace(self, path: Path, chunks: Iterable[bytes], first: Callable[[], bytes] | None = None) -> None:
        """See `Disk`."""
        self._step(lambda: super(LosingDisk, self).replace(path, chunks, first), fails=True)

    def remove(self, path: Path) -> None:
        """See `Disk`."""
        self._step(lambda: super(LosingDisk, self).remove(path))

    def _step(self, step: Callable[[], None], *, fails: bool = False) -> None:
        self._power.use()
        if fails and self.faults and self.spared:
            self.spared -= 1
        elif fails and self.faults:
            self.faults -= 1
            if self.fault_lands:
                step()
            raise OSError(5, "Input/output error")
        step()
        self._power.use()


class Inline(Worker):
    """Does each step at once, so that whatever happens happens again in the same order."""

    def __init__(self) -> None:
        super().__init__("inline")

    def submit(self, step: Callable[[], T]) -> Future[T]:
        """Do it now."""
        future: Future[T] = Future()
        try:
            future.set_result(step())
        except BaseException as error:
            future.set_exception(error)
        return future


def powered(gateway: MockGateway, power: Power) -> MockGateway:
    """The gateway of a process that may lose its power before it asks, or before it hears the answer."""

    def question(ask: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def asked(*args: Any) -> Any:
            power.use()
            answer = await ask(*args)
            power.use()
            return answer

        return asked

    for name in ASKING:
        setattr(gateway, name, question(getattr(gateway, name)))
    return gateway
