"""The servers that tests start do what tests of many tills rely on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from tests.certificates import Tls
from tests.prefork import ROOT
from tests.servers.server import PATIENCE, Kind, Server, program

LIBRARY = """#!lua name=harness
redis.register_function('add', function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end)
"""


@pytest.mark.parametrize("kind", ["valkey", "redis"])
def test_both_kinds_run_a_function(kind: Kind, shop: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(f"{kind}_server")
    with server.client() as client:
        client.function_load(LIBRARY, replace=True)
        assert client.fcall("add", 1, f"{{{shop}}}:count", 3) == 3
        assert client.fcall("add", 1, f"{{{shop}}}:count", 4) == 7
        client.function_delete("harness")


def test_a_url_names_the_shop_and_no_password() -> None:
    with Server.start(password="secret-of-the-shop", acl=["till on >other-secret ~{corner}:* +@all"]) as server:
        assert server.url("corner", lane="1") == f"redis://127.0.0.1:{server.port}/0?shop=corner&lane=1"
        with server.client() as client, server.client(username="till", password="other-secret") as till:
            assert client.set("{other}:a", 1)
            with pytest.raises(redis.exceptions.NoPermissionError):
                till.get("{other}:a")
        with server.client(password=None) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        words = Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
        files = [file for file in server.folder.rglob("*") if file.is_file()]
        assert [place for place in (words, *(file.read_bytes() for file in files)) if b"secret" in place] == []


def test_a_paused_server_answers_late_and_a_killed_one_keeps_what_it_acknowledged() -> None:
    with Server.start() as server, server.client() as client, server.client(timeout=0.05) as impatient:
        server.pause()
        with pytest.raises(redis.TimeoutError):
            impatient.set("paused", 1)
        server.resume()
        assert client.set("acknowledged", 1)
        server.kill()
        with pytest.raises(redis.ConnectionError):
            client.get("acknowledged")
        port, pid = server.port, server.process.pid
        server.restart()
        assert (server.port, server.process.pid == pid) == (port, False)
        assert client.get("acknowledged") == b"1"


@pytest.mark.parametrize("kind", ["valkey", "redis"])
def test_a_replica_has_what_its_primary_has_and_is_promoted(kind: Kind, request: pytest.FixtureRequest) -> None:
    primary: Server = request.getfixturevalue(f"{kind}_server")
    with Server.start(kind, replica_of=primary) as replica, replica.client() as client:
        with primary.client() as first:
            first.set("replicated", 1)
            assert first.wait(1, 5000) == 1
        with pytest.raises(redis.exceptions.ReadOnlyError):
            client.set("refused", 1)
        replica.pause()
        replica.promote()
        assert client.get("replicated") == b"1"
        assert client.set("own", 1)


def test_a_full_disk_ends_a_server_that_always_writes() -> None:
    with Server.start() as server, server.client() as client:
        client.set("before", 1)
        server.fill_disk()
        with pytest.raises(redis.ConnectionError):
            client.set("lost", 1)
        assert server.ended() == 1
        server.restart()
        assert (client.get("before"), client.get("lost")) == (b"1", None)


def test_a_full_disk_is_told_by_a_server_that_writes_each_second() -> None:
    with Server.start(appendfsync="everysec") as server, server.client() as client:
        server.fill_disk()
        client.set("in memory", 1)
        with pytest.raises(redis.ResponseError, match="MISCONF"):
            client.set("refused", 1)
        server.free_disk()
        server.wait_for(_written, "write again")


def _written(client: redis.Redis) -> bool:
    try:
        return bool(client.set("again", 1))
    except redis.ResponseError:
        return False


def test_a_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    code = (
        "from tests.servers.server import Server; import os\n"
        "server = Server.start(); server.pause(); print(server.folder, server.process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    folder, pid = ran.stdout.split()
    assert Path(folder).is_relative_to(tmp_path)
    deadline = time.monotonic() + PATIENCE
    while list(tmp_path.iterdir()) or Path("/proc", pid, "cwd").exists():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_redis_speaks_tls_alone(tls: Tls) -> None:
    if program("redis") is None:
        pytest.skip("there is no redis")
    with Server.start("redis", tls=tls) as server:
        assert server.url("corner").startswith("rediss://127.0.0.1:")
        with server.client() as client:
            assert client.ping()
        with server.client(ssl=False) as client, pytest.raises(redis.ConnectionError):
            client.ping()


def test_there_is_a_valkey() -> None:
    assert os.access(program("valkey") or "", os.X_OK)
