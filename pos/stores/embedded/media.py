"""Where a store's steps are kept: the port that a folder on disk implements."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pos.domain.errors import TillError
from pos.stores.days import ClosedDays
from pos.stores.tables import Change, Tables


class NothingKept(TillError):
    """A step was refused before anything of it was written: the store goes on as it stands."""


class Found(NamedTuple):
    """What was on record when a medium was opened, and what people should be told of it."""

    tables: Tables
    sequence: int
    notices: tuple[str, ...] = ()


class Confirmed(NamedTuple):
    """What a store has told others to be on record: the last step, and all tables as they stand after it, if known.

    `attempted` are the tables after the one step beyond that may be on record.
    """

    sequence: int
    tables: Tables | None
    attempted: Tables | None = None


class Medium(Protocol):
    """Keeps steps. A method that returns has made its work durable; after one that raised, nobody knows.

    All but `snapshot` are called by one thread at a time. They raise TillError `store_unusable`.
    """

    @property
    def archive(self) -> ClosedDays:
        """The closed days, which are read and added to apart from the steps."""
        ...

    def append(self, sequence: int, changes: list[Change], *, spare: int = 0, ending: bool = False) -> None:
        """Keep one step.

        `spare` bytes of room for later ones are made first; a step that is `ending` what got its room so does without.
        Raises NothingKept if there is no room.
        """
        ...

    def replace(self, tables: Tables, sequence: int) -> None:
        """Keep these tables in place of every step up to `sequence`."""
        ...

    def rotate(self, sequence: int) -> None:
        """Keep the steps after `sequence` apart from those before. Raises NothingKept if there is no room."""
        ...

    def snapshot(self, tables: Tables, sequence: int) -> None:
        """Keep these tables in place of the steps up to `sequence`, at which it was rotated; from any thread."""
        ...

    def reread(self, confirmed: Confirmed) -> Found:
        """What is on record after a step that failed; it goes on from what was `confirmed`.

        Raises TillError `store_damaged` too, and `store_unusable` for files that do not.
        """
        ...

    @property
    def wants_replacing(self) -> bool:
        """Whether so many steps are kept that replacing them by their outcome is worth its time."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...
