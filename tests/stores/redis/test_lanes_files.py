"""The files for whoever runs a shop's server: such a server passes the till's check, and systemd takes the units."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from configparser import RawConfigParser
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError
from redis.retry import Retry

from pos.resources import data_folder
from pos.stores.redis import trust
from pos.stores.redis.trust import faults_of, not_known, read_server
from tests.servers import watcher
from tests.servers.server import PATIENCE, Kind, program

LANES: Final = data_folder() / "lanes"
CONFIGURATION: Final = (LANES / "valkey.conf").read_text("utf-8")
UNITS: Final = ("valkey.service", "tillkey@.service")
NOBODYS: Final = "0" * 64
"""What stands where the hash of a password belongs."""
SOURCE: Final = Path(trust.__file__).parent
CALLED: Final = re.compile(r"""call\(\s*["'](\w+)["']""")
NAMED: Final = re.compile(r"""["']([A-Z]{2,})["']""")
CONNECTING: Final = {"ping", "hello", "auth", "select", "client", "wait", "waitaof"}
"""What a category of the configuration's allows."""
ADVISED: Final = {"bgsave", "bgrewriteaof"}
"""What whoever looks after the server is told to do."""

As = Callable[[str], redis.Redis]


def unit(name: str) -> dict[str, dict[str, str]]:
    """A unit's sections; of what is said twice, the last."""
    parser = RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment]
    parser.read_string((LANES / name).read_text("utf-8"))
    return {section: dict(parser.items(section)) for section in parser.sections()}


@contextmanager
def running(kind: Kind, folder: str) -> Iterator[As]:
    """A server of the file and of the unit's options, filled in as the file says; clients of it by a user's name."""
    binary = program(kind)
    assert binary is not None
    options = unit("valkey.service")["Service"]["ExecStart"].split()[2:]
    file, address = Path(folder, "valkey.conf"), Path(folder, "socket")
    address.unlink(missing_ok=True)
    # Its folder is there when the file is read, so that the command line comes too late for it.
    filled = CONFIGURATION.replace(NOBODYS, sha256(b"secret").hexdigest())
    file.write_text(filled.replace("/var/lib/valkey", folder), "utf-8")
    log = Path(folder, "log")
    with log.open("wb") as told:
        process = subprocess.Popen(
            [f"{kind}-server", file, *options, "--bind", "127.0.0.1", "--port", "0", "--unixsocket", address],
            executable=binary, stdout=told, stderr=told,
        )  # fmt: skip
    watcher.watch(process.pid, Path(folder))

    def log_in(name: str) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(address), username=name, password="secret", retry=Retry(NoBackoff(), 0))

    def answers() -> bool:
        with log_in("keeper") as keeper, suppress(redis.ConnectionError):
            return bool(keeper.ping())
        return False

    try:
        deadline = time.monotonic() + PATIENCE
        while not answers():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.002)
        yield log_in
    finally:
        process.kill()
        process.wait()
        watcher.forget(process.pid)


def served(kind: Kind) -> Iterator[As]:
    """The same, in a folder of its own."""
    with TemporaryDirectory(dir=watcher.base()) as folder, running(kind, folder) as log_in:
        yield log_in


@pytest.fixture(scope="module")
def valkey_as() -> Iterator[As]:
    yield from served("valkey")


@pytest.fixture(scope="module")
def redis_as() -> Iterator[As]:
    if program("redis") is None:
        pytest.skip("there is no redis: Debian has it in redis-tools")
    yield from served("redis")


@pytest.fixture(params=["valkey_as", "redis_as"])
def log_in(request: pytest.FixtureRequest) -> As:
    found: As = request.getfixturevalue(request.param)
    return found


def test_a_server_of_this_configuration_has_no_fault_for_a_till(log_in: As) -> None:
    with log_in("till") as till:
        seen = read_server(till)
    assert faults_of(seen, now=datetime.now(UTC), replicas=0) == ()
    assert not not_known(seen)


def test_nobody_comes_in_without_a_name(log_in: As) -> None:
    with log_in("keeper") as keeper:
        # A default user without a password would have the protected mode refuse whoever comes from the network.
        assert "nopass" not in str(keeper.execute_command("ACL", "GETUSER", "default"))
    with log_in("default") as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


@pytest.mark.parametrize("kind", ["valkey", "redis"])
def test_what_was_written_in_one_step_is_there_after_a_power_cut(kind: Kind) -> None:
    if program(kind) is None:
        pytest.skip("there is no redis: Debian has it in redis-tools")
    with TemporaryDirectory(dir=watcher.base()) as folder:
        with running(kind, folder) as log_in, log_in("keeper") as keeper:
            keeper.pipeline(transaction=True).set("one", 1).set("two", 2).execute()
        with running(kind, folder) as log_in, log_in("keeper") as keeper:
            assert keeper.mget("one", "two") == [b"1", b"2"]


def test_an_unfilled_configuration_lets_nobody_in() -> None:
    users = re.findall(r"^user (\w+) (?:on )?(off|#\w+) ", CONFIGURATION, re.MULTILINE)
    assert users == [("default", "off"), ("till", f"#{NOBODYS}"), ("keeper", f"#{NOBODYS}")]


@pytest.mark.parametrize("words", [
    "PING", "HELLO 3", "AUTH till secret", "SELECT 0", "CLIENT SETNAME tillkey-1", "INFO", "TIME", "WAIT 1 5",
    "CONFIG GET save", "FUNCTION LOAD REPLACE text", "FUNCTION LIST", "FCALL claim 2 {shop}:on_hand {shop}:held",
    "GET {shop}:meta", "HGETALL {shop}:a", "HMGET {shop}:a b", "HEXISTS {shop}:meta format",
    "HSCAN {shop}:a 0", "SMEMBERS {shop}:a",
    "SRANDMEMBER {shop}:a 200", "XREAD BLOCK 5 STREAMS {shop}:changes 0",
    "XRANGE {shop}:changes - +", "XREVRANGE {shop}:changes + -",
    "XADD {shop}:queue * request {}", "XGROUP CREATE {shop}:queue workers 0 MKSTREAM",
    "XGROUP DELCONSUMER {shop}:queue workers a", "XREADGROUP GROUP workers a COUNT 1 BLOCK 5 STREAMS {shop}:queue >",
    "XAUTOCLAIM {shop}:queue workers a 30000 0-0 COUNT 1", "XCLAIM {shop}:queue workers a 0 1-1 JUSTID",
    "XPENDING {shop}:queue workers 1-1 1-1 1 a", "XACK {shop}:queue workers 1-1", "XDEL {shop}:queue 1-1",
    "XLEN {shop}:queue", "XTRIM {shop}:review MAXLEN 5", "ZRANGE {shop}:a 0 -1", "ZRANK {shop}:a b",
    "ZRANGEBYSCORE {shop}:a 0 1", "LRANGE {shop}:simulated:ledger 0 9",
    "MULTI", "XINFO STREAM {shop}:events",
])  # fmt: skip
def test_a_till_may_ask_for_what_it_needs(log_in: As, words: str) -> None:
    with log_in("keeper") as keeper:
        assert keeper.execute_command("ACL", "DRYRUN", "till", *words.split(" ")) == b"OK"


def test_a_till_may_do_what_its_source_asks_for(log_in: As) -> None:
    """Every command that the functions call and the modules name: their parts are above."""
    words = {word for file in SOURCE.rglob("*.lua") for word in CALLED.findall(file.read_text("utf-8"))}
    words |= {word for file in SOURCE.glob("*.py") for word in NAMED.findall(file.read_text("utf-8"))}
    with log_in("keeper") as keeper:
        known = keeper.execute_command(b"COMMAND", "INFO", *sorted(words))
    commands = {command[0].decode() for command in known if command is not None}
    rights = re.search(r"^user till .*", CONFIGURATION, re.MULTILINE)
    assert rights is not None
    assert commands - set(re.findall(r" \+(\w+)", rights[0])) - CONNECTING - ADVISED == set()
    assert "info" in commands


@pytest.mark.parametrize(
    "words",
    [
        "GET {other}:meta",
        "HSET {other}:on_hand stock:TEA 5",
        "GET shop:meta",
        "FLUSHALL",
        "FLUSHDB",
        "KEYS *",
        "SCAN 0",
        "CONFIG SET appendonly no",
        "CONFIG REWRITE",
        "FUNCTION FLUSH",
        "FUNCTION DELETE x",
        "EVAL return(1) 0",
        "SHUTDOWN",
        "ACL LIST",
        "CLIENT KILL ID 1",
        "REPLICAOF NO ONE",
        "SAVE",
        "MONITOR",
        "PUBLISH a b",
        "XGROUP DESTROY {shop}:queue workers",
        "XGROUP SETID {shop}:queue workers 0",
        "XADD {other}:queue * request {}",
        "XREADGROUP GROUP workers a STREAMS {other}:queue >",
    ],
)
def test_a_till_may_do_nothing_else(log_in: As, words: str) -> None:
    with log_in("till") as till, pytest.raises(NoPermissionError):
        till.execute_command(*words.split(" "))


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_as_a_user_of_its_own_and_comes_again(name: str) -> None:
    service = unit(name)["Service"]
    assert service["User"] not in ("", "root")
    wanted = {"Restart": "always", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "CapabilityBoundingSet": ""}
    assert {key: service.get(key) for key in wanted} == wanted
    assert unit(name)["Install"] == {"WantedBy": "multi-user.target"}


def test_the_servers_unit_has_room_for_its_clients_and_keeps_its_data() -> None:
    service = unit("valkey.service")["Service"]
    assert service["ExecStart"].split()[1] == "/etc/valkey/valkey.conf"
    assert f"dir /var/lib/{service['StateDirectory']}\n" in CONFIGURATION
    # As many clients as there may be by default, and its own files.
    assert int(service["LimitNOFILE"]) > 10_000 + 32


def test_the_tills_unit_has_the_console_and_waits_for_no_network() -> None:
    sections = unit("tillkey@.service")
    assert {sections["Service"][key] for key in ("StandardOutput", "StandardError")} == {"tty"}
    assert sections["Unit"]["Conflicts"] == "getty@%i.service"
    assert "network" not in " ".join(sections["Unit"].values())


@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_no_fault_in_a_unit(name: str, tmp_path: Path) -> None:
    """Where its tool is; what matters of a unit is looked at above, too."""
    tool = shutil.which("systemd-analyze")
    path = tmp_path / name.replace("@.", "@tty1.")
    # What a unit starts is to be there.
    text = re.sub(r"^(ExecStart=)\S+", rf"\g<1>{sys.executable}", (LANES / name).read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(text, "utf-8")
    if tool is not None:
        done = subprocess.run([tool, "verify", "--man=no", path], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
