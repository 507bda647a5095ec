"""A shop of many tills on the screen: the bar says that its server is away, and a list tells how each till is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from pos.bootstrap import edit_catalog
from pos.domain.errors import TillError
from pos.domain.lane_status import LaneState, LaneStatus, ServerStanding
from pos.domain.message import verbatim
from pos.stores.redis.options import ServerOptions
from pos.testing import NOW, Cashier, open_till_app
from pos.worker import run_in_thread
from screens.testing.snapshots import Snap
from tests.screens.shop import BREAD, MILK, SMALL
from tests.screens.test_snapshots import DESIGNED
from tests.servers.proxy import Proxy
from tests.servers.shared import new_shop, shared_server

SIZES: Final[tuple[str | tuple[int, int], ...]] = (*DESIGNED, (60, 24))

Change = Callable[[Callable[[dict[str, Any]], object]], Awaitable[None]]


@asynccontextmanager
async def open_lane(proxy: Proxy, folder: Path, shop: str | None = None) -> AsyncIterator[Cashier]:
    """A till of a new shop that reaches its server through a proxy."""
    server = ServerOptions(journals=folder, timeout=0.5)
    async with open_till_app(SMALL, store=proxy.url(shop or new_shop()), server=server) as cashier:
        yield cashier


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(shared_server()) as made:
        yield made


async def seen(cashier: Cashier, words: str, *, panel: str = "header", gone: bool = False) -> None:
    """Let the till's second pass, again and again, until a panel has these words, or has them no more."""
    for _ in range(2000):
        cashier.app.tick()
        if (words in cashier.text(panel)) is not gone:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(cashier.text(panel))


async def test_the_bar_says_that_the_server_is_away_until_it_is_back(proxy: Proxy, tmp_path: Path) -> None:
    async with open_lane(proxy, tmp_path) as cashier:
        assert "server away" not in cashier.text("header")
        proxy.refuse()
        await seen(cashier, "⇄ server away")
        await cashier.keys(f"{MILK}\n<f12>c").waits_until(lambda: cashier.kind == "receipt")
        assert "⇄ server away · 1" in cashier.text("header")
        proxy.let_pass()
        await seen(cashier, "server away", gone=True)


async def test_what_was_told_of_a_server_goes_once_it_is_back(proxy: Proxy, tmp_path: Path) -> None:
    async with open_lane(proxy, tmp_path) as cashier:
        proxy.refuse()
        await seen(cashier, "The server is away", panel="line")
        proxy.let_pass()
        await seen(cashier, "The server is away", panel="line", gone=True)


@asynccontextmanager
async def open_shop(proxy: Proxy, folder: Path) -> AsyncIterator[tuple[Cashier, Change]]:
    """A till, and how its products are changed from elsewhere; a change is seen with the till's next second."""
    async with open_lane(proxy, folder, shop := new_shop()) as cashier:

        async def change(how: Callable[[dict[str, Any]], object]) -> None:
            changes = cashier.till.catalog.changes

            def elsewhere() -> None:
                with edit_catalog(shared_server().url(shop)) as catalog:
                    how(catalog.products)

            await run_in_thread(elsewhere)
            await cashier.until(lambda: cashier.till.catalog.changes != changes)
            cashier.app.tick()

        yield cashier, change


async def test_another_price_is_on_an_open_ticket_at_once_and_told_while_it_is_paid(
    proxy: Proxy, tmp_path: Path
) -> None:
    async with open_shop(proxy, tmp_path) as (cashier, change):
        await cashier.keys(f"{MILK}\n")
        await change(lambda products: products["MLK"].update(price=333))
        await cashier.sees("3.33", "ticket")
        await cashier.keys("<f12>")
        await change(lambda products: products["MLK"].update(price=444))
        await cashier.keys("c").waits_until(lambda: cashier.app.refusal is not None)
        assert cashier.app.refusal is not None
        assert cashier.app.refusal.code == "price_changed"


async def test_a_product_that_was_taken_out_elsewhere_is_left_out_of_an_open_ticket(
    proxy: Proxy, tmp_path: Path
) -> None:
    async with open_shop(proxy, tmp_path) as (cashier, change):
        await cashier.keys(f"{MILK}\n{BREAD}\n")
        await change(lambda products: products.pop("MLK"))
        await cashier.sees("1 of MLK, was left out", "line")
        assert [line.sku for line in cashier.till.sale.lines] == ["RYE"]
        await cashier.keys("<f12>")
        await change(lambda products: products.pop("RYE"))
        await cashier.keys("c").waits_until(lambda: cashier.app.refusal is not None)
        assert cashier.app.refusal is not None
        assert cashier.app.refusal.code == "price_changed"
        assert cashier.till.sale.lines == ()


async def test_a_receipt_that_only_the_server_has_is_refused_with_a_sentence(proxy: Proxy, tmp_path: Path) -> None:
    async with open_lane(proxy, tmp_path) as cashier:
        proxy.refuse()
        await seen(cashier, "⇄ server away")
        await cashier.keys("<ctrl+p>9-1-1").waits_until(lambda: cashier.app.refusal is not None)
        assert cashier.app.refusal is not None
        assert cashier.app.refusal.code == "server_away"
        await cashier.sees("This needs the server, and it is away", "line")


async def test_the_tills_of_the_shop_are_listed(proxy: Proxy, tmp_path: Path) -> None:
    async with open_lane(proxy, tmp_path) as cashier:
        await cashier.keys("/lanes\n").waits_until(lambda: "● 1  selling" in cashier.text("page"))
        proxy.refuse()
        cashier.app.screen.ask_server()  # type: ignore[attr-defined]
        await cashier.waits_until(lambda: "✗ The server is away" in cashier.text("page"))
        assert "● 1  selling" in cashier.text("page")
        await cashier.keys("<escape>")
        assert cashier.kind == "sale"


async def test_a_shop_of_one_machine_has_no_such_list(cashier: Cashier) -> None:
    await cashier.keys("/lanes\n").sees("This shop is on one machine: its tills are not on a server.", "line")
    assert cashier.kind == "sale"
    with pytest.raises(TillError) as told:
        await cashier.till.lanes()
    assert told.value.code == "not_in_this_store"


def status(lane: str, state: LaneState, **changes: Any) -> LaneStatus:
    values: dict[str, Any] = {
        "lane": lane, "state": state, "seen": NOW, "silent_for": timedelta(seconds=2), "version": "0.2.0",
        "host": f"till-{lane}", "fence": 1, "journal": "j", "last_sale": NOW - timedelta(minutes=3), "outbox": 0,
        "unresolved": 0, "holding": 0, "expiring": 0, "taken_by": "",
    }  # fmt: skip
    return LaneStatus(**(values | changes))


FOUND = (
    status("1", "selling"),
    status("2", "silent", silent_for=timedelta(seconds=48), outbox=3, unresolved=1),
    status("3", "taken_over", fence=2, taken_by="back-office"),
    status("4", "closed", last_sale=None, expiring=1),
)


@pytest.mark.parametrize("away", [False, True])
async def test_pictures(cashier: Cashier, snap: Snap, monkeypatch: pytest.MonkeyPatch, *, away: bool) -> None:
    async def lanes(_till: object) -> tuple[LaneStatus, ...]:
        if away:
            raise TillError("server_away", verbatim("the server at till.example:6379 cannot be reached."))
        return FOUND

    monkeypatch.setattr("pos.till.till.Till.lanes", lanes)
    monkeypatch.setattr("pos.till.till.Till.server", ServerStanding("away" if away else "there", 3), raising=False)
    cashier.app.tick()
    if away:
        await snap("sale_server_away", sizes=SIZES)
    await cashier.keys("/lanes\n<down>")
    await snap("lanes_away" if away else "lanes", sizes=SIZES)
