"""What belongs together: all that one word of the till's language changes is taken back at once."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

Answer = TypeVar("Answer")


class Word:
    """A word that is being done. Two are never the same, though they may be spelled alike."""

    def __init__(self, word: str) -> None:
        self.word = word


_DOING: Final[ContextVar[Word | None]] = ContextVar("doing", default=None)


def doing() -> Word | None:
    """The word that is being done; None where nobody has said one, as in a program of one's own."""
    return _DOING.get()


@contextmanager
def one_change(word: Word) -> Iterator[None]:
    """What is changed in here is one change, unless it is a part of a greater one."""
    if doing() is not None:
        yield
        return
    token = _DOING.set(word)
    try:
        yield
    finally:
        _DOING.reset(token)


async def awaited(word: Word, answer: Awaitable[Answer]) -> Answer:
    """Wait for what is one change."""
    with one_change(word):
        return await answer
