"""How the tills of a shop on a server are, as each said last, and what somebody has to look at there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol, runtime_checkable

from pos.domain.i18n import _, moment_text
from pos.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from pos.domain.ports import Store

SILENT: Final = timedelta(seconds=15)
"""After so long without a sign a till is called silent: it gives one every five seconds."""
SOON: Final = timedelta(seconds=60)
"""A hold that ends within this time is told."""

LaneState = Literal["selling", "silent", "taken_over", "closed"]
"""`taken_over`: its payments were ended from elsewhere, and no till has opened it since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStatus:
    """A till as it said last, and for how long it has said nothing.

    `fence` is the lane's number, which is one higher each time the lane is another journal's; `journal` is that one's
    id. `outbox` is how many steps the till has not delivered, `unresolved` how many payments have no end, `holding` how
    many tickets it holds something for on the server, of which `expiring` end soon by themselves.
    """

    lane: str
    state: LaneState
    seen: datetime | None
    silent_for: timedelta
    version: str
    host: str
    fence: int
    journal: str
    last_sale: datetime | None
    outbox: int
    unresolved: int
    holding: int
    expiring: int
    taken_by: str

    @property
    def words(self) -> str:
        """The state in words."""
        match self.state:
            case "silent":
                return _("silent for {seconds} s", seconds=int(self.silent_for.total_seconds()))
            case "taken_over":
                return _("taken over by {by}", by=self.taken_by)
            case "closed":
                return _("closed")
        return _("selling")

    def as_json(self) -> dict[str, Any]:
        """For other programs; moments in ISO 8601, UTC."""
        return {
            "lane": self.lane,
            "state": self.state,
            "seen": None if self.seen is None else self.seen.isoformat(),
            "silent_for": round(self.silent_for.total_seconds(), 3),
            "version": self.version,
            "host": self.host,
            "fence": self.fence,
            "last_sale": None if self.last_sale is None else self.last_sale.isoformat(),
            "outbox": self.outbox,
            "unresolved": self.unresolved,
            "holding": self.holding,
            "expiring": self.expiring,
            "taken_by": self.taken_by or None,
        }


def headings() -> tuple[str, ...]:
    """What stands above the columns of `cells`."""
    return (
        _("lane"),
        _("state"),
        _("last sale"),
        _("to deliver"),
        _("open payments"),
        _("ending soon"),
        _("version"),
        _("host"),
        _("number"),
    )


def cells(status: LaneStatus, zone: tzinfo | None) -> tuple[str, ...]:
    """A till as a row of a table; moments in this zone, None: this machine's."""
    sold = status.last_sale
    return (
        status.lane,
        status.words,
        "–" if sold is None else moment_text(sold.astimezone(zone), "stamp"),
        str(status.outbox),
        str(status.unresolved),
        str(status.expiring),
        status.version,
        status.host,
        str(status.fence),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """Something that somebody has to look at: `what` for programs, with its details, and a sentence for people."""

    id: str
    at: datetime
    what: str
    details: dict[str, str]
    sentence: Message

    def as_json(self) -> dict[str, Any]:
        """For other programs: the details are the fields of the server's stream."""
        told = {"id": self.id, "at": self.at.isoformat(), "what": self.what, "sentence": str(self.sentence)}
        return {**{name: value for name, value in self.details.items() if name not in told}, **told}


class ServerStanding(NamedTuple):
    """How a till and its shop's server stand; `undelivered` is how many steps the server has not heard of.

    `refused`: the server is there, and does not let this till use its lane. `silent_for` is how many seconds ago it
    answered last, as far as it was listened to; infinite if it never did.
    """

    state: Literal["there", "away", "refused"]
    undelivered: int
    silent_for: float = 0.0


@runtime_checkable
class ServedView(Protocol):
    """A `ShopView` of a shop that is on a server."""

    @property
    def server(self) -> ServerStanding:
        """How the till and the server stand now. Nothing is asked and waited for."""
        ...


@runtime_checkable
class SharedStore(Protocol):
    """A `Store` of a shop that other tills sell from, too."""

    def lanes(self) -> Sequence[LaneStatus]:
        """Every till of the shop. Blocks. Raises TillError `server_away`."""
        ...


class TakenOver(NamedTuple):
    """A lane that was taken over: its store in a new journal, with what the lane had open.

    `aside` is the folder of the journal that this machine had of it, `handed_in` how many sales of that one the server
    had not heard of.
    """

    store: Store
    aside: str | None
    handed_in: int


@runtime_checkable
class ManyTills(Protocol):
    """Where a shop of many tills is. Each method asks its server, and raises TillError `server_away`."""

    def lanes(self) -> Sequence[LaneStatus]:
        """Every till, by the lane's name."""
        ...

    def review(self) -> Sequence[ReviewEntry]:
        """What somebody has to look at, the oldest first."""
        ...

    def done_with(self, entry_id: str) -> bool:
        """Take an entry off that list; False if it is not on it."""
        ...

    def take_over(self, by: str, *, force: bool) -> TakenOver:
        """Take the lane of this place from a till that is dead, for `by`; `force`: also from one that may not be.

        Raises TillError `lane_refused` and what opening a store raises.
        """
        ...


def in_order(found: Iterable[LaneStatus]) -> tuple[LaneStatus, ...]:
    """Lanes by their names, numbers as numbers."""
    return tuple(sorted(found, key=lambda each: (not each.lane.isdecimal(), len(each.lane), each.lane)))
