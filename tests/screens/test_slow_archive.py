"""An archive that takes its time: what is at hand is shown at once, and no answer takes the place of a newer one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest

import pos.bootstrap
from pos.domain.message import verbatim
from pos.domain.ports import Archive, Store
from pos.testing import Cashier, open_till_app
from pos.till import popularity
from screens.driver.idle import PATIENCE, wait_until
from screens.palette import receipts
from screens.palette.screen import PaletteScreen
from tests.screens.shop import BREAD, MILK, SMALL


class Slow:
    """Stands before a store. Its archive answers when it is let; what it was asked is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lets = Event()
        self.asked: list[object] = []

    @property
    def archive(self) -> Archive:
        return cast("Archive", self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def recent_orders(self, limit: int) -> Any:
        return self._answer("recent_orders", limit)

    def order(self, order_id_or_receipt: str) -> Any:
        return self._answer("order", order_id_or_receipt)

    def _answer(self, name: str, asked: object) -> Any:
        if asked == popularity.NEWEST:
            # What is learnt beside the keys is none of it.
            return ()
        self.asked.append(asked)
        assert self.lets.wait(PATIENCE)
        return getattr(self._store.archive, name)(asked)


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[Slow]:
    """The stores that were opened."""
    opened: list[Slow] = []
    open_store = pos.bootstrap.open_store

    def slow(address: Path | str | None, *_of_a_server: object) -> Slow:
        opened.append(Slow(open_store(address)))
        return opened[-1]

    monkeypatch.setattr(pos.bootstrap, "open_store", slow)
    return opened


@asynccontextmanager
async def on_the_next_day(folder: Path, stores: list[Slow]) -> AsyncIterator[tuple[Cashier, Slow]]:
    """A till that has made none of the three orders of its shop itself."""
    async with open_till_app(SMALL, store=folder, size="120x50") as cashier:
        for code in (MILK, BREAD, MILK):
            await cashier.keys(f"{code}\n<f12>c\n")
    async with open_till_app(store=folder, size="120x50") as cashier:
        try:
            yield cashier, stores[-1]
        finally:
            stores[-1].lets.set()


async def soon(cashier: Cashier, keys: str, kind: str) -> None:
    """Write keys, and wait until a screen is in front and drawn, whatever is still asked."""
    cashier.write(keys)
    assert await wait_until(lambda: cashier.kind == kind and not cashier.app.front.stale, PATIENCE)


def palette(cashier: Cashier) -> PaletteScreen:
    screen = cashier.app.screen
    assert isinstance(screen, PaletteScreen)
    return screen


def chosen(cashier: Cashier) -> str:
    entry = palette(cashier).chosen
    assert entry is not None
    return entry.text


async def test_what_is_at_hand_is_shown_and_done_at_once(tmp_path: Path, stores: list[Slow]) -> None:
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        await soon(cashier, "<ctrl+p>", "palette")
        assert await wait_until(lambda: "Help" in cashier.text() and bool(store.asked), PATIENCE)
        await soon(cashier, "milk\n", "sale")
        assert [line.sku for line in cashier.sale.lines] == ["MLK"]
        assert store.asked == [receipts.NEWEST]


async def test_nothing_is_said_to_be_missing_while_it_is_looked_for(tmp_path: Path, stores: list[Slow]) -> None:
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        await soon(cashier, "<ctrl+p>1-1-9", "palette")
        assert await wait_until(lambda: palette(cashier).typed == "1-1-9" and "…" in cashier.text("page"), PATIENCE)
        await wait_until(lambda: not palette(cashier).stale, PATIENCE)
        assert "Nothing fits" not in cashier.text()
        assert "0 found" not in cashier.text()
        store.lets.set()
        await cashier.sees("Nothing fits that.", "page").sees("0 found", "page")


async def test_receipts_come_when_they_are_there_and_what_was_chosen_stays(tmp_path: Path, stores: list[Slow]) -> None:
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        await soon(cashier, "<ctrl+p><end>", "palette")
        assert await wait_until(lambda: palette(cashier).pointed, PATIENCE)
        before, place = chosen(cashier), palette(cashier).index
        assert "Receipt" not in cashier.text("page")
        store.lets.set()
        await cashier.settled()
        assert "Receipt 1-1-3" in cashier.text("page")
        assert (chosen(cashier), palette(cashier).index) == (before, place + 3)


async def test_enter_waits_for_a_receipt_and_keys_behind_it_are_its_screens(tmp_path: Path, stores: list[Slow]) -> None:
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        await soon(cashier, f"<ctrl+p>1-1-2\n{BREAD}\n", "palette")
        assert await wait_until(lambda: len(cashier.app.kept_keys) == len(BREAD) + 1, PATIENCE)
        store.lets.set()
        await cashier.settled()
        assert (cashier.kind, [line.sku for line in cashier.sale.lines]) == ("sale", ["RYE"])
        await cashier.keys("<f4>0\n<ctrl+p>1-1-2\n")
        assert cashier.kind == "receipt"
        assert "1-1-2" in cashier.text("paid")


async def test_enter_asks_for_nothing_that_is_asked_already(tmp_path: Path, stores: list[Slow]) -> None:
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        await soon(cashier, "<ctrl+p>1-1-9\n", "palette")
        assert await wait_until(lambda: cashier.app.working, PATIENCE)
        store.lets.set()
        await cashier.settled()
        assert store.asked == [receipts.NEWEST, "1-1-9"]


async def test_only_the_last_text_is_asked_for_and_it_alone_is_shown(
    tmp_path: Path, stores: list[Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "NEWEST", 0)
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        await soon(cashier, "<ctrl+p>1-1-1", "palette")
        assert await wait_until(lambda: palette(cashier).typed == "1-1-1", PATIENCE)
        cashier.write("<backspace>2")
        assert await wait_until(lambda: palette(cashier).typed == "1-1-2", PATIENCE)
        store.lets.set()
        await cashier.settled()
        assert chosen(cashier) == "Receipt 1-1-2"
        assert store.asked == [0, "1-1-2"]


async def test_a_scanned_receipt_opens_once_it_is_found(tmp_path: Path, stores: list[Slow]) -> None:
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        await soon(cashier, "<ctrl+p>", "palette")
        cashier.write("1-1-3\n", at_once=True)
        assert await wait_until(lambda: cashier.app.working, PATIENCE)
        store.lets.set()
        await cashier.settled()
        assert cashier.kind == "receipt"
        assert "1-1-3" in cashier.text("paid")


async def test_keys_wait_for_the_last_receipt(tmp_path: Path, stores: list[Slow]) -> None:
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        cashier.write(f"<ctrl+r><down>{BREAD}\n")
        assert await wait_until(lambda: len(cashier.app.kept_keys) == len(BREAD) + 2, PATIENCE)
        store.lets.set()
        await cashier.settled()
        assert (cashier.kind, [line.sku for line in cashier.sale.lines]) == ("sale", ["RYE"])


async def test_an_archive_that_cannot_be_read_is_told_once(
    tmp_path: Path, stores: list[Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pos.domain.errors import TillError

    def broken(_store: Slow, _limit: int) -> Any:
        raise TillError("store_damaged", verbatim("The day cannot be read."))

    monkeypatch.setattr(Slow, "recent_orders", broken)
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        store.lets.set()
        await cashier.keys("<ctrl+p>")
        assert "✗ The day cannot be read." in cashier.text("line")
        await cashier.keys("milk\n")
        assert [line.sku for line in cashier.sale.lines] == ["MLK"]


async def test_a_receipt_whose_day_cannot_be_read_is_not_said_to_be_unknown(
    tmp_path: Path, stores: list[Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pos.domain.errors import TillError

    def broken(_store: Slow, _order: str) -> Any:
        raise TillError("store_damaged", verbatim("The day cannot be read."))

    monkeypatch.setattr(Slow, "order", broken)
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        store.lets.set()
        await cashier.keys("<ctrl+p>1-1-9")
        assert "✗ The day cannot be read." in cashier.text("line")


async def test_what_is_typed_while_an_answer_fails_is_asked_for(
    tmp_path: Path, stores: list[Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pos.domain.errors import TillError

    def broken(store: Slow, limit: int) -> Any:
        if limit == popularity.NEWEST:
            return ()
        store.lets.wait(PATIENCE)
        raise TillError("store_damaged", verbatim("The day cannot be read."))

    monkeypatch.setattr(Slow, "recent_orders", broken)
    async with on_the_next_day(tmp_path / "shop", stores) as (cashier, store):
        await soon(cashier, "<ctrl+p>1-1-2", "palette")
        assert await wait_until(lambda: palette(cashier).typed == "1-1-2", PATIENCE)
        store.lets.set()
        await cashier.settled()
        assert chosen(cashier) == "Receipt 1-1-2"
