"""A gateway that can be told what to answer, where that is allowed."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from pos.domain.errors import TillError
from pos.domain.message import lazy, verbatim
from pos.domain.ports import GatewayPlan
from pos.till.current_ticket import CurrentTicket
from pos.till.services import Services
from pos.till.till_input import TillInput


@runtime_checkable
class ScriptableGateway(Protocol):
    """A gateway that can be told what to answer."""

    @property
    def plan(self) -> GatewayPlan:
        """What it was told and has not done yet."""
        ...

    def script(self, words: str) -> None:
        """Tell what happens next, such as `decline insufficient_funds`. Raises TillError `bad_command`."""
        ...


class GatewayControl:
    """Tells the gateway what to answer in a demo, training or throw-away store, and in no shop's own."""

    def __init__(self, services: Services, current: CurrentTicket, till_input: TillInput, *, allowed: bool) -> None:
        self._services = services
        self._current = current
        self._input = till_input
        self.allowed = allowed
        """Whether the store is such a one."""

    @property
    def simulated(self) -> bool:
        """Whether a shop's own store is sold from by a gateway that moves no money."""
        return not self.allowed and isinstance(self._services.gateway, ScriptableGateway)

    @property
    def plan(self) -> GatewayPlan | None:
        """What the gateway was told and has not done yet; None where it cannot be told."""
        gateway = self._services.gateway
        return gateway.plan if self.allowed and isinstance(gateway, ScriptableGateway) else None

    def script(self, words: str) -> None:
        """Tell the gateway what to answer. Raises TillError `not_in_this_store`, `bad_command`."""
        gateway = self._services.gateway
        if not self.allowed or not isinstance(gateway, ScriptableGateway):
            message = lazy("The gateway can be told what to answer in training or in a demo store only.")
            raise TillError("not_in_this_store", message)
        words = self._input.entered(words)
        gateway.script(words)
        self._services.emit(self._current.sale, "gateway", verbatim(words))

    def require_cancelling(self) -> None:
        """Raises TillError `not_in_this_store` where no payment can be cancelled ahead."""
        if not self.allowed:
            message = lazy("A card payment can be cancelled ahead in training or in a demo store only.")
            raise TillError("not_in_this_store", message)
