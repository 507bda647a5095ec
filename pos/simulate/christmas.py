"""A day before Christmas: many tills at a trade's pace, each a lane of one shop, and what came of it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any, Final

from pos.domain.i18n import _
from pos.simulate.chaos import Blow, Chaos, usual
from pos.simulate.crew import TillCrew
from pos.simulate.figures import Figures, Latencies
from pos.simulate.observer import Observer
from pos.simulate.run import TICK, Outcome, Plan, Run, Show
from pos.simulate.shop import SimulatedShop
from pos.simulate.trade import LOST, goods, lane_of, tickets

PRICE: Final = 1_990
"""Cents."""
DECLINED: Final = "insufficient_funds"


def simulate_christmas(plan: Plan, show: Show) -> Outcome:
    """Run it to its end, at most `plan.grace` seconds longer than people come.

    Raises TillError `store_unusable` without a server or a till, KeyboardInterrupt if it is broken off.
    """
    with ExitStack() as kept:
        shop = kept.enter_context(SimulatedShop(goods(plan.units), PRICE))
        observer = kept.enter_context(closing(Observer(shop)))
        run = _Christmas(plan, shop, observer, show)
        crew = TillCrew(shop, plan.tills, processes_for(plan.tills), plan.seed, plan.pace, plan.seconds)
        kept.enter_context(closing(crew))
        return run.run(crew)


def processes_for(tills: int) -> int:
    """In how many processes so many tills are: two for each processor, that none of them stands still for one task."""
    return min(2 * (os.cpu_count() or 1), tills, 16)


class _Christmas:
    def __init__(self, plan: Plan, shop: SimulatedShop, observer: Observer, show: Show) -> None:
        self._plan, self._shop, self._observer = plan, shop, observer
        title = _(
            "christmas: {tills} tills, {pace} customers a minute each, seed {seed}",
            tills=plan.tills, pace=f"{plan.pace:g}", seed=plan.seed,
        )  # fmt: skip
        self._run = Run(title, show, _("being checked"))
        self._latencies = Latencies()
        self._tickets: dict[str, tuple[str, str | None]] = {}
        """What became of each ticket by its name, and its order's id if it has one."""
        self._served = self._expected = 0
        for till in range(1, plan.tills + 1):
            for ticket in tickets(plan.seed, till, plan.pace, plan.seconds):
                code = DECLINED if ticket.way == "declined" else None
                if ticket.way != "coins":
                    shop.bank.add_card(ticket.token, decline_code=code, lost=LOST.get(ticket.way))
                self._expected += 1

    def run(self, crew: TillCrew) -> Outcome:
        plan = self._plan
        crew.wait_ready()
        begin = time.monotonic()
        crew.go()
        chaos = Chaos(self._blows(crew)) if plan.chaos else Chaos()
        while (seconds := time.monotonic() - begin) < plan.seconds + plan.grace:
            for notice in chaos.until(seconds, 0.0):
                self._run.notices.append(notice)
                self._hear(crew.heard())
                self._interrupted(crew)
            if not plan.chaos:
                crew.check()
            self._hear(crew.heard())
            self._run.stands(self._figures(seconds, crew))
            if crew.over and chaos.over:
                break
            time.sleep(TICK)
        crew.close()
        self._hear(crew.heard())
        counts = self._observer.counts()
        ends = {order or name: state for name, (state, order) in self._tickets.items()}
        books = self._shop.books(ends=ends, able=None, counts=counts, silent=frozenset(crew.silent), alone=plan.chaos)
        verdict = books.verdict()
        scene = self._run.stands(self._figures(time.monotonic() - begin, crew), verdict)
        return Outcome(plan, scene, verdict, self._latencies.summary())

    def _blows(self, crew: TillCrew) -> Iterator[Blow]:
        killed, begun = _("some tills are killed: {count}", count=crew.in_process(1)), _("they begin again")
        return usual(self._shop, crew, killed, begun, self._plan.seconds, by_sales=False)

    def _hear(self, told: list[dict[str, Any]]) -> None:
        for each in told:
            if "seconds" in each:
                self._served += 1
                self._latencies.add(each["seconds"])
            self._tickets[each["ticket"]] = each["state"], each["order"]

    def _interrupted(self, crew: TillCrew) -> None:
        """Of those who were killed nobody hears how a payment ended that was being checked."""
        for name, (state, _order) in self._tickets.items():
            if state == "checking" and lane_of(int(name.partition("-")[0])) in crew.silent:
                self._tickets[name] = "interrupted", None

    def _figures(self, seconds: float, crew: TillCrew) -> Figures:
        stock, held = self._observer.stock()
        ended = Counter(state for state, _order in self._tickets.values())
        return Figures(
            seconds=seconds, units=self._plan.units, stock=stock, held=held, asked=self._served,
            expected=self._expected, queue=ended.pop("checking", 0), ended=ended,
            p50=self._latencies.recently(0.5), p99=self._latencies.recently(0.99), workers=crew.alive,
        )  # fmt: skip
