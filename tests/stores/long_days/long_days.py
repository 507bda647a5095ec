"""A store that sells much on one day, and may be killed at it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path

from pos.stores.embedded.disk import Disk
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import NOW, FaultyDisk, reservation, sale

IN_HAND = 3


def sell(store: EmbeddedStore, names: Iterable[int], at: datetime = NOW) -> None:
    for name in names:
        store.commit(reservation(f"{name:03}", ("A", 1)), sale(f"{name:03}"), at)


def begin(folder: Path, disk: Disk | None = None) -> EmbeddedStore:
    store = open_store(folder, disk=disk)
    store.load({"shop": {"shop": {"name": "Shop", "currency": "USD", "timezone": "UTC"}}}, {"A": 10_000})
    return store


def numbers(orders: Iterable[object]) -> list[int]:
    return [int(str(order.id)[4:]) for order in orders]  # type: ignore[attr-defined]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "days").glob("*"))


def wrong(folder: Path) -> dict[str, str]:
    """The doctor's faults; the sales here come with no goods and no payment."""
    made_up = ("orders", "stock")
    return {each.name: each.detail for each in examine(folder) if not each.ok and each.name not in made_up}


class Killed(BaseException):
    """The process is killed."""


def killed_at(disk: FaultyDisk, moment: int) -> None:
    """Let the process be killed before whatever the disk does as the so many-th thing from now on, and at all later."""
    turns = count()

    def meet(*_arguments: object) -> None:
        if next(turns) >= moment:
            raise Killed

    disk.faults = dict.fromkeys(("write", "sync", "replace", "remove"), meet)


def compacted(store: EmbeddedStore) -> None:
    store.compact()


def closed(store: EmbeddedStore) -> None:
    store.close_day("day", 12)
