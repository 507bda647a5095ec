"""A queue at another place than the shop's server: that an order is in it is noted there without anybody waiting."""

from __future__ import annotations

import pytest

from pos.domain.checkout_request import CheckoutRequest
from pos.domain.errors import TillError
from pos.stores.redis.address import server_address
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queued_orders import ServerQueuedOrders
from tests.queue.shop import MOST, QueueShop, worked_together
from tests.till.support import TEA


def noted(shop: QueueShop, order: str) -> bool:
    """Whether the shop knows that an order is in the queue."""
    return shop.there.client.hget(shop.there.key("queued", order), "sent") is not None


async def asked(shop: QueueShop) -> CheckoutRequest:
    return await shop.request(TEA, total=220)


def queued(shop: QueueShop, request: CheckoutRequest) -> None:
    shop.orders.enqueue(request, shop.queue, MOST)


def front_end(shop: QueueShop) -> ServerQueuedOrders:
    """Another one."""
    return ServerQueuedOrders(server_address(shop.server.url(shop.shop)), ServerOptions(journals=shop.folder))


async def test_it_is_noted_with_whatever_the_server_is_told_next(shop: QueueShop) -> None:
    first, second = await asked(shop), await asked(shop)
    queued(shop, first)
    assert not noted(shop, first.order)
    queued(shop, second)
    assert (noted(shop, first.order), noted(shop, second.order)) == (True, False)
    shop.orders.figures()
    assert noted(shop, second.order)


async def test_it_is_noted_when_the_front_end_ends(shop: QueueShop) -> None:
    request = await asked(shop)
    other = front_end(shop)
    other.enqueue(request, shop.queue, MOST)
    other.close()
    assert noted(shop, request.order)


async def test_one_of_a_full_queue_is_in_no_queue_and_the_note_before_it_counts(shop: QueueShop) -> None:
    first, second = await asked(shop), await asked(shop)
    queued(shop, first)
    with pytest.raises(TillError) as refused:
        shop.orders.enqueue(second, shop.queue, 1)
    assert refused.value.code == "queue_full"
    assert (noted(shop, first.order), shop.queue.depth(), shop.orders.find(second.order)) == (True, 1, None)


async def test_what_is_asked_for_again_by_the_same_front_end_is_in_the_queue_once(shop: QueueShop) -> None:
    request = await asked(shop)
    for _ in range(3):
        queued(shop, request)
    assert shop.queue.depth() == 1


async def test_a_front_end_that_dies_before_the_note_has_one_order_sent_once_more_and_charged_once(
    shop: QueueShop,
) -> None:
    dead = front_end(shop)
    requests = [await asked(shop) for _ in range(5)]
    for request in requests:
        dead.enqueue(request, shop.queue, MOST)
    # As if all had been asked for long ago, of a queue that nobody has worked on.
    for request in requests:
        shop.there.client.zadd(shop.there.key("queued"), {request.order: 1})
    jobs = shop.store("W1").jobs()
    assert [order for order, _request in jobs.unsent(empty=False)] == [requests[-1].order]
    again = jobs.unsent(empty=False)
    for order, text in again:
        shop.queue.send(order, text)
        jobs.sent(order)
    assert jobs.unsent(empty=False) == []
    await worked_together(shop, [shop.worker("W1"), shop.worker("W2")])
    assert [shop.state(each.order).state for each in requests] == ["paid"] * 5
    assert (sorted(shop.captured()), shop.wrong()) == ([220] * 5, [])


async def test_a_note_that_comes_late_says_nothing_of_one_that_is_to_be_sent_again(shop: QueueShop) -> None:
    request = await asked(shop)
    late = front_end(shop)
    late.enqueue(request, shop.queue, MOST)
    shop.gateway.script("down")
    await shop.work(shop.worker(tries=1))
    assert shop.state(request.order).state == "stuck"
    key = shop.there.key("queued", request.order)
    shop.there.client.hset(key, "state", "pending")
    shop.there.client.hdel(key, "sent")
    late.close()
    assert not noted(shop, request.order)
