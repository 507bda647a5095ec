"""A folder of format 3, as an older program left it in the middle of two checkouts, which this one finishes."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.damage import FORMAT
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from pos.till.till import Till
from tests.maintenance.support import LATER, Shell, receipts, till_at
from tests.stores.samples import journal

FORMAT_3 = Path(__file__).parent.parent / "stores" / "format3"
"""A day of two orders, three since then, a charge whose answer was lost, and a part payment at another lane."""
SOLD = ["1-1-1", "1-1-2", "1-1-3", "1-1-4", "1-1-5"]


@pytest.fixture
def older(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(FORMAT_3, tmp_path / "older"))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


async def _finish(till: Till) -> None:
    await till.recover()
    assert (till.sale.state, till.sale.due) == ("part_paid", 200)
    await till.pay_cash()


def finish(folder: Path) -> None:
    """Find the charge out, and take the rest of the part payment."""
    till = till_at(folder, LATER, lane="2")
    asyncio.run(_finish(till))
    till.close()


def test_checkouts_that_an_older_program_began_are_finished_with_their_whole_sale(older: Path, shell: Shell) -> None:
    was = read_folder(older)
    assert receipts(older) == SOLD
    assert shell("doctor", "--store", older)
    begun = {held.order: held.sale for held in was.open_reservations()}
    finish(older)
    now = read_folder(older)
    assert receipts(older) == [*SOLD, "1-1-6", "2-1-1"]
    for order, sale in begun.items():
        found = now.order(order)
        assert found is not None
        assert (found.sale.priced, found.sale.ticket, found.sale.due) == (sale.priced, sale.ticket, 0)
    for receipt in SOLD:
        assert now.order(receipt) == was.order(receipt)
    assert all(check.ok for check in examine(older)), examine(older)
    store = open_store(older)
    assert store.tables.rows() == now.tables.rows()
    store.compact()
    assert read_folder(older).tables.rows() == now.tables.rows()
    store.close()


def test_what_an_older_program_would_misread_it_refuses(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(older)
    assert b'"sale_of":' in journal(older).read_bytes()
    monkeypatch.setattr("pos.stores.embedded.damage.FORMAT", 3)
    with pytest.raises(TillError, match=f"newer Tillkey .format {FORMAT}, this one reads up to 3.. Use that version"):
        open_store(older)


@pytest.mark.parametrize("finished", [False, True])
def test_a_backup_has_it_all_too(older: Path, tmp_path: Path, shell: Shell, finished: bool) -> None:
    if finished:
        finish(older)
    shell("backup", tmp_path / "copy", "--store", older)
    shell("restore", tmp_path / "copy", "--store", tmp_path / "restored")
    orders, restored = (shell("orders", "--json", "--store", folder) for folder in (older, tmp_path / "restored"))
    assert orders == restored
    if not finished:
        finish(tmp_path / "restored")
        told = shell("orders", "--json", "--store", tmp_path / "restored").splitlines()
        assert [json.loads(line)["sale"]["lines"][0]["sku"] for line in told[-2:]] == ["LAMP", "CAKE"]
