"""Finding a product by what a cashier types: words in any order, their beginnings, parts of a code, and slips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Final, Literal, NamedTuple

from pos.domain.word_index import NOTHING, SLIP, Mask, WordIndex, first_of, mask_of, words

Fit = Literal["exact", "beginning", "guess"]
"""How a hit fits: all words typed are words of it; some begin one or are a part of its code; or a slip was forgiven."""


class SearchHit(NamedTuple):
    """What was found, and how it fits what was typed."""

    key: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class SearchHits:
    """What was found, best first, as many as were wanted, and how many there are in all."""

    found: tuple[SearchHit, ...]
    total: int
    fitting: int
    """How many of them fit as it was typed; the others are guesses and stand behind them."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of what was found, best first."""
        return tuple(hit.key for hit in self.found)

    @property
    def corrected(self) -> bool:
        """Whether all of them are guesses: nothing fits without a slip forgiven."""
        return bool(self.found) and not self.fitting


Costs = dict[int, Mask]
"""Texts by what is forgiven to find them; what costs 0 fits as it was typed."""

BLANK: Final = SLIP
"""What a blank too few or too many costs."""
MOST: Final = 4 * SLIP + 1
"""What is forgiven at most in all that was typed."""
_JOINED: Final = 3
"""How many words may be one that was written apart, and one may be several that were written together."""
_PART: Final = 3
"""Letters of the shortest part of a code that is sought."""
_REMEMBERED: Final = 24


class SearchIndex:
    """An index of texts by word. Built once; a search costs what its answer costs, not what the catalog does."""

    def __init__(self, entries: Iterable[tuple[str, str]], *, codes: bool = False) -> None:
        """Build it from (key, text); the order given is the order of equally good hits.

        With `codes` the keys are codes that are found too: by the beginning of one of their words, or by a part; in
        them no slip is sought.
        """
        self._keys: list[str] = []
        names: dict[str, list[int]] = {}
        parts: dict[str, list[int]] = {}
        solid = []
        for number, (key, text) in enumerate(entries):
            self._keys.append(key)
            for word in dict.fromkeys(words(text)):
                names.setdefault(word, []).append(number)
            if codes:
                code = words(key)
                solid.append("".join(code))
                for word in dict.fromkeys(code):
                    parts.setdefault(word, []).append(number)
        self._many = len(self._keys)
        self._everything = int.from_bytes(b"\1" * self._many, "little")
        self._names = WordIndex(names, self._many)
        self._codes = WordIndex(parts, self._many)
        self._solid = solid
        self._all_solid = "\n".join(solid)
        self._within = lru_cache(_REMEMBERED)(self._codes_with)
        self._begun = lru_cache(_REMEMBERED)(lambda part: [at for at, code in enumerate(solid) if part in code])

    def search(self, text: str, limit: int, *, near: bool = True) -> SearchHits:
        """The entries in which every word of `text` begins a word, else the nearest to a slip of the key.

        With `near`, those that are one slip in a whole word of four letters away stand behind the ones that fit, unless
        one of these has all that was typed as whole words.
        """
        wanted = words(text)
        if not wanted:
            return SearchHits((), 0, 0)
        fitting = [self._fitting(word) for word in wanted]
        whole = [self._names.whole(word) | self._codes.whole(word) for word in wanted]
        costs = {0: reduce(and_, fitting)}
        if not costs[0]:
            costs = self._forgiven(wanted)
        elif near and not reduce(and_, whole):
            costs[SLIP] = self._one_away(wanted, fitting)
        return self._ranked(costs, whole, limit)

    def _one_away(self, wanted: Sequence[str], fitting: Sequence[Mask]) -> Mask:
        """The texts with all that is wanted but for one slip in one word; `fitting` are those with each word."""
        slipped = (
            (*fitting[:at], self._names.near(word).get(SLIP, NOTHING), *fitting[at + 1 :])
            for at, word in enumerate(wanted)
        )
        return reduce(or_, (reduce(and_, masks) for masks in slipped))

    def _fitting(self, word: str) -> Mask:
        """The texts with a word that begins so, or with such a part in their code."""
        return self._names.beginning(word) | self._codes.beginning(word) | self._within(word)

    def _forgiven(self, wanted: Sequence[str]) -> Costs:
        """The texts in which all that is wanted stands, a slip forgiven; words may be joined with their neighbours."""
        reached: list[Costs] = [{0: self._everything}, *({} for _ in wanted)]
        for end in range(1, len(wanted) + 1):
            for start in range(max(0, end - _JOINED), end):
                options = self._options(wanted[start:end])
                for before, found in reached[start].items():
                    for cost, mask in options.items():
                        if before + cost <= MOST and (both := found & mask):
                            reached[end][before + cost] = reached[end].get(before + cost, NOTHING) | both
        return reached[-1]

    def _options(self, run: Sequence[str]) -> Costs:
        """The texts with a run of typed words, taken as one word if they are several, by what is forgiven."""
        word, blanks = "".join(run), (len(run) - 1) * BLANK
        near = self._names.near(word)
        slipped = near if any(near.values()) else self._names.far(word)
        options = {blanks + cost: mask for cost, mask in slipped.items()}
        others = (
            (0, self._within(word) if blanks else self._fitting(word)),
            (blanks, self._names.beginning(word)),
            (blanks + BLANK, self._apart(word)),
        )
        for cost, mask in others:
            options[cost] = options.get(cost, NOTHING) | mask
        return options

    def _apart(self, word: str, most: int = _JOINED) -> Mask:
        """The texts with words that are this one when they are written together, or begin so."""
        found = NOTHING
        for cut in range(1, len(word)):
            if word[:cut] in self._names:
                rest = self._names.beginning(word[cut:])
                if most > 1:
                    rest |= self._apart(word[cut:], most - 1)
                if rest:
                    found |= self._names.whole(word[:cut]) & rest
        return found

    def _codes_with(self, part: str) -> Mask:
        """The texts with this part in their code; letters alone only if they begin no word."""
        if len(part) < _PART or part not in self._all_solid:
            return NOTHING
        if part.isalpha() and (self._names.beginning(part) or self._codes.beginning(part)):
            return NOTHING
        return mask_of([number for number in self._begun(part[:_PART]) if part in self._solid[number]], self._many)

    def _ranked(self, costs: Costs, whole: Sequence[Mask], limit: int) -> SearchHits:
        """What fits best first, then those with the most whole words, then the catalog's order.

        `whole` are the texts with each of the words as it was typed.
        """
        hits: list[SearchHit] = []
        seen = NOTHING
        for cost, mask in sorted(costs.items()):
            tiers = self._tiers(mask & ~seen, whole)
            seen |= mask
            for many, tier in reversed(tuple(enumerate(tiers))):
                fit: Fit = "guess" if cost else "exact" if many == len(whole) else "beginning"
                numbers = first_of(tier, self._many, limit - len(hits))
                hits += (SearchHit(self._keys[number], fit) for number in numbers)
        return SearchHits(tuple(hits), seen.bit_count(), costs.get(0, NOTHING).bit_count())

    @staticmethod
    def _tiers(found: Mask, whole: Sequence[Mask]) -> list[Mask]:
        """Of what was found, at each index the texts with just so many whole words."""
        tiers = [found]
        for mask in whole:
            tiers = [
                (lower & ~mask) | (upper & mask)
                for lower, upper in zip((*tiers, NOTHING), (NOTHING, *tiers), strict=True)
            ]
        return tiers
