"""A rush: every buyer a request in the queue, workers that pay them, and what came of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Final

from pos.domain.checkout_request import CheckoutRequest
from pos.domain.errors import TillError
from pos.domain.i18n import _, plural
from pos.domain.message import lazy
from pos.domain.queue_ports import JobQueue, QueuedOrders, QueuedShop
from pos.payments.shared_bank import Lost
from pos.queue.engines import job_queue
from pos.simulate.arrivals import Buyer, Card, rush
from pos.simulate.chaos import Blow, Chaos, usual
from pos.simulate.engine import Engine, engine_of
from pos.simulate.figures import Figures, Latencies
from pos.simulate.observer import Observer
from pos.simulate.run import TICK, Outcome, Plan, Run, Show
from pos.simulate.senders import Senders, request_of, token_of
from pos.simulate.shop import SimulatedShop
from pos.simulate.workers import Workers

SKU: Final = "CONSOLE"
PRICE: Final = 49_900
"""Cents."""
ANSWERS: Final = "rush"
"""The name under which the buyers are answered."""
BEGINNING: Final = 30.0
"""Seconds in which the workers must be there."""
DECLINED: Final = "insufficient_funds"
LOST: Final[dict[Card, Lost]] = {"lost_request": "question", "lost_answer": "answer"}


def simulate_rush(plan: Plan, show: Show) -> Outcome:
    """Run it to its end, at most `plan.grace` seconds longer than people come.

    Raises TillError `store_unusable` without a server or a worker, KeyboardInterrupt if it is broken off.
    """
    with ExitStack() as kept:
        shop = kept.enter_context(SimulatedShop({SKU: plan.units}, PRICE))
        engine = kept.enter_context(engine_of(plan.engine))
        workers = kept.enter_context(closing(Workers(shop, plan.workers, engine.address)))
        observer = kept.enter_context(closing(Observer(shop)))
        return _Rush(plan, shop, engine, workers, observer, show).run(kept)


class _Rush:
    def __init__(
        self, plan: Plan, shop: SimulatedShop, engine: Engine, workers: Workers, observer: Observer, show: Show
    ) -> None:
        self._plan, self._shop, self._workers, self._observer = plan, shop, workers, observer
        self._engine = engine
        title = _(
            "rush: {buyers} buyers, {units} units, {workers} workers, {engine}, seed {seed}",
            buyers=plan.buyers, units=plan.units, workers=plan.workers, engine=engine.name, seed=plan.seed,
        )  # fmt: skip
        self._run = Run(title, show)
        self._buyers = rush(plan.seed, plan.buyers, plan.seconds)
        self._expected = len(self._buyers)
        self._last = {buyer.order: buyer for buyer in self._buyers}
        """What each asked for last."""
        self._latencies = Latencies()
        self._ends: dict[str, str] = {}
        self._ended: Counter[str] = Counter()

    def run(self, kept: ExitStack) -> Outcome:
        plan, bank = self._plan, self._shop.bank
        for buyer in self._buyers:
            bank.add_card(token_of(buyer), decline_code=None if buyer.can_pay else DECLINED, lost=LOST.get(buyer.card))
        self._wait_for_workers()
        begin = time.monotonic()
        senders = kept.enter_context(closing(Senders(self._opened(), self._request, begin)))
        senders.send(self._buyers)
        chaos = Chaos(self._blows()) if plan.chaos else Chaos()
        while (seconds := time.monotonic() - begin) < plan.seconds + plan.grace:
            self._run.notices.extend(chaos.until(seconds, self._ended["paid"] / plan.units))
            if not plan.chaos:
                self._workers.check()
            self._listen(senders)
            figures = self._run.stands(self._figures(seconds, senders)).now
            if senders.done and chaos.over and len(self._ends) >= len(senders.asked):
                if senders.faults:
                    raise senders.faults[0]
                if not (more := self._coming_again(figures)):
                    break
                senders.send(more)
            time.sleep(TICK)
        senders.close()
        ends = {order: self._ends.get(order, "pending") for order in senders.asked}
        able = sum(buyer.can_pay for buyer in self._buyers)
        books = self._shop.books(ends=ends, able=able, counts=self._observer.counts())
        verdict = books.verdict()
        scene = self._run.stands(self._figures(time.monotonic() - begin, senders), verdict)
        return Outcome(plan, scene, verdict, self._latencies.summary())

    def _wait_for_workers(self) -> None:
        deadline = time.monotonic() + BEGINNING
        while not self._observer.lanes() >= self._workers.lanes:
            self._workers.check()
            if time.monotonic() > deadline:
                raise TillError("store_unusable", lazy("The workers of the simulation do not begin."))
            time.sleep(TICK)

    def _opened(self) -> Callable[[], tuple[QueuedOrders, JobQueue]]:
        from pos.bootstrap import store_at

        def opened() -> tuple[QueuedOrders, JobQueue]:
            where = store_at(self._shop.url, self._shop.options)
            assert isinstance(where, QueuedShop), "a server has a queue"
            return where.queued_orders(), job_queue(where, self._engine.address or "")

        return opened

    def _request(self, buyer: Buyer) -> CheckoutRequest:
        return request_of(buyer, SKU, PRICE, ANSWERS)

    def _blows(self) -> Iterator[Blow]:
        killed, begun = _("worker {number} is killed", number=1), _("worker {number} begins again", number=1)
        return usual(self._shop, self._workers, killed, begun, self._plan.seconds)

    def _listen(self, senders: Senders) -> None:
        """Hear what became of those who asked."""
        for order, state, at in self._observer.answers(ANSWERS):
            if order in self._ends:
                continue
            self._ends[order] = state
            self._ended[state] += 1
            self._latencies.add(max(at - senders.asked.get(order, at), 0.0))

    def _figures(self, seconds: float, senders: Senders) -> Figures:
        stock, held = self._observer.stock()
        return Figures(
            seconds=seconds, units=self._plan.units, stock=stock, held=held, asked=len(senders.asked),
            expected=self._expected, queue=self._observer.pending(), ended=self._ended.copy(),
            p50=self._latencies.recently(0.5), p99=self._latencies.recently(0.99), workers=self._workers.alive,
        )  # fmt: skip

    def _coming_again(self, now: Figures) -> list[Buyer]:
        """Those who ask once more: they were told that nothing is left, and something was given back since."""
        free = now.stock - now.held
        left = [each for each in self._last.values() if self._ends.get(each.order) == "sold_out"][:free]
        if not left:
            return []
        coming = []
        for buyer in left:
            name, _dot, times = buyer.order.partition(".")
            again = replace(buyer, order=f"{name}.{int(times or 1) + 1}", at=now.seconds)
            self._last[name] = again
            coming.append(again)
        self._expected += len(coming)
        text = plural(
            "{seconds} s: {count} buyer asks once more, for something was given back",
            "{seconds} s: {count} buyers ask once more, for something was given back",
            len(coming), seconds=f"{now.seconds:.0f}",
        )  # fmt: skip
        self._run.notices.append(text)
        return coming
