"""Keeping card numbers out of everything that is shown, stored or logged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from pos.domain.codes import check_digit
from pos.payments.cards import CardNumber, card_number, is_card, read_card

HIDDEN: Final = "••••"

_BLANK: Final = r"[ \t.\u00a0\u2007\u2009\u202f\u2010-\u2015-]"
_RUN: Final = re.compile(rf"\d(?:{_BLANK}{{0,3}}\d){{11,}}")
_GROUP: Final = re.compile(r"\d+")
_SHORTEST: Final = 12
_LONGEST: Final = 19
_SHORTEST_INSIDE: Final = 14
_TELLS_LITTLE: Final = 6


class _Span(NamedTuple):
    start: int
    end: int
    text: str


def mask_argument(text: str) -> str:
    """What was typed where a card number belongs, as it may be shown.

    A card number becomes `visa••4242`; a word without a digit, such as `reader`, stays; all else is `••••`.
    """
    if is_card(text):
        return read_card(text).masked
    return HIDDEN if any(char.isdigit() for char in text) else text


def mask(text: str, known: Callable[[str], bool] = lambda code: False) -> str:
    """`text` with every card number in it masked as `visa••4242`, also one typed with blanks or hyphens.

    A card number glued to other digits is hidden whole. `known` tells the shop's own codes (12 digits or more),
    which stay readable, as do 12 and 13 digits with a GTIN's check digit: no card in use is that short.
    """
    return _RUN.sub(lambda run: _mask_run(run.group(), known), text)


def _mask_run(run: str, known: Callable[[str], bool]) -> str:
    spans = _merged([span for piece in _pieces(run, known) for span in _cards_in(run, piece)])
    for span in reversed(spans):
        run = run[: span.start] + span.text + run[span.end :]
    return run


def _pieces(run: str, known: Callable[[str], bool]) -> Iterator[list[re.Match[str]]]:
    """The groups of digits of a run, split where a known code stands between them."""
    piece: list[re.Match[str]] = []
    for group in _GROUP.finditer(run):
        if len(group.group()) >= 12 and known(group.group()):
            yield piece
            piece = []
        else:
            piece.append(group)
    yield piece


def _cards_in(run: str, groups: list[re.Match[str]]) -> list[_Span]:
    """Every card number in these groups: those of whole groups, and those that begin or end inside a group.

    The latter count only if much of them is not covered by the former: a number and an amount are not two numbers.
    """
    at = [index for group in groups for index in range(*group.span())]
    digits = "".join(str(int(run[index])) for index in at)
    edges = set(accumulate((len(group.group()) for group in groups), initial=0))
    found = [
        (range(start, end), card)
        for start in range(len(digits))
        for end in range(start + _SHORTEST, min(start + _LONGEST, len(digits)) + 1)
        if (card := card_number(digits[start:end])) is not None
    ]
    whole = [(place, card) for place, card in found if {place.start, place.stop} <= edges and not _is_goods(card)]
    covered = {index for place, _ in whole for index in place}
    inside = [place for place, _ in found if len(place) >= _SHORTEST_INSIDE and len({*place} - covered) > _TELLS_LITTLE]
    hidden = [(place, card.masked) for place, card in whole] + [(place, HIDDEN) for place in inside]
    return [_Span(at[place.start], at[place.stop - 1] + 1, text) for place, text in hidden]


def _is_goods(card: CardNumber) -> bool:
    """Whether a number stands for goods rather than for a card: 12 or 13 digits with a GTIN's check digit."""
    return len(card.digits) <= 13 and check_digit(card.digits[:-1]) == int(card.digits[-1])


def _merged(spans: list[_Span]) -> list[_Span]:
    """Spans in order. Of two that overlap the outer one counts, and if none is, both are hidden whole."""
    merged: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not merged or merged[-1].end <= span.start:
            merged.append(span)
        elif merged[-1].end < span.end:
            merged[-1] = _Span(merged[-1].start, span.end, HIDDEN)
    return merged
