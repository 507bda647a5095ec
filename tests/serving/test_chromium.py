"""The till in a real browser, from the printed address to the paid ticket."""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path

import pytest

from tests.serving.chromium import Page, browser, chromium
from tests.serving.served import Program, program
from tests.terminal.shop import left_in, sold
from tests.till.support import shop

POOR_CARD = "4000000000009995"
COUNTED = "document.querySelectorAll('*').length"


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    if chromium() is None and "CI" not in os.environ:
        pytest.skip("this machine has no Chromium (apt-get install chromium)")


async def opened(page: Page, served: Program) -> str:
    """Open the address that the server printed; what of it is left in the address bar."""
    await page.call("Page.navigate", url=await served.link())
    await page.shows("till ready")
    return str(await page.value("location.href"))


async def test_a_browser_sells_is_declined_sees_the_rollback_and_is_paid(tmp_path: Path) -> None:
    store = tmp_path / "store"
    async with program(tmp_path, "--store", str(store)) as served, browser(tmp_path) as page:
        address = await opened(page, served)
        assert address.endswith("/")
        assert "token" not in address

        await page.type("LAVA-LAMP")
        await page.press("Enter")
        await page.shows("1  Last-Chance Lava Lamp")
        await page.press("F11")
        await page.shows("What happened")
        await page.press("F12")
        await page.shows("Pay ticket 1-1")
        await page.type(POOR_CARD)
        # On a slow machine the last digits and the letter come at once, as no hand types them.
        await page.shows("visa••9995")
        await page.press("k")
        shown = await page.shows("DECLINED", "Not enough funds", "reserved", "declined", "released")
        assert POOR_CARD not in shown
        assert looked_at(await page.picture(), tmp_path / "declined.png", (1280, 800)) > 200

        await page.type("30")
        await page.press("Enter")
        await page.shows("CHANGE", "2.84")
        assert looked_at(await page.picture(), tmp_path / "paid.png", (1280, 800)) > 200

        await page.press("ctrl+s")
        await page.downloaded()
        assert "CHANGE" in saved(tmp_path)
        assert page.complaints == []
        ours = {address.rstrip("/"), f"{address}static", f"{address}download"}
        assert {asked.rpartition("/")[0] for asked in page.asked} <= ours

        assert await served.stop() == 0
        await page.says("The server was stopped.")
    left = left_in(store)
    assert [sold(order.sale) for order in left.orders] == [[("Last-Chance Lava Lamp", 1)]]
    assert [charge.state for charge in left.charges] == ["declined"]


async def test_a_page_reloaded_quit_and_opened_again_keeps_the_ticket_and_fits_its_window(tmp_path: Path) -> None:
    async with program(tmp_path, "--store", str(tmp_path / "store")) as served, browser(tmp_path, (640, 400)) as page:
        await opened(page, served)
        assert page.cells >= (80, 24)
        await page.type("LAVA-LAMP")
        await page.press("Enter")
        await page.shows("1  Last-Chance Lava Lamp")
        assert looked_at(await page.picture(), tmp_path / "small.png", (640, 400)) > 80
        await page.call("Page.reload")
        await page.shows("till ready", "1  Last-Chance Lava Lamp", till=2)
        await page.press("ctrl+q")
        await page.says("The till is closed.")
        await page.press("Enter")
        await page.shows("till ready", "1  Last-Chance Lava Lamp", till=3)
        await page.size(1280, 800)
        await page.until(lambda: page.cells >= (120, 30), "a larger till")
        await page.shows("1  Last-Chance Lava Lamp", "List price")


async def test_function_keys_the_clipboard_and_plain_canvases_are_the_tills(tmp_path: Path) -> None:
    script = """["F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12"].filter((key) => {
        const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true });
        document.activeElement.dispatchEvent(event);
        return !event.defaultPrevented;
    })"""
    async with program(tmp_path, "--store", str(tmp_path / "store")) as served, browser(tmp_path) as page:
        await opened(page, served)
        assert await page.value("document.activeElement.className") == "xterm-helper-textarea"
        assert await page.value(script) == []
        drawn = "[...document.querySelectorAll('#terminal canvas')].map((canvas) => canvas.className)"
        assert "xterm-text-layer" in await page.value(drawn)
        await page.press("F1")
        await page.shows("Every key and every command")
        await page.type("x")
        await page.press("Escape")
        await page.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        await page.type("LAVA-LAMP")
        await page.press("Enter")
        await page.shows("1  Last-Chance Lava Lamp")
        await page.press("ctrl+c")
        await page.shows("Copied")
        assert "Last-Chance Lava Lamp" in await page.value("navigator.clipboard.readText()")


HOSTILE = (
    "<script>document.title='owned'</script>",
    "<img src=http://evil.example/x onerror=\"document.title='owned'\">",
    "Tea\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2J\x1b[?1049l cup",
    "Cake\x9b2J\x9d0;owned\x9c\x90q\x9c slice",
    "Link\x1b]8;;http://evil.example/\x1b\\here\x1b]8;;\x1b\\",
    "Mirror \u202egnihton\u2066 x\u200b\u00ad\ufeff\U000e0041",
    "Pile o" + "\u0335\u0489" * 40 + "f marks",
    "[bold red]Markup[/] [@click=app.quit]x[/] &lt;b&gt; %s {name} $HOME",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 family \U0001f1e9\U0001f1ea 牛乳 กำ ｶﾞ",
    "__GANGLION__\nD\x00\x00\x00\x01q",
)
"""Names that would do something to whatever does not clean them."""


async def test_hostile_names_do_nothing_to_the_page_that_draws_them(tmp_path: Path) -> None:
    things = [{"sku": f"H{n}", "name": name, "price": 100, "category": name} for n, name in enumerate(HOSTILE)]
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(shop(products=things, coupons=[], members=[], settings={"name": HOSTILE[2]})))
    words = ("--store", str(tmp_path / "store"), "--catalog", str(file))
    async with program(tmp_path, *words) as served, browser(tmp_path, (1400, 1000)) as page:
        address = await opened(page, served)
        title = await page.value("document.title")
        elements = await page.value(COUNTED)
        for number in range(len(HOSTILE)):
            await page.type(f"H{number}")
            await page.press("Enter")
            await page.shows(f"{number + 1} item")
        assert looked_at(await page.picture(), tmp_path / "hostile.png", (1400, 1000)) > 200
        await page.press("F12")
        await page.shows("Pay ticket 1-1")
        await page.type("20")
        await page.press("Enter")
        await page.shows("CHANGE", "10.00")
        looked_at(await page.picture(), tmp_path / "receipt.png", (1400, 1000))
        assert await page.value("document.title") == title != "owned"
        assert await page.value("location.href") == address
        assert await page.value(COUNTED) == elements
        assert page.complaints == []
        assert [asked for asked in page.asked if not asked.startswith(address)] == []
        assert await served.stop() == 0


def saved(folder: Path) -> str:
    """The picture that the browser saved."""
    (file,) = folder.glob("tillkey-*-receipt.svg")
    return file.read_text("utf-8")


def looked_at(png: bytes, file: Path, size: tuple[int, int]) -> int:
    """Keep a picture of this size for whoever looks at it; how many of its rows differ: next to none of a blank one."""
    file.write_bytes(png)
    assert struct.unpack(">II", png[16:24]) == size
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    pixels = zlib.decompress(data)
    width = len(pixels) // size[1]
    return len({pixels[row * width : (row + 1) * width] for row in range(size[1])})
