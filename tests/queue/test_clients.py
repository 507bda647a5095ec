"""The programs beside the manual's page: they ask, and hear what became of it, with a worker that is a process."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pos.domain.checkout_request import written
from pos.till.catalog_loading import load_catalog
from tests.manual.papers import page
from tests.queue.kafka_cluster import cluster
from tests.queue.shop import QueueShop
from tests.servers.address import HOST
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import PATIENCE
from tests.till.support import LAMP, TEA, catalog_file

CLIENTS = Path(__file__).resolve().parents[2] / "data/queue"
LONGEST = 30
"""Lines of a client: it is to be seen how little it takes."""


@contextmanager
def worker(shop: QueueShop, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`pos worker` on this shop, ended as a service manager ends it."""
    command = [sys.executable, "-m", "pos", "worker", "--store", shop.server.url(shop.shop), *words]
    environ = os.environ | {"TILLKEY_LANES_JOURNALS": str(shop.folder), "HOME": str(shop.folder)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline().startswith(b"Worker W1 takes checkouts")
            yield running
        finally:
            running.terminate()
        assert running.wait(60) == 0


def client(name: str, *words: str) -> str:
    ran = subprocess.run([sys.executable, CLIENTS / name, *words], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def test_a_client_by_redis_py_has_its_answer_with_no_more_rights_than_the_page_gives(shop: QueueShop) -> None:
    (rights,) = re.findall(r"`(ACL SETUSER webshop [^`]+)`", page("rush").replace("\n", " "))
    server: Any = shop.there.client
    server.execute_command(*rights.replace("{main}", f"{{{shop.shop}}}").split())
    url = f"redis://webshop:PASSWORD@{HOST}:{shop.server.port}/0"
    with worker(shop):
        paid = client("client_redis.py", url, shop.shop, TEA, "220")
        dearer = client("client_redis.py", url, shop.shop, TEA, "219")
        client("client_redis.py", url, shop.shop, LAMP, "2000")
        sold_out = client("client_redis.py", url, shop.shop, LAMP, "2000")
    server.execute_command("ACL", "DELUSER", "webshop")
    order, state, receipt = paid.split()
    assert (state, receipt) == ("paid", "W1-Q1-1")
    assert shop.order(receipt).id == order
    assert [told.split()[1] for told in (dearer, sold_out)] == ["price_changed", "sold_out"]
    assert (shop.there.counts("stock:TEA"), shop.there.counts("stock:LAMP")) == ((9, 0), (0, 0))


def test_the_command_and_a_worker_do_the_same(shop: QueueShop) -> None:
    request = asyncio.run(shop.request(TEA, total=220, at=datetime.now(UTC)))
    url = shop.server.url(shop.shop)
    environ = os.environ | {"TILLKEY_LANES_JOURNALS": str(shop.folder), "HOME": str(shop.folder)}

    def pos(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "pos", *words, "--store", url]
        return subprocess.run(command, input=given, capture_output=True, env=environ, check=False)

    assert pos("enqueue", "-", given=written(request)).returncode == 0
    with worker(shop):
        told = pos("order", request.order, "--wait", "60")
    sentence = f"Order {request.order} is paid: receipt W1-Q1-1, 2.20 USD.\n"
    assert (told.returncode, told.stdout.decode(), told.stderr) == (0, sentence, b"")


def worker_ends(folder: Path, url: str, **more: str) -> str:
    """What a worker says on standard error that ends by itself with 2, having said nothing else."""
    environ = os.environ | {"TILLKEY_LANES_JOURNALS": str(folder / "journals"), "HOME": str(folder)} | more
    command = [sys.executable, "-m", "pos", "worker", "--store", url]
    ran = subprocess.run(command, capture_output=True, text=True, env=environ, check=False, timeout=PATIENCE)
    assert (ran.returncode, ran.stdout) == (2, "")
    return ran.stderr


def test_a_worker_begins_no_queue_where_no_shop_is(tmp_path: Path) -> None:
    name = new_shop()
    told = worker_ends(tmp_path, shared_server().url(name))
    assert told == f"pos: store_unusable: No shop {name} is on the server: load it there with `pos prewarm`.\n"
    with shared_server().client() as client:
        assert client.keys(f"{{{name}}}*") == []


def test_a_worker_that_can_charge_no_card_takes_nothing(tmp_path: Path) -> None:
    name = new_shop()
    office = lane_store(tmp_path, name, "office", url=shared_server().url(name))
    load_catalog(office, catalog_file(), demo=False)
    office.close()
    told = worker_ends(tmp_path, shared_server().url(name), TILLKEY_TILL_GATEWAY="nothing://x")
    assert told.startswith("pos: gateway_down: No card can be charged: nothing:// is no gateway")


def test_a_worker_says_that_its_queue_is_away(shop: QueueShop) -> None:
    command = [sys.executable, "-m", "pos", "worker", "--store", shop.server.url(shop.shop)]
    environ = os.environ | {"TILLKEY_LANES_JOURNALS": str(shop.folder), "HOME": str(shop.folder)}
    with subprocess.Popen(
        [*command, "--queue", "redis://127.0.0.1:1/0"], stderr=subprocess.PIPE, text=True, env=environ
    ) as running:
        assert running.stderr is not None
        told = running.stderr.readline()
        running.terminate()
    assert told == "pos: The queue is away: the server at 127.0.0.1:1 cannot be reached. It is waited for.\n"
    assert running.returncode == 0


@pytest.mark.parametrize("file", sorted(CLIENTS.glob("*.py")), ids=lambda file: file.name)
def test_a_client_is_short_and_is_the_one_on_the_page(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert text.partition("\n\n")[2] in page("rush")


def test_a_client_of_kafka_has_its_answer_from_the_shop_s_server(shop: QueueShop) -> None:
    """By librdkafka's mock cluster: that a broker keeps what it was told is not proved here."""
    with cluster() as kafka:
        kafka.topic("rush", 1)
        with worker(shop, "--queue", f"kafka://{kafka.place}/rush"):
            url = f"redis://{HOST}:{shop.server.port}/0"
            told = client("client_kafka.py", kafka.place, "rush", url, shop.shop, TEA, "220")
    order, state, receipt = told.split()
    assert (state, receipt) == ("paid", "W1-Q1-1")
    assert shop.order(receipt).id == order
