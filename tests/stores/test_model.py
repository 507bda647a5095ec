"""Any sequence of steps, reopenings and crashes against a plain model of dicts."""

from __future__ import annotations

from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import rule

from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.contract.machine import Contract
from tests.stores.samples import crash, journal


def opened(folder: Path) -> EmbeddedStore:
    return open_store(folder, replace_at=1500)


class Steps(Contract):
    """The embedded store, which is closed, killed and opened again, and whose journal is replaced."""

    store: EmbeddedStore

    def made(self, folder: Path) -> EmbeddedStore:
        return opened(folder)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = opened(self.path)
        assert self.store.notices == ()

    @rule()
    def crash(self) -> None:
        crash(self.store)
        self.store = opened(self.path)
        assert self.store.notices == ()

    @rule()
    def compact(self) -> None:
        self.store.compact()

    @rule()
    def compact_and_crash_before_the_old_journal_is_gone(self) -> None:
        self.store.wait()
        path = journal(self.path)
        old = path.read_bytes()
        self.store.compact()
        crash(self.store)
        path.write_bytes(old)
        self.store = opened(self.path)


TestSteps = Steps.TestCase
TestSteps.settings = settings(max_examples=20, stateful_step_count=40, deadline=None)
