"""Stores that are broken on purpose, so that a trial that finds nothing proves something."""

from __future__ import annotations

from typing import Final
from unittest import mock


def keep_in_the_process() -> None:
    """Steps wait in the process, as in a buffered file, and are acknowledged."""
    mock.patch("pos.stores.embedded.journal.Journal.append").start()


def sync_nothing() -> None:
    """Nothing is ever made durable: a kill loses nothing, a power cut does."""
    for name in ("os.fsync", "os.fdatasync", "pos.stores.embedded.disk.sync_data", "pos.files.private_files.sync_data"):
        mock.patch(name).start()


CONTROLS: Final = {"buffered": keep_in_the_process, "unsynced": sync_nothing}
"""What breaks the store of the process it is called in, by name."""
