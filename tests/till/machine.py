"""A shop in which two tills do whatever cashiers, banks and cables do: what the machines that seek a breach share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from decimal import Decimal
from inspect import isawaitable
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.domain.sale import Sale
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.till.till import Till
from tests.till import invariants
from tests.till.support import CAKE, GOOD_CARD, LAMP, NOON, POOR_CARD, TEA, AnyStore, Counter, counter, new_store

STOCK: Final = {TEA: 10, CAKE: 4, LAMP: 1}
WAYS: Final = st.sampled_from(["cash", "card", "split", "poor card", "timeout before", "timeout after", "abandoned"])
"""How something is paid."""
Action = Callable[[Till], Awaitable[object] | object]


class Shop(RuleBasedStateMachine):
    """The small shop with two lanes and one gateway; what it began with is all that is known of its stock."""

    lanes = Bundle("lanes")

    @initialize(target=lanes)
    def first_lane(self) -> str:
        """Open the shop."""
        self.runner = asyncio.Runner()
        self.doors = ExitStack()
        self.ids = SequentialIds()
        self.gateway = MockGateway(FrozenClock(NOON), Ledger(), ids=self.ids)
        self.tills: dict[str, Counter] = {}
        self.store = self.open_store()
        return self.open_lane("1")

    def open_store(self) -> AnyStore:
        """The store, with the small shop in it."""
        return new_store()

    def open_lane(self, lane: str) -> str:
        """A till on the store; one that is open on this lane is closed before."""
        if lane in self.tills:
            self.tills[lane].till.close()
        door = counter(self.store, lane=lane, gateway=self.gateway, ids=self.ids)
        self.tills[lane] = self.doors.enter_context(door)
        return lane

    def do(self, lane: str, action: Action) -> None:
        """Do something at a till, which may refuse it."""
        with suppress(TillError):
            self.run(action, self.tills[lane].till)

    def run(self, action: Action, till: Till) -> None:
        """Do it to its end; a ticket that is paid then has the lines that it had before."""
        before = till.sale

        async def acted() -> None:
            done = action(till)
            if isawaitable(done):
                await done

        try:
            self.runner.run(acted())
        finally:
            invariants.taken_at_the_due_shown(before, till.sale)
            if (till.sale.ticket, till.sale.state) == (before.ticket, "paid"):
                assert [(line.sku, line.quantity) for line in till.sale.lines] == [
                    (line.sku, line.quantity) for line in before.lines
                ]

    @rule(target=lanes)
    def second_lane(self) -> str:
        """Another cashier comes."""
        return "2" if "2" in self.tills else self.open_lane("2")

    @rule(lane=lanes)
    def restart(self, lane: str) -> None:
        """The till stops and is started again; what was left open is recovered."""
        self.open_lane(lane)
        self.do(lane, Till.recover)

    @rule(lane=lanes, sku=st.sampled_from([TEA, CAKE, LAMP]), quantity=st.integers(1, 5))
    def scan(self, lane: str, sku: str, quantity: int) -> None:
        self.do(lane, lambda till: till.add(sku, Decimal(quantity)))

    @rule(lane=lanes)
    def void(self, lane: str) -> None:
        """The last line is taken off."""
        self.do(lane, Till.void)

    @rule(lane=lanes, again=st.booleans())
    def undo(self, lane: str, again: bool) -> None:
        """The last change is taken back, and perhaps made again."""
        self.do(lane, Till.undo)
        if again:
            self.do(lane, Till.redo)

    @rule(lane=lanes, percent=st.integers(0, 100))
    def discount(self, lane: str, percent: int) -> None:
        self.do(lane, lambda till: till.discount_ticket(ManualDiscount(percent=Decimal(percent))))

    @rule(lane=lanes, code=st.sampled_from(["TEN", "ONE"]))
    def coupon(self, lane: str, code: str) -> None:
        self.do(lane, lambda till: till.apply_coupon(code))

    @rule(lane=lanes, member=st.sampled_from(["M1", "M2"]))
    def member(self, lane: str, member: str) -> None:
        """A member shows their card."""
        self.do(lane, lambda till: till.attach_member(member))

    @rule(lane=lanes)
    def hold(self, lane: str) -> None:
        """The ticket is set aside."""
        self.do(lane, Till.hold)

    @rule(lane=lanes)
    def recall(self, lane: str) -> None:
        """A ticket is taken up."""
        self.do(lane, Till.recall)

    @rule(lane=lanes, tendered=st.one_of(st.none(), st.integers(1, 3000)))
    def cash(self, lane: str, tendered: int | None) -> None:
        self.do(lane, lambda till: till.pay_cash(tendered))

    @rule(lane=lanes, number=st.sampled_from([GOOD_CARD, POOR_CARD]), share=st.integers(1, 4))
    def card(self, lane: str, number: str, share: int) -> None:
        """A card is charged, all or a part."""
        self.do(lane, lambda till: till.pay_card(number, max(1, till.sale.due // share)))

    @rule(lane=lanes, sku=st.sampled_from([TEA, CAKE]), code=st.sampled_from(["", "ONE"]), how=WAYS)
    def sell(self, lane: str, sku: str, code: str, how: str) -> None:
        """One thing is sold from the scan to the payment, in one way or another."""
        self.do(lane, lambda till: till.add(sku))
        if code:
            self.do(lane, lambda till: till.apply_coupon(code))
        if "timeout" in how:
            self.gateway.script(how)
        if how in ("split", "abandoned"):
            self.do(lane, lambda till: till.pay_card(GOOD_CARD, 50))
        if how == "abandoned":
            self.do(lane, Till.abandon)
            return
        number = POOR_CARD if how == "poor card" else GOOD_CARD
        self.do(lane, lambda till: till.pay_cash() if how in ("cash", "split") else till.pay_card(number))

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
        self.do(lane, Till.abandon)

    @rule(lane=lanes, share=st.integers(2, 4))
    def abandon_in_vain(self, lane: str, share: int) -> None:
        """A card that was charged a part cannot be given its money back, for the cable is out for a moment."""
        self.card(lane, GOOD_CARD, share)
        self.gateway.script("down")
        self.do(lane, Till.abandon)
        self.gateway.script("up")

    @rule(lane=lanes)
    def recover(self, lane: str) -> None:
        """The till looks after payments being checked."""
        self.do(lane, Till.recover)

    @rule(lane=lanes)
    def take_up(self, lane: str) -> None:
        """A ticket that is paid in part is taken up."""
        self.do(lane, take_up_first)

    @invariant()
    def the_laws_hold(self) -> None:
        """Stock, uses, money and numbers agree after every step."""
        if not hasattr(self, "store"):
            return
        products = self.tills["1"].till.catalog.products
        invariants.stock_is_conserved(self.store, STOCK, products)
        invariants.coupon_uses_are_counted(self.store, "ONE", most=1)
        invariants.money_agrees(self.store, self.gateway.ledger)
        invariants.receipts_have_no_gap(self.store, self.tills)
        invariants.tickets_are_sold_once(self.store)
        invariants.no_ticket_is_lost(self.store)
        for at in self.tills.values():
            invariants.adds_up(at.sale)

    def teardown(self) -> None:
        """Close the shop: with the gateway up, everything comes to its end and nothing is left held."""
        if not hasattr(self, "store"):
            return
        self.gateway.script("up")
        for lane in self.tills:
            self.do(lane, Till.recover)
            while True:
                if lane == "1":
                    self.do(lane, Till.pay_cash)
                self.do(lane, Till.abandon)
                self.do(lane, Till.void_all)
                if not self.tills[lane].till.checking():
                    break
                self.do(lane, take_up_first)
        left, taken = self.store.open_reservations(), self.gateway.ledger.captured_total()
        orders = tuple(self.store.orders())
        self.close()
        assert left == ()
        assert taken == sum(by_card(order.sale) for order in orders)

    def close(self) -> None:
        """Give everything back."""
        self.runner.close()
        self.doors.close()


async def take_up_first(till: Till) -> None:
    """Take up the first payment that is open beside the ticket on the screen, if there is one."""
    for held in till.checking()[:1]:
        await till.take_up(held.id)


def by_card(sale: Sale) -> int:
    """What cards paid of a sale, minor units."""
    return sum(paid.amount for paid in sale.payments if paid.tender == "card" and paid.state == "captured")
