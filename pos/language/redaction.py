"""A line of the till's language as it may be shown again."""

from __future__ import annotations

from pos.domain.terminal_text import is_unseen
from pos.language.parsing import LONGEST, verb_of, words
from pos.payments.masking import Known, mask


def redacted(line: str, known: Known = lambda code: False) -> str:
    """A line as it may be echoed: a card number in it is shown by brand and last four digits, a PIN not at all."""
    text = _cut(line.strip())
    verb = verb_of(text.replace('"', " "))
    if verb is not None and verb.echo is not None:
        first, *rest = words(text.replace('"', " "))
        shown = verb.echo(rest)
        if shown is not None:
            return " ".join((first, *shown))
    return mask(text, known)


def _cut(text: str) -> str:
    """A text that is too long up to a letter: what is left of a number that is cut would be nobody's card."""
    if len(text) <= LONGEST:
        return text
    letters = (at for at in range(LONGEST, 0, -1) if text[at - 1].isalpha() and not is_unseen(text[at - 1]))
    return f"{text[: next(letters, 0)]}…"
