"""Finding a product by what a cashier types: words in any order, their beginnings, parts of a code, and slips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache, reduce
from heapq import nsmallest
from itertools import compress, islice
from operator import and_, or_
from typing import Final, Literal, NamedTuple

from pos.domain.word_index import NOTHING, SLIP, Mask, WordIndex, first_of, mask_of, words

Fit = Literal["exact", "beginning", "guess"]
"""How a hit fits: the words typed are words of its name or code; they begin some, or words of its kind; or neither:
a slip was forgiven, or it is a part from within its code."""


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
WITHIN: Final = 1
"""What a part from within a code costs, with which no word begins."""
_JOINED: Final = 3
"""How many words may be one that was written apart, and one may be several that were written together."""
_PART: Final = 3
"""Letters of the shortest part of a code that is sought."""
_REMEMBERED: Final = 24
_FEW: Final = 2000
"""Texts that are better sorted than looked for among all that have a weight."""

SearchEntry = tuple[str, str] | tuple[str, str, str]
"""A key, its name, and perhaps the name of its kind, which finds it too, behind what its own name or code finds."""


class SearchIndex:
    """An index of texts by word. Built once; a search costs what its answer costs, not what the catalog does."""

    def __init__(self, entries: Iterable[SearchEntry], *, codes: bool = False) -> None:
        """Build it from its entries; the order given is the order of equally good hits.

        With `codes` the keys are codes that are found too: by the beginning of one of their words, or by a part; in
        them no slip is sought.
        """
        self._keys: list[str] = []
        names: dict[str, list[int]] = {}
        kinds: dict[str, list[int]] = {}
        parts: dict[str, list[int]] = {}
        solid = []
        for number, (key, name, *kind) in enumerate(entries):
            self._keys.append(key)
            for word in dict.fromkeys(words(name)):
                names.setdefault(word, []).append(number)
            for word in dict.fromkeys(words(*kind)) if kind else ():
                kinds.setdefault(word, []).append(number)
            if codes:
                code = words(key)
                solid.append("".join(code))
                for word in dict.fromkeys((*code, solid[-1])):
                    parts.setdefault(word, []).append(number)
        self._many = len(self._keys)
        self._everything = int.from_bytes(b"\1" * self._many, "little")
        self._names = WordIndex(names, self._many)
        self._kinds = WordIndex(kinds, self._many)
        self._codes = WordIndex(parts, self._many)
        self._preferred: tuple[int, ...] = ()
        """The numbers of the entries that have a weight, the heaviest first."""
        self._weighty = NOTHING
        self._places: Mapping[int, int] = {}
        """Of each of these its place among them."""
        self._numbers: dict[str, int] | None = None
        self._solid = solid
        self._all_solid = "\n".join(solid)
        self._within = lru_cache(_REMEMBERED)(self._codes_with)
        self._begun = lru_cache(_REMEMBERED)(lambda part: [at for at, code in enumerate(solid) if part in code])

    def weighed(self, weights: Mapping[str, int]) -> SearchIndex:
        """The same index, of which equally good hits come by the weights of their keys, the heaviest first.

        What has none comes behind them in the order given, and so do those of one weight. It costs what the weights
        cost, not what the catalog does.
        """
        if self._numbers is None:
            self._numbers = {key: number for number, key in enumerate(self._keys)}
        known = self._numbers
        found = sorted((-weight, known[key]) for key, weight in weights.items() if weight > 0 and key in known)
        other = copy(self)
        other._preferred = tuple(number for _weight, number in found)
        other._places = {number: place for place, number in enumerate(other._preferred)}
        other._weighty = mask_of(other._preferred, self._many)
        return other

    def search(self, text: str, limit: int, *, near: bool = True) -> SearchHits:
        """The entries in which every word of `text` begins a word, else the nearest to a slip of the key.

        With `near`, those with a part of their code, and those that are one slip in a whole word of four letters away,
        stand behind the ones that fit, unless one of these has all that was typed as whole words of its name.
        """
        wanted = words(text)
        if not wanted:
            return SearchHits((), 0, 0)
        named = [self._names.beginning(word) for word in wanted]
        fitting = [
            mask | self._codes.beginning(word) | self._kinds.beginning(word)
            for mask, word in zip(named, wanted, strict=True)
        ]
        whole = reduce(and_, map(self._names.whole, wanted))
        exact = reduce(and_, (self._names.whole(word) | self._codes.whole(word) for word in wanted))
        costs = {0: reduce(and_, fitting)}
        if not costs[0]:
            costs |= self._forgiven(wanted)
        elif near and not exact:
            costs[WITHIN] = reduce(
                and_, (mask | self._within(word) for mask, word in zip(fitting, wanted, strict=True))
            )
            costs[SLIP] = self._one_away(wanted, fitting)
        tiers: list[tuple[Fit, Mask]] = [("exact", whole), ("exact", exact), ("beginning", reduce(and_, named))]
        tiers += [("guess" if cost else "beginning", mask) for cost, mask in sorted(costs.items())]
        return self._ranked(tiers, costs[0].bit_count(), limit)

    def _one_away(self, wanted: Sequence[str], fitting: Sequence[Mask]) -> Mask:
        """The texts with all that is wanted but for one slip in one word; `fitting` are those with each word."""
        slipped = (
            (*fitting[:at], self._near(word).get(SLIP, NOTHING), *fitting[at + 1 :]) for at, word in enumerate(wanted)
        )
        return reduce(or_, (reduce(and_, masks) for masks in slipped))

    def _near(self, word: str) -> Costs:
        """The texts with a word that one slip turns into this one, in their name or their kind's."""
        return _either(self._names.near(word), self._kinds.near(word))

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
        near = self._near(word)
        slipped = near if any(near.values()) else _either(self._names.far(word), self._kinds.far(word))
        options = {blanks + cost: mask for cost, mask in slipped.items()}
        begun = self._names.beginning(word) | self._kinds.beginning(word)
        for cost, mask in (
            (0, self._codes.beginning(word)),
            (WITHIN, self._within(word)),
            (blanks, begun),
            (blanks + BLANK, self._apart(word)),
        ):
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
        if part.isalpha() and any(each.beginning(part) for each in (self._names, self._codes, self._kinds)):
            return NOTHING
        return mask_of([number for number in self._begun(part[:_PART]) if part in self._solid[number]], self._many)

    def _ranked(self, tiers: Iterable[tuple[Fit, Mask]], fitting: int, limit: int) -> SearchHits:
        """The hits of each tier in turn, but for those that are in one before; so many of all are `fitting`."""
        hits: list[SearchHit] = []
        seen = NOTHING
        for fit, mask in tiers:
            hits += (SearchHit(self._keys[number], fit) for number in self._best(mask & ~seen, limit - len(hits)))
            seen |= mask
        return SearchHits(tuple(hits), seen.bit_count(), fitting)

    def _best(self, mask: Mask, limit: int) -> list[int]:
        """The numbers of the first texts of a mask: those with a weight by that, the others in the order given."""
        if limit <= 0 or not mask:
            return []
        found: list[int] = []
        heavy = mask & self._weighty
        if (many := heavy.bit_count()) > _FEW:
            # So many fit that the heaviest of all have them soon.
            marks = heavy.to_bytes(self._many, "little")
            found = list(islice(compress(self._preferred, map(marks.__getitem__, self._preferred)), limit))
        elif many:
            found = nsmallest(limit, first_of(heavy, self._many, many), key=self._places.__getitem__)
        return found + first_of(mask & ~self._weighty, self._many, limit - len(found))


def _either(some: Costs, others: Costs) -> Costs:
    """The texts of both, by what is forgiven."""
    return {cost: some.get(cost, NOTHING) | others.get(cost, NOTHING) for cost in (*some, *others)}
