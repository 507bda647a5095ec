"""What is wrong with a server is told before anything is sold on it; what it does not tell, or tells badly, is met."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as some

from pos.stores.redis.server_facts import ServerFacts, facts_of
from pos.stores.redis.trust import Severity, faults_of, not_known, read_server
from tests.servers.proxy import Proxy
from tests.servers.server import Kind, Server

NOW: Final = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
GOOD_INFO: Final = {
    "redis_version": "7.0.15", "redis_mode": "standalone", "loading": "0", "aof_enabled": "1",
    "aof_last_write_status": "ok", "aof_last_bgrewrite_status": "ok", "rdb_last_bgsave_status": "ok",
    "used_memory": "1000000", "maxmemory": "1073741824", "maxmemory_policy": "noeviction", "role": "master",
    "connected_slaves": "0", "cluster_enabled": "0",
}  # fmt: skip
GOOD_CONFIG: Final = {
    "appendonly": "yes", "appendfsync": "always", "maxmemory": "1073741824", "maxmemory-policy": "noeviction",
    "save": "3600 1", "min-replicas-to-write": "0", "min-replicas-max-lag": "10",
}  # fmt: skip


def info_text(**changes: object) -> str:
    told = GOOD_INFO | changes
    return "# Server\r\n" + "".join(f"{name}:{value}\r\n" for name, value in told.items() if value is not None)


def facts(at: datetime = NOW, config: object = None, **changes: object) -> ServerFacts:
    """What a good server says, but for the changes: `_` in the names of settings is `-`."""
    settings = {
        name.removeprefix("set_").replace("_", "-"): str(changes.pop(name)) for name in [*changes] if "set_" in name
    }
    seconds = int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return facts_of(info_text(**changes), config or GOOD_CONFIG | settings, [str(seconds), str(at.microsecond)])


def told(seen: ServerFacts, replicas: int = 0) -> list[tuple[str, str]]:
    return [(fault.name, fault.severity.value) for fault in faults_of(seen, now=NOW, replicas=replicas)]


def sentences(seen: ServerFacts, replicas: int = 0) -> str:
    return " ".join(str(fault.message) for fault in faults_of(seen, now=NOW, replicas=replicas))


def test_a_good_server_has_no_fault() -> None:
    assert told(facts()) == []
    assert not not_known(facts())


@pytest.mark.parametrize(
    "changes",
    [
        {"loading": 1},
        {"cluster_enabled": 1, "redis_mode": "cluster"},
        {"maxmemory": 0},
        {"redis_version": "8.4.0"},
        {"redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "9.1.2", "redis_mode": None},
        {"redis_version": "6.2.0", "server_name": "valkey"},
        {"aof_last_write_status": None, "role": None, "used_memory": None},
    ],
)
def test_what_is_no_fault(changes: dict[str, Any]) -> None:
    assert told(facts(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "fault", "says"),
    [
        ({"aof_enabled": 0}, ("append-only", "refused"), ("`appendonly yes`, `appendfsync always`", "empty")),
        ({"set_appendfsync": "no"}, ("append-only", "refused"), ("half minute", "`appendfsync always`")),
        ({"set_appendfsync": "everysec"}, ("append-only", "warning"), ("two seconds", "outboxes", "appendfsync")),
        ({"maxmemory_policy": "allkeys-lru"}, ("eviction", "refused"), ("allkeys-lru", "`maxmemory-policy no")),
        ({"maxmemory_policy": "volatile-ttl", "maxmemory": 0}, ("eviction", "refused"), ("volatile-ttl",)),
        ({"redis_version": "6.2.14"}, ("version", "refused"), ("Redis 6.2.14", "Install Redis 7.0")),
        ({"redis_version": "6"}, ("version", "refused"), ("Redis 6,",)),
        ({"role": "slave", "master_host": "10.0.0.5", "master_port": 6379}, ("role", "refused"), ("10.0.0.5:6379",)),
        ({"redis_mode": "sentinel", "role": None}, ("role", "refused"), ("Sentinel",)),
        ({"used_memory": 880_000_000}, ("memory", "warning"), ("81 %", "CONFIG SET maxmemory 2048mb")),
        ({"aof_last_write_status": "err"}, ("disk", "refused"), ("append-only file", "Make room")),
        ({"aof_last_bgrewrite_status": "err"}, ("disk", "refused"), ("rewrite", "BGREWRITEAOF")),
        ({"rdb_last_bgsave_status": "err"}, ("disk", "warning"), ("snapshot", "BGSAVE")),
        ({"at": NOW + timedelta(seconds=3)}, ("clock", "warning"), ("3 s ahead", "timedatectl set-ntp true")),
        ({"at": NOW - timedelta(seconds=61)}, ("clock", "refused"), ("61 s behind",)),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_remedy(
    changes: dict[str, Any], fault: tuple[str, str], says: tuple[str, ...]
) -> None:
    seen = facts(**changes)
    assert told(seen) == [fault]
    assert [part for part in says if part not in sentences(seen)] == []


@pytest.mark.parametrize("seconds", [-60, -3, -2, 2, 3, 60])
def test_a_clock_is_refused_beyond_a_minute_and_told_beyond_two_seconds(seconds: int) -> None:
    expected = [] if abs(seconds) <= 2 else [("clock", "warning")]
    assert told(facts(at=NOW + timedelta(seconds=seconds))) == expected


@pytest.mark.parametrize(
    ("connected", "minimum", "lag", "wanted", "says"),
    [
        (0, 0, 10, 0, ()),
        (1, 1, 10, 1, ()),
        (0, 1, 10, 1, ("wait for 1 replica, and the server has 0",)),
        (1, 2, 10, 2, ("wait for 2 replicas, and the server has 1",)),
        (2, 1, 10, 2, ("CONFIG SET min-replicas-to-write 2",)),
        (2, 2, 0, 2, ("CONFIG SET min-replicas-max-lag 10",)),
        (0, 0, 0, 1, ("has 0", "CONFIG SET min-replicas-to-write 1 min-replicas-max-lag 10")),
    ],
)
def test_too_few_replicas_are_told(connected: int, minimum: int, lag: int, wanted: int, says: tuple[str, ...]) -> None:
    seen = facts(connected_slaves=connected, set_min_replicas_to_write=minimum, set_min_replicas_max_lag=lag)
    assert told(seen, wanted) == [("replicas", "warning")] * len(says)
    assert [part for part in says if part not in sentences(seen, wanted)] == []


def test_what_a_managed_server_does_not_tell_is_no_fault() -> None:
    refused = redis.ResponseError("unknown command 'CONFIG'")
    seen = facts(config=refused)
    assert told(seen) == []
    assert str(not_known(seen)).startswith("The server does not tell appendfsync, min-replicas-to-write:")
    assert told(facts(config=refused, aof_enabled=0, maxmemory_policy="allkeys-lru")) == [
        ("append-only", "refused"), ("eviction", "refused"),
    ]  # fmt: skip


def test_a_server_that_tells_nothing_at_all_has_no_fault() -> None:
    seen = facts_of(*[redis.exceptions.NoPermissionError("no")] * 3)
    assert told(seen, replicas=1) == []
    assert "redis_version, appendonly" in str(not_known(seen))


@pytest.mark.parametrize("config", [GOOD_CONFIG, [part for pair in GOOD_CONFIG.items() for part in pair]])
def test_answers_are_read_in_every_form(config: Any) -> None:
    as_bytes = [part.encode() for pair in GOOD_CONFIG.items() for part in pair]
    read_by_the_client = {name: int(value) if value.isdigit() else value for name, value in GOOD_INFO.items()}
    time = int(NOW.timestamp())
    assert facts_of(info_text(), config, (time, 0)) == facts_of(info_text().encode(), as_bytes, [b"%d" % time, b"0"])
    assert facts_of(read_by_the_client, config, (time, 0)) == facts()


@pytest.mark.parametrize("changes", [
    {"aof_enabled": "banana"}, {"maxmemory": "-5"}, {"maxmemory": "9" * 5000}, {"used_memory": "1.5M"},
    {"role": "king"},    {"redis_version": "new"}, {"maxmemory_policy": "\x1b[31mred"}, {"connected_slaves": "two"},
    {"aof_last_write_status": "maybe"}, {"set_appendfsync": "sometimes"}, {"set_min_replicas_to_write": "many"},
])  # fmt: skip
def test_an_answer_that_nobody_understands_is_a_sentence(changes: dict[str, Any]) -> None:
    seen = facts(**changes)
    assert told(seen) == [("answers", "refused")]
    assert "\x1b" not in sentences(seen)
    assert len(sentences(seen)) < 400


@pytest.mark.parametrize("info", [None, 5, [], ["a"], "", "HTTP/1.1 400 Bad Request", {}, object()])
def test_what_is_no_server_of_that_kind_is_told_alone(info: object) -> None:
    seen = facts_of(info, GOOD_CONFIG, None)
    assert told(seen) == [("server", "refused")]
    assert "host and the port" in sentences(seen)
    assert not not_known(seen)


@pytest.mark.parametrize("time", [None, 5, ["x", "y"], ["9" * 19, "0"], [], [b"1"], {"a": 1}])
def test_a_time_that_is_none_is_a_sentence(time: object) -> None:
    assert told(facts_of(info_text(), GOOD_CONFIG, time)) == [("answers", "refused")]


SCALARS: Final = some.none() | some.booleans() | some.integers() | some.floats() | some.text() | some.binary()
NAMES: Final = some.sampled_from([*GOOD_INFO, *GOOD_CONFIG, "valkey_version", "server_name"]) | SCALARS
ANSWERS: Final = some.recursive(
    SCALARS | some.just(redis.ResponseError("no")) | some.dictionaries(NAMES, SCALARS),
    lambda parts: some.lists(parts) | some.dictionaries(NAMES, parts),
    max_leaves=8,
)


@settings(max_examples=40)
@given(info=ANSWERS, config=ANSWERS, time=ANSWERS, replicas=some.integers(0, 3))
def test_no_answer_ends_in_a_traceback(info: object, config: object, time: object, replicas: int) -> None:
    seen = facts_of(info, config, time)
    assert all(str(fault.message) for fault in faults_of(seen, now=NOW, replicas=replicas))
    str(not_known(seen))


@pytest.mark.parametrize("kind", ["valkey", "redis"])
@pytest.mark.parametrize("protocol", [2, 3])
def test_a_real_server_is_read(kind: Kind, protocol: int, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(f"{kind}_server")
    with server.client(protocol=protocol) as client:
        seen = read_server(client)
    assert (seen.valkey, seen.role, seen.append_only, seen.appendfsync) == (kind == "valkey", "master", True, "always")
    assert seen.strange == ()
    assert not not_known(seen)
    assert faults_of(seen, now=datetime.now(UTC), replicas=0) == ()


@pytest.mark.parametrize("kind", ["valkey", "redis"])
def test_a_server_as_it_comes_is_refused_and_its_remedies_mend_it(kind: Kind) -> None:
    """What each sentence says to tell the server is told to it, word by word."""
    config = {"maxmemory-policy": "allkeys-lru"}
    with Server.start(kind, appendfsync=None, config=config) as server, server.client() as client:
        faults = faults_of(read_server(client), now=datetime.now(UTC), replicas=0)
        assert [(fault.name, fault.severity) for fault in faults] == [
            ("append-only", Severity.REFUSED), ("eviction", Severity.REFUSED),
        ]  # fmt: skip
        for fault in faults:
            command = str(fault.message).partition("Tell it ")[2].partition(", and write")[0]
            client.execute_command(*command.split())
        assert faults_of(read_server(client), now=datetime.now(UTC), replicas=0) == ()


def test_a_replica_is_refused_and_names_its_primary(valkey_server: Server) -> None:
    with Server.start(replica_of=valkey_server) as replica, replica.client() as client:
        faults = faults_of(read_server(client), now=datetime.now(UTC), replicas=0)
        assert [fault.name for fault in faults] == ["role"]
        assert f"127.0.0.1:{valkey_server.port}" in str(faults[0].message)


def test_a_server_whose_disk_is_full_is_refused() -> None:
    with Server.start(appendfsync="everysec") as server, server.client() as client:
        server.fill_disk()
        client.set("in memory", 1)
        server.wait_for(lambda asking: read_server(asking).wrote is False, "find its disk full")
        faults = faults_of(read_server(client), now=datetime.now(UTC), replicas=0)
        assert [fault.name for fault in faults if fault.severity is Severity.REFUSED] == ["disk"]


def test_a_user_who_may_ask_nothing_finds_no_fault() -> None:
    with Server.start(acl=["till on >secret ~* +ping +client +hello"]) as server:
        with server.client(username="till", password="secret") as client:
            seen = read_server(client)
        assert faults_of(seen, now=datetime.now(UTC), replicas=1) == ()
        assert not_known(seen)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b":five\r\n", b"*-7\r\n$-1\r\n:1\r\n"])
def test_a_server_of_another_kind_is_told(answer: bytes, valkey_server: Server) -> None:
    with Proxy(valkey_server) as proxy, proxy.client() as client:
        proxy.answer(answer)
        seen = read_server(client)
    assert told(seen) == [("server", "refused")]
