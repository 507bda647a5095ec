"""`pos events --to`: a topic gets every event, in the order of each order, and its place is kept behind what it has."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, TopicPartition

from pos.__main__ import main
from tests.queue.kafka_cluster import Cluster, cluster
from tests.servers.waiting import until
from tests.stores.redis.lanes import Lane, lane
from tests.stores.samples import NOW, reservation, sale

TOPIC, PARTITIONS = "events", 3
Relay = Callable[..., tuple[int, str, str]]


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Lane]:
    with lane(tmp_path) as made:
        yield made


@pytest.fixture
def kafka() -> Iterator[Cluster]:
    with cluster() as made:
        made.topic(TOPIC, PARTITIONS)
        yield made


@pytest.fixture
def relay(till: Lane, kafka: Cluster, capsys: pytest.CaptureFixture[str]) -> Relay:
    """`pos events --to` the topic: the exit code, and what it printed."""

    def ran(*words: str) -> tuple[int, str, str]:
        there = f"kafka://{kafka.place}/{TOPIC}"
        store = till.proxy.url(till.there.shop)
        code = main(["events", "--to", there, "--name", "relay", "--store", store, *words])
        return code, *capsys.readouterr()

    return ran


def sell(till: Lane, *names: str) -> None:
    for name in names:
        till.store.commit(reservation(name, ("stock:TEA", 1), lane="1"), sale(name), NOW)
    till.wait_online()


def messages(kafka: Cluster) -> dict[str, list[dict[str, Any]]]:
    """What the topic has, by key; what has one key is in one partition, in its order."""
    reader = Consumer({"bootstrap.servers": kafka.place, "group.id": "test", "enable.partition.eof": True})
    found: dict[str, list[dict[str, Any]]] = {}
    where: dict[str, set[int | None]] = {}
    reader.assign([TopicPartition(TOPIC, number, 0) for number in range(PARTITIONS)])
    ended = 0
    while ended < PARTITIONS:
        message = reader.poll(60)
        assert message is not None
        error = message.error()
        if error is not None:
            assert error.code() == KafkaError._PARTITION_EOF
            ended += 1
            continue
        key, value = message.key(), message.value()
        assert isinstance(key, bytes)
        assert isinstance(value, bytes)
        found.setdefault(key.decode(), []).append(json.loads(value))
        where.setdefault(key.decode(), set()).add(message.partition())
    reader.close()
    assert all(len(partitions) == 1 for partitions in where.values())
    return found


def test_events_are_handed_on_keyed_by_their_order(till: Lane, kafka: Cluster, relay: Relay) -> None:
    sell(till, *"abcd")
    back = reservation("e", ("stock:TEA", -1, None), lane="1").model_copy(update={"refunds": "ord_a"})
    till.store.commit(back, back.sale, NOW)
    till.wait_online()
    assert relay() == (0, f"5 events were handed on to kafka://{kafka.place}/{TOPIC}.\n", "")
    found = messages(kafka)
    assert {key: [event["order"] for event in events] for key, events in found.items()} == {
        "ord_a": ["ord_a", "ord_e"], "ord_b": ["ord_b"], "ord_c": ["ord_c"], "ord_d": ["ord_d"],
    }  # fmt: skip
    assert relay()[1].startswith("0 events")
    sell(till, "f")
    assert relay()[1].startswith("1 event ")
    assert [event["order"] for event in messages(kafka)["ord_f"]] == ["ord_f"]


def test_the_place_is_not_kept_of_what_the_topic_has_not_got(till: Lane, kafka: Cluster, relay: Relay) -> None:
    sell(till, "a")
    relay()
    kept = till.there.key("events", "read")
    before: Any = till.there.client.hget(kept, "relay")
    sell(till, "b")
    kafka.refuse()
    code, out, err = relay()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("pos: queue_away: ")
    assert till.there.client.hget(kept, "relay") == before
    kafka.let_pass()
    assert relay()[0] == 0
    assert [event["order"] for event in messages(kafka)["ord_b"]] == ["ord_b"]


def test_what_was_handed_on_before_its_place_was_kept_is_handed_on_again(
    till: Lane, kafka: Cluster, relay: Relay
) -> None:
    relay()
    sell(till, *"ab")
    till.proxy.cut_requests(None, containing=b"HSET")
    assert relay()[0] == 2
    till.proxy.let_pass()
    assert relay()[:2] == (0, f"2 events were handed on to kafka://{kafka.place}/{TOPIC}.\n")
    first, again = messages(kafka)["ord_b"]
    assert first == again


def test_a_topic_that_goes_away_meanwhile_is_waited_for(till: Lane, kafka: Cluster) -> None:
    there, pipe = f"kafka://{kafka.place}/{TOPIC}", subprocess.PIPE
    words = ("events", "--follow", "--to", there, "--name", "relay", "--store", till.proxy.url(till.there.shop))
    sell(till, "a")
    with subprocess.Popen([sys.executable, "-m", "pos", *words], stdout=pipe, stderr=pipe, text=True) as process:
        try:
            until(lambda: "ord_a" in messages(kafka), "nothing is handed on")
            kafka.refuse()
            sell(till, "b")
            assert process.stderr is not None
            away = process.stderr.readline()
            kafka.let_pass()
            assert process.stderr.readline() == "pos: The server is there again.\n"
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert away.startswith("pos: The queue is away: ")
    assert (process.returncode, out, err) == (0, f"2 events were handed on to {there}.\n", "")
    assert [event["order"] for event in messages(kafka)["ord_b"]] == ["ord_b"]


def test_an_address_that_is_none_is_told_without_its_secret(till: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    there = "kafka://me:secret@127.0.0.1:9/events"
    assert main(["events", "--to", there, "--name", "relay", "--store", till.proxy.url(till.there.shop)]) == 2
    err = capsys.readouterr().err
    assert err.startswith("pos: settings_invalid: ")
    assert "secret" not in err
