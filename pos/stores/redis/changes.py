"""What entries of the stream of changes say. Other programs write there, too: what is none of a shop's says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pos.stores.redis.counts import Count, StreamId
from pos.stores.redis.delivery import Identity
from pos.stores.redis.loading import BEGINNING, Key
from pos.stores.redis.resp import stream_id, text_of


class Changes(NamedTuple):
    """What changed up to a place of the stream: counters as they stand since, and the names of records.

    `number` is that of the lane's own last step in it, 0 for none; `anew` says that the whole catalog is to be read.
    """

    at: StreamId
    counts: dict[str, Count]
    number: int
    records: list[Key]
    anew: bool


def changes_in(entries: Sequence[Any], lane: bytes, next_step: int) -> Changes:
    """What entries say to a lane whose next step has that number: it knows of none beyond."""
    counts: dict[str, Count] = {}
    records: list[Key] = []
    number, anew = 0, False
    for _name, fields in entries:
        said = _pairs(fields)
        if b"t" in said:
            table = said[b"t"]
            anew = anew or table == b"*"
            records.append((text_of(table), text_of(said.get(b"k", b""))))
            continue
        # Plain loops: where many tills sell, each of them hears all that the others do.
        found: dict[str, Count] = {}
        try:
            step = int(said.get(b"n") or 0) if said.get(b"l") == lane else 0
            for field, value in said.items():
                if field[:2] == b"c:":
                    on_hand, held = value.split()
                    found[field[2:].decode()] = int(on_hand), int(held)
        except ValueError:
            continue
        counts.update(found)
        if 0 < step < next_step:
            number = step
    return Changes(stream_id(entries[-1][0]) if entries else BEGINNING, counts, number, records, anew)


def is_taken(entries: Sequence[Any], who: Identity) -> bool:
    """Whether another journal has taken a till's lane."""
    for _name, fields in entries:
        if b"lanes" in fields:
            said = _pairs(fields)
            if said.get(b"t") == b"lanes" and said.get(b"k") == who.lane.encode():
                return said.get(b"j") != who.journal.encode()
    return False


def _pairs(fields: Sequence[bytes]) -> dict[bytes, bytes]:
    words = iter(fields)
    return dict(zip(words, words, strict=True))
