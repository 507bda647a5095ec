"""The orders that a till has made or looked up last: an order never changes, so that none is asked for twice."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from pos.domain.reservations import Order

MOST: Final = 64
"""How many are kept in memory."""


class OrderCache:
    """Orders by id and by receipt number, the ones that were asked for last."""

    def __init__(self) -> None:
        self._orders: OrderedDict[str, Order] = OrderedDict()
        self._ids: dict[str, str] = {}

    def add(self, order: Order) -> None:
        """Keep an order, in place of the one that was asked for longest ago if there are too many."""
        self._orders[order.id] = order
        self._ids[order.receipt] = order.id
        self._orders.move_to_end(order.id)
        if len(self._orders) > MOST:
            _id, gone = self._orders.popitem(last=False)
            self._ids.pop(gone.receipt, None)

    def find(self, order_id_or_receipt: str) -> Order | None:
        """An order by its id or its receipt number; None if it is not kept here."""
        found = self._orders.get(self._ids.get(order_id_or_receipt, order_id_or_receipt))
        if found is not None:
            self._orders.move_to_end(found.id)
        return found
