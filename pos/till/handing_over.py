"""What is to be given back from the drawer: on record from the step that gives a ticket free until somebody did it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pos.domain.hand_over import HAND_OVER, amounts_of
from pos.domain.ports import Records
from pos.domain.reservations import Reservation
from pos.domain.tenders import tender_of
from pos.till.lane import Lane
from pos.till.services import Services


class HandingOver:
    """The sum of one lane by tender, of all tickets whose payments were given back and that nobody has acknowledged."""

    def __init__(self, services: Services, lane: Lane) -> None:
        self._services = services
        self._lane = lane
        self._amounts: Mapping[str, int] | None = None
        """The sums as this till knows them; None: they have to be read."""

    @property
    def amounts(self) -> Mapping[str, int]:
        """What is to be handed over, minor units by tender; empty if nothing is."""
        if self._amounts is None:
            self._amounts = amounts_of(self._services.view.get(HAND_OVER, self._services.lane) or {})
        return self._amounts

    def records(self, reservation: Reservation) -> Records:
        """The record of the sums with what goes back of a reservation, for the step that gives that free."""
        more = self._with(reservation)
        return {} if more == self.amounts else {self._name: {"amounts": more}}

    def added(self, reservation: Reservation) -> None:
        """That step is written."""
        self._amounts = self._with(reservation)

    def doubted(self) -> None:
        """Nobody knows whether that step was written: the record will tell."""
        self._amounts = None

    def done(self) -> None:
        """The customer has it: take it off the record, soon."""
        if self.amounts:
            self._amounts = {}
            self._lane.write_soon({self._name: None})

    @property
    def _name(self) -> tuple[str, str]:
        return HAND_OVER, self._services.lane

    def _with(self, reservation: Reservation) -> dict[str, int]:
        sums = Counter(self.amounts)
        for attempt in reservation.attempts:
            if attempt.state == "voided" and tender_of(attempt).behind == "drawer":
                sums[attempt.tender] += attempt.amount
        return dict(sums)
