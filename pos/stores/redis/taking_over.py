"""Taking a lane over from a till that is dead for good: a new journal gets the lane, its number, and what it had open.

The order of things makes sure that of the two tills one alone ends a payment, whenever the dead one wakes:

1. The lane is the new journal's by one step on the server, under the next number. From then on the server refuses the
   other one whatever it says under its own.
2. What the server holds for the lane is written into the new journal, and nothing of it is given back.
3. Only then is the gateway asked. The dead till asks nobody for money any more, and ends nothing that the server holds,
   unless it knows for a few seconds back that the lane is its own (`LaneStore`). From a till that may still be alive
   those seconds are waited for.
4. A charge that is under way meanwhile is decided by the gateway: found as captured it becomes the taker's order, else
   its id is void for ever, and the dead till's charge is refused.

What the dead till wrote down as sold while it could not reach the server stands, and is handed in late.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Final, Protocol

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.lane_status import LaneStatus, TakenOver
from pos.domain.message import lazy
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.folder import open_folder
from pos.stores.embedded.layout import LEDGER, is_store
from pos.stores.embedded.lock import FolderLock
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import REPLACE_AT
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.lane_journal import SERVER
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.store import LaneStore

DEAD_AFTER: Final = timedelta(seconds=30)
"""A till that has given no sign for so long may be taken over."""
HANDING_IN: Final = 15.0
"""Seconds in which the server is to take what a journal that was put aside still had to deliver."""


class LanePlace(Protocol):
    """Where a lane of a shop is, and its journal on this machine, see `ServerLocation`."""

    address: ServerAddress
    options: ServerOptions
    lane: str
    folder: Path

    def lanes(self) -> Sequence[LaneStatus]:
        """The tills of the shop."""
        ...


def take_over(where: LanePlace, by: str, *, force: bool, wait: Callable[[float], object] = time.sleep) -> TakenOver:
    """See `ManyTills.take_over`; `wait` lets so many seconds pass."""
    status = next((each for each in where.lanes() if each.lane == where.lane), None)
    if status is None:
        raise TillError("lane_refused", lazy("No till has opened lane {lane} of this shop.", lane=where.lane))
    alive = status.state in ("selling", "silent") and status.silent_for < DEAD_AFTER
    if not force:
        _require_dead(status, alive=alive)
        _require_elsewhere(where, status)
    aside = _put_aside(where.folder)
    store = _lane_store(where, where.folder)
    try:
        store.start(take_over=by)
        if aside is not None and (aside / LEDGER).exists():
            # The simulated gateway's books are not the till's: they go on.
            shutil.copy2(aside / LEDGER, where.folder / LEDGER)
        if alive:
            wait(store.link.fresh_for)
        return TakenOver(store, str(aside) if aside else None, 0 if aside is None else _hand_in(where, aside))
    except BaseException as error:
        store.close()
        if isinstance(error, TillError) and error.code == "lane_refused":
            # The server knows nothing of the new journal: what was here is here again.
            shutil.rmtree(where.folder)
            if aside is not None:
                aside.rename(where.folder)
        raise


def _require_dead(status: LaneStatus, *, alive: bool) -> None:
    if alive:
        text = N_(
            "Till {lane} on {host} gave a sign {seconds} s ago. Close it, or wait until it has given none for "
            "{most} s; `--force` takes its lane all the same."
        )
        seconds = int(status.silent_for.total_seconds())
        most = int(DEAD_AFTER.total_seconds())
        raise TillError("lane_refused", lazy(text, lane=status.lane, host=status.host, seconds=seconds, most=most))


def _require_elsewhere(where: LanePlace, status: LaneStatus) -> None:
    """Whoever has the lane's own journal needs to take over nothing: all that the till did is in it."""
    if status.journal and _journal_here(where.folder) == status.journal:
        text = N_(
            "The journal of lane {lane} is on this machine: open its till here, which ends its payments itself. "
            "`--force` takes the lane over all the same."
        )
        raise TillError("lane_refused", lazy(text, lane=where.lane))


def _journal_here(folder: Path) -> str | None:
    """The id of the journal in a folder; None if there is none, or it cannot be read."""
    with suppress(TillError):
        if is_store(folder):
            return str((read_folder(folder).get(SERVER, SERVER) or {}).get("journal"))
    return None


def _put_aside(folder: Path) -> Path | None:
    """Give another name to a journal that is here; None if there is none. Raises TillError `store_in_use`."""
    if not folder.exists():
        return None
    FolderLock(folder).release()
    names = (folder.with_name(f"{folder.name}.before-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    return folder.rename(aside)


def _hand_in(where: LanePlace, aside: Path) -> int:
    """Let a journal that was put aside deliver late what the server has not heard of; how many sales that were."""
    with suppress(TillError):
        old = _lane_store(where, aside)
        try:
            sales = sum(entry.kind == "commit" for entry in old.outbox.undelivered())
            if sales:
                old.start()
                return sales if old.outbox.empty_within(HANDING_IN) else 0
        finally:
            old.close()
    return 0


def _lane_store(where: LanePlace, folder: Path) -> LaneStore:
    opened = open_folder(folder, replace_at=REPLACE_AT, disk=Disk())
    return LaneStore(*opened, where.address, where.options, where.lane)
