"""A shop in a folder that has sold in every way, and the command line on it, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pos.__main__ import main
from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from pos.till.till import Till
from tests.till.support import CAKE, GOOD_CARD, NOON, TEA, catalog_file

DAY = "2026-11-22"
"""The day of `NOON`, on which everything is sold at first."""
LATER = NOON.replace(day=23)
"""The day after."""


class Ids(SequentialIds):
    """Ids that no other till of the shop gives: each has its lane and its clock's moment in it."""

    def __init__(self, lane: str, now: datetime) -> None:
        super().__init__()
        self._mark = f"{lane}-{now:%d%H%M}"

    def new(self, kind: str, at: datetime | None = None) -> str:
        return f"{super().new(kind)}-{self._mark}"


def till_at(folder: Path, now: datetime = NOON, lane: str = "1", **changes: Any) -> Till:
    """A till on the store in a folder, which is filled with the small shop if it is new."""
    catalog = None if folder.exists() else catalog_file(**changes)
    return open_till(folder, catalog=catalog, lane=lane, clock=FrozenClock(now), ids=Ids(lane, now))


async def sold(till: Till, what: Iterable[tuple[str, str]]) -> None:
    """Sell each SKU for `cash` or by `card`; a cake has the coupon TEN."""
    for sku, tender in what:
        till.add(sku)
        if sku == CAKE:
            till.apply_coupon("TEN")
        await (till.pay_cash() if tender == "cash" else till.pay_card(GOOD_CARD))
    await till.flush()


def sell(folder: Path, *what: tuple[str, str], now: datetime = NOON, lane: str = "1", **changes: Any) -> None:
    """Open a till, sell each SKU for `cash` or by `card`, and close it. A cake has the coupon TEN."""
    till = till_at(folder, now, lane, **changes)
    try:
        asyncio.run(sold(till, what))
    finally:
        till.close()


def make_shop(folder: Path) -> Path:
    """A shop with a closed day of two orders, one of two lanes since then, and a payment that is open."""
    sell(folder, (TEA, "cash"), (CAKE, "card"))
    store = open_store(folder)
    store.close_day(DAY)
    store.close()
    later = NOON + timedelta(hours=1)
    sell(folder, (TEA, "card"), now=later)
    sell(folder, (CAKE, "cash"), now=later, lane="2")
    part_paid(folder, later + timedelta(minutes=1))
    return folder


def part_paid(folder: Path, now: datetime) -> None:
    """Leave a ticket on which a part payment by card stands."""
    till = till_at(folder, now)
    till.add(TEA)
    asyncio.run(till.pay_card(GOOD_CARD, 100))
    till.close()


def receipts(folder: Path) -> list[str]:
    """The receipt of each order in a store."""
    return [order.receipt for order in read_folder(folder).orders()]


def content(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Shell:
    """Runs `pos` in this process, as somebody with an empty home."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured
        patch.setenv("HOME", str(home))
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "LANG", "LC_ALL", "LC_MESSAGES"):
            patch.delenv(name, raising=False)

    def __call__(self, *arguments: str | Path, code: int = 0) -> str:
        """What a command prints; its exit code must be `code`."""
        out, err = self.both(*arguments, code=code)
        assert err == "" or code
        return out

    def refused(self, *arguments: str | Path, code: int = 2) -> str:
        """What a command says on standard error; its exit code must be `code`."""
        return self.both(*arguments, code=code)[1]

    def both(self, *arguments: str | Path, code: int) -> tuple[str, str]:
        """Both, standard output first."""
        self._captured.readouterr()
        ended = main([str(each) for each in arguments])
        out, err = self._captured.readouterr()
        assert ended == code, out + err
        return out, err
