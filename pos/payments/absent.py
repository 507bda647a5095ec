"""What stands in the place of a gateway that cannot be used: the till opens and takes cash, and charges no card."""

from __future__ import annotations

from typing import NoReturn

from pos.domain.ports import GatewayUnknown


class AbsentGateway:
    """Implements `Gateway` by never answering: a charge that was left open waits until its gateway is there again."""

    async def tokenize(self, number: str) -> NoReturn:
        """Raises GatewayUnknown."""
        raise _unanswered()

    async def charge(self, attempt_id: str, amount: int, token: str) -> NoReturn:
        """Raises GatewayUnknown."""
        raise _unanswered()

    async def find(self, attempt_id: str) -> NoReturn:
        """Raises GatewayUnknown."""
        raise _unanswered()

    async def void(self, attempt_id: str) -> NoReturn:
        """Raises GatewayUnknown."""
        raise _unanswered()

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> NoReturn:
        """Raises GatewayUnknown."""
        raise _unanswered()


def _unanswered() -> GatewayUnknown:
    return GatewayUnknown("there is no gateway")
