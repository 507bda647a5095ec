"""One process writes a store: a lock that the system takes back when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from pathlib import Path

from pos.domain.errors import TillError
from pos.domain.words import N_, _
from pos.private_files import PRIVATE_FILE


class FolderLock:
    """Holds a lock file from its making until `release`. The file says who holds it."""

    def __init__(self, path: Path) -> None:
        """Take the lock. Raises TillError `store_in_use`, with `pid` and `program`, or OSError."""
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, json.dumps(_myself()).encode(), 0)
        except BlockingIOError:
            holder = _holder(self._handle)
            os.close(self._handle)
            raise _in_use(path.parent, holder) from None
        except OSError:
            os.close(self._handle)
            raise

    def release(self) -> None:
        """Let others have it."""
        os.close(self._handle)


def holder_of(path: Path) -> str | None:
    """Who holds a lock file, such as `pos (process 12)`; None if nobody does, or there is no such file."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        found = _holder(handle)
        if not found:
            return _("another process")
        return _("{program} (process {pid})", program=found.get("program"), pid=found.get("pid"))
    finally:
        os.close(handle)
    return None


def _myself() -> dict[str, str | int]:
    program = Path(sys.argv[0])
    name = program.parent.name if program.name == "__main__.py" else program.name
    return {"pid": os.getpid(), "program": name or "python"}


def _holder(handle: int) -> dict[str, str | int]:
    """Who wrote the lock file; empty in the moment between taking the lock and writing the name."""
    try:
        found = json.loads(os.pread(handle, 4096, 0))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _in_use(folder: Path, holder: dict[str, str | int]) -> TillError:
    pid, program = holder.get("pid"), holder.get("program")
    known = N_("The store {file} is in use by {program} (process {pid}). {advice}")
    unknown = N_("The store {file} is in use by another process. {advice}")
    advice = _("Close it there, or name another store with --store.")
    message = _(known if holder else unknown, file=folder, program=program, pid=pid, advice=advice)
    return TillError("store_in_use", message, pid=pid, program=program)
