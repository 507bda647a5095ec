"""Finding what was sold."""

from __future__ import annotations

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.reservations import Order
from pos.domain.spelling import folded, spelled
from pos.domain.typed_kinds import no_order
from pos.till.current_ticket import CurrentTicket
from pos.till.services import Services
from pos.till.till_input import TillInput, shortened


class Orders:
    """The orders of the shop. What is not at hand is in the archive, which is always awaited."""

    def __init__(self, services: Services, current: CurrentTicket, till_input: TillInput) -> None:
        self._services = services
        self._current = current
        self._input = till_input

    async def find(self, order: str | None = None) -> Order:
        """An order by its id or receipt number; none: the sale that was just finished, else the last of all.

        Raises TillError `unknown_order`.
        """
        order = None if order is None else self._input.entered(order)
        wanted = self._meant(order)
        if wanted is None:
            found = next(iter(await self.recent(1)), None)
        else:
            found = await self._services.order(wanted)
            if found is None and folded(wanted) != wanted:
                found = await self._services.order(folded(wanted))
        if found is None:
            message = no_order(order, shortened(order)) if order else lazy("Nothing was sold yet.")
            raise TillError("unknown_order", message)
        return found

    def at_hand(self, order: str | None = None) -> Order | None:
        """The same order, if it was made or looked up here lately; None if it has to be found."""
        wanted = self._meant(order)
        return self._services.seen_orders.find(wanted) if wanted is not None else None

    async def recent(self, limit: int) -> tuple[Order, ...]:
        """The orders that were finished last, the newest first, as many as asked for."""
        return await self._services.read(self._services.store.archive.recent_orders, limit)

    def _meant(self, order: str | None) -> str | None:
        """The id or receipt number that is meant; None: that of the last order of all, which nobody knows."""
        return spelled(order) if order else self._current.sale.order or self._current.last_order
