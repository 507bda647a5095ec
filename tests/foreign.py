"""What another user owns: really, if the tests run as root, else by taking this user for somebody else."""

from __future__ import annotations

import os
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
