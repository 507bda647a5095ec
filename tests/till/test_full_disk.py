"""Disks that are really full or read-only: a sale is refused before its charge or finished; later selling goes on."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from pos.till.catalog_loading import load_catalog
from tests.till.support import GOOD_CARD, Counter, catalog_file, counter

PLENTY = 100_000
TEA = {"sku": "TEA", "name": "Tea", "price": 200, "stock": PLENTY}


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """What the system refuses to write beyond, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def shop(folder: Path) -> Iterator[Counter]:
    """A till on a store in a folder, with plenty of tea; its bank's ledger is elsewhere."""
    store = open_store(folder)
    if not store.keys("products"):
        load_catalog(store, catalog_file(products=[TEA]), demo=True)
    with counter(store) as at:
        yield at
    store.close()


async def sell(at: Counter, *, cash: bool) -> None:
    at.till.add("TEA")
    await (at.till.pay_cash() if cash else at.till.pay_card(GOOD_CARD))


async def sell_on(at: Counter, *, cash: bool) -> None:
    while True:
        await sell(at, cash=cash)


async def sells_until_refused_and_goes_on(at: Counter, make_room: Callable[[], None]) -> None:
    """Sells by card and cash in turns on a disk that fills up, until both are refused; then there is room again."""
    for cash in (False, True):
        with pytest.raises(TillError) as caught:
            await sell_on(at, cash=cash)
        assert caught.value.code == "store_unusable"
        assert "Make room" in caught.value.message
        assert [line.sku for line in at.sale.lines] == ["TEA"]
        assert at.sale.state == "open"
        at.till.void_all()
    sold = len(list(at.store.orders()))
    assert sold > 20
    captured = [charge for charge in at.gateway.ledger.charges() if charge.kept]
    assert len(captured) == sum(order.sale.payments[0].tender == "card" for order in at.store.orders())
    assert not [charge for charge in at.gateway.ledger.charges() if charge.state == "asked"]
    make_room()
    for cash in (True, False):
        await sell(at, cash=cash)
    assert len(list(at.store.orders())) == sold + 2
    assert at.stock("TEA") == (PLENTY - sold - 2, 0)
    assert at.store.open_reservations() == ()


async def test_files_that_may_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos.stores.embedded.journal.ROOM", 40_000)
    with shop(tmp_path / "shop") as at, ExitStack() as limit:
        limit.enter_context(files_no_longer_than(150_000))
        await sells_until_refused_and_goes_on(at, limit.close)


@pytest.mark.slow
async def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """As root: a tmpfs of 3 MiB."""
    folder = tmp_path / "disk"
    with mounted(folder, "-t", "tmpfs", "-o", "size=3m", "tmpfs"):
        (folder / "filler").write_bytes(bytes(1024 * 1024))
        with shop(folder / "shop") as at:
            await sells_until_refused_and_goes_on(at, (folder / "filler").unlink)


@pytest.mark.slow
def test_a_disk_that_is_read_only(tmp_path: Path) -> None:
    """As root: the store is refused with a sentence, and who only reads may."""
    folder = tmp_path / "disk"
    with mounted(folder, "-t", "tmpfs", "-o", "size=3m", "tmpfs"):
        with shop(folder / "shop"):
            pass
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with pytest.raises(TillError) as caught:
            open_store(folder / "shop")
        assert caught.value.code == "store_unusable"
        assert "Read-only" in caught.value.message
        assert read_folder(folder / "shop").counter("stock:TEA").on_hand == PLENTY
