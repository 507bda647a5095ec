import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.declines import CODES, decline_words
from pos.payments.testcards import DECLINED_CARDS, DECLINED_CENTS
from tests.payments.vectors import DECLINE_CODES


def test_every_code_of_stripe_and_of_the_mock_has_words() -> None:
    assert len(DECLINE_CODES) == 50
    assert {*DECLINE_CODES, *DECLINED_CARDS.values(), *DECLINED_CENTS.values(), "voided"} <= CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_words_are_short_sentences(code: str) -> None:
    words = decline_words(code)
    for text in map(str, words):
        assert text.endswith(".")
        assert text[0].isupper()
        assert len(text) <= 2 * 44
        assert "harged" not in text, "that is for the caller to say"
        assert "_" not in text


@pytest.mark.parametrize(
    "code",
    [
        "lost_card",
        "stolen_card",
        "pickup_card",
        "restricted_card",
        "fraudulent",
        "merchant_blacklist",
        "security_violation",
    ],
)
def test_nobody_is_accused(code: str) -> None:
    assert tuple(map(str, decline_words(code))) == ("The bank declined the card.", "Ask for another way to pay.")


def test_words_for_the_common_case() -> None:
    words = decline_words("insufficient_funds")
    assert tuple(map(str, words)) == ("Not enough funds.", "Ask for another card or cash.")
    assert str(words.sentence) == "Not enough funds."


@given(st.none() | st.text())
def test_an_unknown_code_has_general_words(code: str | None) -> None:
    if code not in CODES:
        assert decline_words(code) == decline_words("generic_decline")
