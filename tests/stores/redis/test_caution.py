"""A till keeps away from a server that loses what it was told; or takes the risk, and says so once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.domain.ports import Store
from pos.log import close_log, follow, open_log
from pos.stores.redis.server_facts import ServerFacts
from pos.stores.redis.store import LaneStore
from pos.stores.redis.trust import read_server
from tests.servers.server import Server
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import until
from tests.stores.samples import reservation

GOOD = {"appendonly": "yes", "maxmemory-policy": "noeviction"}


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    with Server.start() as server:
        yield server


@pytest.fixture
def server(own_server: Server) -> Iterator[Server]:
    yield own_server
    tell(own_server, **GOOD)


def tell(server: Server, **settings: str) -> None:
    with server.client() as client:
        for name, value in settings.items():
            client.config_set(name, value)


def opened(server: Server, folder: Path, shop: str, **options: Any) -> LaneStore:
    return lane_store(folder, shop, url=server.url(shop), **options)


def filled(server: Server, folder: Path) -> str:
    shop = new_shop()
    store = opened(server, folder, shop)
    store.load({"products": {"TEA": {"sku": "TEA", "price": 100}}}, {"stock:TEA": 3})
    store.close()
    return shop


def notices(store: Store) -> list[str]:
    return [str(each) for each in store.take_notices()]


BAD = [
    ({"appendonly": "no"}, "append-only", "appendonly yes"),
    ({"maxmemory-policy": "allkeys-lru"}, "eviction", "maxmemory-policy noeviction"),
]


@pytest.mark.parametrize(("settings", "check", "remedy"), BAD)
def test_a_till_without_a_journal_opens_only_at_its_own_risk(
    settings: dict[str, str], check: str, remedy: str, server: Server, tmp_path: Path
) -> None:
    tell(server, **settings)
    with pytest.raises(TillError, match=remedy) as refused:
        opened(server, tmp_path, new_shop())
    assert refused.value.code == "store_unusable"
    assert "`--trust`" in str(refused.value)
    store = opened(server, tmp_path, new_shop(), trust=True)
    assert store.link.wait(5) == "empty"
    (risk,) = notices(store)
    assert risk.startswith("A risk is taken (`--trust`): ")
    assert remedy in risk
    assert notices(store) == []
    store.close()


@pytest.mark.parametrize(("settings", "check", "remedy"), BAD)
def test_a_till_with_a_journal_sells_without_it_until_it_is_mended(
    settings: dict[str, str], check: str, remedy: str, server: Server, tmp_path: Path
) -> None:
    shop = filled(server, tmp_path)
    tell(server, **settings)
    store = opened(server, tmp_path, shop)
    assert store.link.wait(5) == "untrusted"
    assert str(store.trouble) == (
        f"The server is not used: it is not to be trusted with a shop ({check}). "
        "Sales go on, and are delivered once it is."
    )
    (told,) = notices(store)
    assert remedy in told
    store.reserve(reservation("a", ("stock:TEA", 1), lane="1"))
    tell(server, **GOOD)
    store.link.again()
    assert store.link.wait(5) == "online"
    assert not store.trouble
    store.close()


def test_a_replica_is_not_sold_on(tmp_path: Path) -> None:
    with (
        Server.start(replica_of=shared_server()) as replica,
        pytest.raises(TillError, match=r"is a replica of 127\.0\.0\.1"),
    ):
        opened(replica, tmp_path, new_shop())


@pytest.mark.parametrize(("seconds", "state"), [(3, "online"), (90, "untrusted")])
def test_a_clock_that_is_off_is_told_or_kept_away_from(
    seconds: int, state: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(client: redis.Redis) -> ServerFacts:
        facts = read_server(client)
        assert facts.at is not None
        return replace(facts, at=facts.at + timedelta(seconds=seconds))

    shop = filled(server, tmp_path)
    monkeypatch.setattr("pos.stores.redis.client.read_server", late)
    store = opened(server, tmp_path, shop)
    assert store.link.wait(5) == state
    assert [f"{seconds} s ahead" in each for each in notices(store)] == [True]
    store.close()


def test_what_is_told_once_is_not_told_by_the_next_connection(server: Server, tmp_path: Path) -> None:
    shop = filled(server, tmp_path)
    tell(server, appendfsync="everysec")
    try:
        store = opened(server, tmp_path, shop)
        until(lambda: bool(store.link.state == "online"), "online")
        (warned,) = notices(store)
        assert "once a second" in warned
        store.link.again()
        assert store.link.wait(5) == "online"
        assert notices(store) == []
        store.close()
    finally:
        tell(server, appendfsync="always")


async def test_a_cashier_and_the_log_are_told_of_a_risk(server: Server, tmp_path: Path) -> None:
    tell(server, appendonly="no")
    open_log(tmp_path / "log")
    try:
        store = opened(server, tmp_path / "journals", new_shop(), trust=True)
        till = open_till(store)
        follow(till)
        assert till.something_is_due
        await till.keep_time()
        assert not till.something_is_due
        till.close()
        store.close()
    finally:
        close_log()
    (line,) = [line for line in (tmp_path / "log").read_text().splitlines() if "A risk is taken" in line]
    assert "keeps no append-only file" in line
