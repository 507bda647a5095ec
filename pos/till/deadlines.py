"""What the clock brings about: a hold whose time is over is given back, and a ticket paid in part asks what to do."""

from __future__ import annotations

from collections.abc import Callable

from pos.domain.message import lazy, lazy_plural
from pos.domain.reservations import Reservation
from pos.domain.sale import Sale
from pos.till.services import Services


class Deadlines:
    """Looks at the clock for one lane. What is paid in part is asked about once, and never let go of by itself."""

    def __init__(self, services: Services, shown: Callable[[], Sale]) -> None:
        """`shown` gives the sale on the screen: what happens to its ticket is told with it as it stands."""
        self._services = services
        self._shown = shown
        self._asked: set[str] = set()
        """The reservations about which a decision was asked for."""

    @property
    def near(self) -> bool:
        """Whether there is something to do now. Reads memory only."""
        return bool(self._overdue() or self._waiting())

    async def meet(self) -> None:
        """Give back what is held beyond its time, whoever held it, and ask about what is paid in part too long.

        Raises TillError `store_unusable`, with nothing given back.
        """
        services, late = self._services, self._overdue()
        if late:
            before = [services.counters(held.claims) for held in late]
            await services.durable(services.store.expire, services.clock.now())
            for held, stood in zip(late, before, strict=True):
                text = lazy("ticket {ticket}: its time was over", ticket=held.sale.called)
                services.step(self._sale(held), "released", text, held, before=stood)
        for held in self._waiting():
            self._asked.add(held.id)
            age = int((services.clock.now() - (held.part_paid_since or held.created)).total_seconds()) // 60
            text = lazy_plural(
                "Ticket {ticket} has been paid in part for {count} minute: take the rest, or give the money back.",
                "Ticket {ticket} has been paid in part for {count} minutes: take the rest, or give the money back.",
                age,
                ticket=held.sale.called,
            )
            services.emit(self._sale(held), "notice", text, reservation=held)

    def _sale(self, held: Reservation) -> Sale:
        shown = self._shown()
        return shown if shown.ticket == held.sale.ticket else held.sale

    def _overdue(self) -> list[Reservation]:
        now = self._services.clock.now()
        return [held for held in self._services.view.open_reservations() if held.overdue(now)]

    def _waiting(self) -> list[Reservation]:
        """The tickets whose customer may have gone, and about which nobody was asked yet."""
        services = self._services
        now = services.clock.now()
        mine = (held for held in services.view.open_reservations() if services.owns_store or held.lane == services.lane)
        return [
            held
            for held in mine
            if held.id not in self._asked
            and held.part_paid
            and held.part_paid_since is not None
            and now - held.part_paid_since >= services.decide_after
        ]
