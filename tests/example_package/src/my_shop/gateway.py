"""A gateway that stands for your bank's, `acme://HOST`: it keeps its books in memory and declines cards that end in 5.

What a real one must do as this one does: charge an attempt's id once however often it is told, and know afterwards what
became of it. Where it asks the bank, it gives up after `timeout` seconds and raises GatewayUnknown: never a guess.
"""

from pos.domain.message import lazy
from pos.domain.ports import CardToken, ChargeResult, Clock, Ids
from pos.payments.cards import CardNumber, read_card


class AcmeGateway:
    """Implements `Gateway`."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._cards: dict[str, CardNumber] = {}
        self._charges: dict[str, ChargeResult] = {}

    async def tokenize(self, number: str) -> CardToken:
        """See the port."""
        card, token = read_card(number), self._ids.new("acme")
        self._cards[token] = card
        return CardToken(token=token, brand=card.brand, last4=card.last4)

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """See the port."""
        if attempt_id not in self._charges:
            card = self._cards[token]
            code = "insufficient_funds" if card.last4.endswith("5") else None
            self._charges[attempt_id] = ChargeResult(
                state="declined" if code else "captured", decline_code=code, brand=card.brand, last4=card.last4
            )
        return self._charges[attempt_id]

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """See the port."""
        return self._charges.get(attempt_id)

    async def void(self, attempt_id: str) -> None:
        """See the port."""
        self._charges[attempt_id] = ChargeResult(state="declined", decline_code="voided")

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        """See the port."""


def open_gateway(address: str, *, clock: Clock, ids: Ids, timeout: float) -> AcmeGateway:
    """The gateway at `acme://HOST`."""
    if not address.partition("://")[2]:
        raise ValueError(lazy("{address} names no bank: write acme://HOST", address=address))
    return AcmeGateway(ids)
