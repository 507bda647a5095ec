"""Two tills on one store in a folder: power cuts, failing disks, refunds, days that are closed, clocks that jump."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from pos.domain.cart import Cart
from pos.domain.counters import refunded_units, stock_counter
from pos.domain.errors import TillError
from pos.domain.reservations import Claim, Order, Reservation
from pos.domain.sale import Sale
from pos.domain.stock import counted
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.till.catalog_loading import load_catalog
from pos.till.till import Till
from tests.till.fault_injection import Killed
from tests.till.machine import STOCK, WAYS, Action, Shop, by_card
from tests.till.power import Inline, LosingDisk, Power, powered
from tests.till.support import CAKE, NOON, TEA, catalog_file

SKUS = st.sampled_from([TEA, CAKE])


class Entry(NamedTuple):
    """What the model knows of an order."""

    id: str
    refunds: str | None
    units: tuple[tuple[str, Decimal], ...]
    total: int
    by_card: int
    coupon: bool


def entry(order: Order) -> Entry:
    sale = order.sale
    coupon = any(coupon.code == "ONE" and coupon.amount for coupon in sale.coupons)
    units = tuple((line.sku, line.quantity) for line in sale.lines)
    return Entry(order.id, order.refunds, units, sale.total, by_card(sale), coupon)


class Corner(Shop):
    """The small shop in a folder. Its model is a book of orders by receipt: what stood in it once stands for ever."""

    lanes = Shop.lanes
    store: EmbeddedStore

    def open_store(self) -> EmbeddedStore:
        """The store in its folder, through a disk that can lose what was not synced."""
        self.folder = Path(tempfile.mkdtemp(prefix="two-tills-"))
        self.power = Power()
        self.disk = LosingDisk(self.power)
        self.book: dict[str, Entry] = {}
        self.kept = 0
        powered(self.gateway, self.power)
        store = open_store(self.folder, disk=self.disk)
        load_catalog(store, catalog_file(), demo=True)
        return store

    def open_lane(self, lane: str) -> str:
        """A till whose steps go in one order. If power or disk fail meanwhile, it is opened when they are back."""
        for _ in ("disk", "power"):
            try:
                super().open_lane(lane)
                break
            except Killed:
                self.reopen()
            except TillError:
                self.disk.faults = 0
        else:
            super().open_lane(lane)
        services = self.tills[lane].till._services
        # What the opening began is done first: two threads keep no order.
        services._disk.close()
        services._disk = Inline()
        return lane

    def do(self, lane: str, action: Action) -> None:
        """Do something at a till; if the power goes in it, all is opened anew."""
        with suppress(TillError, Killed):
            self.run(action, self.tills[lane].till)
        self.note()

    def note(self) -> None:
        """After each step: what is on record goes into the book, read from the disk if the power has gone."""
        if self.power.gone:
            self.reopen()
        found = {order.receipt: entry(order) for order in self.store.orders()}
        assert self.book.items() <= found.items(), "an order that was there is lost or changed"
        self.book = found

    def reopen(self) -> None:
        """The power comes back: what was not synced is lost, but for some bytes of it."""
        with suppress(Killed):
            for at in self.tills.values():
                at.till.close()
        self.store._closed = True
        with suppress(Killed):
            self.store._folder.close()
        self.disk.lose(self.kept)
        self.power.back()
        self.disk.faults = 0
        self.store = open_store(self.folder, disk=self.disk)
        for lane in self.tills:
            self.open_lane(lane)

    def in_store(self, step: Callable[[], object]) -> None:
        """Do something in the store, beside the tills."""
        with suppress(TillError, Killed):
            step()
        self.note()

    @rule(moments=st.integers(0, 14), kept=st.integers(0, 400))
    def power_will_fail(self, moments: int, kept: int) -> None:
        """A power cut, soon; `kept` bytes of what is not synced then are there all the same."""
        self.power.fail_in(moments)
        self.kept = kept

    @rule(faults=st.integers(1, 9), lands=st.booleans())
    def disk_will_fail(self, faults: int, lands: bool) -> None:
        """Some writes and syncs to come fail, done or not."""
        self.disk.faults, self.disk.fault_lands = faults, lands

    @rule(lane=Shop.lanes, sku=SKUS, how=WAYS, moments=st.integers(4, 40), kept=st.integers(0, 400))
    def sell_in_a_power_cut(self, lane: str, sku: str, how: str, moments: int, kept: int) -> None:
        """A sale in whose course the power goes."""
        self.power_will_fail(moments, kept)
        self.sell(lane, sku, "ONE", how)
        self.do(lane, Till.recover)
        self.do(lane, Till.pay_cash)

    @rule(lane=Shop.lanes, sku=SKUS, how=WAYS, after=st.integers(0, 6), faults=st.integers(1, 9), lands=st.booleans())
    def sell_on_a_failing_disk(self, lane: str, sku: str, how: str, after: int, faults: int, lands: bool) -> None:
        """A sale in whose course the disk fails, and which is tried again when it does not."""
        self.disk.spared = after
        self.disk_will_fail(faults, lands)
        self.sell(lane, sku, "ONE", how)
        self.scan(lane, sku, 1)
        self.disk.faults = self.disk.spared = 0
        self.do(lane, Till.pay_cash)

    @rule(lane=Shop.lanes, seconds=st.sampled_from([-90_000, -600, 0, 5, 700, 90_000]))
    def time(self, lane: str, seconds: int) -> None:
        """Time passes, or a clock is set."""
        self.tills[lane].clock.turn(seconds)
        self.do(lane, lambda till: till.wait(0))

    @rule()
    def close_day(self) -> None:
        """The day ends."""
        self.in_store(lambda: self.store.close_day("2026-11-22"))

    @rule()
    def compact(self) -> None:
        """The journal is replaced by a snapshot."""
        self.in_store(lambda: self.store.compact())

    @rule(lane=Shop.lanes, which=st.integers(0, 30), units=st.integers(1, 3))
    def give_back(self, lane: str, which: int, units: int) -> None:
        """Something of an earlier sale comes back for cash, of this day or of a closed one."""
        sold = [each for each in self.book.values() if each.refunds is None and each.units]
        if not sold:
            return
        order = self.store.order(sold[which % len(sold)].id)
        assert order is not None
        taken = returned(order, lane, units, self.ids.new("return"))
        self.in_store(lambda: self.store.commit(taken, taken.sale, NOON))

    @invariant()
    def the_book_agrees(self) -> None:
        """Stock, uses and what came back follow from the book."""
        if not hasattr(self, "book"):
            return
        for sku, first in STOCK.items():
            assert self.store.counter(stock_counter(sku)).on_hand == first - self.sold(sku)
        assert -self.store.counter("uses:ONE").on_hand == sum(each.coupon for each in self.book.values())
        back: dict[str, Decimal] = {}
        for each in self.book.values():
            if each.refunds is not None:
                back[each.refunds] = back.get(each.refunds, Decimal(0)) + sum(number for _sku, number in each.units)
        for each in self.book.values():
            assert back.get(each.id, 0) <= sum(number for _sku, number in each.units)

    def sold(self, sku: str) -> int:
        """How much of a thing was sold and not given back, as its stock counts."""
        product = self.tills["1"].till.catalog.products[sku]
        signed = (
            number if each.refunds is None else -number
            for each in self.book.values()
            for name, number in each.units
            if name == sku
        )  # fmt: skip
        return counted(sum(signed, Decimal(0)), product)

    def teardown(self) -> None:
        """All is well again: what is open comes to its end; the next start finds what this one left."""
        if not hasattr(self, "store"):
            return
        self.power.back()
        self.disk.faults = 0
        for lane in self.tills:
            self.do(lane, Till.recover)
        super().teardown()

    def close(self) -> None:
        """Give everything back, and read it once more."""
        super().close()
        self.store.close()
        try:
            again = open_store(self.folder)
            found = {order.receipt: entry(order) for order in again.orders()}
            assert (found, again.notices) == (self.book, ())
            again.close()
        finally:
            shutil.rmtree(self.folder)


def returned(order: Order, lane: str, units: int, number: str) -> Reservation:
    """What a return of some of an order's first line takes."""
    line = order.sale.lines[0]
    claims = (
        Claim(counter=refunded_units(order.id, line.line), amount=units, floor=-int(line.quantity)),
        Claim(counter=stock_counter(line.sku), amount=-units, floor=None),
    )
    given = line.model_copy(update={"quantity": Decimal(units)})
    sale = Sale(ticket=number, state="paid", lines=(given,))
    return Reservation(
        id=number, order=f"order-{number}", lane=lane, state="held", claims=claims, sale=sale, cart=Cart(),
        created=NOON, refunds=order.id,
    )  # fmt: skip


SEARCH = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip
TestTwoTills = Corner.TestCase
TestTwoTills.settings = SEARCH


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_tills_for_a_long_time() -> None:
    """Five hundred shops at random."""
    run_state_machine_as_test(Corner, settings=settings(SEARCH, max_examples=500))


@pytest.mark.parametrize("lands", [False, True], ids=["lost", "landed"])
@pytest.mark.parametrize("how", ["cash", "card"])
def test_a_disk_that_fails_at_any_operation_of_a_sale(how: str, lands: bool) -> None:
    for spared in range(9):
        for faults in (1, 3):
            corner = Corner()
            corner.first_lane()
            corner.sell_on_a_failing_disk("1", TEA, how, spared, faults, lands)
            corner.the_laws_hold()
            corner.the_book_agrees()
            corner.teardown()


@pytest.mark.parametrize("moments", range(4))
@pytest.mark.parametrize("again", [False, True], ids=["new", "again"])
def test_the_power_goes_while_a_till_opens_on_a_store_that_failed(moments: int, again: bool) -> None:
    corner = Corner()
    corner.first_lane()
    corner.scan("1", TEA, 1)
    corner.disk_will_fail(9, lands=False)
    corner.cash("1", None)
    corner.disk.faults = 0
    corner.power_will_fail(moments, 0)
    if again:
        corner.restart("1")
    else:
        corner.second_lane()
        corner.sell("2", CAKE, "ONE", "cash")
    corner.the_laws_hold()
    corner.the_book_agrees()
    corner.teardown()


@pytest.mark.parametrize("moments", range(8))
def test_the_disk_fails_and_then_the_power_while_a_till_opens_on_a_store_that_failed(moments: int) -> None:
    corner = Corner()
    corner.first_lane()
    corner.scan("1", TEA, 1)
    corner.disk_will_fail(9, lands=True)
    corner.cash("1", None)
    corner.disk_will_fail(9, lands=False)
    corner.power_will_fail(moments, 0)
    corner.second_lane()
    corner.sell("2", CAKE, "ONE", "cash")
    corner.the_laws_hold()
    corner.teardown()
