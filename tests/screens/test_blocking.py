"""No key waits for a store: what is asked of it on the event loop is counted, key by key."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest

import pos.bootstrap
from pos.domain.ports import Archive, Store
from pos.testing import Cashier, open_till_app
from tests.screens.shop import MILK, SMALL

KEYS = {
    "letters of a search": (["m", "i", "l"], ""),
    "a search and its choice": (["milk", "<down>", "<enter>"], ""),
    "a scan": ([MILK, "<enter>"], ""),
    "one more and one fewer": ([f"{MILK}\n", "+", "-"], ""),
    "an exact cash payment": ([f"{MILK}\n", "<f12>", "c"], ""),
    "a typed amount, and the next customer": ([f"{MILK}\n", "<f12>", "5", "<enter>", f"{MILK}", "<enter>"], ""),
    "a receipt that is scrolled": ([f"{MILK}\n", "<f12>", "c", "<down>", "<up>", "<escape>"], ""),
    "a card": ([f"{MILK}\n", "<f12>", "k"], ""),
    "a card that is declined": ([f"{MILK}\n", "<f12>", "k"], "decline insufficient_funds"),
    "a part, then the rest": ([f"3*{MILK}\n", "<f12>", "1", "<enter>", "c"], ""),
    "payments that are being checked": (
        [f"{MILK}\n", "<f12>", "k", "<f9>", "<down>", "<up>", "<enter>", "<escape>"],
        "timeout before",
    ),
    "a ticket set aside and taken up": ([f"{MILK}\n", "<f7>", "<enter>", "<f8>", "<enter>"], ""),
    "a member": ([f"{MILK}\n", "<f6>", "1001", "<enter>"], ""),
    "a coupon": ([f"{MILK}\n", "<f5>", "NOPE", "<enter>", "<escape>"], ""),
    "the menu": (["<f10>", "p", "a", "y", "<escape>"], ""),
    "a receipt, printed and shown again": ([f"{MILK}\n", "<f12>", "c", "<ctrl+r>", "<enter>", "<ctrl+r>"], ""),
    "what is found by its name": (["<ctrl+p>", "m", "i", "l", "k", "<down>", "<escape>", "<escape>"], ""),
    "a receipt that is found": (
        [f"{MILK}\n", "<f12>", "c", "<enter>", "<ctrl+p>", "1", "-", "1", "-", "1", "<enter>"],
        "",
    ),
    "a receipt that there is not": (["<ctrl+r>", "<ctrl+p>", "1", "-", "9", "<enter>"], ""),
    "the inspector and the help": (["<f11>", "<escape>", "<f1>", "<escape>"], ""),
}


class Counting:
    """Stands before a store, and counts what is asked of it, or of its archive, on an event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    @property
    def archive(self) -> Archive:
        return cast("Archive", self)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store if hasattr(self._store, name) else self._store.archive, name)
        if name in {"view", "take_notices"} or not callable(found):
            return found

        def counted(*args: Any, **kwargs: Any) -> Any:
            if asyncio._get_running_loop() is not None:
                self.calls[name] += 1
            return found(*args, **kwargs)

        return counted


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[Counting]:
    """The stores that were opened, counting."""
    opened: list[Counting] = []
    open_store = pos.bootstrap.open_store

    def counting(address: Path | str | None, *_of_a_server: object) -> Counting:
        opened.append(Counting(open_store(address)))
        return opened[-1]

    monkeypatch.setattr(pos.bootstrap, "open_store", counting)
    return opened


async def asked(cashier: Cashier, store: Counting, keys: list[str]) -> dict[str, Counter[str]]:
    """What was asked on the event loop for each key, and in the second in which nothing is pressed."""
    store.calls.clear()
    found: dict[str, Counter[str]] = {}
    for number, key in enumerate([*keys, ""]):
        if key:
            await cashier.keys(key)
        else:
            cashier.clock.advance(1)
            cashier.app.tick()
            await cashier.app.recover()
        found[f"{number} {key}"] = Counter(store.calls)
        store.calls.clear()
    return found


@pytest.mark.parametrize("kind", ["folder", "memory"])
@pytest.mark.parametrize("case", KEYS)
async def test_no_key_waits_for_a_store(case: str, kind: str, tmp_path: Path, stores: list[Counting]) -> None:
    keys, gateway = KEYS[case]
    folder = tmp_path / "shop" if kind == "folder" else None
    async with open_till_app(SMALL, store=folder, gateway=gateway) as cashier:
        told = await asked(cashier, stores[0], keys)
    assert {key: calls for key, calls in told.items() if calls} == {}


async def test_what_is_asked_on_the_event_loop_is_counted(stores: list[Counting]) -> None:
    async with open_till_app(SMALL) as cashier:
        stores[0].calls.clear()
        stores[0].archive.recent_orders(1)
        cast("Store", stores[0]).get("shop", "shop")
        await asyncio.to_thread(stores[0].archive.recent_orders, 1)
        assert cashier.kind == "sale"
        assert stores[0].calls == {"recent_orders": 1, "get": 1}
