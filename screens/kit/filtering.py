"""What typing leaves of a list: the entries whose words begin as what is typed, else those that come near to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from pos.domain.i18n import N_

ALL_AGAIN: Final = N_("{found} of {all} · Esc shows all")


class Fitting(NamedTuple):
    """What fits, best first, and whether a slip was forgiven for it."""

    keys: tuple[str, ...]
    guessed: bool = False

    def among(self, texts: Mapping[str, str]) -> Fitting:
        """The same in the order of a list."""
        fit = frozenset(self.keys)
        return self._replace(keys=tuple(key for key in texts if key in fit))


def best(typed: str, *texts: Mapping[str, str]) -> Fitting:
    """The keys of the texts that fit what is typed: of the first ones, else of the next, such as what a thing does.

    A slip is forgiven only if nothing fits anywhere as it is typed.
    """
    from pos.domain.search import SearchIndex

    hits = [SearchIndex(each.items()).search(typed, len(each), near=False) for each in texts]
    meant = next((found for found in hits if found.keys and not found.corrected), None)
    guessed = next((found for found in hits if found.keys), None)
    if meant is not None:
        return Fitting(meant.keys)
    return Fitting(guessed.keys, guessed=True) if guessed is not None else Fitting(())


def fitting(typed: str, *texts: Mapping[str, str]) -> Fitting:
    """The same in the order of the first texts; all of them as long as nothing is typed."""
    wanted = typed.strip()
    return best(wanted, *texts).among(texts[0]) if wanted else Fitting(tuple(texts[0]))
