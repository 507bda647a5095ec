"""Whatever is asked of the gateway in whatever order: the money that its ledger tells of adds up."""

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult, GatewayUnknown
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
AMOUNTS = {"a": 1000, "b": 1005, "c": 2000, "d": 1}
ATTEMPTS = st.sampled_from(sorted(AMOUNTS))
CARDS = st.sampled_from(["4242424242424242", "4000000000009995", "reader"])
SCRIPTS = st.sampled_from(["approve", "decline lost_card", "timeout before", "timeout after", "down", "up"])


class Machine(RuleBasedStateMachine):
    """A till that asks anything, a bank that lands charges late, and a power switch."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "ledger"
        self.runner = asyncio.Runner()
        self.ids = SequentialIds()
        self.answers: dict[str, ChargeResult] = {}
        self.voided: set[str] = set()
        self.refunds: dict[str, tuple[str, int]] = {}
        self.begin()

    def begin(self) -> None:
        self.mock = MockGateway(FrozenClock(NOON), Ledger(self.path), ids=self.ids, latency=1)

    def teardown(self) -> None:
        self.runner.close()
        self.folder.cleanup()

    def ask(self, call: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self.runner.run(call)
        except GatewayUnknown:
            return None

    def told(self, attempt: str, answer: ChargeResult | None) -> None:
        """An answer once given is given for ever, until a void."""
        if answer is None:
            return
        if attempt in self.voided:
            assert answer.decline_code == "voided"
        else:
            assert self.answers.setdefault(attempt, answer) == answer

    @rule(words=SCRIPTS)
    def script(self, words: str) -> None:
        self.mock.script(words)

    @rule(attempt=ATTEMPTS, number=CARDS)
    def charge(self, attempt: str, number: str) -> None:
        token = self.ask(self.mock.tokenize(number))
        if token is not None:
            self.told(attempt, self.ask(self.mock.charge(attempt, AMOUNTS[attempt], token.token)))

    @rule(attempt=ATTEMPTS)
    def find(self, attempt: str) -> None:
        self.told(attempt, self.ask(self.mock.find(attempt)))

    @rule(attempt=ATTEMPTS)
    def void(self, attempt: str) -> None:
        async def acknowledged() -> bool:
            await self.mock.void(attempt)
            return True

        if self.ask(acknowledged()):
            self.voided.add(attempt)

    @rule(attempt=ATTEMPTS, refund=st.sampled_from(["r1", "r2", "r3"]), amount=st.integers(1, 2000))
    def refund(self, attempt: str, refund: str, amount: int) -> None:
        attempt, amount = self.refunds.setdefault(refund, (attempt, amount))
        with contextlib.suppress(TillError):
            self.ask(self.mock.refund(attempt, refund, amount))

    @rule()
    def land_late(self) -> None:
        self.ask(self.mock.land_late())

    @precondition(lambda self: self.path.exists())
    @rule(torn=st.sampled_from([b"", b'{"op": "captured", "attempt": "a"', b"\x00"]))
    def kill(self, torn: bytes) -> None:
        before = self.mock.ledger.charges()
        with self.path.open("ab") as file:
            file.write(torn)
        self.begin()
        assert self.mock.ledger.charges() == before

    @invariant()
    def the_statement_adds_up(self) -> None:
        """The file, read as a bank clerk would, against what the ledger says."""
        text = self.path.read_text(errors="replace") if self.path.exists() else ""
        lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
        moved = [line for line in lines if line["op"] in ("captured", "voided", "refunded")]
        balance: dict[str, int] = {}
        ended: set[str] = set()
        for line in moved:
            attempt = line["attempt"]
            assert attempt not in ended, "nothing happens after a void"
            if line["op"] == "captured":
                assert attempt not in balance, "captured twice"
                balance[attempt] = AMOUNTS[attempt]
            elif line["op"] == "refunded":
                balance[attempt] -= line["amount"]
                assert balance[attempt] >= 0
            else:
                balance[attempt] = 0
                ended.add(attempt)
        refunds = [line["refund"] for line in moved if line["op"] == "refunded"]
        assert len(refunds) == len(set(refunds))
        assert sum(balance.values()) == self.mock.ledger.captured_total() >= 0
        assert self.voided <= ended


def test_the_laws_of_money() -> None:
    run_state_machine_as_test(Machine, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))
