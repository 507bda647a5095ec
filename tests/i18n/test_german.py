"""Selling in German: what is typed and seen, and that every screen has room for the longer words."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any, Final

import pytest

from pos.testing import open_till_app
from screens.testing.cashier import Cashier
from tests.i18n.test_pseudo import EVERY
from tests.screens.test_snapshots import PAUSE

LADEN: Final[dict[str, Any]] = {
    "store": {"name": "Eckladen", "currency": "EUR", "timezone": "Europe/Berlin", "tax_inclusive": True},
    "taxes": [{"name": "MwSt", "rate": "2.5"}],
    "products": [
        {"sku": "RAD", "name": "Lastenrad", "price": 123450, "tax": "MwSt"},
        {"sku": "TOM", "name": "Tomaten", "price": 398, "unit": "kg"},
    ],
    "coupons": [{"code": "ALT", "type": "percentage", "value": "10", "ends": "2025-01-31"}],
    "members": [{"id": "K1", "name": "Ada Müller", "discount": "2.5"}],
}


async def arrive(cashier: Cashier, state: str) -> None:
    for part in EVERY[state].replace("0.412*", "0,412*").split(PAUSE):
        await cashier.keys(part)


@pytest.mark.parametrize("state", EVERY)
async def test_no_caption_question_or_label_is_cut(state: str) -> None:
    async with open_till_app(size="80x24", language="de") as cashier:
        await arrive(cashier, state)
        seen = cashier.text().splitlines()
        framed = [edge for line in seen for edge in re.findall("[╭╰].*?[╮╯]", line)]
        assert "Hilfe" in seen[-1] or "Zurück" in seen[-1]
        assert [line for line in (*framed, seen[-1]) if "…" in line] == []
        if cashier.kind == "sale":
            assert "…" not in cashier.text("line")
        if cashier.kind == "payment":
            assert "…" not in cashier.text("paying")


async def test_a_sale_in_german() -> None:
    async with open_till_app(LADEN, language="de") as cashier:
        await cashier.keys("RAD\n0,412*TOM\n")
        assert [(line.sku, line.total) for line in cashier.sale.lines] == [("RAD", 123450), ("TOM", 164)]
        await cashier.sees("Warenwert").sees("1.236,14").sees("0,412 kg")
        await cashier.keys("<f4>1,50 Delle\n")
        await cashier.sees("1,50 Rabatt, Delle")
        assert cashier.sale.lines[1].total == 14
        await cashier.keys("<ctrl+e>4,10\n<f2>1,5\n")
        assert (cashier.sale.lines[1].unit_price, str(cashier.sale.lines[1].quantity)) == (410, "1.5")


async def test_what_can_be_read_in_two_ways_is_asked_back() -> None:
    async with open_till_app(LADEN, language="de") as cashier:
        await cashier.keys("RAD\n<f2>1.500\n")
        await cashier.sees("„1.500“ ist nicht eindeutig; 1,500 oder 1500 eingeben.")
        assert cashier.sale.lines[0].quantity == 1


async def test_a_payment_and_its_receipt_in_german() -> None:
    async with open_till_app(LADEN, language="de", size="120x30") as cashier:
        await cashier.keys("/member K1\nRAD\n<f12>1.234,50\n")
        await cashier.sees("RÜCKGELD").sees("Kundenrabatt 2,5 %")
        receipt = await cashier.till.receipt()
    assert (
        receipt
        == """\
                 Eckladen

Beleg 1-1-1               22.11.2025 20:03
Bon 1-1
Kunde Ada Müller
------------------------------------------
Lastenrad                         1.234,50
------------------------------------------
Warenwert                         1.234,50
Kundenrabatt 2,5 %                  -30,86
SUMME EUR                         1.203,64
inkl. MwSt 2,5 % von 1.174,28        29,36
------------------------------------------
BAR                               1.234,50
Rückgeld                             30,86

               Vielen Dank!
"""
    )


async def test_the_sign_of_the_currency_stands_behind_an_amount() -> None:
    async with open_till_app(LADEN, language="de") as cashier:
        await cashier.keys("RAD\n<f5>")
        await cashier.sees("1.234,50 € zu zahlen")
        await cashier.keys("ALT\n")
        await cashier.sees("Gutschein ALT ist am 31.01.2025 abgelaufen.")


async def test_a_command_speaks_the_tills_language_whatever_people_speak() -> None:
    async with open_till_app(LADEN, language="de") as cashier:
        await cashier.keys("/0.412*TOM\n/discount 1 1.50\n/price 1 4.00\n")
        assert cashier.sale.lines[0].quantity.as_integer_ratio() == (103, 250)
        assert cashier.sale.lines[0].unit_price == 400
        await cashier.keys("/expect total 0.15\n")
        await cashier.sees("Wie erwartet.")


def test_a_script_tells_in_german_and_computes_as_ever() -> None:
    """Words change with the language; figures, codes and states of `--json` do not."""
    script = "2*MILK-1L\nNOPE\npay cash 20\n"
    told = []
    for language in ("C", "de_DE.UTF-8"):
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TILLKEY"))}
        done = subprocess.run(
            [sys.executable, "-m", "pos", "run", "-", "--json", "--keep-going", "--now", "2025-11-22T12:00:00+00:00"],
            input=script, capture_output=True, text=True, check=False, env=environ | {"LC_ALL": language},
        )  # fmt: skip
        told.append([json.loads(line) for line in done.stdout.splitlines()])
    english, german = told
    assert english[1]["error"]["message"].startswith("No product has the code NOPE.")
    assert german[1]["error"]["message"].startswith("Kein Artikel hat den Code NOPE.")
    assert [line["sale"]["total"] for line in english] == [line["sale"]["total"] for line in german]
    assert [line["sale"]["state"] for line in german] == ["open", "open", "paid"]
    assert german[1]["error"]["code"] == "unknown_code"


def test_a_script_for_people_is_told_in_german() -> None:
    environ = os.environ | {"LC_ALL": "de_DE.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "pos", "run", "-", "--now", "2025-11-22T12:00:00+00:00"],
        input="1000*CHOC-DARK\nMILK-1L\npay cash 20.00\n", capture_output=True, text=True, check=False, env=environ,
    )  # fmt: skip
    assert "frei" in done.stdout
    done = subprocess.run(
        [sys.executable, "-m", "pos", "run", "-", "--now", "2025-11-22T12:00:00+00:00"],
        input="MILK-1L\npay cash 20.00\n", capture_output=True, text=True, check=False, env=environ,
    )  # fmt: skip
    assert "1 Artikel, zu zahlen 1,53" in done.stdout
    assert "Rückgeld 18,47" in done.stdout
