"""A till that runs for one browser: a process of its own, ended by asking first."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from enum import IntEnum
from typing import Final

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from pos.own_program import safe_paths

DRIVER: Final = "screens.terminal.browser:BrowserDriver"
"""What draws to the browser, by Textual's way of naming it."""
PASSED_ON: Final = frozenset({"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "NO_COLOR"})
PASSED_ON_PREFIXES: Final = ("LC_", "XDG_", "TILLKEY_", "PYTHON", "VIRTUAL_ENV", "TEXTUAL_THEME")
"""All that a till sees of the server's environment."""
PATIENCE: Final = 10.0
"""Seconds that a till has to end by itself; then it is told to, and then it is ended."""
KEPT: Final = 4096
"""Bytes of what a till says on standard error."""


class CloseCode(IntEnum):
    """Why a till has gone, as the code that closes the browser's socket."""

    QUIT = 4000
    BROKE = 4001
    MOVED = 4002
    STOPPED = 4003
    TAKEN = 4004


class TillProcess(AppService):
    """One till and the socket of its browser. `close` is called once it has ended: it closes the socket and says why.

    `patience` is in seconds.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[CloseCode], Awaitable[None]],
        download_manager: DownloadManager,
        patience: float = PATIENCE,
    ) -> None:
        async def closed() -> None:
            await close(CloseCode.QUIT)

        super().__init__(
            " ".join(command),
            write_bytes=write_bytes,
            write_str=write_str,
            close=closed,
            download_manager=download_manager,
        )
        self.complaint = b""
        """The last of what the till said on standard error."""
        self._deliveries: set[str] = set()
        self._arguments = tuple(command)
        self._close = close
        self._patience = patience
        self._why: CloseCode | None = None
        self._drawing: asyncio.Task[None] | None = None
        self._ended: asyncio.Task[None] | None = None

    @property
    def exit_code(self) -> int | None:
        """How the till ended, as Python tells it; None while it runs."""
        return self._process.returncode if self._process is not None else None

    async def end(self, why: CloseCode = CloseCode.QUIT) -> None:
        """End the till: its ticket is kept, its store given back. Whoever comes second waits for the same end."""
        if self._ended is None:
            self._why = why
            self._ended = asyncio.create_task(self._end())
        await asyncio.shield(self._ended)

    async def run(self) -> None:
        """Hand on what the till draws until it has ended; then say why."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        complaints = asyncio.create_task(self._read_complaints())
        self._drawing = asyncio.create_task(self._hand_on(process.stdout))
        await asyncio.wait({self._drawing})
        while await process.stdout.read(KEPT):
            # What nobody is to see any longer has to be read all the same: else the till could not end.
            pass
        await complaints
        code = await process.wait()
        await self._close(self._why or (CloseCode.BROKE if code else CloseCode.QUIT))

    def delivers(self, key: str) -> bool:
        """Whether a file is this till's."""
        return key in self._deliveries

    async def on_meta(self, data: bytes) -> None:
        """Take what the till asks of the browser: files to be saved. Its end is seen by its process alone."""
        asked = json.loads(data)
        if asked["type"] == "deliver_file_start":
            self._deliveries.add(asked["key"])
            await super().on_meta(data)

    async def _hand_on(self, drawn: asyncio.StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await drawn.readuntil(b"__GANGLION__\n")
            while True:
                kind = await drawn.readexactly(1)
                size = int.from_bytes(await drawn.readexactly(4), "big")
                await self._take(kind, await drawn.readexactly(size))

    async def _take(self, kind: bytes, payload: bytes) -> None:
        # A browser that has gone must not keep the till from writing.
        with suppress(ConnectionError):
            if kind == b"D":
                await self.on_data(payload)
            elif kind == b"M":
                await self.on_meta(payload)
            elif kind == b"P":
                await self.on_packed(payload)

    async def _open_app_process(self, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        self._process = process = await asyncio.create_subprocess_exec(
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._build_environment(width, height),
            # Ctrl+C at the server ends the server, which then ends its tills.
            start_new_session=True,
        )
        self._stdin = process.stdin
        return process

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return till_environment(os.environ, width, height)

    async def _read_complaints(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while data := await self._process.stderr.read(KEPT):
            self.complaint = (self.complaint + data)[-KEPT:]

    async def _end(self) -> None:
        if self._task is None or self._process is None:
            return
        await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
        process, running = self._process, self._task
        if self._drawing is not None:
            # A browser that takes nothing any longer would hold its till up.
            self._drawing.cancel()
        await self.send_meta({"type": "quit"})
        for harder in (process.terminate, process.kill):
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(running), self._patience)
                break
            with suppress(ProcessLookupError):
                harder()
        await running


def till_environment(outside: Mapping[str, str], width: int, height: int) -> dict[str, str]:
    """What a till in the browser sees: its size in cells, its driver, and nothing of the server's that it needs not."""
    kept = {
        name: value
        for name, value in safe_paths(outside).items()
        if name in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }
    return kept | {
        "TEXTUAL_DRIVER": DRIVER,
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "COLUMNS": str(width),
        "ROWS": str(height),
    }
