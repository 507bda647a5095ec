"""What the server's functions answer: a word, and what follows it."""

from __future__ import annotations

from typing import Any

from pos.domain.message import lazy
from pos.stores.redis import loading
from pos.stores.redis.away import ServerAway
from pos.stores.redis.counts import StreamId
from pos.stores.redis.resp import stream_id, text_of


def counts_in(answer: list[Any]) -> tuple[StreamId, list[tuple[str, int, int]], int | None]:
    """What a function says of counters: the place in the stream, how they stand, and which of the till's own entries,
    up to that number, are in it.
    """
    said = [
        (text_of(answer[place]), int(answer[place + 1]), int(answer[place + 2]))
        for place in range(3, len(answer) - 2, 3)
    ]
    at = stream_id(answer[1]) if answer[1:2] and answer[1] else loading.BEGINNING
    return at, said, int(answer[2]) if answer[2:3] and answer[2] else None


def refusal(answer: list[Any]) -> ServerAway:
    """What it means that a function did not do what it was told: the server cannot be used as it is."""
    word = answer[0]
    if word == b"broken":
        what = text_of(answer[1])[:60]
        reason = lazy("what the server keeps under {key} is not a shop's", key=what)
    elif word in (b"fenced", b"unknown", b"gap"):
        reason = lazy("the server does not know this till any more")
    else:
        reason = lazy("the server answers what no till understands")
    return ServerAway(reason)
