"""Sales and events as `--json` prints them and as `expect` reads them: what they tell is in the language in use."""

from __future__ import annotations

from functools import partial
from typing import Any

from pos.domain.events import Event
from pos.domain.money import format_money
from pos.domain.reason_text import worded
from pos.domain.sale import Sale


def printed(sale: Sale, exponent: int) -> dict[str, Any]:
    """A sale as JSON has it, its reasons as sentences in the language in use."""
    return worded(sale, partial(format_money, exponent=exponent)).model_dump(mode="json")


def printed_event(event: Event) -> dict[str, Any]:
    """An event as JSON has it, with its words, and its counters' labels, as texts."""
    said = {("text" if name == "words" else name): value for name, value in event.model_dump(mode="json").items()}
    moves = zip(said["counters"], event.counters, strict=True)
    return {**said, "text": event.text, "counters": [{**move, "label": str(each.label)} for move, each in moves]}
