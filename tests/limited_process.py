"""`pos run` where the system refuses what it is asked for: python -m tests.limited_process LIMIT SCRIPT STORE [UID].

LIMIT is `threads` (no further thread can be started) or `files=N` (no more than N files are open at once). The system
limits nobody's threads who is root, so root becomes UID first; all is imported before, by a run in a store beside
SCRIPT, for whom root's files are shut.
Each step asks for a snapshot in the background.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import sys
import threading
from functools import partial
from pathlib import Path

from pos.__main__ import main
from pos.stores.embedded import store as embedded


def limited(limit: str, uid: int | None) -> None:
    """Become that user, under that limit."""
    if uid is not None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    if limit == "threads":
        resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        try:
            threading.Thread(target=int).start()
        except RuntimeError:
            return
        raise AssertionError("the system starts threads all the same")
    files = int(limit.removeprefix("files="))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


if __name__ == "__main__":
    wanted, script, store, *rest = sys.argv[1:]
    with contextlib.redirect_stdout(io.StringIO()):
        assert main(["run", script, "--store", str(Path(script).with_name("before")), "--json"]) == 0
    vars(embedded)["open_store"] = partial(embedded.open_store, replace_at=1)
    limited(wanted, int(rest[0]) if rest else None)
    sys.exit(main(["run", script, "--store", store, "--json"]))
