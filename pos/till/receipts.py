"""Receipts as text, once more than at the sale if need be."""

from __future__ import annotations

from pos.domain.words import _
from pos.till.current import CurrentTicket
from pos.till.orders import Orders
from pos.till.services import Services


class Receipts:
    """The receipts of finished orders."""

    def __init__(self, services: Services, current: CurrentTicket, orders: Orders, *, training: bool) -> None:
        self._services = services
        self._current = current
        self._orders = orders
        self._training = training

    def text(self, order: str | None = None, *, width: int = 42) -> str:
        """A receipt as text, `width` columns wide; which one, as in `Orders.find`."""
        from pos.receipts.text import receipt_text

        found, catalog = self._orders.find(order), self._services.catalog
        return receipt_text(found, catalog.shop, width=width, exponent=catalog.exponent, training=self._training)

    def again(self, order: str | None = None) -> str:
        """The receipt once more, as text, which is told; which one, as in `Orders.find`."""
        text, number = self.text(order), self._orders.find(order).receipt
        self._services.emit(self._current.sale, "printed", _("receipt {number}", number=number))
        return text
