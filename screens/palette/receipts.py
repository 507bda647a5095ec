"""The receipts that the palette finds. The archive is asked beside the keys; what it has answered is at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pos.domain.reservations import Order
    from pos.domain.search import SearchIndex
    from pos.till.till import Till

NEWEST: Final = 50
"""How many receipts are looked through; an older one is found by its whole number."""
FIRST: Final = 5
"""How many of them are shown before anything is typed."""


class PaletteReceipts:
    """The newest receipts, and older ones that were asked for, for as long as the palette is open."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._newest: dict[str, Order] | None = None
        """By number; None until the archive has answered."""
        self._names: SearchIndex | None = None
        """Their numbers and members."""
        self._older: dict[str, Order | None] = {}
        """What was found under a number or id that none of the newest has."""
        self._asking = asyncio.Lock()
        """Held while the archive is asked: whoever comes meanwhile has that answer too."""

    def find(self, typed: str) -> Sequence[Order]:
        """Those at hand that fit: the newest ones, or an older one by its number or id."""
        found = self._among_newest(typed)
        older = self._older.get(typed) if not found else None
        return [older] if older is not None else found

    def knows(self, typed: str) -> bool:
        """Whether the archive has nothing to add to what is at hand for a text."""
        if self._newest is None:
            return False
        return typed in self._older or not _may_be_number(typed) or bool(self._among_newest(typed))

    async def look_up(self, typed: str) -> None:
        """Ask the archive for what is not at hand.

        Raises TillError if it cannot be read; what it was asked for counts as not there then.
        """
        async with self._asking:
            await self._ask(typed)

    async def _ask(self, typed: str) -> None:
        from pos.domain.errors import TillError
        from pos.till.services import FAULTS

        if self._newest is None:
            try:
                newest = await self._till.recent_orders(NEWEST)
            except TillError:
                self._newest = {}
                raise
            self._newest = {order.receipt: order for order in newest}
            self._names = _names(newest)
        if not self.knows(typed):
            try:
                self._older[typed] = await self._till.find_order(typed)
            except TillError as error:
                self._older[typed] = None
                if error.code in FAULTS or error.code == "server_away":
                    raise

    def _among_newest(self, typed: str) -> list[Order]:
        orders = self._newest or {}
        if not typed:
            return list(islice(orders.values(), FIRST))
        named = self._names.search(typed, FIRST, near=False).keys if self._names is not None else ()
        return [orders[key] for key in _numbered(typed, orders) or named]


def _names(orders: Iterable[Order]) -> SearchIndex:
    from pos.domain.search import SearchIndex

    sales = ((order.receipt, order.sale) for order in orders)
    return SearchIndex(
        (number, f"{number} {sale.member_name or ''} {sale.ticket_name or ''}") for number, sale in sales
    )


def _numbered(typed: str, receipts: Iterable[str]) -> list[str]:
    """The receipts whose number begins or ends with what was typed, dashes and all."""
    if "-" not in typed:
        return []
    return [receipt for receipt in receipts if receipt.startswith(typed) or receipt.endswith(typed)][:FIRST]


def _may_be_number(typed: str) -> bool:
    """Whether a text may be the whole number or the id of an order."""
    return any(char.isdigit() for char in typed)
