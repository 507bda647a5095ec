"""What other programs hear of queued checkouts: of those that were paid, once each."""

from __future__ import annotations

import json

import jsonschema

from pos.domain.checkout_request import written
from pos.domain.event_schema import events_schema
from pos.domain.shop_events import event_json
from pos.stores.redis.address import server_address
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.published import ServerEvents
from tests.queue.shop import MOST, QueueShop
from tests.till.support import CAKE, POOR_CARD, TEA


async def test_a_paid_checkout_is_one_event_however_often_it_is_delivered(shop: QueueShop) -> None:
    request = await shop.request(TEA, CAKE, total=720)
    shop.orders.enqueue(request, shop.queue, MOST)
    shop.queue.send(request.order, written(request))
    await shop.enqueue(TEA, total=220, card=POOR_CARD)
    await shop.work(shop.worker(concurrency=2))
    shop.queue.send(request.order, written(request))
    await shop.work()
    events = ServerEvents(server_address(shop.server.url(shop.shop)), ServerOptions(journals=shop.folder))
    ((event, _place),) = events.read(events.beginning(), 0).events
    events.close()
    jsonschema.Draft202012Validator(events_schema()).validate(json.loads(event_json(event)))
    assert (event.type, event.order, event.lane, event.receipt) == ("order", request.order, "W1", "W1-Q1-1")
    assert event.moves == {"stock:TEA": -1, "stock:CAKE": -1}
    assert event.document == shop.order("W1-Q1-1")
