"""The points at which a till is killed by name: before and after each step of the saga and of the store's files.

Nothing in the program knows of them: the child wraps functions by their names. A name that no longer exists, or that
selling does not pass, fails the trial.
"""

from __future__ import annotations

import inspect
import os
import re
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final, Literal, NoReturn

When = Literal["before", "half", "after"]
"""`half`: with the first half of the bytes written that the call is to write."""

Group = Literal["saga", "gateway", "journal", "compaction", "closing"]


@dataclass(frozen=True, slots=True)
class Point:
    """A function, and the moment of its call.

    `file`, a pattern, limits it to calls about such a file: their first argument after `self` is its path or handle.
    `within` is a function during which the call counts only.
    """

    group: Group
    target: str
    when: When
    file: str | None = None
    within: str | None = None

    @property
    def often(self) -> int:
        """How many passings a seller surely makes in a while."""
        return 2 if self.group in ("compaction", "closing") else 4

    @property
    def name(self) -> str:
        """How it is called in tables and orders."""
        of = f" of {FILES[self.file]}" if self.file else ""
        within = f" in {_short(self.within)}" if self.within else ""
        return f"{self.when} {_short(self.target)}{of}{within}"


def _short(target: str) -> str:
    return ".".join(target.rsplit(".", 2)[-2:])


def _both(group: Group, target: str, file: str | None = None, within: str | None = None) -> tuple[Point, Point]:
    return Point(group, target, "before", file, within), Point(group, target, "after", file, within)


STORE: Final = "pos.stores.embedded.store.EmbeddedStore"
FOLDER: Final = "pos.stores.embedded.folder.Folder"
DISK: Final = "pos.stores.embedded.disk.Disk"
RENAME: Final = "pos.files.private_files._put"
GATEWAY: Final = "pos.payments.mock.MockGateway"
LEDGER: Final = "pos.payments.ledger.Ledger"
JOURNAL: Final = r"/journal-\d+\.ndjson$"
SNAPSHOT: Final = r"/store\.json$"
DAY: Final = r"/days/[^/]+\.json$"
PART: Final = r"/days/open-[^/]+\.json$"
FILES: Final = {JOURNAL: "a journal", SNAPSHOT: "the snapshot", DAY: "a day", PART: "a part of a day"}
CLOSING: Final = f"{STORE}.close_day"
SETTING_DOWN: Final = "pos.stores.embedded.day_keeper.DayKeeper.set_down_part"

POINTS: Final[tuple[Point, ...]] = (
    *(
        point
        for verb in ("reserve", "record_attempt", "commit", "release", "write")
        for point in _both("saga", f"{STORE}.{verb}")
    ),
    *(point for ask in ("charge", "find", "void") for point in _both("gateway", f"{GATEWAY}.{ask}")),
    *(point for step in ("ask", "decide", "void") for point in _both("gateway", f"{LEDGER}.{step}")),
    *_both("journal", f"{DISK}.write", JOURNAL),
    Point("journal", f"{DISK}.write", "half", JOURNAL),
    *_both("journal", f"{DISK}.sync", JOURNAL),
    *_both("compaction", f"{FOLDER}.rotate"),
    *_both("compaction", f"{DISK}.replace", JOURNAL),
    *_both("compaction", RENAME, JOURNAL),
    *_both("compaction", f"{FOLDER}.snapshot"),
    *_both("compaction", f"{DISK}.replace", SNAPSHOT),
    *_both("compaction", RENAME, SNAPSHOT),
    *_both("compaction", f"{DISK}.remove", JOURNAL),
    *_both("compaction", f"{DISK}.replace", PART),
    *_both("compaction", f"{DISK}.write", JOURNAL, SETTING_DOWN),
    *_both("compaction", f"{DISK}.remove", PART),
    *_both("closing", CLOSING),
    *_both("closing", f"{DISK}.replace", DAY),
    *_both("closing", RENAME, DAY),
    *_both("closing", f"{DISK}.write", JOURNAL, CLOSING),
    Point("closing", f"{DISK}.write", "half", JOURNAL, CLOSING),
    *_both("closing", f"{DISK}.sync", JOURNAL, CLOSING),
)

BY_NAME: Final = {point.name: point for point in POINTS}


def arm(point: Point, nth: int) -> None:
    """Kill this process when it passes a point for the n-th time. Raises AttributeError if there is no such point."""
    inside = _Inside()
    if point.within is not None:
        _replace(point.within, inside.around)
    _replace(point.target, partial(_wrapped, point=point, count=_Countdown(nth), inside=inside))


def _replace(target: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    owner, _, name = target.rpartition(".")
    holder = resolve_name(owner)
    setattr(holder, name, wrap(getattr(holder, name)))


class _Inside(threading.local):
    """Whether this thread is inside a function."""

    entered = False

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """The function, told of when it is entered and left."""

        @wraps(original)
        def calling(*args: Any, **kwargs: Any) -> Any:
            self.entered = True
            try:
                return original(*args, **kwargs)
            finally:
                self.entered = False

        return calling


class _Countdown:
    def __init__(self, nth: int) -> None:
        self._left = nth

    @property
    def last(self) -> bool:
        """Whether the next passing is the last."""
        return self._left == 1

    def passed(self) -> None:
        self._left -= 1
        if self._left == 0:
            die()


def die() -> NoReturn:
    """End as by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a process outlived its kill")


def _wrapped(original: Callable[..., Any], *, point: Point, count: _Countdown, inside: _Inside) -> Callable[..., Any]:
    matches = re.compile(point.file or "").search

    def pass_by(when: When, concerned: bool) -> None:
        if concerned and point.when == when:
            count.passed()

    def concerns(args: tuple[Any, ...]) -> bool:
        if point.within is not None and not inside.entered:
            return False
        return point.file is None or matches(_file(args[1])) is not None

    @wraps(original)
    async def asking(*args: Any, **kwargs: Any) -> Any:
        pass_by("before", True)
        answer = await original(*args, **kwargs)
        pass_by("after", True)
        return answer

    @wraps(original)
    def calling(*args: Any, **kwargs: Any) -> Any:
        concerned = concerns(args)
        pass_by("before", concerned)
        if point.when == "half" and concerned and count.last:
            disk, handle, data, offset = args
            original(disk, handle, data[: len(data) // 2], offset)
        pass_by("half", concerned)
        answer = original(*args, **kwargs)
        pass_by("after", concerned)
        return answer

    return asking if inspect.iscoroutinefunction(original) else calling


def _file(about: int | Path) -> str:
    return str(Path(f"/proc/self/fd/{about}").readlink() if isinstance(about, int) else about)
