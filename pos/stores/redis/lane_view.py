"""What a till on a server shows: its own journal, and how it and the server stand."""

from __future__ import annotations

from typing import Literal

from pos.domain.lane_status import ServerStanding
from pos.stores.redis.lane_journal import HIDDEN, LaneJournal
from pos.stores.redis.link import Link
from pos.stores.view import TablesView


class LaneView(TablesView):
    """Implements the `ServedView` port."""

    def __init__(self, journal: LaneJournal, link: Link) -> None:
        """Show what a journal has, and how its link stands."""
        super().__init__(journal, HIDDEN)
        self._journal = journal
        self._link = link

    @property
    def server(self) -> ServerStanding:
        """See the port."""
        there = self._link.state in ("online", "connecting")
        state: Literal["away", "refused"] = "refused" if self._link.state == "refused" else "away"
        return ServerStanding("there" if there else state, self._journal.outbox.waiting, self._link.silent_for)
