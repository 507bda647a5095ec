"""`pos report`: what was sold, for people and for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pos.clock_and_ids import SystemClock
from pos.reports.report import columns
from pos.reports.table import REPORTS
from tests.maintenance.conftest import made_shop, shell, shop
from tests.maintenance.support import DAY, Shell, sell, till_at
from tests.till.support import LAMP, NOON, TEA

__all__ = ["made_shop", "shell", "shop"]

SALES = """\
Sales · 2026-11-22 · USD
Orders                         4
Items                          4
Subtotal                   14.00
Coupons, percentages       -1.00
Tax standard 10 % on 4.00   0.40
Total                      13.40
Paid                       13.40
"""
PAYMENTS = """\
Payments · all days · USD
           Payments  Taken  Change    Net
Cash              2   6.70    0.00   6.70
Card visa         2   6.70    0.00   6.70
Total             4  13.40    0.00  13.40
"""


def test_a_day_is_told_while_a_till_has_the_store(shop: Path, shell: Shell) -> None:
    till = till_at(shop)
    assert shell("report", "--day", DAY, "--store", shop) == SALES
    assert shell("report", "day", "--day", DAY, "--store", shop) == SALES
    assert shell("report", "tenders", "--store", shop) == PAYMENTS
    till.close()


def test_today_is_the_date_in_the_shops_zone(tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, late = tmp_path / "shop", NOON.replace(hour=23, minute=30)
    sell(folder, (TEA, "cash"), now=NOON, settings={"timezone": "Europe/Berlin"})
    sell(folder, (TEA, "cash"), (TEA, "card"), now=late)
    monkeypatch.setattr(SystemClock, "now", lambda _clock: late)
    told = shell("report", "--day", "today", "--store", folder).splitlines()
    assert (told[0], told[1].split()) == ("Sales · 2026-11-23 · USD", ["Orders", "2"])
    assert json.loads(shell("report", "--day", "today", "--json", "--store", folder))["day"] == "2026-11-23"
    assert len(shell("orders", "--day", "today", "--store", folder).splitlines()) == 2


def test_yesterday_is_the_date_before_though_a_clock_was_put_forward_in_between(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, sold = tmp_path / "shop", datetime(2026, 3, 28, 12, tzinfo=UTC)
    sell(folder, (TEA, "cash"), now=sold, settings={"timezone": "Europe/Berlin"})
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime(2026, 3, 29, 22, 15, tzinfo=UTC))
    assert shell("orders", "--day", "yesterday", "--store", folder) == ""
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime(2026, 3, 29, 21, 45, tzinfo=UTC))
    assert len(shell("orders", "--day", "yesterday", "--store", folder).splitlines()) == 1
    assert shell("report", "--day", "yesterday", "--store", folder).startswith("Sales · 2026-03-28 · USD\n")


def test_for_programs_a_report_is_one_object(shop: Path, shell: Shell) -> None:
    found = json.loads(shell("report", "--json", "--store", shop))
    assert (found["report"], found["day"], found["currency"]) == ("day", None, "USD")
    assert (found["orders"], found["subtotal"], found["total"]) == (4, 1400, 1340)
    assert found["discounts"] == [{"kind": "coupon_percent", "amount": 100}]
    assert found["taxes"] == [{"name": "standard", "rate": "10", "included": False, "net": 400, "tax": 40}]
    paid = json.loads(shell("report", "tenders", "--day", DAY, "--json", "--store", shop))
    cash = {"tender": "cash", "brand": None, "count": 2, "taken": 670, "change": 0, "net": 670}
    assert (paid["day"], paid["net"], paid["tenders"][0]) == (DAY, 1340, cash)


def test_cash_rounding_and_included_tax_are_told_as_on_a_receipt(tmp_path: Path, shell: Shell) -> None:
    folder, settings = tmp_path / "shop", {"tax_inclusive": True, "cash_rounding": {"step": 15, "mode": "up"}}
    sell(folder, (TEA, "cash"), (LAMP, "card"), settings=settings)
    assert shell("report", "--store", folder).splitlines()[4:] == [
        "Total                        22.00",
        "incl. standard 10 % on 1.82   0.18",
        "Cash rounding                 0.10",
        "Paid                         22.10",
    ]


def test_of_no_orders_nothing_is_told(shop: Path, shell: Shell) -> None:
    told = shell("report", "--day", "2026-11-24", "--store", shop)
    assert told.splitlines()[1].split() == ["Orders", "0"]
    refused = shell.refused("report", "--day", "inventory", "--store", shop)
    assert (
        refused == "pos: unknown_day: No day was closed under the name inventory: "
        "say a date such as 2026-11-22, today or yesterday.\n"
    )


def test_each_is_named_in_the_help_and_completed(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        shell("report", "--help")
    told = " ".join(capsys.readouterr().out.split())
    assert all(f"{name} ({report.title})" in told for name, report in REPORTS.items())
    assert f"({' '.join(REPORTS)})" in shell("completion", "bash")
    with pytest.raises(SystemExit) as refusal:
        shell("report", "nonsense")
    assert refusal.value.code == 2


def test_hostile_names_do_no_harm() -> None:
    told = list(columns([("", "Net"), ("visa\x1b\u202e\n", "1.00"), ("x", "10.00")]))
    assert told == ["        Net", "visa   1.00", "x     10.00"]


def test_it_is_said_in_german_too(shop: Path, shell: Shell) -> None:
    file = shop.parent / "settings.toml"
    file.write_text('[screen]\nlanguage = "de"\nlocale = "de_DE"\n', "utf-8")
    told = shell("--settings", file, "report", "tenders", "--store", shop).splitlines()
    assert told[0] == "Zahlungen · alle Tage · USD"
    assert told[2].split() == ["Bar", "2", "6,70", "0,00", "6,70"]
