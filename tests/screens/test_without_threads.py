"""The app on a machine that gives it no further thread."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pos import log
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.testing import open_till_app
from tests.screens.shop import MILK, SMALL
from tests.stores.test_compaction import no_threads


async def test_it_opens_sells_by_cash_and_by_card_and_tells_of_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.open_log(tmp_path / "log")
    asked = no_threads(monkeypatch)
    async with open_till_app(SMALL, store=tmp_path / "shop") as cashier:
        await cashier.keys(f"{MILK}\n<f12>c")
        assert cashier.kind == "receipt"
        await cashier.keys(f"{MILK}\n<f12>k")
        assert cashier.kind == "receipt"
        await cashier.keys("<f1><escape><f11><escape>")
        for _ in range(3):
            await cashier.app.recover()
        notices = [event.text for event in cashier.app.log_of_events if event.event == "notice"]
    log.close_log()
    assert asked
    assert len(notices) == 1
    assert "starts no further thread" in notices[0]
    assert (tmp_path / "log").read_text().count("starts no further thread") == 1
    assert [order.receipt for order in read_folder(tmp_path / "shop").orders()] == ["1-1-1", "1-1-2"]


async def test_a_journal_that_cannot_be_replaced_is_told_once_in_the_log_and_then_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[EmbeddedStore] = []

    def short(folder: Path, *_of_a_server: object) -> EmbeddedStore:
        opened.append(open_store(folder, replace_at=1000))
        return opened[-1]

    monkeypatch.setattr("pos.bootstrap.open_store", short)
    start = threading.Thread.start

    def refused(thread: threading.Thread) -> None:
        if thread.name == "compaction":
            raise RuntimeError("can't start new thread")
        start(thread)

    log.open_log(tmp_path / "log")
    async with open_till_app(SMALL, store=tmp_path / "shop") as cashier:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refused)
            for _ in range(3):
                await cashier.keys(f"{MILK}\n<f12>c")
                await cashier.app.recover()
                assert cashier.kind == "receipt"
        for _ in range(40):
            await cashier.keys(f"{MILK}\n<f12>c")
        opened[0].wait()
        assert not opened[0].trouble
    log.close_log()
    assert (tmp_path / "log").read_text().count("The journal could not be replaced by a snapshot yet") == 1
    assert len(list(read_folder(tmp_path / "shop").orders())) == 43
