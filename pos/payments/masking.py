"""Keeping a card's data out of everything that is shown, stored or logged.

| of a card | may be kept | where |
| --- | --- | --- |
| network, last four digits | yes | order, receipt, journal, log, screens |
| the gateway's token, answer and decline code | yes | order, journal, log, screens |
| number | never: it goes to the gateway alone, which answers with a token | |
| cardholder's name, expiry, CVC, all else on the tracks, encrypted or not | never, not for a moment | |
| PIN | never: it is not typed at a till | |

After PCI DSS 4.0, requirement 3: no sensitive authentication data at all (CVC, tracks, PIN), and no expiry or name
beside a card. A number is one by its check digit and by the lengths that its network issues; letters that look like
digits make none. What is not a card stays legible: see `mask`.

Two places hold it. What is typed or scanned passes `entered` or `kept` before anything is done with it (`pos.till`);
what leaves for a file, another program or a person passes `mask` (`pos.log.guarded`, `pos.language.script_runner`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from pos.domain.addresses import without_passwords
from pos.domain.card_numbers import CardNumber, card_number, is_card
from pos.domain.errors import TillError
from pos.domain.message import Message, lazy, verbatim
from pos.payments.cards import read_card
from pos.payments.normalized_text import NormalizedText, readings
from pos.payments.other_numbers import is_gtin, without_goods
from pos.payments.swipes import swipe_in

Known = Callable[[str], bool]
"""Whether a text is a code of the shop's own."""


HIDDEN: Final = "••••"

_GAP: Final = r"(?:(?!••)[\W_]){0,6}"
"""Signs and blanks between two digits of a number, also over words and lines; not what a masked number has."""
_RUN: Final = re.compile(rf"[0-9](?:{_GAP}[0-9]){{11,}}")
_GROUP: Final = re.compile(r"[0-9]+")
_SHORTEST: Final = 12
_LONGEST: Final = 19
_GOODS: Final = (12, 13)
_USUAL: Final = {"amex": (15,), "diners": (14, 16)}
_SHORTEST_CODE: Final = 8
_TELLS_LITTLE: Final = 6
_FEWEST: Final = 3
"""How many digits the shortest thing has that is masked, a CVC."""

_CVC: Final = re.compile(
    r"(?<![a-z])(?:(?:cvc|cvv|cvn|csc|cav)2?|(?:security|sicherheits) ?code|(?:karten)?prüf(?:nummer|ziffer|zahl))"
    r"[\W_]{0,3}(?:(?:code|number|no|nr|is|ist)[\W_]{1,3})?([0-9](?:[\W_]?[0-9]){2,3})(?![0-9])"
)
_EXPIRY: Final = re.compile(
    r"(?<![0-9.,])(?:(?:0?[1-9]|1[0-2])(?: ?[/|:\u2010-\u2015\u2212-] ?| )(?:20)?[0-9]{2}"
    r"|(?:0?[1-9]|1[0-2])[.,]20[0-9]{2}|20[0-9]{2}[/.-](?:0[1-9]|1[0-2]))(?![0-9]|[.,][0-9])"
)
_REST: Final = re.compile(r"(?<![0-9])(?<![0-9][.,])[0-9]{3,}(?![0-9]|[.,'’ ][0-9]{3}[.,][0-9]|[.,][0-9]{2}(?![0-9]))")
"""A CVC, an expiry without a sign, the rest of a track: any digits that are no amount with decimals."""
_HOLDER: Final = re.compile(
    r"(?<![a-z])(?:name|(?:card ?)?holder|(?:karten ?)?inhaber(?:in)?)[:=, ]{1,3}"
    r"((?:mrs?\.? )?[^\W\d_]+(?:[ ./'-]+[^\W\d_]+){0,3})"
    r"|(?<![^\W_])([^\W\d_]{2,26}/[^\W\d_]{2,26})(?![^\W_])"
)
"""The holder's name behind its label, or as a track has it."""


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


def mask(text: str, known: Known = lambda code: False) -> str:
    """`text` with every card number in it masked as `visa••4242`, and what stands beside one as `••••`.

    A password in an address is hidden too.

    It does not matter how a number is spelled: with blanks, signs or line ends between its digits, with what cannot be
    seen, in digits of any script. A number glued to other digits is hidden whole, and so is what a swipe has typed.
    A CVC that says so is hidden without a card too.

    `known` tells the shop's own codes (12 digits or more), which stay readable, as do 12 and 13 digits with a GTIN's
    check digit: no card in use is that short. So does what `pos.payments.other_numbers` knows.
    """
    text = without_passwords(text)
    if sum(map(str.isdigit, text)) < _FEWEST:
        return text
    spans = _merged(span for reading in readings(text) for span in _spans(text, reading, known))
    for span in reversed(spans):
        text = text[: span.start] + span.text + text[span.end :]
    return text


def masked_message(words: Message, known: Known = lambda code: False) -> Message:
    """What is to be said, `mask`ed; as long as it has nothing to hide it stays in the language of whoever reads it."""
    text = str(words)
    hidden = mask(text, known)
    return words if hidden == text else verbatim(hidden)


def entered(text: str, known: Known = lambda code: False) -> str:
    """What was typed or scanned as a code or a name, masked, so that no message can repeat a card's number.

    Raises TillError `card_swiped` for a swipe.
    """
    if sum(map(str.isdigit, text)) < _FEWEST:
        return text
    if any(swipe_in(reading.text) is not None for reading in readings(text)):
        raise swiped()
    return mask(text, known)


def kept(text: str, known: Known = lambda code: False) -> str:
    """A text that will be kept, such as a reason, without a card's data, see `bare`.

    Raises TillError `card_swiped` for a swipe.
    """
    return bare(entered(text, known))


def bare(masked: str) -> str:
    """A masked text without what stands beside a card: one that has a card's data is its masked number, nothing else.

    Nobody can tell a holder's name from other words.
    """
    numbers = _MASKED.findall(masked)
    return " ".join(numbers) or HIDDEN if numbers or HIDDEN in masked else masked


_MASKED: Final = re.compile(r"[a-z]+••[0-9]{4}", re.IGNORECASE)


def swiped() -> TillError:
    """What is said to whoever swipes a card at the till itself."""
    text = lazy("A card was swiped here: take it at the card terminal. Nothing of it was kept.")
    return TillError("card_swiped", text)


def _spans(text: str, reading: NormalizedText, known: Known) -> Iterator[_Span]:
    """What is to be hidden of one reading."""
    swipe = swipe_in(reading.text)
    if swipe is not None:
        start, end = reading.place(*swipe)
        yield _Span(start, end, _masked_swipe(reading.text[slice(*swipe)]))
    plain = without_goods(reading.text)
    found = (span for run in _RUN.finditer(plain) for span in _cards(run, known))
    cards = [span for span in found if not _in_code(text, reading.place(span.start, span.end), known)]
    beside: list[tuple[int, int]] = [found.span(1) for found in _CVC.finditer(plain)]
    if cards or swipe is not None or beside:
        number = _blanked(plain, cards)
        beside += [found.span() for pattern in (_EXPIRY, _REST) for found in pattern.finditer(number)]
        beside = [place for place in beside if not _is_code(plain[slice(*place)], known)]
        beside += [found.span(found.lastindex or 0) for found in _HOLDER.finditer(number)]
    for span in cards:
        yield _Span(*reading.place(span.start, span.end), span.text)
    for place in beside:
        yield _Span(*reading.place(*place), HIDDEN)


def _is_code(digits: str, known: Known) -> bool:
    """Whether digits beside a card are a code of the shop: shorter ones may be a PLU, and may be a CVC."""
    return len(digits) >= _SHORTEST_CODE and known(digits)


def _masked_swipe(swipe: str) -> str:
    numbers = (card_number(re.sub(r"[^0-9]", "", found)) for found in re.findall(r"[0-9][0-9 ]{10,}", swipe))
    return next((card.masked for card in numbers if card is not None), HIDDEN)


def _blanked(text: str, cards: Iterable[_Span]) -> str:
    """A reading in which its cards' numbers are letters, so that nothing beside them is found in them."""
    for card in cards:
        text = text[: card.start] + "x" * (card.end - card.start) + text[card.end :]
    return text


def _in_code(text: str, place: tuple[int, int], known: Known) -> bool:
    """Whether a place in a text is of a code of the shop, which may have letters and signs, and of no other number."""
    start, end = place
    word = text[:start].split(" ")[-1] + text[start:end] + text[end:].split(" ")[0]
    return sum(map(str.isdigit, word)) <= _LONGEST and known(word)


def _cards(run: re.Match[str], known: Known) -> list[_Span]:
    """The card numbers in a run of digits, by their place in the reading."""
    return [span for piece in _pieces(run, known) for span in _cards_in(run.string, piece)]


def _pieces(run: re.Match[str], known: Known) -> Iterator[list[re.Match[str]]]:
    """The groups of digits of a run, split where a known code stands between them."""
    piece: list[re.Match[str]] = []
    for group in _GROUP.finditer(run.string, *run.span()):
        if len(group.group()) >= _SHORTEST and known(group.group()):
            yield piece
            piece = []
        else:
            piece.append(group)
    yield piece


def _cards_in(text: str, groups: list[re.Match[str]]) -> list[_Span]:
    """Every card number in these groups: those of whole groups, and those that begin or end inside a group.

    The latter count only if much of them is not covered by the former: a number and an amount are not two numbers.
    """
    at = [index for group in groups for index in range(*group.span())]
    digits = "".join(text[index] for index in at)
    edges = set(accumulate((len(group.group()) for group in groups), initial=0))
    found = [
        (range(start, end), card)
        for start in range(len(digits))
        for end in range(start + _SHORTEST, min(start + _LONGEST, len(digits)) + 1)
        if (card := card_number(digits[start:end])) is not None
    ]
    goods = _goods_in(groups)
    whole = [
        (place, card)
        for place, card in found
        if {place.start, place.stop} <= edges and not _is_goods(card) and (_is_usual(card) or not _has(place, goods))
    ]
    covered = {index for place, _card in whole for index in place}
    inside = [
        place
        for place, card in found
        if _is_usual(card)
        and len({*place} - covered) > _TELLS_LITTLE
        and not _has(place, goods)
        and _may_be_glued(text, at, place, edges)
    ]
    hidden = [(place, card.masked) for place, card in whole] + [(place, HIDDEN) for place in inside]
    return [_Span(at[place.start], at[place.stop - 1] + 1, text) for place, text in hidden]


def _may_be_glued(text: str, at: list[int], place: range, edges: set[int]) -> bool:
    """Whether digits that begin or end inside a group may be one number, with others glued to it.

    Between its groups it has blanks, hyphens and dots, or one other sign and no more than one end glued: two telephone
    numbers, or sizes in a row, are no card.
    """
    inner = edges & {*range(place.start + 1, place.stop)}
    signs = {text[at[edge - 1] + 1 : at[edge]] for edge in inner}
    return signs <= {*" -."} or (len(signs) == 1 and not edges.isdisjoint((place.start, place.stop)))


def _goods_in(groups: list[re.Match[str]]) -> list[range]:
    """Which of the digits of these groups are goods': 12 or 13 that stand alone, with a GTIN's check digit."""
    ends = [*accumulate(len(group.group()) for group in groups)]
    return [
        range(end - len(group.group()), end)
        for group, end in zip(groups, ends, strict=True)
        if len(group.group()) in _GOODS and is_gtin(group.group())
    ]


def _has(place: range, goods: list[range]) -> bool:
    """Whether a number would have all digits of a thing's code in it, or some of two codes."""
    touched = [each for each in goods if each.start < place.stop and place.start < each.stop]
    return len(touched) > 1 or any(place.start <= each.start and each.stop <= place.stop for each in touched)


def _is_goods(card: CardNumber) -> bool:
    """Whether a number stands for goods rather than for a card."""
    return len(card.digits) in _GOODS and is_gtin(card.digits)


def _is_usual(card: CardNumber) -> bool:
    """Whether a number is as long as nearly all cards of its network are."""
    return len(card.digits) in _USUAL.get(card.brand, (16, 19))


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    """Spans in order. Of two that overlap the outer one counts, and if none is, both are hidden whole."""
    merged: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.text == HIDDEN)):
        if not merged or merged[-1].end <= span.start:
            merged.append(span)
        elif merged[-1].end < span.end:
            merged[-1] = _Span(merged[-1].start, span.end, HIDDEN)
    return merged
