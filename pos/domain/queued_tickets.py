"""A ticket whose payment waits in the shop's queue, as its till has it on record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from pos.domain.checkout_request import CheckoutRequest
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
    def since(self) -> datetime:
        """When it was queued."""
        return self.request.at
