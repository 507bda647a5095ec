"""Receipts as text, once more than at the sale if need be."""

from __future__ import annotations

from typing import Final

from pos.domain.i18n import Language
from pos.domain.message import lazy
from pos.domain.reservations import Order
from pos.till.current_ticket import CurrentTicket
from pos.till.orders import Orders
from pos.till.services import Services

COLUMNS: Final = 42
"""How wide a receipt is if no printer says otherwise."""


class Receipts:
    """The receipts of finished orders."""

    def __init__(self, services: Services, current: CurrentTicket, orders: Orders, *, training: bool) -> None:
        self._services = services
        self._current = current
        self._orders = orders
        self._training = training
        self.language: Language | None = None
        """The language of receipts; None: the one in use."""

    def text(self, order: Order, *, width: int = COLUMNS) -> str:
        """An order's receipt as text, `width` columns wide."""
        from pos.receipts.text import receipt_text

        catalog, training = self._services.catalog, self._training
        return receipt_text(
            order, catalog.shop, width=width, exponent=catalog.exponent, training=training, language=self.language
        )

    async def again(self, order: str | None = None) -> str:
        """Print the receipt once more, which is told; its text. Which one, as in `Orders.find`.

        Raises TillError `printer_unusable`.
        """
        found, printer = await self._orders.find(order), self._services.printer
        text = self.text(found, width=printer.columns if printer is not None else COLUMNS)
        if printer is not None:
            await printer.print(text)
        self._services.emit(self._current.sale, "printed", lazy("receipt {number}", number=found.receipt))
        return text
