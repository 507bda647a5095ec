"""The report of an error of the program itself: what whoever helps needs, in a file, without any card's number."""

from __future__ import annotations

import os
import platform
import re
import stat
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Final

from pos import __version__
from pos.domain.i18n import ENGLISH
from pos.domain.message import NOTHING, Message
from pos.files.private_files import write_new
from pos.files.root_guard import check_maker
from pos.files.user_folders import user_folder
from pos.log import guarded_lines

if TYPE_CHECKING:
    from pos.domain.events import Event
    from pos.till.till import Till

NAMED: Final = ("textual", "rich", "pydantic", "tinydb", "babel")
LAST_EVENTS: Final = 40
KEPT: Final = 20
"""How many reports are kept in a folder: the oldest go."""
LONGEST: Final = 100_000
"""Characters of a report at most; of a longer one the middle is left out."""
OURS: Final = re.compile(r"crash-(\d{8}-\d{6})(?:-(\d+))?\.txt", re.ASCII)


@dataclass(frozen=True, slots=True)
class CrashReport:
    """What was written: the whole text, its file, and why there is none if it could not be written.

    `place` is where it came up, if that is in another package.
    """

    error: str
    text: str
    path: Path | None = None
    reason: str = ""
    place: Message = NOTHING


def write_report(
    error: BaseException, at: datetime, till: Till | None, events: Iterable[Event], folder: Path
) -> CrashReport:
    """Write a report into `folder`, made if it is not there, for its owner only. It never raises for a bad disk."""
    from pos.extensions.blame import place_of

    name, place = type(error).__name__, place_of(error)
    text = report_text(error, at, till, events)
    try:
        path = write_new(folder, f"crash-{at:%Y%m%d-%H%M%S}", ".txt", text)
        _make_room(folder)
    except OSError as refused:
        return CrashReport(name, text, None, refused.strerror or str(refused), place)
    return CrashReport(name, text, path, place=place)


def report_text(error: BaseException, at: datetime, till: Till | None, events: Iterable[Event]) -> str:
    """Versions, the ticket's number and state, the last events and the traceback, every line of it guarded."""
    python = f"{platform.python_implementation()} {platform.python_version()}, {platform.platform()}"
    lines = [f"Tillkey {__version__}", f"at {at.isoformat()}", python, ", ".join(map(_version, NAMED)), ""]
    if till is not None:
        sale, where = till.sale, f"{'training, ' if till.training else ''}lane {till.lane}"
        lines += [
            f"{where}, ticket {sale.ticket}, {sale.state}, {len(sale.lines)} lines, total {sale.total}",
            "",
        ]
    last = [*events][-LAST_EVENTS:]
    lines += [*map(_told, last), "", *"".join(traceback.format_exception(error)).splitlines()]
    known = till.catalog.is_named if till is not None else lambda code: False
    return _shortened(guarded_lines("\n".join(lines), known) + "\n")


def _told(event: Event) -> str:
    return f"{event.at.isoformat()} {event.event} {event.ticket}: {event.words.said_in(ENGLISH)}"


def _shortened(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}\n…\n{text[-half:]}"


def _make_room(folder: Path) -> None:
    """Take the oldest reports away. What is not named as ours, no file or another user's stays. Raises OSError."""
    found = [(named[1], int(named[2] or 1), path) for path in folder.iterdir() if (named := OURS.fullmatch(path.name))]
    for _when, _number, path in sorted(found)[:-KEPT]:
        with suppress(OSError):
            known = path.lstat()
            if stat.S_ISREG(known.st_mode) and known.st_uid == os.geteuid():
                path.unlink()


def report_folder() -> Path:
    """Where the platform keeps an application's logs, else where it keeps what is temporary, else the current one.

    Root makes no folder in a user's home, which the user could not use then.
    """
    with suppress(OSError):
        if (folder := user_folder("log")) is not None:
            check_maker(folder)
            return folder
    with suppress(OSError):
        return Path(gettempdir())
    return Path(os.curdir)


def _version(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} missing"
