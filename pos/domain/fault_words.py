"""What pydantic finds wrong with a value from outside, as a sentence without its end, to be put behind its place."""

from __future__ import annotations

import re
from typing import Final

from pydantic_core import ErrorDetails

from pos.domain.i18n import N_
from pos.domain.message import Message, joined, lazy, quoted, verbatim, words_of

_SENTENCES: Final = {
    "extra_forbidden": N_("is an unknown field"),
    "missing": N_("is missing"),
    "union_tag_not_found": N_("is missing"),
    "int_type": N_("input should be a valid integer"),
    "string_type": N_("input should be a valid string"),
    "bool_type": N_("input should be a valid boolean"),
    "greater_than_equal": N_("input should be greater than or equal to {ge}"),
    "less_than_equal": N_("input should be less than or equal to {le}"),
    "string_pattern_mismatch": N_("string should match pattern “{pattern}”"),
}
"""What pydantic finds, by its kind, in its own words where they are plain enough; the rarer kinds stay English."""


_CHOICES: Final = {"literal_error": "expected", "union_tag_invalid": "expected_tags"}
"""The kinds that say what there is to choose from, and under which name pydantic has that."""
_CHOICE: Final = re.compile("'([^']*)'")


def _one_of(choices: str) -> Message:
    """That one of some words is wanted; `choices` are as pydantic writes them, each in its quotation marks."""
    words = _CHOICE.findall(choices)
    if len(words) < 2:
        return lazy("input should be {expected}", expected=quoted(words[0]) if words else choices)
    return lazy("input should be one of {expected_tags}", expected_tags=joined(map(quoted, words), ", "))


def fault_words(fault: ErrorDetails) -> Message:
    """What is wrong, without the place where; of what was given nothing is repeated but the names of its fields."""
    kind, message, context = fault["type"], fault["msg"], fault.get("ctx", {})
    if kind in _CHOICES:
        return _one_of(str(context[_CHOICES[kind]]))
    if kind in _SENTENCES:
        return lazy(_SENTENCES[kind], **context)
    if kind == "value_error":
        return words_of(context["error"])
    return verbatim(message[:1].lower() + message[1:])
