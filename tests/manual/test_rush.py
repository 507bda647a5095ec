"""What the page on the rush says of its example, of keys, fields, metrics and waits is as the program does it."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock
from pos.domain.checkout_request import request_of
from pos.domain.queue_ports import LEASE
from pos.payments.mock import described_card
from pos.queue.metrics import WorkerMetrics
from pos.queue.worker import PAUSES
from pos.resources import data_folder
from pos.settings.model import QueueSettings
from pos.stores.redis.job_store import LOST
from tests.manual.papers import page
from tests.queue.shop import queue_shop
from tests.test_metrics import read
from tests.till.support import CAKE, POOR_CARD, TEA


def section(heading: str) -> str:
    return page("rush").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def first_cells(table: str) -> list[str]:
    """The names in the first column of a table, from the row behind its heading on."""
    return [name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall("`([^`]+)`", row)]


async def test_the_demo_shop_sells_the_example_for_its_total() -> None:
    (text,) = re.findall(r"^```json\n(.*?)^```$", section("Asking from another program"), re.DOTALL | re.MULTILINE)
    request = request_of(text)
    till = open_till(catalog=data_folder() / "demo.json", clock=FrozenClock(request.at))
    for line in request.cart.lines:
        till.add(line.sku, Decimal(line.quantity))
    for code in request.cart.coupons:
        till.apply_coupon(code)
    await till.attach_member(request.cart.member or "")
    assert (till.sale.total, till.sale.currency) == (request.total, request.currency)
    till.close()
    assert described_card(request.card.token) is not None


async def test_every_key_and_field_that_there_is_stands_on_the_page(tmp_path: Path) -> None:
    keys, _between, fields = section("What stands on the server").partition("| field of ")
    with queue_shop(tmp_path) as shop:
        await shop.enqueue(TEA, total=220, answer="web")
        await shop.enqueue(CAKE, total=1, answer="web")
        await shop.enqueue(TEA, total=220, card=POOR_CARD)
        await shop.work()
        client: Any = shop.there.client
        found = {
            str(key, "utf-8").replace(f"{{{shop.shop}}}", "{main}") for key in client.scan_iter(f"{{{shop.shop}}}:*")
        }
        orders = [each for each in found if each.startswith("{main}:queued:")]
        known = {
            str(name, "utf-8") for each in orders for name in client.hkeys(each.replace("{main}", f"{{{shop.shop}}}"))
        }
    of_queue = {re.sub("^({main}:queued):.+", r"\1:ID", each) for each in found if "queue" in each or "answers" in each}
    assert of_queue - {re.sub("NAME$", "web", name) for name in first_cells(keys)} == set()
    assert len(orders) == 3
    assert known - set(first_cells(fields)) == set()


def test_what_waits_how_long_is_told() -> None:
    told = " ".join(section("What each failure does").split())
    assert f"are another one's after {LEASE.total_seconds():.0f} seconds" in told
    first = ", ".join(f"{seconds:g}" for seconds in PAUSES[:-1])
    assert f"tried again after {first} and then {PAUSES[-1]:g} seconds" in told
    tries = QueueSettings().tries
    assert round(sum(PAUSES[min(each, len(PAUSES) - 1)] for each in range(tries)) / 60) == 3
    assert f"`queue.tries` ({tries}: about three minutes" in told
    assert timedelta(milliseconds=LOST) == timedelta(minutes=10)
    assert "after ten minutes a worker" in told


async def test_the_metrics_of_a_worker_are_those_of_the_table(tmp_path: Path) -> None:
    with queue_shop(tmp_path) as shop:
        await shop.enqueue(TEA, total=220)
        worker = shop.worker()
        await shop.work(worker)
        metrics = WorkerMetrics(worker, "W1", shop.orders, 0)
        try:
            metrics.ended(shop.told[0])
            found = await asyncio.to_thread(read, metrics)
        finally:
            metrics.close()
    table = section("Workers").partition("| metric |")[2]
    assert set(first_cells(table)) == {name for name in found if not name.endswith("_created")}
    assert (found["tillkey_jobs_total"], found["tillkey_queue_pending"], found["tillkey_jobs_active"]) == (1, 0, 0)
