"""Receipts: what stands on them, on the screen and on paper, and which of those on paper are copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.errors import TillError
from pos.domain.i18n import N_, Language
from pos.domain.message import lazy
from pos.domain.printed_receipts import marking, was_printed
from pos.domain.reservations import Order
from pos.till.current_ticket import CurrentTicket
from pos.till.orders import Orders
from pos.till.printing import Printing
from pos.till.services import Services

if TYPE_CHECKING:
    from pos.domain.receipt_document import ReceiptDocument

COLUMNS: Final = 42
"""How wide a receipt is where nothing else is said."""


class PrintedReceipt(NamedTuple):
    """What was printed: its text, and whether it says that it is a copy."""

    text: str
    copy: bool


class Receipts:
    """The receipts of finished orders."""

    def __init__(self, services: Services, current: CurrentTicket, orders: Orders, *, training: bool) -> None:
        self._services = services
        self._current = current
        self._orders = orders
        self._training = training
        self.language: Language | None = None
        """The language of receipts; None: the one in use."""
        self.printing = Printing(services.printer, self._printed_late)
        self._unmarked: set[str] = set()
        """The numbers that were printed here, which is not yet on record."""

    def document(self, order: Order, *, copy: bool = False, language: Language | None = None) -> ReceiptDocument:
        """What stands on an order's receipt; in the receipts' language if no other is named."""
        from pos.receipts.document import receipt_document

        catalog = self._services.catalog
        return receipt_document(
            order,
            catalog.shop,
            exponent=catalog.exponent,
            copy=copy,
            training=self._training,
            language=language or self.language,
        )

    def text(self, order: Order, *, width: int = COLUMNS, copy: bool = False) -> str:
        """An order's receipt as text, `width` columns wide."""
        from pos.receipts.text import receipt_text

        return receipt_text(self.document(order, copy=copy), width)

    async def print(self, order: str | None = None) -> PrintedReceipt:
        """Print a receipt, which is told once it is done. Which one, as in `Orders.find`.

        It is a copy if it was printed before, however long ago: a second one that does not say so would owe the shop's
        tax once more (in Germany § 14c UStG with UStAE 14c.1 (4); in Austria a duplicate is marked as one). The first
        one that is printed is the original, since nobody was given another; what a screen shows is no print. Raises
        TillError `unknown_order`, and `printer_unusable` if it is not printed or nobody knows: it is no copy next time.
        """
        found = await self._orders.find(order)
        number = found.receipt
        # Who asks at a server waits for it beside the event loop.
        copy = number in self._unmarked or await self._services.read(self._services.store.archive.was_printed, number)
        document = self.document(found, copy=copy)
        text = await self.printing.print(document)
        self._tell(document)
        self._unmarked.add(number)
        try:
            await self._services.durable(self._mark, number)
        except TillError as error:
            trouble = N_("Receipt {number} is printed, but that could not be written down: {error}")
            self._current.notify([lazy(trouble, number=number, error=error.words)])
        return PrintedReceipt(text, document.copy)

    def _printed_late(self, document: ReceiptDocument) -> None:
        """What nobody waited for any longer is printed after all."""
        self._unmarked.add(document.number)
        self._services.begin(lambda: self._mark(document.number))
        self._tell(document)
        self._current.notify([lazy("Receipt {number} is printed after all.", number=document.number)])

    def _tell(self, document: ReceiptDocument) -> None:
        text = N_("copy of receipt {number}") if document.copy else N_("receipt {number}")
        self._services.emit(self._current.sale, "printed", lazy(text, number=document.number))

    def _mark(self, number: str) -> None:
        """Write down that a receipt was printed, beside what other tills on the store write down meanwhile."""
        store = self._services.store
        while not was_printed(store, number):
            marks = marking(store, number)
            store.write(marks.records, expect=marks.expect)
        self._unmarked.discard(number)
