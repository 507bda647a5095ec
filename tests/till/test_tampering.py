"""The store's files taken away while a till has it open: nothing is charged, nothing is said to be paid that is not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.stores.embedded.store import open_store
from pos.till.catalog_loading import load_catalog
from tests.till.support import CAKE, GOOD_CARD, Counter, catalog_file, counter

TAMPERINGS = pytest.mark.parametrize(
    ("hand", "undone"),
    [
        ("mv $S/journal-* $P", "mv $P/journal-* $S"),
        ("cp -r $S $P/copy; rm -r $S", "cp -r $P/copy $S"),
        ("mv $S $P/away; mkdir $S", "rmdir $S; mv $P/away $S"),
    ],
)
PAYMENTS = pytest.mark.parametrize(
    "pay",
    [
        lambda at: at.till.pay_cash(),
        lambda at: at.till.pay_cash(100),
        lambda at: at.till.pay_card(GOOD_CARD),
        lambda at: at.till.pay_card(GOOD_CARD, 100),
    ],
    ids=["cash", "cash in part", "card", "card in part"],
)
Pay = Callable[[Counter], Awaitable[Any]]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Counter]:
    store = open_store(tmp_path / "store")
    load_catalog(store, catalog_file(), demo=True)
    with counter(store) as at:
        yield at
    store.close()


def shell(script: str, folder: Path) -> None:
    place = folder / "place"
    place.mkdir(exist_ok=True)
    subprocess.run(["sh", "-ec", f"S={folder / 'store'} P={place}; {script}"], check=True)


async def refusal(step: Awaitable[object]) -> TillError:
    with pytest.raises(TillError) as refused:
        await step
    return refused.value


@TAMPERINGS
@PAYMENTS
async def test_nothing_is_taken_and_selling_goes_on_when_the_files_are_back(
    tmp_path: Path, at: Counter, pay: Pay, hand: str, undone: str
) -> None:
    at.till.add(CAKE)
    await at.till.flush()
    shell(hand, tmp_path)
    for _ in range(2):
        error = await refusal(pay(at))
        assert error.code == "store_unusable"
        assert "put it back" in error.message
    assert at.gateway.ledger.charges() == ()
    assert len(at.till.sale.lines) == 1, "the ticket is kept"
    shell(undone, tmp_path)
    await pay(at)
    if at.till.sale.state == "part_paid":
        await at.till.pay_cash()
    assert at.till.sale.receipt == "1-1-1"
    assert at.stock(CAKE) == (3, 0)


@TAMPERINGS
async def test_files_that_vanish_while_the_card_is_charged(tmp_path: Path, at: Counter, hand: str, undone: str) -> None:
    """The money is taken, and nobody says that it is paid before it is on record."""
    at.till.add(CAKE)
    await at.till.flush()
    charge = at.gateway.charge

    async def charged(*args: Any) -> Any:
        answer = await charge(*args)
        shell(hand, tmp_path)
        return answer

    at.gateway.charge = charged  # type: ignore[assignment,method-assign]
    error = await refusal(at.till.pay_card(GOOD_CARD))
    at.gateway.charge = charge  # type: ignore[method-assign]
    assert error.code == "payment_unknown"
    assert "The card was charged, but the sale could not be written down" in error.message
    assert "put it back" in error.message
    assert (at.till.sale.state, at.till.sale.receipt) == ("checking", None)
    shell(undone, tmp_path)
    await at.till.recover()
    (order,) = at.store.orders()
    assert order.receipt == "1-1-1"
    assert [charge.kept for charge in at.gateway.ledger.charges()] == [order.sale.total]


@contextmanager
def script(folder: Path) -> Iterator[tuple[Callable[[str], Any], subprocess.Popen[str]]]:
    """`pos run` in a new store, which has sold a cake: what tells it a line and gives its answer, and the program."""
    store = folder / "store"
    open_till(store, catalog=catalog_file()).close()
    shell("cp -r $S $P/older", folder)
    command = [sys.executable, "-m", "pos", "run", "-", "--json", "--store", str(store)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        written, read = program.stdin, program.stdout
        assert written is not None
        assert read is not None

        def told(line: str) -> Any:
            written.write(f"{line}\n")
            written.flush()
            return json.loads(read.readline())

        told(f"add {CAKE}")
        assert told("pay cash")["sale"]["receipt"] == "1-1-1"
        yield told, program
        written.close()
        program.wait()


@pytest.mark.parametrize("pay", ["pay cash", "pay card reader"])
@pytest.mark.parametrize("hand", ["rm -r $S", "mv $S $P/away; cp -r $P/older $S"])
def test_a_script_ends_and_says_why(tmp_path: Path, hand: str, pay: str) -> None:
    with script(tmp_path) as (told, program):
        shell(hand, tmp_path)
        answer = told(f"add {CAKE}")
        if answer["ok"]:
            answer = told(pay)
        assert answer["error"]["code"] == "store_unusable"
        assert str(tmp_path / "store") in answer["error"]["message"]
    assert program.returncode == 1


@pytest.mark.parametrize("pay", ["pay cash", "pay card reader"])
def test_a_script_whose_journal_is_removed_for_good_has_all_it_told_on_record(tmp_path: Path, pay: str) -> None:
    receipts = ["1-1-1"]
    with script(tmp_path) as (told, _program):
        shell("rm $S/journal-*", tmp_path)
        for line in (f"add {CAKE}", pay):
            answer = told(line)
            if answer["ok"] and answer["sale"]["state"] == "paid":
                receipts.append(answer["sale"]["receipt"])
    store = open_store(tmp_path / "store")
    assert [order.receipt for order in store.orders()] == receipts
    store.close()
