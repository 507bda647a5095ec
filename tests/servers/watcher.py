"""A folder for the servers of this process, and a watcher that ends what is left of them, however this process ends."""

from __future__ import annotations

import atexit
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

SCRIPT: Final = """
cat
for link in "$1"/pids/*; do
    if [ "/proc/${link##*/}/cwd" -ef "$link" ]; then kill -s KILL -- "-${link##*/}"; fi
done
until rm -rf "$1"; do :; done
"""
"""Told by the end of its input. A process that lies in another folder has the number of one that has ended.

Each leads a group, in which is what it has begun beside itself.
"""


@cache
def base() -> Path:
    """This process's folder, which is there as long as the process."""
    folder = Path(mkdtemp(prefix="tillkey-servers-"))
    (folder / "pids").mkdir()
    watcher = subprocess.Popen(
        ["sh", "-c", SCRIPT, "watcher", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    atexit.register(watcher.communicate)
    return folder


def watch(pid: int, folder: Path) -> None:
    """End the process with this number, and its group, which lies in this folder, when this process ends."""
    (base() / "pids" / str(pid)).symlink_to(folder)


def forget(pid: int) -> None:
    """The process with this number has ended."""
    (base() / "pids" / str(pid)).unlink(missing_ok=True)
