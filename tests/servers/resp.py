"""Requests and answers as they go over the wire, whole: https://redis.io/docs/latest/develop/reference/protocol-spec"""

from __future__ import annotations

from asyncio import StreamReader
from typing import Final

Request = tuple[bytes, ...]

END: Final = b"\r\n"
SIZED: Final = b"$!="
"""What is followed by so many bytes."""
PARTS: Final = {b"*": 1, b"~": 1, b">": 1, b"%": 2, b"|": 2}
"""What is followed by so many values for each that it counts."""
BESIDE: Final = b">|"
"""What comes before an answer, and is none."""


async def request(reader: StreamReader) -> tuple[Request, bytes]:
    """The words of the next request, and how it came; `IncompleteReadError` where there is none."""
    line = await reader.readuntil(END)
    if not line.startswith(b"*"):
        return tuple(line.split()), line
    words: list[bytes] = []
    raw = line
    for _ in range(int(line[1:])):
        size = await reader.readuntil(END)
        word = await reader.readexactly(int(size[1:]) + len(END))
        words.append(word[: -len(END)])
        raw += size + word
    return tuple(words), raw


async def answer(reader: StreamReader) -> bytes:
    """The next answer as it came, with what was pushed before it; `IncompleteReadError` where there is none."""
    line = await reader.readuntil(END)
    kind, count = line[:1], line[1:]
    parts = [line]
    if kind in SIZED and int(count) >= 0:
        parts.append(await reader.readexactly(int(count) + len(END)))
    if kind in PARTS:
        parts += [await answer(reader) for _ in range(PARTS[kind] * int(count))]
    if kind in BESIDE:
        parts.append(await answer(reader))
    return b"".join(parts)
