"""A store for a stall that is taken down in the evening: `stall://NAME` is in memory, and gone with the program."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.stores.health_report import HealthCheck
from pos.stores.memory import MemoryStore


class StallLocation:
    """Implements `StoreLocation`."""

    ledger: Path | None = None

    def __init__(self, address: Path | str) -> None:
        self.name = str(address)
        if not self.name.partition("://")[2]:
            raise ValueError(lazy("{address} names no stall: write stall://NAME", address=self.name))

    def exists(self) -> bool:
        """Whether there is one already: each begins anew."""
        return False

    def require(self) -> None:
        """Refuse what is no store."""
        self.read()

    def check_writer(self) -> None:
        """Refuse a user who would shut others out: nobody else could read it."""

    def open(self) -> MemoryStore:
        """The store, made if it is not there."""
        return MemoryStore()

    def read(self) -> NoReturn:
        """What another program reads of it, such as `pos report`: nothing."""
        text = "{stall} is in the memory of the till that has it open."
        raise TillError("store_unusable", lazy(text, stall=self.name))

    def examine(self) -> Sequence[HealthCheck]:
        """The checks of `pos doctor`."""
        self.read()

    def repair(self) -> Sequence[str]:
        """What `pos doctor --repair` did."""
        self.read()

    def back_up(self, file: Path, *, now: datetime, force: bool) -> NoReturn:
        """A copy in a file."""
        self.read()

    def restore(self, file: Path) -> NoReturn:
        """The store from a copy."""
        self.read()
