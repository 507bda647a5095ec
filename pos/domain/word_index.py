"""The words of many texts, and in which of them each word stands: whole, as a beginning, or with a slip of a key."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, chain
from typing import Final

Mask = int
"""Which of many texts: one byte for each, 1 or 0, the lowest for the first. `&` and `|` work on all of them at once."""

NOTHING: Final[Mask] = 0

SLIP: Final = 2
"""What a slip in a whole word costs; one in a beginning, or in a very short word, costs one more."""

_WORD: Final = re.compile(r"\w+")
_PLAIN: Final = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"}
)
"""Letters that Unicode does not take apart into one without a mark."""

_LAST: Final = "\U0010ffff"
"""What is sorted behind every letter."""
_SHORTEST: Final = 3
"""Letters of the shortest word in which a slip is sought, though not as the beginning of another."""
_LONG: Final = 7
"""Letters of the shortest word in which two slips are."""
_REMEMBERED: Final = 24
"""How many answers are kept, of the words before the one that is being typed."""


def plain_text(text: str) -> str:
    """A text as texts are compared: without case, accents and what cannot be seen."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    return "".join(char for char in plain if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")


def word_spans(plain: str) -> Iterator[tuple[int, int]]:
    """Where each word of a `plain_text` begins and ends."""
    return (found.span() for found in _WORD.finditer(plain))


def words(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return _WORD.findall(plain_text(text))


def mask_of(numbers: Iterable[int], many: int) -> Mask:
    """The texts with these numbers, of so many."""
    marks = bytearray(many)
    for number in numbers:
        marks[number] = 1
    return int.from_bytes(marks, "little")


def first_of(mask: Mask, many: int, limit: int) -> list[int]:
    """The numbers of the first texts of a mask, of so many, as many as wanted."""
    found: list[int] = []
    marks, at = mask.to_bytes(many, "little"), -1
    while len(found) < limit and (at := marks.find(1, at + 1)) >= 0:
        found.append(at)
    return found


class WordIndex:
    """Words, sorted, each with the texts that it stands in. What is asked costs what is found, not what there is."""

    def __init__(self, postings: Mapping[str, Iterable[int]], many: int) -> None:
        """Build it from the numbers of the texts of each word, of so many texts."""
        self._many = many
        self._words = sorted(postings)
        lists = [array("I", postings[word]) for word in self._words]
        self._starts = list(accumulate(map(len, lists), initial=0))
        self._numbers = array("I", chain.from_iterable(lists))
        self.whole = lru_cache(_REMEMBERED)(self._whole)
        self.beginning = lru_cache(_REMEMBERED)(self._beginning)
        self.near = lru_cache(_REMEMBERED)(self._near)
        self.far = lru_cache(_REMEMBERED)(self._far)

    def __contains__(self, word: str) -> bool:
        at = bisect_left(self._words, word)
        return at < len(self._words) and self._words[at] == word

    def _whole(self, word: str) -> Mask:
        """The texts with this word."""
        return self._texts([self._place(word)]) if word in self else NOTHING

    def _beginning(self, prefix: str) -> Mask:
        """The texts with a word that begins so."""
        return self._texts([self._range(prefix)])

    def _near(self, word: str) -> dict[int, Mask]:
        """By what it costs, the texts with a word that one slip turns into this one, or into its beginning.

        A slip is a letter too few, too many or wrong, or two that changed places. Numbers have none.
        """
        if len(word) < _SHORTEST or word.isdecimal():
            return {}
        forms = dict.fromkeys(self._one_slip(word))
        if len(word) == _SHORTEST:
            forms = {form: None for form in forms if form in self}
        whole = (self._place(form) for form in forms if len(form) > _SHORTEST and form in self)
        return {SLIP: self._texts(whole), SLIP + 1: self._texts(map(self._range, forms))}

    def _far(self, word: str) -> dict[int, Mask]:
        """The same of a long word for two slips, both behind its first letter."""
        if len(word) < _LONG or word.isdecimal():
            return {}
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        first, end = self._range(word[:1])
        known, found = self._words[first:end], {}
        for cost, forms in ((2 * SLIP, known), (2 * SLIP + 1, [each[: len(word)] for each in known])):
            close = process.extract(word, forms, scorer=OSA.distance, score_cutoff=2, limit=None)
            found[cost] = self._texts((first + at, first + at + 1) for _form, _slips, at in close)
        return found

    def _one_slip(self, word: str) -> Iterator[str]:
        """The beginnings of words that one slip turns into this one."""
        for at in range(len(word) + 1):
            head, rest = word[:at], word[at:]
            if not self._begins(head):
                return
            forms = [head + rest[1:], head + rest[1:2] + rest[:1] + rest[2:]]
            for char in self._following(head):
                forms += [head + char + rest, head + char + rest[1:]]
            yield from (form for form in forms if form != word and self._begins(form))

    def _following(self, head: str) -> Iterator[str]:
        """The letters with which a word may go on."""
        at, end = self._range(head)
        while at < end:
            char = self._words[at][len(head) : len(head) + 1]
            if char:
                yield char
            at = bisect_left(self._words, head + char + _LAST, at, end) if char else at + 1

    def _begins(self, prefix: str) -> bool:
        at = bisect_left(self._words, prefix)
        return at < len(self._words) and self._words[at].startswith(prefix)

    def _place(self, word: str) -> tuple[int, int]:
        at = bisect_left(self._words, word)
        return at, at + 1

    def _range(self, prefix: str) -> tuple[int, int]:
        first = bisect_left(self._words, prefix)
        return first, bisect_left(self._words, prefix + _LAST, first)

    def _texts(self, ranges: Iterable[tuple[int, int]]) -> Mask:
        """The texts of the words from one place to before another."""
        numbers = [self._numbers[self._starts[first] : self._starts[end]] for first, end in ranges]
        return mask_of(chain.from_iterable(numbers), self._many) if any(numbers) else NOTHING
