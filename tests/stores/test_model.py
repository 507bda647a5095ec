"""Any sequence of steps, reopenings and crashes against a plain model of dicts."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pos.domain.errors import TillError
from pos.stores.embedded import open_store
from tests.stores.samples import NOW, crash, fill, reservation, sale

STOCK = {"A": 6, "B": 3}
NAMES = st.sampled_from([f"{number}" for number in range(8)])
CLAIMS = st.lists(
    st.tuples(st.sampled_from(["A", "B", "uses:X"]), st.integers(0, 3)), max_size=3, unique_by=lambda claim: claim[0]
)
FLOORS = {"A": 0, "B": 0, "uses:X": -4}


class Steps(RuleBasedStateMachine):
    """The store beside a model: states and claims by name, receipts by lane, plain records."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.store = fill(open_store(self.path, replace_at=1500), **STOCK)
        self.on_hand = {**STOCK, "uses:X": 0}
        self.states: dict[str, str] = {}
        self.claims: dict[str, list[tuple[str, int]]] = {}
        self.orders: dict[str, str] = {}
        self.records: dict[str, int] = {}

    def held(self, counter: str) -> int:
        open_ones = [name for name, state in self.states.items() if state == "held"]
        return sum(amount for name in open_ones for each, amount in self.claims[name] if each == counter)

    def lane(self, name: str) -> str:
        return f"T{int(name) % 2}"

    def fits(self, claims: list[tuple[str, int]]) -> bool:
        return all(
            amount == 0 or self.on_hand[each] - self.held(each) - amount >= FLOORS[each] for each, amount in claims
        )

    @rule(name=NAMES, claims=CLAIMS)
    def reserve(self, name: str, claims: list[tuple[str, int]]) -> None:
        asked = [(each, amount, FLOORS[each]) for each, amount in claims]
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
    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.path, replace_at=1500)
        assert self.store.notices == ()

    @rule()
    def crash(self) -> None:
        crash(self.store)
        self.store = open_store(self.path, replace_at=1500)
        assert self.store.notices == ()

    @precondition(lambda self: self.path.joinpath("journal.ndjson").stat().st_size < 1000)
    @rule()
    def compact_and_lose_the_new_journal(self) -> None:
        old = (self.path / "journal.ndjson").read_bytes()
        crash(self.store)
        open_store(self.path, replace_at=0).close()
        (self.path / "journal.ndjson").write_bytes(old)
        self.store = open_store(self.path, replace_at=1500)

    @invariant()
    def store_and_model_agree(self) -> None:
        for name, on_hand in self.on_hand.items():
            counter = self.store.counter(name)
            assert (counter.on_hand, counter.held) == (on_hand, self.held(name))
        assert {each.id for each in self.store.open_reservations()} == {
            f"res_{name}" for name, state in self.states.items() if state == "held"
        }
        assert [each.receipt for each in self.store.orders()] == list(self.orders.values())
        assert list(self.store.items("notes")) == [(name, {"n": number}) for name, number in self.records.items()]
        for name, state in self.states.items():
            known = self.store.reservation(f"res_{name}")
            assert known is not None
            assert known.state == state

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestSteps = Steps.TestCase
TestSteps.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
