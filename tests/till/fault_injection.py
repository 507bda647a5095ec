"""What goes wrong at a chosen step: the process is gone, the disk fails, the gateway is silent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, Literal

from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.domain.ports import GatewayUnknown
from pos.payments.mock import MockGateway
from tests.till.support import AnyStore

WRITING: Final = ("reserve", "record_attempt", "commit", "release", "expire", "write", "close_day")
ASKING: Final = ("tokenize", "charge", "find", "void", "refund")

Kind = Literal["killed", "disk", "gateway"]


class Killed(BaseException):
    """The process is gone: whatever it calls, it gets no further."""


class Trouble:
    """Stands before a store and a gateway, counts their steps, and lets one of them go wrong.

    `killed` ends the process at step `at` of either, `disk` fails that step of the store and `lasting - 1` after it,
    `gateway` answers as many of its own not at all. The first such step is done all the same if it `lands`.
    """

    def __init__(
        self, store: AnyStore, gateway: MockGateway, kind: Kind, at: int, *, lands: bool, lasting: int = 1
    ) -> None:
        self._kind, self._at, self._lands, self._lasting = kind, at, lands, lasting
        self._store, self._gateway = store, gateway
        self.steps = 0
        """How many steps there were that might have gone wrong."""
        self.where = ""
        """The step that went wrong; empty if none did."""
        for name in WRITING:
            if hasattr(store, name):
                setattr(store, name, self._step(name, getattr(store, name)))
        for name in ASKING:
            setattr(gateway, name, self._question(name, getattr(gateway, name)))

    def over(self) -> None:
        """Let everything go right again."""
        for thing, names in ((self._store, WRITING), (self._gateway, ASKING)):
            for name in names:
                vars(thing).pop(name, None)

    def _step(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:
            first = self._strikes(name, "disk")
            if first is None:
                return step(*args, **kwargs)
            if first and self._lands:
                step(*args, **kwargs)
            if self._kind == "killed":
                raise Killed
            raise TillError("store_unusable", verbatim("No space left on device."))

        return stepped

    def _question(
        self, name: str, question: Callable[..., Coroutine[Any, Any, Any]]
    ) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def asked(*args: Any) -> Any:
            first = self._strikes(name, "gateway")
            if first is None:
                return await question(*args)
            if first and self._lands:
                await question(*args)
            if self._kind == "killed":
                raise Killed
            raise GatewayUnknown

        return asked

    def _strikes(self, name: str, kind: Kind) -> bool | None:
        """Whether this is the step that goes wrong first; None if it goes right."""
        if self._kind not in ("killed", kind):
            return None
        self.steps += 1
        if self.steps == self._at:
            self.where = name
            return True
        after = self.steps - self._at
        return False if after > 0 and (self._kind == "killed" or after < self._lasting) else None
