"""Opening a shop after its till was killed, bringing every payment to its end, and looking at the books."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pos.domain.errors import TillError
from pos.payments.ledger import Ledger
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from pos.till.till import Till
from tests.crash.invariants import Books, breaches, breaches_at_rest, breaches_in_store
from tests.crash.shop import Place, opened

TRIES = 2
"""How often a lane looks after its payments: what stands on the screen can be in the way the first time."""


def inspected(place: Place, told: Sequence[str]) -> list[str]:
    """The breaches found after a crash: in the folder as it is, after recovery, opened once more, by the doctor."""
    try:
        return (
            _read(place, told) or _opened_and_recovered(place, told) or _opened_again(place, told) or _examined(place)
        )
    except TillError as error:
        return [f"{error.code}: {error.message}"]


def watched(place: Place, told: Sequence[str]) -> list[str]:
    """The breaches found by a reader without the lock while a till sells; `told` is what was durable before."""
    try:
        return breaches_in_store(Books.of(read_folder(place.store), Ledger()), told)
    except TillError as error:
        return [f"{error.code}: {error.message}"]


def inspected_copy(place: Place, told: Sequence[str], scratch: Path) -> list[str]:
    """As `inspected`, of a copy, so that the next till meets the shop as the crash left it."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(place.store, scratch)
    copy = Place(scratch, scratch / place.ledger.name)
    if place.ledger.parent != place.store and place.ledger.exists():
        shutil.copy(place.ledger, copy.ledger)
    return inspected(copy, told)


def _read(place: Place, told: Sequence[str]) -> list[str]:
    return breaches(Books.of(read_folder(place.store), Ledger(place.ledger)), told)


def _opened_and_recovered(place: Place, told: Sequence[str]) -> list[str]:
    with opened(place) as shop:
        asyncio.run(brought_to_an_end(shop.tills))
        books = Books.of(shop.store, shop.gateway.ledger, shop.tills)
        return breaches(books, told) + breaches_at_rest(books)


def _opened_again(place: Place, told: Sequence[str]) -> list[str]:
    with opened(place) as shop:
        books = Books.of(shop.store, shop.gateway.ledger, shop.tills)
        return breaches(books, told) + breaches_at_rest(books)


def _examined(place: Place) -> list[str]:
    """What `pos doctor` finds wrong."""
    return [f"doctor: {check.name}: {check.detail}" for check in examine(place.store) if not check.ok]


async def brought_to_an_end(tills: Sequence[Till]) -> None:
    """As cashiers would: what is on the screen is set aside, and every part payment given back."""
    for till in tills:
        for _ in range(TRIES):
            await till.recover()
            with suppress(TillError):
                await _cleared(till)
            for reservation in till.checking():
                with suppress(TillError):
                    await till.take_up(reservation.id)
                    await till.abandon()
        await till.flush()


async def _cleared(till: Till) -> None:
    if till.sale.state == "part_paid":
        await till.abandon()
    elif till.sale.lines:
        await till.hold()
    else:
        till.void_all()
