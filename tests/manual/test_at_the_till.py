"""What the page for cashiers quotes of the till is what the till says."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Final

from pos.testing import open_till_app
from screens.testing.cashier import Cashier
from tests.manual.papers import ROOT, page

SHOP: Final = {"products": [{"sku": "C", "name": "Chocolate", "price": 150, "barcodes": ["2000900000023"]}]}
SCANNED: Final = {
    "20009000000232000900000023": False,
    "A2000900000023": True,
    "A4011": False,
    "]C12000900000023": True,
    "\x022000900000023": True,
    "2000900000023A": False,
    'éàààçààààààé"': False,
    "4006381333931": False,
    "2000900000024": False,
}
"""What a scanner sends, and whether the product is sold."""


def quoted(section: str) -> list[str]:
    """What is quoted in a section, between what is left out of it."""
    text = page("cashier").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [part.strip() for each in re.findall("`([^`]+)`", text) for part in each.split("…") if " " in part.strip()]


def told(cashier: Cashier) -> str:
    return " ".join(cashier.text().replace("│", " ").replace("▌", " ").split())


async def test_what_a_scanner_that_is_set_wrong_does() -> None:
    heard = []
    async with open_till_app(SHOP) as cashier:
        for code, sold in SCANNED.items():
            await cashier.burst(f"{code}\n")
            assert bool(cashier.sale.lines) is sold, code
            heard.append(told(cashier))
            await cashier.keys("<f3>" if sold else "<escape>")
    sentences = [each for each in quoted("Scanners") if each[0] in "“N" or each.endswith(".")]
    assert len(sentences) == 7
    for sentence in sentences:
        assert any(sentence in each for each in heard), sentence


async def test_what_the_till_says_after_a_power_cut(tmp_path: Path) -> None:
    free, paid, checked, part = (each for each in quoted("When the power fails") if each[0] in "T1")
    for gateway, keys, after, sentence in (
        ("hold", "k", "approve", free),
        ("timeout after", "k", "down", checked),
        ("approve", "1\n", "approve", part),
    ):
        async with open_till_app(SHOP, store=tmp_path / gateway, gateway=gateway) as cashier:
            await cashier.keys(f"C\n<f12>{keys}")
        async with open_till_app(store=tmp_path / gateway, gateway=after) as cashier:
            await cashier.sees(sentence)
    picture = ROOT / "tests" / "demo" / "__tillkey_snapshots__" / "test_flows" / "crash-and-recovery-80x24.svg"
    assert paid in unescape(re.sub("<[^>]+>", "", picture.read_text("utf-8"))).replace("\xa0", " ")
