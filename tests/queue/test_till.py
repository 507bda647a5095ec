"""A till queues a card on a real server, a worker charges it, and the till is told, also after it was begun anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pos.bootstrap import open_till, store_at
from pos.clock_and_ids import RandomIds
from pos.domain.errors import TillError
from pos.domain.events import Event
from pos.domain.queue_options import QueueOptions
from pos.domain.queue_ports import QueuedShop
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.printers.screen import ScreenPrinter
from pos.queue.saga import Equipment
from pos.queue.worker import QueueWorker
from pos.stores.redis.job_store import Jobs
from pos.stores.redis.options import ServerOptions
from pos.till.catalog import Catalog
from pos.till.till import Till
from tests.queue.shop import QueueShop
from tests.servers.proxy import Proxy
from tests.servers.waiting import PATIENCE, until
from tests.till.support import BREAD, GOOD_CARD, LAMP, POOR_CARD, TEA


@contextmanager
def at_till(shop: QueueShop, url: str = "", **how: Any) -> Iterator[tuple[Till, list[Event]]]:
    """A till of the shop, with a gateway of its own; what it tells."""
    told: list[Event] = []
    till = open_till(
        url or shop.server.url(shop.shop),
        lane="1",
        clock=shop.clock,
        ids=RandomIds(),
        gateway=MockGateway(shop.clock, Ledger(), ids=RandomIds()),
        server=ServerOptions(journals=shop.folder, timeout=2.0),
        queueing=QueueOptions(**how),
    )
    till.subscribe(lambda _sale, event: told.append(event) if event is not None else None)
    with closing(till):
        yield till, told


async def work(shop: QueueShop) -> None:
    """Let a worker take what is in the stream on the shop's server, until nothing is pending."""
    where = store_at(shop.server.url(shop.shop), ServerOptions(journals=shop.folder), "office")
    assert isinstance(where, QueuedShop)
    store = shop.store("W1")
    by = Equipment(shop.gateway, shop.clock, RandomIds(), ScreenPrinter(), Catalog(store.view), "W1")
    stop = asyncio.Event()
    with closing(where.job_queue("")) as stream:
        task = asyncio.create_task(QueueWorker(Jobs(store), stream, by, tell=shop.told.append).run(stop))
        try:
            await asyncio.to_thread(until, lambda: not shop.orders.figures().pending, "the queue is worked off")
        finally:
            stop.set()
            await asyncio.wait_for(task, PATIENCE)


def notices(told: list[Event]) -> list[str]:
    return [event.text for event in told if event.event == "notice"]


async def test_a_queued_ticket_is_charged_by_a_worker_and_the_till_tells_its_receipt(shop: QueueShop) -> None:
    with at_till(shop) as (till, told):
        till.add(TEA)
        till.add(BREAD)
        assert (await till.queue(GOOD_CARD)).state == "queued"
        assert [each.place for each in till.checks()] == [1]
        till.add(TEA)
        await till.keep_time()
        assert notices(told) == []
        await work(shop)
        await till.keep_time()
        (order,) = (each.order for each in shop.told)
        assert notices(told) == ["Ticket 1-1 is paid: receipt W1-Q1-1."]
        assert [event.order for event in told if event.event == "queue_paid"] == [order]
        assert "Green Tea" in await till.receipt("W1-Q1-1")
        assert (till.sale.ticket, till.checks(), shop.captured()) == ("1-2", (), [520])
        assert (await till.pay_cash()).receipt == "1-1-1"


async def test_a_till_that_was_begun_anew_in_between_is_told_too(shop: QueueShop) -> None:
    with at_till(shop) as (till, _told):
        till.add(TEA)
        await till.queue("reader")
    await work(shop)
    with at_till(shop) as (till, told):
        assert [each.ticket for each in till.checks()] == ["1-1"]
        await till.recover()
        assert notices(told) == ["Ticket 1-1 is paid: receipt W1-Q1-1."]
        await till.recover()
        assert (len(notices(told)), shop.captured()) == (1, [220])


async def test_what_is_declined_or_sold_out_is_set_aside_at_the_till(shop: QueueShop) -> None:
    with at_till(shop) as (till, told):
        till.add(TEA)
        await till.queue(POOR_CARD)
        till.add(LAMP)
        await till.queue(GOOD_CARD)
        till.add(LAMP)
        await till.pay_cash()
        await work(shop)
        await till.keep_time()
        assert notices(told) == [
            "Ticket 1-1 was not charged, and is set aside as 1-1: Not enough funds. Ask for another card or cash.",
            "Ticket 1-2 was not charged, and is set aside as 1-2: Lava Lamp: 1 wanted, 0 left.",
        ]
        assert [each.name for each in till.held_tickets()] == ["1-1", "1-2"]
        assert shop.captured() == []


async def test_a_full_queue_is_told_with_how_long_to_wait_and_the_ticket_stays(shop: QueueShop) -> None:
    with at_till(shop, most=1) as (till, _told):
        till.add(TEA)
        await till.queue("reader")
        till.add(BREAD)
        with pytest.raises(TillError) as refusal:
            await till.queue("reader")
        assert (refusal.value.code, refusal.value.details["wait"]) == ("queue_full", 1)
        assert (till.sale.ticket, till.sale.state) == ("1-2", "open")
        assert (await till.pay_cash()).state == "paid"


async def test_what_no_worker_begins_in_time_comes_back_and_is_not_charged_later(shop: QueueShop) -> None:
    with at_till(shop, expires=timedelta(minutes=1)) as (till, told):
        till.add(TEA)
        await till.queue("reader")
        (pending,) = till.checks()
        assert pending.order is not None
        shop.clock.advance(61)
        await till.keep_time()
        assert notices(told) == ["Ticket 1-1 was not charged, and is set aside as 1-1: Nobody charged it in time."]
        assert (till.checks(), shop.state(pending.order).state) == ((), "expired")
        await work(shop)
        assert (shop.captured(), shop.state(pending.order).state) == ([], "expired")


async def test_what_a_worker_has_begun_is_not_ended_by_the_till(shop: QueueShop) -> None:
    with at_till(shop, expires=timedelta(minutes=1)) as (till, told):
        till.add(TEA)
        await till.queue("reader")
        (pending,) = till.checks()
        assert pending.order is not None
        shop.server.client().hset(f"{{{shop.shop}}}:queued:{pending.order}", "fence", "1")
        shop.clock.advance(61)
        await till.keep_time()
        assert (notices(told), [each.ticket for each in till.checks()]) == ([], ["1-1"])
        assert shop.state(pending.order).state == "pending"


async def test_an_address_that_names_no_queue_leaves_the_ticket_on_the_screen(shop: QueueShop) -> None:
    with at_till(shop, address="nonsense://nowhere") as (till, _told):
        till.add(TEA)
        with pytest.raises(TillError, match="The queue's address cannot be used: ") as refusal:
            await till.queue("reader")
        assert (refusal.value.code, till.sale.state) == ("settings_invalid", "open")
        assert (await till.pay_cash()).state == "paid"


async def test_without_the_server_a_ticket_waits_and_is_queued_once_it_is_back(shop: QueueShop) -> None:
    with Proxy(shop.server) as proxy, at_till(shop, proxy.url(shop.shop)) as (till, told):
        till.add(TEA)
        await till.flush()
        proxy.refuse()
        assert (await till.queue("reader")).state == "queued"
        assert any(notice.startswith("Ticket 1-1 goes into the queue by itself") for notice in notices(told))
        proxy.let_pass()
        await till.keep_time()
        assert [each.place for each in till.checks()] == [1]
        await work(shop)
        await till.keep_time()
        assert "Ticket 1-1 is paid: receipt W1-Q1-1." in notices(told)
        assert shop.captured() == [220]


def test_a_shop_in_a_folder_says_at_the_start_that_it_queues_nothing(tmp_path: Path) -> None:
    for always, told in ((True, True), (False, False)):
        with closing(open_till(tmp_path / "shop", queueing=QueueOptions(always=always))) as till:
            assert any("checkout.queue" in str(notice) for notice in till.notices) == told
            assert not till.has_queue
