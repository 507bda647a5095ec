"""Where a store's steps are kept: the port that a folder on disk and plain memory implement."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pos.stores.tables import Change, Tables


class Found(NamedTuple):
    """What was on record when a medium was opened, and what people should be told of it."""

    tables: Tables
    sequence: int
    notices: tuple[str, ...] = ()


class Medium(Protocol):
    """Keeps steps. A method that returns has made its work durable; after one that raised, nobody knows."""

    def append(self, sequence: int, changes: list[Change]) -> None:
        """Keep one step. Raises TillError `store_unusable`."""
        ...

    def replace(self, tables: Tables, sequence: int) -> None:
        """Keep these tables in place of every step up to `sequence`. Raises TillError `store_unusable`."""
        ...

    @property
    def wants_replacing(self) -> bool:
        """Whether so many steps are kept that replacing them by their outcome is worth its time."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class Memory:
    """Keeps nothing beyond the process, for stores that are thrown away. Implements `Medium`."""

    wants_replacing = False

    def append(self, sequence: int, changes: list[Change]) -> None:
        """The tables in memory are all there is."""

    def replace(self, tables: Tables, sequence: int) -> None:
        """The tables in memory are all there is."""

    def close(self) -> None:
        """Nothing was held."""
