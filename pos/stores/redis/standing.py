"""How a till and its server stand, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from pos.domain.errors import TillError
from pos.domain.message import NOTHING, Message, joined, lazy
from pos.stores.records import FAULTS
from pos.stores.redis.away import ServerAway


class Standing(Protocol):
    """A link, by what is told of it."""

    @property
    def state(self) -> str:
        """One of `pos.stores.redis.link.State`."""
        ...

    @property
    def reason(self) -> Message:
        """Why the server cannot be used."""
        ...


def told(link: Standing) -> Message:
    """How the link stands, in a sentence; nothing while the server is there."""
    match link.state:
        case "away":
            text = lazy("The server is away: {reason}", reason=link.reason)
            return joined((text, lazy("Sales go on, and are delivered when it is back.")), ". ")
        case "empty":
            text = lazy("The server is away: {reason}", reason=link.reason)
            return joined((text, lazy("Load it there with `pos prewarm`.")), ". ")
        case "untrusted":
            text = lazy("The server is not used: {reason}", reason=link.reason)
            return joined((text, lazy("Sales go on, and are delivered once it is.")), ". ")
        case "refused":
            return link.reason
    return NOTHING


def needs_server(link: Standing) -> TillError:
    """The error for what is not done while the server is away, or does not let this till use its lane."""
    if link.state == "refused":
        return TillError("lane_refused", link.reason)
    text = lazy("This needs the server, and it is away: {reason}", reason=link.reason)
    return TillError("server_away", joined((text, lazy("Try again when it is back.")), ". "))


@contextmanager
def asking(place: str) -> Iterator[None]:
    """Within it a server is asked: what it does not answer, or badly, is a TillError `server_away`."""
    try:
        yield
    except ServerAway as error:
        raise TillError("server_away", lazy("The server is away: {reason}.", reason=error.reason)) from None
    except FAULTS:
        text = lazy("What the server at {place} answers is not understood.", place=place)
        raise TillError("server_away", text) from None
