"""What another user owns: really, if the tests run as root, else by taking this user for somebody else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ANOTHER = 54321
"""A user that no machine has."""


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file, folder or link that is there be another user's; what is made from now on is this one's."""
    if os.geteuid() == 0:
        os.chown(path, ANOTHER, ANOTHER, follow_symlinks=False)
    else:
        monkeypatch.setattr("os.geteuid", lambda: ANOTHER)
        for module in ("pos.files.private_files", "pos.files.root_guard"):
            monkeypatch.setattr(f"{module}.as_made_in", _made)


def _made(folder: Path) -> os.stat_result:
    found = folder.stat()
    return os.stat_result((*found[:4], ANOTHER, *found[5:]))


def give_all_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a folder and all in it be another user's, and what is made from now on this one's."""
    for path in (folder, *folder.rglob("*")):
        give_away(path, monkeypatch)


def be_root_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be root from now on, in a folder of another user's."""
    if os.geteuid() == 0:
        os.chown(folder, ANOTHER, ANOTHER)
    else:
        monkeypatch.setattr("os.geteuid", lambda: 0)
        monkeypatch.setattr("pos.files.root_guard.new_owner", lambda folder: 0)


@contextmanager
def as_the_other() -> Iterator[None]:
    """Be, as far as files are concerned, the user to whom things were given away: where the tests run as root."""
    if os.geteuid():
        yield
        return
    os.setegid(ANOTHER)
    os.seteuid(ANOTHER)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
