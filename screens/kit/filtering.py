"""What typing leaves of a list: the entries whose words begin as what is typed, else those that come near to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.i18n import N_

if TYPE_CHECKING:
    from pos.domain.search import SearchIndex

ALL_AGAIN: Final = N_("{found} of {all} · Esc shows all")


class Fitting(NamedTuple):
    """What fits, best first, and whether a slip was forgiven for it."""

    keys: tuple[str, ...]
    guessed: bool = False

    def among(self, texts: Mapping[str, str]) -> Fitting:
        """The same in the order of a list."""
        fit = frozenset(self.keys)
        return self._replace(keys=tuple(key for key in texts if key in fit))


class Filter:
    """What is found among texts by key: by the first ones, else by the next, such as what a thing does.

    A slip is forgiven only if nothing fits anywhere as it is typed. Built once for a list that is typed on often.
    """

    def __init__(self, *texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._indexes: Sequence[SearchIndex] | None = None

    def best(self, typed: str) -> Fitting:
        """The keys of what fits, best first."""
        if self._indexes is None:
            from pos.domain.search import SearchIndex

            self._indexes = [SearchIndex(each.items()) for each in self._texts]
        hits = [index.search(typed, len(self._texts[0]), near=False) for index in self._indexes]
        meant = next((found for found in hits if found.keys and not found.corrected), None)
        guessed = next((found for found in hits if found.keys), None)
        if meant is not None:
            return Fitting(meant.keys)
        return Fitting(guessed.keys, guessed=True) if guessed is not None else Fitting(())

    def fitting(self, typed: str) -> Fitting:
        """The same in the order of the first texts; all of them as long as nothing is typed."""
        wanted = typed.strip()
        return self.best(wanted).among(self._texts[0]) if wanted else Fitting(tuple(self._texts[0]))


def best(typed: str, *texts: Mapping[str, str]) -> Fitting:
    """The keys of the texts that fit what is typed, best first; see `Filter`."""
    return Filter(*texts).best(typed)


def fitting(typed: str, *texts: Mapping[str, str]) -> Fitting:
    """The same in the order of the first texts; all of them as long as nothing is typed."""
    return Filter(*texts).fitting(typed)
