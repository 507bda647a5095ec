"""A ticket whose payment waits in the shop's queue, as its till has it on record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from pos.domain.checkout_request import CheckoutRequest
from pos.domain.message import Message, joined, lazy
from pos.domain.model import Value
from pos.domain.sale import Sale


class QueuedTicket(Value):
    """The record of a queued ticket: the whole request, so that it can be told again, and how the ticket was shown."""

    ticket: Annotated[str, Field(min_length=1)]
    request: CheckoutRequest
    sale: Sale

    @property
    def order(self) -> str:
        """The id of its order."""
        return self.request.order

    @property
    def card(self) -> Message:
        """What it is charged to, as it may be shown."""
        card = self.request.card
        return joined((card.brand, f"••{card.last4}")) if card.last4 else lazy("the card reader")

    @property
    def since(self) -> datetime:
        """When it was queued."""
        return self.request.at
