"""Card numbers made by Hypothesis, as they are typed."""

from hypothesis import assume
from hypothesis import strategies as st

from pos.domain.codes import luhn
from pos.payments.other_numbers import is_gtin

_PREFIXES = [
    ("4", 16),
    ("4", 19),
    ("51", 16),
    ("2221", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("36", 14),
    ("3528", 16),
    ("62", 16),
    ("62", 19),
]


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    prefix, length = draw(st.sampled_from(_PREFIXES))
    body = prefix + draw(st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1))
    return next(body + digit for digit in "0123456789" if luhn(body + digit))


_ISSUED = [
    *_PREFIXES,
    *((prefix, length) for prefix in ("4",) for length in (13, 16, 19)),
    *((prefix, length) for prefix in ("6011", "645", "65", "36", "38", "3589", "62", "2200") for length in (16, 19)),
    *((prefix, length) for prefix in ("50", "56", "58", "6304", "6759", "676770") for length in range(12, 20)),
    *(
        (prefix, 16)
        for prefix in ("55", "300", "3095", "39", "81", "82", "636", "637", "606282", "9792", "9860", "8600")
    ),
]
"""Prefixes and lengths of what networks issue, by their published tables."""


@st.composite
def issued(draw: st.DrawFn) -> str:
    """A number of any network, but none of 12 or 13 digits that would be goods' too."""
    prefix, length = draw(st.sampled_from(_ISSUED))
    body = prefix + draw(st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1))
    number = next(body + digit for digit in "0123456789" if luhn(body + digit))
    assume(length > 13 or not is_gtin(number))
    return number


@st.composite
def typed(draw: st.DrawFn, number: str) -> str:
    """A number with blanks or hyphens after some of its digits."""
    gaps = draw(st.lists(st.sampled_from(["", "", "", " ", "-"]), min_size=len(number) - 1, max_size=len(number) - 1))
    return "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
