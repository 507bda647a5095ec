"""A bank that is away for long: what waits for it goes on by itself, and what only it does not answer for is stuck."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from pos.clock_and_ids import FrozenClock
from pos.domain.ports import ChargeResult, Gateway, GatewayUnknown
from pos.queue.worker import PATIENCE
from tests.queue.commands import TOTAL
from tests.queue.shop import QueueShop
from tests.servers.waiting import until
from tests.till.support import CAKE, NOON, TEA


def down_for(shop: QueueShop, outage: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bank be down until the clock has moved on by so much."""
    end, sleep = shop.clock.now() + outage, shop.clock.sleep

    async def slept(seconds: float) -> None:
        await sleep(seconds)
        if shop.clock.now() >= end:
            shop.gateway.script("up")

    shop.gateway.script("down")
    monkeypatch.setattr(shop.clock, "sleep", slept)


async def test_what_waits_for_the_bank_is_paid_once_it_is_back(
    shop: QueueShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [await shop.enqueue(TEA, total=TOTAL) for _ in range(2)]
    down_for(shop, timedelta(minutes=20), monkeypatch)
    await shop.work(shop.worker(tries=2, concurrency=2, patience=PATIENCE))
    assert [(shop.state(order).state, shop.state(order).tries) for order in orders] == [("paid", 1)] * 2
    assert (shop.captured(), shop.there.held(), shop.wrong()) == ([TOTAL] * 2, {}, [])


async def test_what_has_expired_meanwhile_gives_back_what_it_held(
    shop: QueueShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await shop.enqueue(TEA, total=TOTAL, expires=shop.clock.now() + timedelta(minutes=5))
    down_for(shop, timedelta(minutes=20), monkeypatch)
    await shop.work(shop.worker(tries=2, concurrency=2, patience=PATIENCE))
    assert (shop.state(order).state, shop.captured(), shop.there.held()) == ("expired", [], {})


async def test_a_bank_that_stays_away_has_an_end(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=TOTAL)
    shop.gateway.script("down")
    await shop.work(shop.worker(tries=2, concurrency=2, patience=5))
    assert (shop.state(order).state, shop.state(order).tries) == ("stuck", 3)


class Deaf:
    """A bank that answers about all cards but one."""

    def __init__(self, bank: Gateway, token: str) -> None:
        self._bank, self._token = bank, token
        self._unknown: set[str] = set()
        self.tokenize, self.refund = bank.tokenize, bank.refund

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        if token == self._token:
            self._unknown.add(attempt_id)
        self._require(attempt_id)
        return await self._bank.charge(attempt_id, amount, token)

    async def find(self, attempt_id: str) -> ChargeResult | None:
        self._require(attempt_id)
        return await self._bank.find(attempt_id)

    async def void(self, attempt_id: str) -> None:
        self._require(attempt_id)
        await self._bank.void(attempt_id)

    def _require(self, attempt_id: str) -> None:
        if attempt_id in self._unknown:
            raise GatewayUnknown("no answer")


class Busy(FrozenClock):
    """A clock on which, while somebody waits, another customer is answered."""

    def __init__(self, shop: QueueShop) -> None:
        super().__init__(NOON)
        self._shop = shop

    async def sleep(self, seconds: float) -> None:
        told = len(self._shop.told)
        await self._shop.enqueue(TEA, total=TOTAL)
        await asyncio.to_thread(until, lambda: len(self._shop.told) > told, "nobody else is answered")


async def test_what_the_bank_does_not_answer_for_while_it_answers_others_is_stuck(shop: QueueShop) -> None:
    request = await shop.request(CAKE, total=500)
    shop.orders.enqueue(request, shop.queue, 10)
    worker = shop.worker(tries=2, concurrency=2, patience=PATIENCE)
    worker.by = replace(worker.by, gateway=Deaf(shop.gateway, request.card.token), clock=Busy(shop))
    await shop.work(worker)
    assert (shop.state(request.order).state, shop.state(request.order).tries) == ("stuck", 3)
    assert shop.captured() == [TOTAL] * 3
