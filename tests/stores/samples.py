"""Small reservations, sales and stores to test with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.reservations import Attempt, Claim, Reservation
from pos.domain.sale import Sale
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.store import EmbeddedStore

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)


def reservation(
    name: str,
    *claims: tuple[str, int] | tuple[str, int, int | None],
    state: Literal["held", "charging"] = "held",
    lane: str = "T1",
    deadline: datetime | None = LATER,
    attempts: tuple[Attempt, ...] = (),
) -> Reservation:
    return Reservation(
        id=f"res_{name}",
        order=f"ord_{name}",
        lane=lane,
        state=state,
        claims=tuple(Claim(counter=each[0], amount=each[1], floor=each[2] if len(each) == 3 else 0) for each in claims),
        sale=sale(name),
        cart=Cart(coupons=("SAVE",)),
        created=NOW,
        deadline=deadline if state == "held" else None,
        attempts=attempts,
    )


def sale(name: str) -> Sale:
    return Sale(ticket=f"tic_{name}", total=1000, state="paid")


def aside(ticket: str) -> dict[str, Any]:
    """The record of an empty ticket that is set aside."""
    return {"ticket": ticket, "at": NOW.isoformat(), "cart": Cart().model_dump(mode="json")}


def attempt(name: str, state: Literal["pending", "captured", "declined"] = "pending") -> Attempt:
    return Attempt(attempt=f"att_{name}", tender="card", state=state, amount=1000, token="tok", at=NOW)


def fill(store: EmbeddedStore, **stock: int) -> EmbeddedStore:
    store.load({"products": {name: {"sku": name, "price": 100} for name in stock}}, stock)
    return store


def crash(store: EmbeddedStore) -> None:
    """Leave a store as a kill would: files as they are, nothing put in order; a snapshot that was begun is finished."""
    store.wait()
    store._closed = True
    store._folder.close()


def journal(folder: Path) -> Path:
    """The journal that is appended to."""
    return sorted(folder.glob("journal-*.ndjson"))[-1]


class FaultyDisk(Disk):
    """A disk on which the next calls of a method fail: `disk.faults["sync"] = OSError(...)`, or a function instead."""

    def __init__(self) -> None:
        self.faults: dict[str, BaseException | Callable[..., None]] = {}

    def write(self, handle: int, data: bytes, offset: int) -> None:
        self._meet("write", handle, data, offset)
        super().write(handle, data, offset)

    def sync(self, handle: int) -> None:
        self._meet("sync", handle)
        super().sync(handle)

    def replace(self, path: Path, chunks: Iterable[bytes], first: Callable[[], bytes] | None = None) -> None:
        self._meet("replace", path)
        super().replace(path, chunks, first)

    def remove(self, path: Path) -> None:
        self._meet("remove", path)
        super().remove(path)

    def _meet(self, name: str, *args: object) -> None:
        fault = self.faults.get(name)
        if isinstance(fault, BaseException):
            raise fault
        if fault is not None:
            fault(*args)


def fault(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def error_of(caught: TillError) -> tuple[str, dict[str, str | int | None]]:
    return caught.code, caught.details
