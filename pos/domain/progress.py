"""How far something has come that takes long: told now and then to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, NamedTuple, TypeVar

T = TypeVar("T")

Stage = Literal["store", "catalog", "products", "writing", "codes", "names"]
"""The stages of opening a till: its store, then for a new one the catalog's file, its products and their writing
down, then the codes and the names by which products are found. Of filling a server: what is there is its store."""

EVERY: Final = 1000
"""After how many things it is told again."""


class Progress(NamedTuple):
    """A stage, and how many things of how many are done; none of none if nobody counts."""

    stage: Stage
    done: int = 0
    total: int = 0


Tell = Callable[[Progress], None]
"""Called from the thread that works."""


def silent(progress: Progress) -> None:
    """Tells nobody."""


def counted_off(things: Iterable[T], total: int, stage: Stage, tell: Tell) -> Iterator[T]:
    """The things, telling at the start and after every thousand how many there were."""
    for number, thing in enumerate(things):
        if number % EVERY == 0:
            tell(Progress(stage, number, total))
        yield thing
