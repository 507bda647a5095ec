"""A store by where it is, whether or not somebody has it open: what every kind of store does with its addresses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from pos.domain.ports import Store
    from pos.stores.health_report import HealthCheck
    from pos.stores.reader import StoreReader


class Holding(Protocol):
    """What a backup holds."""

    @property
    def sequence(self) -> int:
        """The last step in it."""
        ...

    @property
    def orders(self) -> int:
        """How many."""
        ...

    @property
    def days(self) -> int:
        """How many closed ones."""
        ...


class RestoredStore(Protocol):
    """What was put back."""

    @property
    def summary(self) -> Holding:
        """What the backup holds."""
        ...

    @property
    def checks(self) -> Sequence[HealthCheck]:
        """What an examination says of the store that was made."""
        ...


class StoreLocation(Protocol):
    """Where a store is, or may begin. Methods raise TillError `store_unusable` where none can be, or be reached."""

    @property
    def name(self) -> str:
        """The address as people write it."""
        ...

    @property
    def ledger(self) -> Path | None:
        """The file in which the simulated gateway keeps its books beside the store; None: in memory."""
        ...

    def exists(self) -> bool:
        """Whether a store is there; False if one may begin."""
        ...

    def require(self) -> None:
        """Raise TillError `store_unusable` if there is no store of this version."""
        ...

    def begun_here(self) -> bool:
        """Whether a till of this machine has begun in it, and may have sold."""
        ...

    def check_writer(self) -> None:
        """Raise TillError `store_unusable` if what this user writes there would shut others out."""
        ...

    def open(self) -> Store:
        """The store, made if it is not there. Raises TillError `store_in_use`, `store_damaged` too."""
        ...

    def read(self) -> StoreReader:
        """The store as it stands now, while a till may sell from it. Raises TillError `store_damaged` too."""
        ...

    def examine(self) -> Sequence[HealthCheck]:
        """Every check of the store, in order, while a till may sell from it."""
        ...

    def repair(self) -> Sequence[str]:
        """Repair what can be repaired; sentences that say what was done. Raises TillError `store_in_use` too."""
        ...

    def back_up(self, file: Path, *, now: datetime, force: bool) -> Holding:
        """Write a copy into a file, while a till may sell; one that is there is replaced only by `force`.

        Raises TillError `backup_exists`, `backup_unusable`, `store_damaged` too.
        """
        ...

    def restore(self, file: Path) -> RestoredStore:
        """Make the store from a backup where there is none yet. Receipts begin a new series.

        Raises TillError `store_not_empty`, `store_in_use`, `backup_unusable` too.
        """
        ...
