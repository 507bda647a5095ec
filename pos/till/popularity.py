"""How often each thing is sold here, so that what is typed finds the usual first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pos.worker import run_in_thread

if TYPE_CHECKING:
    from pos.domain.ports import Store
    from pos.domain.reservations import Order
    from pos.till.catalog import Catalog

NEWEST: Final = 2000
"""How many orders are looked through: what sold last year says little of what is asked for today."""


def sold_often(orders: Iterable[Order]) -> Counter[str]:
    """In how many orders each SKU was sold, however much of it; what was given back is not counted."""
    return Counter(sku for order in orders if order.refunds is None for sku in {line.sku for line in order.sale.lines})


class Popularity:
    """What this till's store has sold lately, and what is sold from now on; the catalog searches by it."""

    def __init__(self, store: Store, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog
        self.sold: Counter[str] = Counter()
        """In how many of the orders that are known each SKU was sold."""
        self._meanwhile: list[Order] | None = None
        """What was sold while the archive is looked through."""

    def add(self, order: Order) -> None:
        """Count an order that was just committed."""
        if self._meanwhile is not None:
            self._meanwhile.append(order)
        self.sold.update(sold_often([order]))
        self._catalog.prefer(self.sold)

    async def learn(self) -> tuple[Order, ...]:
        """Look through the newest orders of the archive, beside the keys and the steps of the store. To be done once.

        What was looked through, the newest first.

        Those of a shop's other tills are not among them: a lane's archive has its own. Raises TillError if they cannot
        be read.
        """
        meanwhile = self._meanwhile = []
        try:
            known = await run_in_thread(self._store.archive.recent_orders, NEWEST)
        finally:
            self._meanwhile = None
        self.sold = sold_often({order.id: order for order in (*known, *meanwhile)}.values())
        self._catalog.prefer(self.sold)
        return known
