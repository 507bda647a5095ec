"""Finding what was sold."""

from __future__ import annotations

from pos.domain.errors import TillError
from pos.domain.reservations import Order
from pos.domain.spelling import folded, spelled
from pos.domain.words import _
from pos.till.current import CurrentTicket
from pos.till.entry import Entry, shortened
from pos.till.services import Services


class Orders:
    """The orders of the shop; one that was made or looked up here lately is not asked for again."""

    def __init__(self, services: Services, current: CurrentTicket, entry: Entry) -> None:
        self._services = services
        self._current = current
        self._entry = entry

    def find(self, order: str | None = None) -> Order:
        """An order by its id or receipt number; none: the sale that was just finished, else the last of all.

        Raises TillError `unknown_order`.
        """
        order = None if order is None else self._entry.entered(order)
        wanted = spelled(order) if order else self._current.sale.order or self._current.last_order
        found = self._known(wanted) if wanted else next(iter(self.recent(1)), None)
        if found is None and wanted is not None and folded(wanted) != wanted:
            found = self._known(folded(wanted))
        if found is None:
            message = (
                _("No order has the number {number}.", number=shortened(order)) if order else _("Nothing was sold yet.")
            )
            raise TillError("unknown_order", message)
        return found

    def recent(self, limit: int) -> tuple[Order, ...]:
        """The orders that were finished last, the newest first, as many as asked for."""
        return self._services.store.archive.recent_orders(limit)

    def _known(self, wanted: str) -> Order | None:
        """An order by its id or receipt number; the archive is waited for if it was not made or looked up lately."""
        seen = self._services.seen_orders
        found = seen.find(wanted) or self._services.store.archive.order(wanted)
        if found is not None:
            seen.add(found)
        return found
