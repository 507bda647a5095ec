"""A store of another version, with sales by tenders that this one does not know: all that looks after it still does."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from pos.till.till import Till
from tests.maintenance.support import DAY, LATER, Shell, receipts, till_at
from tests.till.other_tenders import STAMPS_LEFT, other_tenders, say
from tests.till.support import BREAD, CAKE, GOOD_CARD, TEA

ORDERS = """\
1-1-1        2026-11-22 12:00  1 item             5.00 USD  visa ••4242 5.00
1-1-2        2026-11-22 12:00  1 item             3.00 USD  cheque 1.00, cash 2.00
1-1-3        2026-11-22 12:00  1 item             2.20 USD  book ••777 2.20
"""
PAYMENTS = """\
Payments · 2026-11-22 · USD
             Payments  Taken  Change    Net
Cash                1   5.00    3.00   2.00
book                1   2.20    0.00   2.20
cheque              1   1.00    0.00   1.00
wallet visa         1   5.00    0.00   5.00
Total               4  13.20    3.00  10.20
"""


async def _sell(till: Till) -> None:
    for sku, *lines in (
        (CAKE, f"pay wallet {GOOD_CARD}"),
        (BREAD, "pay cheque 1.00", "pay cash 5.00"),
        (TEA, "pay book 777"),
        (TEA, "pay book 777 1.00"),
    ):
        till.add(sku)
        for line in lines:
            await say(till, line)
    await till.flush()


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A shop's folder with a sale by each of the other tenders, and a ticket that is paid in part by one."""
    folder = tmp_path / "foreign"
    with other_tenders():
        till_at(folder).close()
        store = open_store(folder)
        store.write({("counters", STAMPS_LEFT): {"on_hand": 700, "held": 0}})
        store.close()
        till = till_at(folder)
        asyncio.run(_sell(till))
        till.close()
    return folder


def test_its_orders_are_listed_exported_and_reported(foreign: Path, shell: Shell) -> None:
    assert shell("orders", "--store", foreign) == ORDERS
    exported = [
        json.loads(line)["sale"]["payments"] for line in shell("orders", "--json", "--store", foreign).splitlines()
    ]
    assert [[each["tender"] for each in payments] for payments in exported] == [
        ["wallet"],
        ["cheque", "cash"],
        ["book"],
    ]
    assert shell("report", "tenders", "--day", DAY, "--store", foreign) == PAYMENTS
    assert json.loads(shell("report", "tenders", "--json", "--store", foreign))["net"] == 1020
    assert json.loads(shell("report", "--json", "--store", foreign))["paid"] == 1020


def test_the_doctor_finds_nothing_wrong_and_repairs_nothing(foreign: Path, shell: Shell) -> None:
    assert [check for check in examine(foreign) if not check.ok] == []
    assert json.loads(shell("doctor", "--repair", "--json", "--store", foreign))["repaired"] == []


def test_it_is_backed_up_and_restored_and_its_day_closed(foreign: Path, shell: Shell) -> None:
    shell("close-day", "--store", foreign)
    shell("backup", foreign.parent / "copy.tar.gz", "--store", foreign)
    folder = foreign.parent / "restored"
    shell("restore", foreign.parent / "copy.tar.gz", "--store", folder)
    assert shell("orders", "--store", folder) == ORDERS
    assert [check for check in examine(folder) if not check.ok] == []


def test_its_receipts_are_printed_and_its_open_ticket_is_paid(foreign: Path) -> None:
    till = till_at(foreign, LATER)
    assert "CHEQUE" in asyncio.run(till.receipt("1-1-2"))
    assert "BOOK ••777" in asyncio.run(till.receipt("1-1-3"))
    asyncio.run(till.take())
    asyncio.run(till.pay_cash())
    till.close()
    assert receipts(foreign)[-1] == "1-1-4"
    left = read_folder(foreign).counter(STAMPS_LEFT)
    assert (left.on_hand, left.held) == (380, 0)
    assert [check for check in examine(foreign) if not check.ok] == []
