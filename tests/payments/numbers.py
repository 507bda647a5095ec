"""Card numbers made by Hypothesis, as they are typed."""

from hypothesis import strategies as st

from pos.domain.codes import luhn

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


@st.composite
def typed(draw: st.DrawFn, number: str) -> str:
    """A number with blanks or hyphens after some of its digits."""
    gaps = draw(st.lists(st.sampled_from(["", "", "", " ", "-"]), min_size=len(number) - 1, max_size=len(number) - 1))
    return "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
