"""A real browser without a window, driven by the protocol of its own developer tools."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pyte
from aiohttp import ClientSession, ClientWebSocketResponse

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-port=0",
)
"""As root there is no sandbox to have, and many a till's machine has no WebGL; the rest keeps the browser from asking
anybody but the till."""
PATIENCE = 30.0
"""Seconds after which what was waited for is taken not to come."""
FUNCTION_KEYS = {f"F{number}": 111 + number for number in range(1, 13)}
NAMED_KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "ArrowUp": (38, ""), "ArrowDown": (40, "")}


def chromium() -> str | None:
    """Where the browser is; None if this machine has none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page:
    """One page of the browser: what its till draws, read from its socket, and its keyboard."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.complaints: list[str] = []
        """What the page's console holds against it."""
        self.asked: list[str] = []
        """Every address that the page asked for."""
        self.tills = 0
        """How many tills it has opened, one after the other."""
        self._socket = socket
        self._calls: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._downloads: list[str] = []
        self._changed = asyncio.Event()

    @property
    def text(self) -> str:
        """What the till shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def cells(self) -> tuple[int, int]:
        """The till's columns and lines."""
        return self._screen.columns, self._screen.lines

    async def listen(self) -> None:
        """Take in what the browser tells, until it is gone."""
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                self._calls.pop(told["id"]).set_result(told)
            else:
                self._take(told["method"], told["params"])

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the browser for something; its answer."""
        number = len(self._calls) + max(self._calls, default=0) + 1
        answer = self._calls[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        told = await asyncio.wait_for(answer, PATIENCE)
        assert "error" not in told, f"{method}: {told['error']}"
        result: dict[str, Any] = told["result"]
        return result

    async def value(self, script: str) -> Any:
        """What an expression is in the page."""
        told = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return told["result"].get("value")

    async def size(self, across: int, down: int) -> None:
        """Give the window a size in pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=across, height=down, deviceScaleFactor=1, mobile=False
        )

    async def press(self, *keys: str) -> None:
        """Press keys: names such as F11, or `ctrl+s`."""
        for key in keys:
            await self._press(key)

    async def type(self, text: str) -> None:
        """Type a text, key by key."""
        for char in text:
            await self._press(char)

    async def picture(self) -> bytes:
        """Take a picture of the page; a PNG file's bytes."""
        told = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(told["data"])

    async def shows(self, *wanted: str, till: int = 1) -> str:
        """Wait until the till, the first or a later one, shows all of these; the screen then."""
        await self.until(lambda: self.tills >= till and all(text in self.text for text in wanted), " and ".join(wanted))
        return self.text

    async def says(self, wanted: str) -> None:
        """Wait until the page itself says something, before or over the till."""
        text = ""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while wanted not in text:
                    text = str(await self.value("document.body.innerText"))
        assert wanted in text, f"{wanted!r} did not come in {PATIENCE:.0f} s:\n{text}"

    async def downloaded(self) -> None:
        """Wait until a file has been saved."""
        await self.until(lambda: "completed" in self._downloads, "a file")

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so, `what` in words."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not is_so():
                    self._changed.clear()
                    await self._changed.wait()
        assert is_so(), f"{what!r} did not come in {PATIENCE:.0f} s; {self.complaints}\n{self.text}"

    async def _press(self, key: str) -> None:
        name = key.removeprefix("ctrl+")
        control = 2 if name != key else 0
        code, text = NAMED_KEYS.get(name, (FUNCTION_KEYS.get(name, 0), ""))
        if len(name) == 1:
            # Of other characters the number would be another key's, such as Insert's for a hyphen.
            code, text = ord(name.upper()) if name.isalnum() else 0, "" if control else name
        pressed = {"key": name, "windowsVirtualKeyCode": code, "modifiers": control}
        kind = "keyDown" if text else "rawKeyDown"
        await self.call("Input.dispatchKeyEvent", type=kind, text=text, **pressed)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def _take(self, method: str, told: dict[str, Any]) -> None:
        if method == "Network.webSocketCreated":
            self.tills += 1
            self._screen.reset()
        elif method == "Network.webSocketFrameReceived" and told["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(told["response"]["payloadData"]))
        elif method == "Network.webSocketFrameSent" and '"resize"' in told["response"]["payloadData"]:
            _, size = json.loads(told["response"]["payloadData"])
            self._screen.resize(size["height"], size["width"])
        elif method == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])
        elif method == "Browser.downloadProgress":
            self._downloads.append(told["state"])
        elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(told["exceptionDetails"]))
        self._changed.set()


@asynccontextmanager
async def browser(folder: Path, size: tuple[int, int] = (1280, 800)) -> AsyncIterator[Page]:
    """A page of a new browser that knows nobody; `folder` is for what it keeps, and for downloads."""
    program = chromium()
    assert program is not None, "there is no Chromium"
    home = folder / "chromium"
    process = await asyncio.create_subprocess_exec(
        program,
        *FLAGS,
        f"--user-data-dir={home}",
        "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            assert process.stderr is not None
            while b"DevTools listening on" not in (line := await process.stderr.readline()):
                assert line, "Chromium did not start"
        port = line.split(b"127.0.0.1:")[1].split(b"/")[0].decode()
        async with ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/json/list") as answer:
                (target,) = [found for found in await answer.json() if found["type"] == "page"]
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                listening = asyncio.create_task(page.listen())
                for domain in ("Page", "Network", "Runtime", "Log"):
                    await page.call(f"{domain}.enable")
                saving = {"behavior": "allow", "downloadPath": str(folder), "eventsEnabled": True}
                await page.call("Browser.setDownloadBehavior", **saving)
                await page.size(*size)
                yield page
                await page.call("Browser.close")
                await listening
    finally:
        with suppress(ProcessLookupError):
            # It is many processes, and each of them holds on to its output.
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()
