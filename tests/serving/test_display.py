"""The customer's display in a browser, beside a till in a terminal."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from tests.serving.served import program, stranger
from tests.terminal.shop import scan
from tests.terminal.test_display import till


async def test_browsers_show_what_a_till_in_a_terminal_sells() -> None:
    with tempfile.TemporaryDirectory(prefix="till") as name, till(home := Path(name)) as at:
        async with program(home, "display", "--store", str(home / "store")) as served:
            for number in range(2):
                link = urlsplit(await served.link())
                async with stranger(f"{link.scheme}://{link.netloc}") as browser:
                    assert await browser.status(f"/?{link.query}") == 303
                    async with browser.window() as window:
                        await asyncio.to_thread(at.terminal.write, scan(number))
                        await window.shows(("Apple", "Banana")[number], "TO PAY")
                        await window.type("\x03abc\r")
        at.ticket(1, "1 Apple", "1 Banana")
