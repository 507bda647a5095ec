"""Finding a product by what a cashier types: words in any order, their beginnings, and a slip of a key."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words of a text as they are compared: without case and accents."""
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in plain if not unicodedata.combining(char)))


Fit = Literal["exact", "beginning", "guess"]
"""How a hit fits: each word typed is one of its words, or begins one, or a slip was forgiven to find it."""


class Hit(NamedTuple):
    """What was found, and how it fits what was typed."""

    key: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, best first, as many as were wanted, and how many there are in all."""

    found: tuple[Hit, ...]
    total: int

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys alone."""
        return tuple(hit.key for hit in self.found)

    @property
    def corrected(self) -> bool:
        """Whether all of them are guesses: nothing fits without a slip forgiven."""
        return bool(self.found) and all(hit.fit == "guess" for hit in self.found)


class SearchIndex:
    """An index of texts by word. Built once; a search costs what its answer costs, not what the catalog does."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """Build it from (key, text); the order given is the order of equally good hits."""
        self._keys: list[str] = []
        postings: dict[str, list[int]] = {}
        for number, (key, text) in enumerate(entries):
            self._keys.append(key)
            for word in dict.fromkeys(words(text)):
                postings.setdefault(word, []).append(number)
        self._postings = postings
        self._vocabulary = sorted(postings)

    def search(self, text: str, limit: int) -> Hits:
        """The entries in which every word of `text` begins a word, else the nearest to a slip of the key."""
        wanted = words(text)
        if not wanted:
            return Hits((), 0)
        found = self._all_of([self._beginning_with(word) for word in wanted])
        if found:
            return self._ranked(found, wanted, limit, "beginning")
        nearest = [self._beginning_with(word) or self._close_to(word) for word in wanted]
        return self._ranked(self._all_of(nearest), wanted, limit, "guess")

    def _beginning_with(self, prefix: str) -> set[int]:
        found: set[int] = set()
        for index in range(bisect_left(self._vocabulary, prefix), len(self._vocabulary)):
            word = self._vocabulary[index]
            if not word.startswith(prefix):
                break
            found.update(self._postings[word])
        return found

    def _close_to(self, word: str) -> set[int]:
        """Entries with a word that one slip (two in a long word) turns into this one, or into its beginning."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) < 3:
            return set()
        slips = 1 if len(word) < 7 else 2
        close = process.extract(word, self._vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None)
        if not close:
            beginnings = {entry[: len(word)]: None for entry in self._vocabulary if len(entry) > len(word)}
            starts = process.extract(word, list(beginnings), scorer=OSA.distance, score_cutoff=slips, limit=None)
            return set().union(*(self._beginning_with(start) for start, _, _ in starts))
        return set().union(*(self._postings[entry] for entry, _, _ in close))

    @staticmethod
    def _all_of(sets: list[set[int]]) -> set[int]:
        return set.intersection(*sets) if sets else set()

    def _ranked(self, found: set[int], wanted: list[str], limit: int, fit: Fit) -> Hits:
        """Whole words first, then the catalog's order; `fit` is that of those with a word that is not whole."""
        # At each index those with at least so many whole words: sets throughout, since all that is sold may be found.
        tiers: list[set[int]] = [found]
        for word in wanted:
            whole = found.intersection(self._postings.get(word, ()))
            above = (*tiers[1:], set())
            tiers = [found, *(upper | (lower & whole) for lower, upper in zip(tiers, above, strict=True))]
        best: list[int] = []
        for tier in reversed(tiers):
            if len(best) < limit:
                best += sorted(tier.difference(best))[: limit - len(best)]
        exact = tiers[-1]
        hits = (Hit(self._keys[number], "exact" if number in exact else fit) for number in best)
        return Hits(tuple(hits), len(found))
