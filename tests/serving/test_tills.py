"""Real tills behind the server: what a reload, a closed window and a killed server leave behind."""

from __future__ import annotations

import asyncio
import fcntl
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.serving.served import Browser, Program, Window, program, serving, stranger, till_command
from tests.terminal.shop import left_in, scan, sold, write_catalog

F12, CTRL_S = "\x1b[24~", "\x13"


@pytest.fixture(autouse=True)
def _small_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TILLKEY_TILL_CATALOG", str(write_catalog(tmp_path / "catalog.json")))


async def ready(window: Window) -> None:
    """Wait until the till can sell."""
    await window.shows("till ready")


async def scanned(window: Window, number: int) -> None:
    """Scan a product."""
    await window.type(scan(number).decode())


def wait_for_lock(file: Path) -> None:
    """Wait until nobody has a store open."""
    with file.open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


async def test_a_reload_gets_the_till_back_with_its_ticket(tmp_path: Path) -> None:
    """The page that goes and the one that comes are there at once for a moment, as in a browser."""
    async with serving(till_command(tmp_path / "store")) as served, served.browser() as browser:
        async with browser.window() as window:
            await ready(window)
            await scanned(window, 0)
            await window.shows("1  Apple")
            reloaded = asyncio.create_task(_shows_apple(browser))
            await window.closed()
        await reloaded
    assert sold(left_in(tmp_path / "store").open) == [("Apple", 1)]


async def _shows_apple(browser: Browser) -> None:
    async with browser.window() as window:
        await window.shows("till ready", "1  Apple")


async def test_each_browser_trains_on_a_shop_of_its_own(tmp_path: Path) -> None:
    catalog = write_catalog(tmp_path / "mine.json")
    async with program(tmp_path, "training", "--catalog", str(catalog), "--sessions", "2") as served:
        async with opened(served) as one, opened(served) as two:
            await ready(one)
            await ready(two)
            await scanned(one, 0)
            await scanned(two, 1)
            assert "TRAINING" in await one.shows("1  Apple", "TEST SHOP")
            assert "Apple" not in await two.shows("1  Banana", "TEST SHOP")
        assert await served.stop() == 0


async def test_a_flow_plays_itself_in_a_browser(tmp_path: Path) -> None:
    async with program(tmp_path, "demo") as served, opened(served) as window:
        await window.shows("Demos", "plain-sale", "crash-and-recovery")
        await window.type("\r")
        await window.shows("▶ plain-sale", "till ready")
        await window.type("\x11")
        assert await window.closed() == 4000


@asynccontextmanager
async def opened(served: Program) -> AsyncIterator[Window]:
    """A window of a new browser, at the address that the program printed."""
    link = urlsplit(await served.link())
    async with stranger(f"{link.scheme}://{link.netloc}") as browser:
        assert await browser.status(f"/?{link.query}") == 303
        async with browser.window() as window:
            yield window


async def test_a_burst_of_scans_is_taken_whole_and_in_order(tmp_path: Path) -> None:
    async with (
        serving(till_command(tmp_path / "store")) as served,
        served.browser() as browser,
        browser.window() as window,
    ):
        await ready(window)
        burst = b"".join(scan(number) for number in (0, 1, 2) * 33) + scan(3)
        await window.type(burst.decode() + F12 + "500\r" + scan(4).decode())
        await window.shows("1  Elder", "Ticket 1-2")
    (order,) = left_in(tmp_path / "store").orders
    assert sold(order.sale) == [("Apple", 33), ("Banana", 33), ("Cherry", 33), ("Damson", 1)]


async def test_a_window_closed_in_the_middle_of_a_charge_loses_nothing(tmp_path: Path) -> None:
    waiting = till_command(tmp_path / "store", "--latency", "600", "--timeout", "600")
    async with serving(waiting) as served, served.browser() as browser:
        async with browser.window() as window:
            await ready(window)
            await scanned(window, 0)
            await window.type(F12 + "4242424242424242k")
            await window.shows("being charged")
            (till,) = served.server.lanes.tills
        async with asyncio.timeout(20):
            await till.end()
        assert till.exit_code == 0
    async with (
        serving(till_command(tmp_path / "store")) as served,
        served.browser() as browser,
        browser.window() as window,
    ):
        await window.shows("till ready", "1  Apple", "Ticket 1-1")
    left = left_in(tmp_path / "store")
    assert left.orders == []
    assert [charge.state for charge in left.charges] == ["voided"]


async def test_a_picture_of_the_screen_is_a_download_of_its_browser_alone(tmp_path: Path) -> None:
    async with (
        serving(till_command(tmp_path / "store"), sessions=2) as served,
        served.browser() as browser,
        served.browser() as other,
        browser.window() as window,
    ):
        await ready(window)
        await window.type(CTRL_S)
        await window.until(lambda: bool(window.messages), "a file")
        (told,) = window.messages
        kind, key = told
        assert kind == "deliver_file_start"
        assert await other.status(f"/download/{key}") == 404
        answer = await browser.get(f"/download/{key}")
        assert answer.status == 200
        named = answer.headers["Content-Disposition"]
        assert re.search(r"attachment; filename=.?tillkey-\d{8}-\d{6}-sale.svg", named)
        assert "TEST" in await answer.text()
        assert await browser.status(f"/download/{key}") == 404


async def test_a_till_whose_server_was_killed_ends_by_itself(tmp_path: Path) -> None:
    store = tmp_path / "store"
    words = ("--store", str(store), "--catalog", str(tmp_path / "catalog.json"))
    async with program(tmp_path, *words) as served, opened(served) as window:
        await ready(window)
        await scanned(window, 0)
        await window.shows("1  Apple")
        served.process.kill()
        await window.closed()
    await asyncio.to_thread(wait_for_lock, store / "lock")
    assert sold(left_in(store).open) == [("Apple", 1)]
