"""Two tills, each with a journal of its own, on one server that hangs, is cut off, and comes back."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from pos.domain.counters import stock_counter
from pos.domain.errors import TillError
from pos.domain.reservations import Order, Reservation
from pos.domain.ticket_records import SAVED_CARTS
from pos.stores.redis.keys import Keys
from pos.stores.redis.step_entries import OFFLINE
from pos.stores.redis.store import LaneStore
from pos.till.catalog_editing import edited_catalog
from pos.till.catalog_loading import load_catalog
from pos.till.till import Till
from tests.servers.proxy import Proxy
from tests.servers.settling import delivered
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import until
from tests.till import invariants
from tests.till.machine import STOCK, Shop
from tests.till.support import CAKE, LAMP, TEA, catalog_file, counter


@cache
def cable(lane: str) -> Proxy:
    """What lies between the till in a lane and the server, for all shops of this process."""
    return Proxy(shared_server())


class Lanes:
    """What the tills have in their journals, taken together, as the laws ask for it."""

    def __init__(self) -> None:
        self.stores: dict[str, LaneStore] = {}

    def open_reservations(self) -> tuple[Reservation, ...]:
        return tuple(each for store in self.stores.values() for each in store.open_reservations())

    def orders(self) -> Iterator[Order]:
        return (order for store in self.stores.values() for order in store.orders())

    def items(self, table: str) -> Iterator[tuple[str, Any]]:
        return (item for store in self.stores.values() for item in store.items(table))

    def keys(self, table: str) -> tuple[str, ...]:
        return tuple(key for key, _record in self.items(table))


class Chain(Shop):
    """The small shop on a server, its lanes each with a cable of their own."""

    lanes = Shop.lanes

    def open_store(self) -> Any:
        """No store is open yet: each lane has its own."""
        self.folder = Path(tempfile.mkdtemp(prefix="two-lanes-"))
        self.name = new_shop()
        self.at = Keys(self.name)
        self.server: Any = shared_server().client()
        self.together = Lanes()
        return self.together

    def open_lane(self, lane: str) -> str:
        """A till on a store of its own; one that is open on this lane is closed before."""
        before = self.together.stores.get(lane)
        if before is not None:
            self.tills[lane].till.close()
            before.close()
        else:
            # A lane's first till hears from the server which shop it is in.
            cable(lane).let_pass()
        store = lane_store(self.folder, self.name, lane, url=cable(lane).url(self.name), timeout=0.25)
        self.together.stores[lane] = store
        if len(self.together.stores) == 1 and before is None:
            load_catalog(store, catalog_file(), demo=True)
        door = counter(store, lane=lane, gateway=self.gateway, ids=self.ids)
        self.tills[lane] = self.doors.enter_context(door)
        return lane

    @rule(lane=Shop.lanes)
    def cut_off(self, lane: str) -> None:
        """A lane's cable is pulled out."""
        cable(lane).refuse()

    @rule(lane=Shop.lanes)
    def lose_an_answer(self, lane: str) -> None:
        """The server does what it is asked next, and nobody is told."""
        cable(lane).cut_replies(containing=b"tillkey_")

    @rule(lane=Shop.lanes, sku=st.sampled_from([TEA, CAKE, LAMP]))
    def sell_while_it_hangs(self, lane: str, sku: str) -> None:
        """The server takes what it is told and does nothing for as long as a till waits for it."""
        cable(lane).freeze()
        self.sell(lane, sku, "", "cash")
        cable(lane).let_pass()

    @rule(lane=Shop.lanes)
    def plug_in(self, lane: str) -> None:
        """A lane's cable is plugged in again."""
        self.reach(lane)

    @rule(lane=Shop.lanes, sku=st.sampled_from([TEA, CAKE, LAMP]), how=st.sampled_from(["cash", "card"]))
    def sell_cut_off_and_restart(self, lane: str, sku: str, how: str) -> None:
        """Something is sold without the server, and the till is closed before it is back."""
        cable(lane).refuse()
        self.sell(lane, sku, "", how)
        self.restart(lane)

    @rule(lane=Shop.lanes, sku=st.sampled_from([TEA, CAKE]), cut=st.booleans())
    def both_recall(self, lane: str, sku: str, cut: bool) -> None:
        """A ticket is set aside at one till and taken up at both in the same moment: one has it."""
        self.set_aside(lane, sku, None, cut=cut)
        number = {ticket.ticket for at in self.tills.values() for ticket in at.till.held_tickets()}
        self.at_all(Till.recall)
        shown = [at.sale.ticket for at in self.tills.values() if at.sale.ticket in number]
        assert len(shown) == len(set(shown))

    @rule(lane=Shop.lanes, sku=st.sampled_from([TEA, CAKE]), cut=st.booleans())
    def both_attach(self, lane: str, sku: str, cut: bool) -> None:
        """A member's cart is kept at one till, and the member is at both in the same moment: one has it."""
        self.set_aside(lane, sku, "M1", cut=cut)
        kept = [cart for store in self.together.stores.values() if (cart := store.get(SAVED_CARTS, "M1"))]
        blank = [at for at in self.tills.values() if not at.sale.lines]
        self.at_all(lambda till: till.attach_member("M1"))
        assert sum(bool(at.sale.lines) for at in blank) <= len({json.dumps(cart) for cart in kept})

    def set_aside(self, lane: str, sku: str, member: str | None, *, cut: bool) -> None:
        """Set a ticket with something on it aside, in sight of all tills that are not cut off; all others are blank."""
        for each in self.tills:
            self.do(each, Till.void_all)
        if cut:
            cable(lane).refuse()
        self.scan(lane, sku, 1)
        if member is not None:
            self.member(lane, member)
        self.hold(lane)
        if all(store.link.state == "online" for store in self.together.stores.values()):
            self.the_server_agrees()

    def at_all(self, action: Callable[[Till], Awaitable[object]]) -> None:
        """Do something at all tills in the same moment."""

        async def together() -> None:
            tills = [at.till for at in self.tills.values()]
            await asyncio.gather(*map(action, tills), return_exceptions=True)

        self.runner.run(together())

    @rule(lane=Shop.lanes, percent=st.integers(90, 110))
    def reprice(self, lane: str, percent: int) -> None:
        """A price is changed at a till."""
        with suppress(TillError), edited_catalog(self.together.stores[lane], "the shop") as draft:
            draft.products[TEA] = {**draft.products[TEA], "price": 2 * percent}

    def reach(self, lane: str) -> None:
        """Let a lane reach the server."""
        cable(lane).let_pass()
        link = self.together.stores[lane].link
        if link.state == "away":
            link.again()

    @invariant()
    def the_laws_hold(self) -> None:
        """Money and numbers agree after every step; stock and uses, too, as soon as all is delivered."""
        if not hasattr(self, "together"):
            return
        lanes: Any = self.together
        invariants.money_agrees(lanes, self.gateway.ledger)
        invariants.tickets_are_sold_once(lanes)
        for lane, store in lanes.stores.items():
            invariants.receipts_have_no_gap(store, [lane])
        for at in self.tills.values():
            invariants.adds_up(at.sale)
        if all(store.link.state == "online" for store in lanes.stores.values()):
            self.the_server_agrees()

    def the_server_agrees(self) -> None:
        """Once all is delivered: what is on the server follows from what the tills have in their journals."""
        for lane in self.together.stores:
            self.reach(lane)
        stores = self.together.stores
        delivered(stores.values())
        orders = {order.id: order for order in self.together.orders()}
        on_hand, held = self.counts(self.at.on_hand), self.counts(self.at.held)
        sold = dict.fromkeys(STOCK, Decimal(0))
        for order in orders.values():
            for line in order.sale.lines:
                if line.sku in sold:
                    sold[line.sku] += line.quantity
        assert {sku: on_hand[stock_counter(sku)] for sku in STOCK} == {sku: STOCK[sku] - sold[sku] for sku in STOCK}
        used = sum(any(c.code == "ONE" and c.amount for c in order.sale.coupons) for order in orders.values())
        assert -on_hand.get("uses:ONE", 0) == used <= 1
        short = {name for name in on_hand if on_hand[name] < held.get(name, 0) and name.startswith("stock:")}
        assert short <= self.listed(), "something is short, and nobody is told"
        self.only_what_is_open_is_held()
        assert {key.decode() for key, _at in self.server.zscan_iter(self.at.orders)} == orders.keys()
        for order in orders.values():
            assert self.server.get(self.at.receipt(order.receipt)) == order.id.encode()
            for lane, store in stores.items():
                if not order.receipt.startswith(f"{lane}-"):
                    assert store.order(order.receipt) == order
        for store in stores.values():
            assert store.get("products", TEA) == json.loads(self.server.hget(self.at("products"), TEA))
            invariants.no_ticket_is_lost(store)

    def only_what_is_open_is_held(self) -> None:
        """What the server holds, it holds for reservations that are open at their tills; a till counts its own beside.

        What a till asked for without hearing of it is given back soon, and not at once.
        """
        known: dict[str, int] = {}
        for lane, store in self.together.stores.items():
            mine = {each.id for each in store.open_reservations()}
            until(partial(self.holds_no_more, lane, mine), "nothing is held that is not open")
            for name in self.open_at(lane):
                for counted, amount, _floor in json.loads(self.server.hget(self.at.reservation(name), "claims")):
                    known[counted] = known.get(counted, 0) + amount
        on_hand, held = self.counts(self.at.on_hand), self.counts(self.at.held)
        assert {name: amount for name, amount in held.items() if amount} == {k: v for k, v in known.items() if v}
        delivered(self.together.stores.values())
        for store in self.together.stores.values():
            apart = dict.fromkeys(on_hand, 0)
            for each in map(store.reservation, store.keys(OFFLINE)):
                assert each is not None
                for claim in each.taken:
                    apart[claim.counter] = apart.get(claim.counter, 0) + claim.amount
            assert {name: store.count(name) for name in on_hand} == {
                name: (on_hand[name], held.get(name, 0) + apart[name]) for name in on_hand
            }

    def counts(self, key: str) -> dict[str, int]:
        """The counters in a HASH of the server."""
        return {name.decode(): int(value) for name, value in self.server.hgetall(key).items()}

    def holds_no_more(self, lane: str, mine: set[str]) -> bool:
        """Whether the server holds nothing of a lane but these."""
        return self.open_at(lane) <= mine

    def open_at(self, lane: str) -> set[str]:
        """The reservations of a lane that the server holds."""
        return {each.decode() for each in self.server.smembers(self.at.open(lane))}

    def listed(self) -> set[str]:
        """The counters of which the server has listed a shortage."""
        found = self.server.xrange(self.at.review)
        return {fields[b"counter"].decode() for _at, fields in found if fields[b"what"] == b"short"}

    def teardown(self) -> None:
        """All is well again: what is open comes to its end, and is delivered."""
        if not hasattr(self, "together"):
            return
        for lane in self.together.stores:
            self.reach(lane)
        delivered(self.together.stores.values())
        super().teardown()

    def close(self) -> None:
        """Look once more, and give everything back."""
        try:
            self.the_server_agrees()
            assert not any(map(self.open_at, self.together.stores))
        finally:
            super().close()
            for store in self.together.stores.values():
                store.close()
            self.server.close()
            shutil.rmtree(self.folder)


SEARCH = settings(
    max_examples=6, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip
TestTwoLanes = Chain.TestCase
TestTwoLanes.settings = SEARCH


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_lanes_for_a_long_time() -> None:
    """Many shops at random."""
    run_state_machine_as_test(Chain, settings=settings(SEARCH, max_examples=200, stateful_step_count=40))
