"""Steps that write records and then change the ticket in front, even if a disk fails in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from pos.domain.errors import TillError
from pos.domain.ports import Records
from pos.till.current_ticket import CurrentTicket
from pos.till.lane import Lane
from pos.till.services import FAULTS, Services
from pos.till.ticket_state import UncertainWrite


class RecordWriter:
    """Writes records in one durable step; of one that cannot be written nothing is believed until it is read again."""

    def __init__(self, services: Services, lane: Lane, current: CurrentTicket) -> None:
        self._services = services
        self._lane = lane
        self._current = current

    async def write(self, records: Records, finish: Callable[[], object], *, expect: Records | None = None) -> bool:
        """Write records and go on; False, nothing done, if a record is not as `expect` says.

        If they cannot be written, the ticket stays as it is; whether they were is found out, at once if that can be.
        """
        await self._lane.flush()
        try:
            if not await self._services.durable(self._services.store.write, records, expect=expect):
                return False
        except TillError as error:
            if error.code not in FAULTS:
                raise
            uncertain = UncertainWrite(records, finish)
            self._current.doubt(uncertain)
            with suppress(TillError):
                await self.reread()
                if self.carry_on(uncertain):
                    return True
            raise
        finish()
        return True

    async def reread(self) -> None:
        """Make sure that what is read is what is on record: a store that failed looks before its next step."""
        await self._services.durable(self._services.store.expire, self._services.clock.now())

    def carry_on(self, uncertain: UncertainWrite) -> bool:
        """Go on from a step that was to write records; False if it was not written, so that it can be done again."""
        self._current.trust()
        found = all(self._services.view.get(*key) == record for key, record in uncertain.records.items())
        if found:
            uncertain.finish()
        return found
