"""The queue as a stream: what becomes of it on a server where others write, too, and of workers that were too slow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest

from pos.domain.errors import TillError
from pos.domain.queue_ports import Job
from pos.domain.terminal_text import legible
from pos.stores.redis.address import server_address
from pos.stores.redis.location import ServerLocation
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queue_stream import GROUP, NOBODY, StreamQueue
from tests.queue.contract.engines import had
from tests.queue.contract.streams import Streams, valkey_streams
from tests.servers.proxy import Proxy, moved
from tests.servers.server import Server
from tests.servers.shared import shared_server
from tests.servers.waiting import PATIENCE, until

PASSWORD: Final = "s3cr3t-Zq"
SHOP: Final = "redis://till.example:6379/0?shop=main"


@pytest.fixture
def engine() -> Iterator[Streams]:
    server = shared_server()
    with Proxy(server) as proxy:
        made = Streams(server, proxy)
        yield made
        proxy.let_pass()
        made.close()


@pytest.fixture
def client(engine: Streams) -> Iterator[Any]:
    with engine.server.client() as made:
        yield made


def sent(queue: StreamQueue, many: int = 1) -> list[str]:
    orders = [f"order-{number:04}" for number in range(many)]
    for order in orders:
        queue.send(order, b"{}")
    return orders


def consumers(engine: Streams, client: Any) -> set[str]:
    return {each["name"].decode() for each in client.xinfo_consumers(engine.key, GROUP)}


def test_jobs_are_handed_out_in_the_order_in_which_they_were_sent(engine: Streams) -> None:
    orders = sent(engine.open(), 30)
    assert [job.order for job in had(engine.open(), 30)] == orders


def test_what_came_before_the_first_worker_is_handed_out(engine: Streams, client: Any) -> None:
    engine.write(b"{}")
    assert client.xinfo_groups(engine.key) == []
    assert had(engine.open())[0].request == b"{}"


def test_a_sign_of_life_holds_a_job(engine: Streams) -> None:
    one, two = engine.open(), engine.open()
    sent(one)
    jobs = had(one)
    engine.dies(one)
    one.keep(jobs)
    assert not two.take(1, 0)
    engine.dies(one)
    assert had(two)[0].order == jobs[0].order


def test_a_worker_that_was_too_slow_takes_nothing_away_from_the_next_one(engine: Streams) -> None:
    slow, two, three = (engine.open() for _each in range(3))
    sent(slow)
    jobs = had(slow)
    engine.dies(slow)
    again = had(two)
    slow.keep(jobs)
    slow.give_back(jobs)
    assert not three.take(1, 0)
    engine.dies(slow)
    assert not three.take(1, 0)
    two.done(again[0])
    slow.keep(jobs)
    slow.give_back(jobs)
    slow.done(jobs[0])
    assert three.depth() == 0
    assert not three.take(1, 0)


def test_what_is_given_back_behind_many_jobs_in_hand_is_found(engine: Streams) -> None:
    one, two = engine.open(), engine.open()
    sent(one, 300)
    jobs = had(one, 300)
    one.give_back(jobs[-1:])
    assert had(two)[0].order == jobs[-1].order
    one.give_back(jobs[:1])
    assert had(two)[0].order == jobs[0].order


def test_a_worker_that_has_ended_everything_leaves_nothing_behind(engine: Streams, client: Any) -> None:
    one, two, three = (engine.open() for _each in range(3))
    sent(one, 3)
    ended, _kept = had(one), had(two)
    one.done(ended[0])
    three.give_back(had(three))
    for worker in (one, two, three):
        worker.close()
    assert consumers(engine, client) == {two.consumer, NOBODY}


def test_two_workers_may_make_the_group_at_once(engine: Streams) -> None:
    sent(engine.open(), 2)
    one, two = engine.open(), engine.open()
    had(one)
    engine.proxy.answer(b"-NOGROUP No such key\r\n", 1, b"XAUTOCLAIM")
    assert had(two)[0].order == "order-0001"


def test_the_queue_goes_on_when_somebody_has_removed_it(engine: Streams, client: Any) -> None:
    worker = engine.open()
    sent(worker)
    (job,) = had(worker)
    client.delete(engine.key)
    worker.keep([job])
    worker.give_back([job])
    worker.done(job)
    assert worker.depth() == 0
    sent(worker)
    assert had(worker)[0].order == "order-0000"


def test_who_waits_hears_nothing_of_a_removal(engine: Streams, client: Any) -> None:
    worker, found = engine.open(), list[Job]()
    assert not worker.take(1, 0)
    waiting = threading.Thread(target=lambda: found.extend(had(worker)))
    waiting.start()
    until(lambda: any(b"BLOCK" in words for words in engine.proxy.seen), "nobody waits")
    client.delete(engine.key)
    sent(engine.open())
    waiting.join(PATIENCE)
    assert [job.order for job in found] == ["order-0000"]


def test_without_its_group_all_that_is_not_done_is_handed_out_anew(engine: Streams, client: Any) -> None:
    one, two = engine.open(), engine.open()
    sent(one, 2)
    had(one)
    client.xgroup_destroy(engine.key, GROUP)
    assert [job.order for job in had(two, 2)] == ["order-0000", "order-0001"]


def test_what_was_deleted_meanwhile_is_handed_out_no_more(engine: Streams, client: Any) -> None:
    one, two = engine.open(), engine.open()
    sent(one, 2)
    first, second = had(one, 2)
    client.xdel(engine.key, first.handle)
    engine.dies(one)
    assert [job.order for job in had(two)] == [second.order]
    until(lambda: two.take(1, 0) == [] and client.xpending(engine.key, GROUP)["pending"] == 1, "it is pending yet")


def test_an_answer_that_was_lost_costs_no_job(engine: Streams) -> None:
    worker = engine.open()
    sent(worker)
    engine.proxy.cut_replies(1, b"XREADGROUP")
    with pytest.raises(TillError, match="queue") as refused:
        worker.take(1, 0)
    assert refused.value.code == "queue_away"
    assert not worker.take(1, 0)
    engine.dies(worker)
    assert had(worker)[0].order == "order-0000"


@pytest.mark.parametrize("fields", [
    {"order": b"\xff\xfe"}, {"other": "thing"}, {"order": "short", "request": b"\x00"}, {"": ""},
    {"order": "x" * 100_000, "request": b"{}"},
])  # fmt: skip
def test_an_entry_that_is_no_request_is_a_job_without_an_order(
    engine: Streams, client: Any, fields: dict[str, Any]
) -> None:
    client.xadd(engine.key, fields)
    (job,) = had(engine.open())
    assert (job.order, job.request) == ("", fields.get("request", b""))


def test_a_huge_entry_is_a_job(engine: Streams) -> None:
    engine.write(b"x" * 16_000_000)
    assert len(had(engine.open())[0].request) == 16_000_000


def test_something_else_under_the_key_is_told_by_its_name(engine: Streams, client: Any) -> None:
    client.lpush(engine.key, "something else")
    queue = engine.open()
    for ask in (lambda: queue.send("order-0001", b""), lambda: queue.take(1, 0), queue.depth):
        with pytest.raises(TillError) as refused:
            ask()
        assert str(refused.value) == f"The queue is away: what the server keeps under {engine.key} is not a shop's."
        assert refused.value.code == "queue_away"


@pytest.mark.parametrize("answer", [
    b"$2\r\nOK\r\n", b":1\r\n", b"$-1\r\n", b"*0\r\n", b"*1\r\n*1\r\n$1\r\na\r\n", b"*2\r\n$3\r\n0-0\r\n:5\r\n",
    b"*2\r\n$3\r\n0-0\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*1\r\n$1\r\na\r\n", b"\x00" * 100, b"-\xff\xff\r\n",
])  # fmt: skip
def test_an_answer_that_nobody_understands_is_told_so(engine: Streams, answer: bytes) -> None:
    worker = engine.open()
    engine.proxy.answer(answer, containing=b"XAUTOCLAIM")
    with pytest.raises(TillError) as refused:
        worker.take(1, 0)
    told = str(refused.value)
    assert (refused.value.code, legible(told)) == ("queue_away", told)
    engine.proxy.let_pass()
    sent(worker)
    assert had(worker)[0].order == "order-0000"


def test_a_queue_that_has_moved_is_followed(engine: Streams) -> None:
    one, two = engine.open(), engine.open()
    for queue in (one, two):
        engine.proxy.answer(moved(1, engine.server), 1)
        assert queue.depth() == 0
    engine.proxy.refuse()
    sent(one)
    two.done(had(two)[0])
    assert one.depth() == 0


def test_what_too_few_replicas_have_is_not_taken_for_sent(engine: Streams) -> None:
    with pytest.raises(TillError, match="too few replicas") as refused:
        sent(engine.open(replicas=1, timeout=1.0, trust=True))
    assert refused.value.code == "queue_away"


def test_nothing_is_sent_to_a_server_that_forgets_it() -> None:
    with Server.start(appendfsync=None) as server, Proxy(server) as proxy:
        engine = Streams(server, proxy)
        with pytest.raises(TillError, match="appendonly yes") as refused:
            sent(engine.open())
        assert refused.value.code == "queue_away"
        sent(engine.open(trust=True))
        assert had(engine.open())[0].order == "order-0000"
        engine.close()


def test_a_server_that_is_killed_while_a_worker_waits_is_told() -> None:
    with valkey_streams() as engine:
        worker, told = engine.open(), list[str]()

        def wait() -> None:
            with pytest.raises(TillError) as refused:
                had(worker)
            told.append(refused.value.code)

        waiting = threading.Thread(target=wait)
        waiting.start()
        until(lambda: any(b"BLOCK" in words for words in engine.proxy.seen), "nobody waits")
        engine.server.kill()
        waiting.join(PATIENCE)
        engine.restart()
        assert told == ["queue_away"]
        sent(worker)
        assert had(worker)[0].order == "order-0000"


@pytest.mark.parametrize(("address", "name"), [
    ("", SHOP), ("redis://other.example", "redis://other.example:6379/0?shop=main"),
    ("rediss://worker@other.example:7000/3?shop=main", "rediss://worker@other.example:7000/3?shop=main"),
])  # fmt: skip
def test_a_shops_queue_is_on_its_own_server_or_on_another_one(address: str, name: str) -> None:
    assert ServerLocation(SHOP, ServerOptions(password=PASSWORD), "1").job_queue(address).name == name


@pytest.mark.parametrize(("address", "said"), [
    ("redis://other.example?shop=elsewhere", "a shop's queue bears its name: redis://HOST?shop=main"),
    ("kafka://other.example/orders", "this is no address of a server: write redis://HOST:PORT/DB?shop=NAME"),
    (f"redis://anna:{PASSWORD}@other.example", "a password does not belong into an address"),
    (f"redis://{PASSWORD}:x", "the port of a server is a number from 1 to 65535"),
])  # fmt: skip
def test_an_address_that_is_none_of_the_shops_queue_is_refused(address: str, said: str) -> None:
    with pytest.raises(ValueError, match=said[:10]) as refused:
        ServerLocation(SHOP, ServerOptions(), "1").job_queue(address)
    assert str(refused.value).startswith(said)
    assert PASSWORD not in str(refused.value)


def test_no_secret_is_in_what_is_told_of_a_queue() -> None:
    queue = StreamQueue(server_address(SHOP), ServerOptions(password=PASSWORD))
    assert PASSWORD not in repr(queue) + queue.name
