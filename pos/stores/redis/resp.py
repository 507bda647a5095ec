"""What the answers of a server are made of: texts, fields by name, places in a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from pos.stores.redis.counts import StreamId

T = TypeVar("T")


def text_of(word: bytes) -> str:
    """A word of the server's; what is no UTF-8 in it is replaced."""
    return word.decode("utf-8", "replace")


def fields_of(answer: Sequence[bytes]) -> dict[str, str]:
    """The fields of a HASH, or of a stream's entry."""
    return {text_of(answer[place]): text_of(answer[place + 1]) for place in range(0, len(answer) - 1, 2)}


def stream_id(text: bytes | str) -> StreamId:
    """A place in the stream. Raises ValueError."""
    words = text.decode() if isinstance(text, bytes) else text
    first, _dash, second = words.partition("-")
    return int(first), int(second or 0)


def written_id(at: StreamId) -> str:
    """A place in the stream as it is written."""
    return f"{at[0]}-{at[1]}"


def pieces(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """These in their order, so many at once."""
    return (items[place : place + size] for place in range(0, len(items), size))
