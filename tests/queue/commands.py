"""What the tests of the queue's commands have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pos.domain.checkout_request import CheckoutRequest, request_of, written
from pos.domain.message import lazy
from pos.domain.queue_ports import Job
from tests.queue.shop import QueueShop
from tests.till.support import TEA

Asked = Callable[..., tuple[int, str, str]]
TOTAL = 220


def line_of(request: CheckoutRequest) -> str:
    return written(request).decode() + "\n"


def in_stream(shop: QueueShop) -> list[CheckoutRequest]:
    """What a worker finds in the shop's queue."""
    found: Any = shop.there.client.xrange(shop.there.key("queue"))
    return [request_of(fields[b"request"]) for _id, fields in found]


async def finish(shop: QueueShop) -> None:
    """Work off what the shop's queue has."""
    for request in in_stream(shop):
        shop.queue.send(request.order, written(request))
    shop.there.client.delete(shop.there.key("queue"))
    await shop.work()


async def stuck_ones(shop: QueueShop) -> list[str]:
    """Two checkouts that were tried too often."""
    orders = [await shop.enqueue(TEA, total=TOTAL) for _ in range(2)]
    for order, job in zip(orders, list(shop.queue.waiting), strict=True):
        stick(shop, order, job)
    shop.queue.waiting.clear()
    return orders


def stick(shop: QueueShop, order: str, job: Job) -> None:
    from pos.stores.redis.job_store import Jobs

    jobs, request = Jobs(shop.store("W1")), request_of(job.request)
    begun = jobs.begin(job, request, again=False)
    assert begun is not None
    jobs.job(begun).stick(lazy("The bank gives no answer."))


def put(shop: QueueShop, fields: dict[str, str]) -> None:
    """Another program writes what became of an order."""
    client: Any = shop.there.client
    client.hset(shop.there.key("queued", "web-hostile"), mapping=fields)
