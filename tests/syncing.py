"""What makes files outlive a power cut: tests that take no power away need not wait for it."""

from __future__ import annotations

import os
from typing import Final

import pytest

from pos.files.private_files import sync_data

SYNCING: Final = {
    "os.fsync": os.fsync,
    "pos.stores.embedded.disk.sync_data": sync_data,
    "pos.files.private_files.sync_data": sync_data,
}


def sync_nothing(patch: pytest.MonkeyPatch) -> None:
    """Leave it to the system when the disk has what is written: a process that is killed loses nothing by it."""
    for name in SYNCING:
        patch.setattr(name, lambda _handle: None)


def sync_again(patch: pytest.MonkeyPatch) -> None:
    """Make durable what is to be durable, as the till does."""
    for name, function in SYNCING.items():
        patch.setattr(name, function)
