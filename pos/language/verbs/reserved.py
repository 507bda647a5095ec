"""Words that are kept for a later version, so that no script means a scan by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pos.language.verb import NOWHERE, AnyVerb, Verb, no_words
from pos.payments.masking import HIDDEN, mask


def _login_echo(words: Sequence[str]) -> Sequence[str]:
    """Who it is, and nothing of the PIN, whatever of the two a card's number goes over."""
    whole = " ".join(words)
    staff = words[:1] if mask(whole) == whole else (HIDDEN,)
    return (*staff, *(HIDDEN for _word in words[1:]))


LOGIN: Final[Verb[None, None]] = Verb(
    word="login", usage="login STAFF PIN", parse=no_words, where=NOWHERE, echo=_login_echo
)

VERBS: Final[tuple[AnyVerb, ...]] = (
    *(
        Verb(word=word, usage=word, parse=no_words, where=NOWHERE)
        for word in ("refund", "open", "in", "out", "drop", "nosale", "x", "close")
    ),
    LOGIN,
)
