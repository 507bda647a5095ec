"""That the shop's server is away, and why."""

from __future__ import annotations

import traceback
from pathlib import Path

from pos.domain.message import NOTHING, Message, lazy
from pos.domain.terminal_text import clean
from pos.stores.redis.keys import FORMAT
from pos.stores.redis.resp import text_of


class ServerAway(Exception):
    """The server could not be asked, or nobody knows what it has done. `reason` is a part of a sentence."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Unanswered(ServerAway):
    """The server was asked, and no answer came: nobody knows what it has done."""


class Moved(ServerAway):
    """The shop's slot is at another server of the cluster."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(lazy("the shop has moved to {place}", place=f"{host}:{port}"))
        self.host, self.port = host, port


class Answered(ServerAway):
    """The server answered with an error; `word` is the first of it."""

    def __init__(self, reason: Message, word: str) -> None:
        super().__init__(reason)
        self.word = word


class Interrupted(ServerAway):
    """The connection was given up by the till itself."""

    def __init__(self) -> None:
        super().__init__(lazy("the server is still being asked"))


class Refused(Exception):
    """The server is there, and this till may not use it. `reason` is a sentence."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Untrusted(ServerAway):
    """The server is there, and this till keeps away from it. `message` says what is to be changed there."""

    def __init__(self, reason: Message, message: Message) -> None:
        super().__init__(reason)
        self.message = message


class NoShop(Exception):
    """The server is there, and the shop is not on it."""


def not_understood(error: BaseException) -> Message:
    """That an answer could not be read, as a part of a sentence, and where: it may be the program's own fault."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return lazy("the server answers what no till understands ({fault})", fault=f"{type(error).__name__}{place}")


def newer(version: bytes) -> Message:
    """That a shop is of a newer version, by the format that its server says, in a sentence; nothing if it is not."""
    if version == str(FORMAT).encode():
        return NOTHING
    said = clean(text_of(version))[:10]
    return lazy("The shop on the server is of a newer version ({version}): use the newer program.", version=said)
