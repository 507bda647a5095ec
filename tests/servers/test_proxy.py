"""The proxy does to requests and answers what tests of a bad network rely on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import redis

from tests.servers import proxy as answers
from tests.servers.proxy import Proxy
from tests.servers.server import PATIENCE, Server


@pytest.fixture
def proxy(valkey_server: Server) -> Iterator[Proxy]:
    with Proxy(valkey_server) as between:
        yield between


def test_all_kinds_of_answers_pass(proxy: Proxy, shop: str) -> None:
    for protocol in (2, 3):
        with proxy.client(protocol=protocol) as client:
            assert client.set(shop, b"\r\n" * 50_000)
            assert client.get(shop) == b"\r\n" * 50_000
            assert client.get(f"{shop}:none") is None
            client.hset(f"{shop}:hash", mapping={"a": 1, "b": 2})
            assert client.hgetall(f"{shop}:hash") == {b"a": b"1", b"b": b"2"}
            client.xadd(f"{shop}:stream", {"a": 1})
            assert len(client.xrange(f"{shop}:stream")) == protocol - 1
            with client.pipeline(transaction=True) as pipeline:
                assert pipeline.incr(f"{shop}:n").sadd(f"{shop}:set", protocol).execute() == [protocol - 1, 1]
            with client.pubsub() as channel:
                channel.subscribe(shop)
                client.publish(shop, "told")
                assert [channel.get_message(timeout=5)["type"] for _ in "12"] == ["subscribe", "message"]
    assert (b"GET", shop.encode()) in proxy.seen


def test_a_cut_reply_is_of_a_request_that_was_done_and_a_cut_request_of_none(proxy: Proxy, shop: str) -> None:
    with proxy.client() as client:
        for cut, done in ((proxy.cut_replies, 1), (proxy.cut_requests, 1)):
            cut(containing=b":claim")
            assert client.set(f"{shop}:other", 1)
            with pytest.raises(redis.ConnectionError):
                client.incr(f"{shop}:claim")
            assert client.get(f"{shop}:claim") == str(done).encode()
        proxy.cut_replies(2)
        for _ in "12":
            with pytest.raises(redis.ConnectionError):
                client.incr(f"{shop}:claim")
        assert client.get(f"{shop}:claim") == b"3"


def test_a_refused_connection_is_refused_and_taken_again_on_the_same_port(proxy: Proxy) -> None:
    with proxy.client() as client:
        client.ping()
        proxy.refuse()
        for _ in "12":
            with pytest.raises(redis.ConnectionError):
                client.ping()
        proxy.let_pass()
        assert client.ping()


def test_what_is_frozen_is_late_or_lost(proxy: Proxy, valkey_server: Server, shop: str) -> None:
    with proxy.client(timeout=60) as client, valkey_server.client() as at_server:
        for thaw, done in ((proxy.let_pass, b"1"), (proxy.drop_connections, None)):
            key = f"{shop}:{thaw.__name__}"
            client.ping()
            proxy.freeze()
            asking = Asking(client.incr, key)
            valkey_server.wait_for(_asked(proxy, key), "be asked")
            assert at_server.get(key) is None
            thaw()
            assert isinstance(asking.ended(), redis.ConnectionError) == (done is None)
            proxy.let_pass()
            client.ping()
            assert at_server.get(key) == done


def test_a_delayed_answer_is_late(proxy: Proxy) -> None:
    proxy.delay(0.05)
    with proxy.client() as client:
        client.ping()
        began = time.monotonic()
        client.ping()
        assert time.monotonic() - began >= 0.05


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answers.LOADING, redis.exceptions.BusyLoadingError),
        (answers.READONLY, redis.exceptions.ReadOnlyError),
        (answers.NOSCRIPT, redis.exceptions.NoScriptError),
        (answers.NO_FUNCTION, redis.exceptions.ResponseError),
        (answers.BUSY, redis.exceptions.ResponseError),
        (answers.MISCONF, redis.exceptions.ResponseError),
        (answers.OOM, redis.exceptions.OutOfMemoryError),
        (answers.CLUSTERDOWN, redis.exceptions.ClusterDownError),
        (answers.NOISE, redis.exceptions.InvalidResponse),
    ],
)
def test_an_answer_is_given_in_place_of_the_servers(
    proxy: Proxy, shop: str, answer: bytes, error: type[Exception]
) -> None:
    proxy.answer(answer, count=1)
    with proxy.client() as client:
        with pytest.raises(error):
            client.set(shop, 1)
        assert client.get(shop) is None


def test_a_moved_slot_is_told_with_where_it_is(proxy: Proxy, valkey_server: Server) -> None:
    proxy.answer(answers.moved(1234, valkey_server))
    with proxy.client() as client, pytest.raises(redis.exceptions.MovedError, match=f"1234.*{valkey_server.port}"):
        client.ping()


def test_something_that_is_no_such_server_answers_the_greeting_too(proxy: Proxy) -> None:
    proxy.answer(answers.NOISE, greetings=True)
    with proxy.client() as client, pytest.raises(redis.exceptions.InvalidResponse):
        client.ping()


def test_a_proxy_closes_while_a_client_waits(valkey_server: Server, shop: str) -> None:
    """And leaves no thread behind."""
    before = threading.active_count()
    proxy = Proxy(valkey_server)
    with proxy.client(timeout=60) as client:
        asking = Asking(client.blpop, [shop], 60)
        valkey_server.wait_for(lambda asked: int(asked.info("clients")["blocked_clients"]) == 1, "block")
        proxy.close()
        assert isinstance(asking.ended(), redis.ConnectionError)
    assert threading.active_count() == before


def _asked(proxy: Proxy, key: str) -> Callable[[object], bool]:
    return lambda _: any(key.encode() in words for words in proxy.seen)


class Asking:
    """A request that waits in a thread of its own."""

    def __init__(self, what: Callable[..., object], *words: object) -> None:
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._ask, args=(what, *words))
        self._thread.start()

    def ended(self) -> Exception | None:
        """Wait for the answer; the error, if it was one."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self._error

    def _ask(self, what: Callable[..., object], *words: object) -> None:
        try:
            what(*words)
        except redis.RedisError as error:
            self._error = error
