"""What a till tells of itself to Prometheus, read over HTTP."""

from __future__ import annotations

import asyncio
import builtins
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from pos.__main__ import main
from pos.domain.errors import TillError
from pos.metrics import Metrics, Served, serve_metrics
from pos.till.catalog_loading import load_catalog
from tests.servers.proxy import Proxy
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import until
from tests.till.support import GOOD_CARD, POOR_CARD, TEA, catalog_file, counter


def read(metrics: Served) -> dict[str, float]:
    """The samples by name, those of a histogram but for its buckets."""
    with urlopen(f"http://127.0.0.1:{metrics.port}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        lines = answer.read().decode().splitlines()
    found = (re.fullmatch(r"(tillkey_\w+)\{(.*)\} (\S+)", line) for line in lines)
    return {each[1]: float(each[3]) for each in found if each and "le=" not in each[2]}


@pytest.fixture
def serve() -> Iterator[Callable[..., Metrics]]:
    made: list[Metrics] = []

    def served(till: Any) -> Metrics:
        made.append(Metrics(till, 0))
        return made[-1]

    yield served
    for each in made:
        each.close()


async def test_what_is_sold_declined_and_refused_is_counted(serve: Callable[..., Metrics]) -> None:
    with counter() as at:
        metrics = serve(at.till)
        at.till.add(TEA)
        with pytest.raises(TillError) as declined:
            await at.till.pay_card(POOR_CARD)
        metrics.refused(declined.value)
        await at.till.pay_card(GOOD_CARD)
        found = await asyncio.to_thread(read, metrics)
    assert {name: found[f"tillkey_{name}"] for name in ("sales_total", "declines_total", "refused_total")} == {
        "sales_total": 1, "declines_total": 1, "refused_total": 1,
    }  # fmt: skip
    assert (found["tillkey_reserve_seconds_count"], found["tillkey_open_payments"]) == (2, 0)
    assert "tillkey_server_up" not in found


async def test_how_the_server_is(serve: Callable[..., Metrics], tmp_path: Path) -> None:
    shop = new_shop()
    with Proxy(shared_server()) as proxy:
        store = lane_store(tmp_path, shop, url=proxy.url(shop), timeout=0.5)
        load_catalog(store, catalog_file(), demo=True)
        with counter(store) as at:
            metrics = serve(at.till)
            up = await asyncio.to_thread(read, metrics)
            proxy.refuse()
            until(lambda: store.link.state == "away", "the till believes that the server is there")
            at.till.add(TEA)
            await at.till.pay_cash()
            down = await asyncio.to_thread(read, metrics)
        store.close()
    assert (up["tillkey_server_up"], up["tillkey_undelivered"]) == (1, 0)
    assert 0 <= up["tillkey_server_answer_age_seconds"] < 60
    assert (down["tillkey_server_up"], down["tillkey_undelivered"]) == (0, 1)


def test_a_port_in_use_is_told_and_the_till_sells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script"
    script.write_text("add MILK-1L\npay cash\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["run", str(script), "--metrics", port]) == 0
    out, err = capsys.readouterr()
    assert f"There are no metrics on port {port}: " in err
    assert "receipt 1-1-1" in out


def test_without_what_serves_them_the_till_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = builtins.__import__

    def missing(name: str, *of: Any, **more: Any) -> Any:
        if name == "prometheus_client":
            raise ImportError(name)
        return loaded(name, *of, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with counter() as at:
        served, told = serve_metrics(at.till, 1)
    assert served is None
    assert "pip install 'tillkey[lanes]'" in str(told)
