"""Another package's gateway, of which the till believes nothing but the answers that the port knows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from pos.domain.errors import TillError
from pos.domain.message import raised, verbatim
from pos.domain.ports import CardToken, ChargeResult, Gateway, GatewayUnknown
from pos.domain.terminal_text import clean
from pos.payments.masking import mask

_LAST: Final = 4
"""How many digits of a card are kept at most."""


class ForeignGateway:
    """Implements `Gateway` by another one: whatever that raises or answers beside the port is no answer.

    So a payment whose end is not known is checked, and never charged a second time; `tell` hears what was wrong.
    """

    def __init__(self, gateway: Gateway, tell: Callable[[TillError], object]) -> None:
        self._gateway = gateway
        self._tell = tell

    async def tokenize(self, number: str) -> CardToken:
        """See the port."""
        token = await self._asked(lambda: self._gateway.tokenize(number), CardToken, TillError)
        return CardToken(token=token.token, brand=clean(token.brand), last4=clean(token.last4)[-_LAST:])

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """See the port."""
        return _shown(await self._asked(lambda: self._gateway.charge(attempt_id, amount, token), ChargeResult))

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """See the port."""
        found = await self._asked(lambda: self._gateway.find(attempt_id), (ChargeResult, type(None)))
        return None if found is None else _shown(found)

    async def void(self, attempt_id: str) -> None:
        """See the port."""
        await self._asked(lambda: self._gateway.void(attempt_id), object)

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        """See the port."""
        await self._asked(lambda: self._gateway.refund(attempt_id, refund_id, amount), object)

    async def _asked(
        self, ask: Callable[[], Awaitable[Any]], kinds: type[Any] | tuple[type[Any], ...], *refusals: type[Exception]
    ) -> Any:
        """An answer of one of these kinds. Raises GatewayUnknown, and what the port lets it refuse with."""
        try:
            answer = await ask()
        except GatewayUnknown:
            raise
        except refusals:
            raise
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            raise self._unknown(error) from None
        except (Exception, SystemExit) as error:
            raise self._unknown(error) from None
        if not isinstance(answer, kinds):
            raise self._unknown(TypeError(f"{type(answer).__name__} is no answer"))
        return answer

    def _unknown(self, error: BaseException) -> GatewayUnknown:
        said = mask(str(raised(error)))
        self._tell(TillError("payment_unknown", verbatim(said)))
        return GatewayUnknown(said)


def _shown(answer: ChargeResult) -> ChargeResult:
    """An answer as it may be shown and kept."""
    return ChargeResult(
        state=answer.state,
        decline_code=clean(answer.decline_code) if answer.decline_code else None,
        brand=clean(answer.brand) if answer.brand else None,
        last4=clean(answer.last4)[-_LAST:] if answer.last4 else None,
    )
