"""Folders in which an embedded store is, or may begin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos.stores.address import folder_of
from pos.stores.embedded.layout import LEDGER, is_store, require_store

if TYPE_CHECKING:
    from datetime import datetime

    from pos.stores.embedded.backup_file import BackupSummary
    from pos.stores.embedded.restore import Restored
    from pos.stores.embedded.store import EmbeddedStore
    from pos.stores.health_report import HealthCheck
    from pos.stores.reader import StoreReader


class FolderLocation:
    """Implements `StoreLocation` for a folder, or an address such as `tinydb:///FOLDER`.

    Raises ValueError, with a sentence, for an address without a whole path.
    """

    def __init__(self, address: Path | str) -> None:
        self.folder = address if isinstance(address, Path) else folder_of(address)
        self.name = str(self.folder)
        self.ledger: Path | None = self.folder / LEDGER

    def exists(self) -> bool:
        """See the port."""
        return is_store(self.folder)

    def require(self) -> None:
        """See the port."""
        require_store(self.folder)

    def begun_here(self) -> bool:
        """See the port."""
        return self.exists()

    def check_writer(self) -> None:
        """See the port."""
        from pos.stores.embedded.owner_check import check_owner

        check_owner(self.folder)

    def open(self) -> EmbeddedStore:
        """See the port."""
        from pos.stores.embedded.store import open_store

        return open_store(self.folder)

    def read(self) -> StoreReader:
        """See the port."""
        from pos.stores.embedded.read_only import read_folder

        require_store(self.folder)
        return read_folder(self.folder)

    def examine(self) -> list[HealthCheck]:
        """See the port."""
        from pos.stores.embedded.doctor import examine

        return examine(self.folder)

    def repair(self) -> list[str]:
        """See the port."""
        from pos.stores.embedded.repair import repair

        return repair(self.folder)

    def back_up(self, file: Path, *, now: datetime, force: bool) -> BackupSummary:
        """See the port."""
        from pos.stores.embedded.backup import back_up

        return back_up(self.folder, file, now=now, force=force)

    def restore(self, file: Path) -> Restored:
        """See the port."""
        from pos.stores.embedded.restore import restore

        return restore(file, self.folder)
