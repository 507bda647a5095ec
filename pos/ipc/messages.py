"""What is said on the channel, one JSON object a line: how all stands, then each change. Unknown fields are ignored."""

from __future__ import annotations

import json
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from pos.domain.events import Event
from pos.domain.json_text import json_text
from pos.domain.model import Value
from pos.domain.sale import Sale

PAST: Final = 400
"""How many events one that begins to listen is told of."""


class Hello(Value):
    """Who speaks: the program's version, the store's folder, the lane, the shop and its money, and how it is written.

    `exponent` is how many decimals the currency has; `language` and `locale` are codes such as `de` and `de_AT`.
    """

    version: str
    store: str
    lane: str
    shop: str
    currency: str
    exponent: int
    timezone: str
    training: bool = False
    language: str = "en"
    locale: str = "en"


class FullState(Value):
    """How all stands: the first thing that is said, and said again when the till speaks another language."""

    hello: Hello
    past: tuple[Event, ...] = ()
    """The last events, the newest last."""
    sale: Sale | None = None
    """The ticket in front of the cashier."""


class StateChange(Value):
    """One thing that happened, and the ticket in front of the cashier as it stands since.

    No `sale`: a later change has it, or it happened to another ticket. No `event`: the ticket was only drawn anew.
    """

    sale: Sale | None = None
    event: Event | None = None


Message = TypeVar("Message", FullState, StateChange)


def said(message: FullState | StateChange) -> bytes:
    """A message as a line of JSON in ASCII, with its line feed; what has its default is left out."""
    return json_text(message.model_dump(mode="json", exclude_defaults=True)).encode("ascii") + b"\n"


def understood(line: bytes) -> FullState | StateChange | None:
    """The message of a line, without what this program does not know; None if too little of it remains."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return _read(FullState, found) if "hello" in found else _read(StateChange, found)


def _read(kind: type[Message], found: dict[str, Any]) -> Message | None:
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        faults = error.errors()
    for fault in faults:
        if fault["type"] == "extra_forbidden":
            _drop(found, fault["loc"])
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        faults = error.errors()
    # What is left are kinds of events that are not known here: the sale counts without them.
    wrong = {fault["loc"][1] for fault in faults if fault["loc"][0] == "past" and len(fault["loc"]) > 1}
    if wrong:
        found["past"] = [event for index, event in enumerate(found["past"]) if index not in wrong]
    if any(fault["loc"][0] == "event" for fault in faults):
        del found["event"]
    try:
        return kind.model_validate(found)
    except ValidationError:
        return None


def _drop(found: Any, place: tuple[int | str, ...]) -> None:
    *way, name = place
    for step in way:
        found = found[step]
    del found[name]
