"""One checkout, one compaction, one closing and one start, each alone in one thread: what a tracer takes apart."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final
from unittest import mock

from pos.domain.errors import TillError
from tests.crash.back_office import DAY, returned
from tests.crash.customers import GOOD_CARD, Say, acknowledge
from tests.crash.kill_points import POINTS, RENAME, SNAPSHOT, arm
from tests.crash.shop import NOON, Place, Shop, found, opened

SALES_BEFORE: Final = 5


@dataclass(frozen=True, slots=True)
class Act:
    """What is done in a shop that `prepare` makes in a folder; if `from_start`, its opening is a part of it."""

    name: str
    do: Callable[[Shop], None]
    prepare: Callable[[Path], None]
    from_start: bool = False


class Inline(Executor):
    """Runs what is submitted at once, in the thread of whoever submits it."""

    def submit(self, step: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(step(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


async def _inline(step: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return step(*args, **kwargs)


@contextmanager
def in_one_thread() -> Iterator[None]:
    """Let the store's steps and the bank's run where they are asked for, so that they have one order."""
    with (
        mock.patch("pos.worker.ThreadPoolExecutor", return_value=Inline()),
        mock.patch("asyncio.to_thread", _inline),
    ):
        yield


def perform(act: Act, place: Place, ready: Callable[[], None], say: Say) -> None:
    """Open the shop, do the act and sell, each once more if it was refused; `ready` returns when it may begin."""
    with in_one_thread():
        if act.from_start:
            ready()
            _twice(partial(_session, act, place, lambda: None, say), say)
        else:
            _session(act, place, ready, say)


def _session(act: Act, place: Place, ready: Callable[[], None], say: Say) -> None:
    with opened(place) as shop:
        for till in shop.tills:
            till.subscribe(acknowledge(say))
        ready()
        _twice(partial(act.do, shop), say)
        _twice(partial(sell_in_cash, shop), say)


def _twice(step: Callable[[], None], say: Say) -> None:
    """Do a step, again if it was refused, and say whether it was done."""
    for _ in range(2):
        try:
            step()
        except TillError as error:
            say(f"refused {error.code}")
        else:
            say("goes on")
            return


def sell_in_cash(shop: Shop) -> None:
    """One sale of the second lane."""
    till = shop.tills[1]
    if not till.sale.lines or till.sale.state == "paid":
        till.add("CAKE")
    asyncio.run(_paid(till.pay_cash))


def _cash(shop: Shop) -> None:
    _basket(shop)
    asyncio.run(_paid(shop.tills[0].pay_cash))


def sell_by_card(shop: Shop) -> None:
    """One sale of the first lane, with a coupon."""
    _basket(shop)
    asyncio.run(_paid(partial(shop.tills[0].pay_card, GOOD_CARD)))


async def _paid(pay: Callable[[], Awaitable[object]]) -> None:
    await pay()


def _basket(shop: Shop) -> None:
    """Fill the first lane's ticket, unless one is in front that could not be paid."""
    till = shop.tills[0]
    if till.sale.lines and till.sale.state not in ("paid", "checking"):
        return
    for sku in ("TEA", "CAKE", "LAMP"):
        till.add(sku)
    till.apply_coupon("FEW")


def _compaction(shop: Shop) -> None:
    shop.store.compact()


def _return(shop: Shop) -> None:
    taken = returned(shop.tills[1], next(shop.store.orders()), Random(1))
    shop.store.commit(taken, taken.sale, NOON)


def _closing(shop: Shop) -> None:
    shop.store.close_day(DAY)


def _with_sales(folder: Path) -> None:
    """A shop in which something was sold."""
    found(folder)
    with in_one_thread(), opened(Place.within(folder)) as shop:
        for _ in range(SALES_BEFORE):
            sell_in_cash(shop)


def _killed(folder: Path) -> None:
    """A shop whose till was killed with a payment unknown, a compaction half done and the last line torn."""
    _with_sales(folder)
    child = os.fork()
    if child == 0:
        try:
            with in_one_thread(), opened(Place.within(folder)) as shop:
                shop.gateway.script("timeout after")
                with suppress(TillError):
                    sell_by_card(shop)
                arm(next(point for point in POINTS if point.target == RENAME and point.file == SNAPSHOT), 1)
                shop.store.compact()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    with max(folder.glob("journal-*.ndjson")).open("r+b") as journal:
        journal.seek(len(journal.read().rstrip(b"\0")))
        journal.write(b'{"crc":"01234567","seq":')


def _recovery(shop: Shop) -> None:
    for till in shop.tills:
        asyncio.run(_paid(till.recover))


ACTS: Final = {
    act.name: act
    for act in (
        Act("cash checkout", _cash, _with_sales),
        Act("card checkout", sell_by_card, _with_sales),
        Act("return of goods", _return, _with_sales),
        Act("compaction", _compaction, _with_sales),
        Act("closing of a day", _closing, _with_sales),
        Act("start after a kill", _recovery, _killed, from_start=True),
    )
}
