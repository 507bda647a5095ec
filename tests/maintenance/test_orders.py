"""`pos orders`: every order in a line, beside a till that sells."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from pos.domain.model import changed
from pos.domain.money import format_money
from pos.domain.reason_text import worded
from tests.maintenance.support import DAY, Shell, sell, till_at
from tests.till.support import BREAD, NOON, TEA

TABLE = """\
1-1-1        2026-11-22 12:00  1 item             2.20 USD  cash 2.20
1-1-2        2026-11-22 12:00  1 item             4.50 USD  visa ••4242 4.50
1-1-3        2026-11-22 13:00  1 item             2.20 USD  visa ••4242 2.20
2-1-1        2026-11-22 13:00  1 item             4.50 USD  cash 4.50
"""


def receipts(told: str) -> list[str]:
    return [json.loads(line)["receipt"] for line in told.splitlines()]


def test_orders_are_listed_newest_last_while_a_till_has_the_store(shop: Path, shell: Shell) -> None:
    till = till_at(shop)
    assert shell("orders", "--store", shop) == TABLE
    till.close()


def test_for_programs_an_order_is_one_line_as_it_is_kept(shop: Path, shell: Shell) -> None:
    lines = [json.loads(line) for line in shell("orders", "--json", "--store", shop).splitlines()]
    assert [line["receipt"] for line in lines] == ["1-1-1", "1-1-2", "1-1-3", "2-1-1"]
    assert (lines[1]["sale"]["total"], lines[1]["sale"]["coupons"][0]["code"]) == (450, "TEN")
    till = till_at(shop)
    kept = [asyncio.run(till.find_order(line["id"])) for line in lines]
    said = [changed(order, sale=worded(order.sale, partial(format_money, exponent=2))) for order in kept]
    assert [order.model_dump(mode="json") for order in said] == lines
    assert lines[1]["sale"]["coupons"][0]["reason"] == "Coupon TEN, 10 %"
    till.close()


def test_a_day_is_what_was_closed_under_it_and_the_open_days_orders_of_that_date(shop: Path, shell: Shell) -> None:
    sell(shop, (BREAD, "cash"), now=NOON + timedelta(days=1))
    assert receipts(shell("orders", "--json", "--day", DAY, "--store", shop)) == ["1-1-1", "1-1-2", "1-1-3", "2-1-1"]
    assert receipts(shell("orders", "--json", "--day", "2026-11-23", "--store", shop)) == ["1-1-4"]
    assert shell("orders", "--day", "2026-11-24", "--store", shop) == ""
    refused = shell.refused("orders", "--day", "inventory", "--store", shop)
    assert refused == (
        "pos: unknown_day: No day was closed under the name inventory: "
        "say a date such as 2026-11-22, today or yesterday.\n"
    )


def test_the_day_and_the_time_are_the_shops_own(tmp_path: Path, shell: Shell) -> None:
    late = NOON + timedelta(hours=11, minutes=30)
    sell(tmp_path / "shop", (TEA, "cash"), now=late, settings={"timezone": "Europe/Berlin"})
    assert "2026-11-23 00:30" in shell("orders", "--day", "2026-11-23", "--store", tmp_path / "shop")
    assert shell("orders", "--day", DAY, "--store", tmp_path / "shop") == ""


def test_hostile_names_do_no_harm(shop: Path, shell: Shell) -> None:
    folder = shop.parent / "hostile"
    sell(folder, (TEA, "cash"), lane="1\x1b[2J\u202e")
    told = shell("orders", "--store", folder)
    assert told.startswith("1-1-1 ")
    assert "\x1b" not in told
    assert shell("orders", "--json", "--store", folder).isascii()


def test_it_is_said_in_german_too(shop: Path, shell: Shell, monkeypatch: object) -> None:
    file = shop.parent / "settings.toml"
    file.write_text('[screen]\nlanguage = "de"\nlocale = "de_DE"\n', "utf-8")
    first = shell("--settings", file, "orders", "--store", shop).splitlines()[0]
    assert first == "1-1-1        22.11.2026 12:00  1 Artikel          2,20 USD  bar 2,20"


def test_a_pipe_that_nobody_reads_leaves_no_trace(shop: Path) -> None:
    command = [sys.executable, "-m", "pos", "orders", "--json", "--store", str(shop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_a_folder_that_is_none_is_told(tmp_path: Path, shell: Shell) -> None:
    assert shell.refused("orders", "--store", tmp_path / "none").startswith("pos: store_unusable: ")
