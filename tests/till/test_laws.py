"""Two tills on one store do whatever cashiers, banks and cables do; the laws hold after each step."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack, suppress
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.environment import FrozenClock, SequentialIds
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from tests.till import laws
from tests.till.support import CAKE, GOOD_CARD, LAMP, NOON, POOR_CARD, TEA, Counter, counter, new_store

STOCK = {TEA: 10, CAKE: 4, LAMP: 1}


class Shop(RuleBasedStateMachine):
    """The small shop with two lanes, one gateway, and a model of nothing but its stock on the first day."""

    lanes = Bundle("lanes")

    @initialize(target=lanes)
    def first_lane(self) -> str:
        """Open the shop."""
        self.runner = asyncio.Runner()
        self.doors = ExitStack()
        self.store = new_store()
        self.ids = SequentialIds()
        self.gateway = MockGateway(FrozenClock(NOON), Ledger(), ids=self.ids)
        self.tills: dict[str, Counter] = {}
        return self._open("1")

    def _open(self, lane: str) -> str:
        if lane in self.tills:
            self.tills[lane].till.close()
        door = counter(self.store, lane=lane, gateway=self.gateway, ids=self.ids)
        self.tills[lane] = self.doors.enter_context(door)
        return lane

    def _do(self, step: Coroutine[Any, Any, object]) -> None:
        with suppress(TillError):
            self.runner.run(step)

    @rule(target=lanes)
    def second_lane(self) -> str:
        """Another cashier comes."""
        return "2" if "2" in self.tills else self._open("2")

    @rule(lane=lanes)
    def restart(self, lane: str) -> None:
        """The till stops and is started again; what was left open is recovered."""
        self._open(lane)
        self._do(self.tills[lane].till.recover())

    @rule(lane=lanes, sku=st.sampled_from([TEA, CAKE, LAMP]), quantity=st.integers(1, 5))
    def scan(self, lane: str, sku: str, quantity: int) -> None:
        """Something is scanned."""
        with suppress(TillError):
            self.tills[lane].till.add(sku, Decimal(quantity))

    @rule(lane=lanes)
    def void(self, lane: str) -> None:
        """The last line is taken off."""
        with suppress(TillError):
            self.tills[lane].till.void()

    @rule(lane=lanes, percent=st.integers(0, 100))
    def discount(self, lane: str, percent: int) -> None:
        """The ticket is discounted."""
        with suppress(TillError):
            self.tills[lane].till.discount_ticket(ManualDiscount(percent=Decimal(percent)))

    @rule(lane=lanes, code=st.sampled_from(["TEN", "ONE"]))
    def coupon(self, lane: str, code: str) -> None:
        """A coupon is shown."""
        with suppress(TillError):
            self.tills[lane].till.apply_coupon(code)

    @rule(lane=lanes, member=st.sampled_from(["M1", "M2"]))
    def member(self, lane: str, member: str) -> None:
        """A member shows their card."""
        self._do(self.tills[lane].till.attach_member(member))

    @rule(lane=lanes)
    def hold(self, lane: str) -> None:
        """The ticket is set aside."""
        self._do(self.tills[lane].till.hold())

    @rule(lane=lanes)
    def recall(self, lane: str) -> None:
        """A ticket is taken up."""
        self._do(self.tills[lane].till.recall())

    @rule(lane=lanes, tendered=st.one_of(st.none(), st.integers(1, 3000)))
    def cash(self, lane: str, tendered: int | None) -> None:
        """Cash is given."""
        self._do(self.tills[lane].till.pay_cash(tendered))

    @rule(lane=lanes, number=st.sampled_from([GOOD_CARD, POOR_CARD]), share=st.integers(1, 4))
    def card(self, lane: str, number: str, share: int) -> None:
        """A card is charged, all or a part."""
        till = self.tills[lane].till
        self._do(till.pay_card(number, max(1, till.sale.due // share)))

    @rule(words=st.sampled_from(["decline lost_card", "timeout before", "timeout after", "down", "up", "up"]))
    def gateway_says(self, words: str) -> None:
        """The gateway, or the cable to it, has a mood."""
        self.gateway.script(words)

    @rule()
    def late(self) -> None:
        """What was on its way arrives."""
        self.runner.run(self.gateway.land_late())

    @rule(lane=lanes)
    def abandon(self, lane: str) -> None:
        """The customer changes their mind."""
        self._do(self.tills[lane].till.abandon())

    @rule(lane=lanes)
    def recover(self, lane: str) -> None:
        """The till looks after payments being checked."""
        self._do(self.tills[lane].till.recover())

    @invariant()
    def the_laws_hold(self) -> None:
        """Stock, uses, money and numbers agree after every step."""
        if not hasattr(self, "store"):
            return
        products = self.tills["1"].till.catalog.products
        laws.stock_is_conserved(self.store, STOCK, products)
        laws.coupon_uses_are_counted(self.store, "ONE", most=1)
        laws.money_agrees(self.store, self.gateway.ledger)
        laws.receipts_have_no_gap(self.store, self.tills)
        for at in self.tills.values():
            laws.adds_up(at.sale)

    def teardown(self) -> None:
        """Close the shop: with the gateway up, everything comes to its end and nothing is left held."""
        if not hasattr(self, "store"):
            return
        self.gateway.script("up")
        for at in self.tills.values():
            self._do(at.till.recover())
            self._do(at.till.abandon())
        left = [hold for hold in self.store.open_reservations() if hold.state != "charging"]
        self.runner.close()
        self.doors.close()
        assert left == []


TestShop = Shop.TestCase
TestShop.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
