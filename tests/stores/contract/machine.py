"""Any sequence of steps against a plain model of dicts."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pos.domain.errors import TillError
from pos.domain.ports import Store
from pos.stores.invariants import add_up, check_invariants
from tests.stores.contract.factories import fill
from tests.stores.samples import NOW, reservation, sale

STOCK = {"A": 6, "B": 3}
NAMES = st.sampled_from([f"{number}" for number in range(8)])
CLAIMS = st.lists(
    st.tuples(st.sampled_from(["A", "B", "uses:X"]), st.integers(0, 3)), max_size=3, unique_by=lambda claim: claim[0]
)
FLOORS = {"A": 0, "B": 0, "uses:X": -4}


class Contract(RuleBasedStateMachine):
    """The store beside a model: states and claims by name, receipts by lane, plain records."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "shop"
        self.store = fill(self.made(self.path), **STOCK)
        self.closed = 0
        self.on_hand = {**STOCK, "uses:X": 0}
        self.states: dict[str, str] = {}
        self.claims: dict[str, list[tuple[str, int]]] = {}
        self.orders: dict[str, str] = {}
        self.records: dict[str, int] = {}
        self.lives: dict[str, int] = {}
        self.gone: set[str] = set()
        """Ended before the closing before last: their ids are not told again."""
        self.ended_before: set[str] = set()

    def made(self, folder: Path) -> Store:
        """An empty store, which may keep its files in a folder that is not there yet."""
        raise NotImplementedError

    def id_of(self, name: str) -> str:
        """A name's present id; a new one once a closed day has taken the old one."""
        return f"{name}-{self.lives.get(name, 0)}"

    def held(self, counter: str) -> int:
        open_ones = [name for name, state in self.states.items() if state == "held"]
        return sum(amount for name in open_ones for each, amount in self.claims[name] if each == counter)

    def lane(self, name: str) -> str:
        return f"T{int(name[0]) % 2}"

    def fits(self, claims: list[tuple[str, int]]) -> bool:
        return all(
            amount == 0 or self.on_hand[each] - self.held(each) - amount >= FLOORS[each] for each, amount in claims
        )

    @rule(name=NAMES, claims=CLAIMS)
    def reserve(self, name: str, claims: list[tuple[str, int]]) -> None:
        asked = [(each, amount, FLOORS[each]) for each, amount in claims]
        name = self.id_of(name)
        new, fits = name not in self.states, self.fits(claims)
        try:
            answer = self.store.reserve(reservation(name, *asked, lane=self.lane(name)))
        except TillError:
            assert new
            assert not fits
            return
        assert answer.state == self.states.get(name, "held")
        if new:
            assert fits
            self.states[name], self.claims[name] = "held", claims

    @rule(name=NAMES, claims=CLAIMS)
    def commit(self, name: str, claims: list[tuple[str, int]]) -> None:
        asked = [(each, amount, FLOORS[each]) for each, amount in claims]
        name = self.id_of(name)
        state, fits = self.states.get(name), self.fits(claims)
        try:
            order = self.store.commit(reservation(name, *asked, lane=self.lane(name)), sale(name), NOW)
        except LookupError:
            assert state in ("released", "expired")
            return
        except TillError:
            assert state is None
            assert not fits
            return
        if state != "committed":
            assert state == "held" or fits
            number = 1 + sum(receipt.startswith(self.lane(name)) for receipt in self.orders.values())
            self.orders[name] = f"{self.lane(name)}-1-{number}"
            for each, amount in self.claims.setdefault(name, claims):
                self.on_hand[each] -= amount
            self.states[name] = "committed"
        assert order.receipt == self.orders[name]

    @rule(name=NAMES)
    def release(self, name: str) -> None:
        name = self.id_of(name)
        try:
            answer = self.store.release(f"res_{name}")
        except LookupError:
            assert self.states.get(name, "committed") == "committed"
            return
        if self.states[name] == "held":
            self.states[name] = "released"
        assert answer.state == self.states[name]

    @rule(late=st.booleans())
    def expire(self, late: bool) -> None:
        gone = self.store.expire(NOW + timedelta(minutes=20 if late else 0))
        expected = {name for name, state in self.states.items() if late and state == "held"}
        assert {each.id for each in gone} == {f"res_{name}" for name in expected}
        self.states |= dict.fromkeys(expected, "expired")

    @rule(name=NAMES, number=st.integers(0, 5), delete=st.booleans())
    def write(self, name: str, number: int, delete: bool) -> None:
        if delete:
            self.store.write({("notes", name): None})
            self.records.pop(name, None)
        else:
            self.store.write({("notes", name): {"n": number}})
            self.records[name] = number

    @rule()
    def close_the_day(self) -> None:
        sold = len(self.orders) - self.closed
        assert len(self.store.archive.keys("orders")) == sold
        assert bool(self.store.close_day("day")) == bool(sold)
        assert self.store.archive.keys("orders") == ()
        self.closed = len(self.orders)
        if sold:
            self.gone |= self.ended_before
            self.ended_before = {name for name, state in self.states.items() if state != "held"}
            for name in {each.partition("-")[0] for each in self.gone if each == self.id_of(each[0])}:
                self.lives[name] = self.lives.get(name, 0) + 1

    @invariant()
    def store_and_model_agree(self) -> None:
        for name, on_hand in self.on_hand.items():
            counter = self.store.view.counter(name)
            assert (counter.on_hand, counter.held) == (on_hand, self.held(name))
        assert {each.id for each in self.store.view.open_reservations()} == {
            f"res_{name}" for name, state in self.states.items() if state == "held"
        }
        assert [each.receipt for each in self.store.archive.orders()] == list(self.orders.values())
        assert list(self.store.view.items("notes")) == [(name, {"n": number}) for name, number in self.records.items()]
        for name, state in self.states.items():
            known = self.store.reservation(f"res_{name}")
            assert (known is None) is (name in self.gone)
            if known is None:
                continue
            assert known.state == state

    @invariant()
    def the_laws_hold(self) -> None:
        checks = check_invariants(self.store.view, add_up(self.store.view, self.store.archive.orders()), None, ())
        assert [check for check in checks if check.name in ("held", "floors", "receipts") and not check.ok] == []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()
