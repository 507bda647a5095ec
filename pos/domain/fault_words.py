"""What pydantic finds wrong with a value from outside, as a sentence without its end, to be put behind its place."""

from __future__ import annotations

from typing import Final

from pydantic_core import ErrorDetails

from pos.domain.i18n import N_
from pos.domain.message import Message, lazy, verbatim, words_of

_SENTENCES: Final = {
    "extra_forbidden": N_("is an unknown field"),
    "missing": N_("is missing"),
    "union_tag_not_found": N_("is missing"),
    "union_tag_invalid": N_("input should be one of {expected_tags}"),
    "int_type": N_("input should be a valid integer"),
    "string_type": N_("input should be a valid string"),
    "bool_type": N_("input should be a valid boolean"),
    "literal_error": N_("input should be {expected}"),
    "greater_than_equal": N_("input should be greater than or equal to {ge}"),
    "less_than_equal": N_("input should be less than or equal to {le}"),
    "string_pattern_mismatch": N_("string should match pattern “{pattern}”"),
}
"""What pydantic finds, by its kind, in its own words where they are plain enough; the rarer kinds stay English."""


def fault_words(fault: ErrorDetails) -> Message:
    """What is wrong, without the place where; of what was given nothing is repeated but the names of its fields."""
    kind, message, context = fault["type"], fault["msg"], fault.get("ctx", {})
    if kind in _SENTENCES:
        return lazy(_SENTENCES[kind], **context)
    if kind == "value_error":
        return words_of(context["error"])
    return verbatim(message[:1].lower() + message[1:])
