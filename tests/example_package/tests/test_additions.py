"""What the shop adds to its till, tested with the kit as the program's own screens are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.testing import extended, open_till_app

if TYPE_CHECKING:
    from pos.testing import Cashier
    from pos.till.till import Till

SHOP = Path(__file__).with_name("shop.json")
TEA, GOOD, POOR = "2000100000014", "4242424242424242", "4000000000009995"

pytestmark = pytest.mark.till(catalog="shop.json", extensions=["my-shop"])


@pytest.mark.till(size="160x50")
async def test_the_action_has_its_key_its_word_its_help_and_its_screen(cashier: Cashier) -> None:
    await cashier.sees("Ctrl+L Price check", panel="footer").presses("f1").sees("without selling it")
    await cashier.presses("escape", "ctrl+p").types("look up").sees("Price check").presses("enter")
    assert cashier.kind == "price-check"
    await cashier.scan(TEA).sees("Green Tea", panel="page").sees("4.50", panel="page")
    await cashier.scan("2099999999999").sees("Nothing is called like this.").sees_not("Green Tea", panel="page")
    await cashier.sees("Esc Back", panel="footer").presses("f1").sees("PRICE CHECK").presses("escape", "escape")
    assert (cashier.kind, cashier.sale.lines) == ("sale", ())
    await cashier.keys("/price-check\nnothing\n").sees("Nothing is called like this.")


async def test_a_wallet_is_declined_and_charged_again(cashier: Cashier) -> None:
    await cashier.scan(TEA).gateway("decline insufficient_funds").presses("f12").sees("Wallet").keys(f"{GOOD}w")
    await cashier.sees("DECLINED").presses("r").sees("••4242", panel="paid")
    assert cashier.state == "paid"
    assert [(each.tender, each.state) for each in cashier.sale.payments] == [("wallet", "captured")]


@pytest.mark.till(gateway="timeout after")
async def test_a_wallet_that_does_not_answer_is_found_charged(cashier: Cashier) -> None:
    await cashier.scan(TEA).says(f"pay wallet {GOOD}").sees("NO ANSWER")
    await cashier.till.recover()
    assert cashier.till.checking() == ()
    (order,) = [await cashier.till.find_order()]
    assert order.sale.payments[0].tender == "wallet"


async def test_the_word_is_said_at_the_till(cashier: Cashier) -> None:
    await cashier.scan(TEA).says("more 2").sees("Green Tea: 3 now.")
    assert int(cashier.sale.lines[0].quantity) == 3


@pytest.mark.till(theme="plum")
async def test_the_colours_are_worn(cashier: Cashier) -> None:
    assert cashier.app.theme_variables["background"].lower() == "#17121a"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_KEY", "of the test")


async def test_the_gateway_the_store_and_the_printer_are_chosen_by_their_addresses(tmp_path: Path) -> None:
    paper = tmp_path / "receipts.txt"

    def opening() -> Till:
        return open_till("stall://market", catalog=SHOP, gateway="acme://bank", printer=f"file://{paper}")

    async with open_till_app(opening=opening, extensions=["my-shop"]) as cashier:
        await cashier.keys(f"{TEA}\n<f12>{POOR}k").sees("DECLINED").keys("k").sees("visa ••4242")
        assert cashier.state == "paid"
        await cashier.presses("ctrl+r")
        await cashier.waits_until(paper.exists)
        assert "Green Tea" in paper.read_text("utf-8")


async def test_a_bank_that_takes_too_long_is_asked_again_what_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bank, enough = import_module("my_shop.bank").Bank, Event()
    charge = bank.charge

    def slow(*words: Any) -> Any:
        answer = charge(*words)
        enough.wait()
        return answer

    monkeypatch.setattr(bank, "charge", slow)
    with extended("my-shop"):
        till = open_till("stall://market", catalog=SHOP, gateway="acme://bank", timeout=0.05)
        till.add("CUP")
        with pytest.raises(TillError) as refusal:
            await till.pay_card("reader")
        assert (refusal.value.code, till.sale.state) == ("payment_unknown", "checking")
        (ending,) = await till.recover()
        enough.set()
        assert ending.outcome == "committed"
        till.close()


def test_without_the_banks_key_no_card_is_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME_KEY")
    with extended("my-shop"):
        till = open_till("stall://market", catalog=SHOP, gateway="acme://bank")
        assert list(map(str, till.notices)) == ["No card can be charged: The bank's key is missing: set ACME_KEY."]
        till.close()


def pos(home: Path, *arguments: str, say: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """What the installed program does."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "pos", *arguments],
        input=say, capture_output=True, text=True, env=kept | {"HOME": str(home)} | environ, cwd=home, timeout=60,
        check=False,
    )  # fmt: skip


def test_all_are_there_in_a_script(tmp_path: Path) -> None:
    script = f"{TEA}\nmore\npay card {POOR}\nexpect error payment_declined\npay card reader 1\n"
    script += f"pay wallet {GOOD}\nexpect state paid\n"
    ran = pos(
        tmp_path, "run", "--store", "stall://market", "-",
        say=script, ACME_KEY="of the test", TILLKEY_TILL_CATALOG=str(SHOP), TILLKEY_TILL_GATEWAY="acme://bank",
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Green Tea: 2 now." in ran.stdout


def test_plugins_lists_one_of_each(tmp_path: Path) -> None:
    ran = pos(tmp_path, "plugins", "--json")
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    mine = [each for each in found if each["package"] == "my-shop"]
    assert all(each["ok"] for each in mine), ran.stdout
    assert {each["group"].removeprefix("tillkey."): each["name"] for each in mine} == {
        "stores": "stall", "gateways": "acme", "printers": "file", "tenders": "wallet", "verbs": "more",
        "actions": "price-check", "themes": "plum",
    }  # fmt: skip


def test_a_broken_package_beside_it_is_named_and_left_out(tmp_path: Path) -> None:
    metadata = tmp_path / "broken-0.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 0.1\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[tillkey.verbs]\nmore = broken_shop:MORE\n", "utf-8")
    path = os.pathsep.join((*filter(None, [os.environ.get("PYTHONPATH")]), str(tmp_path)))
    ran = pos(tmp_path, "run", "-", say="MILK-1L\nmore\nexpect lines.1.quantity 2\n", PYTHONPATH=path)
    assert ran.returncode == 0
    assert ran.stderr == (
        "pos: broken 0.1: more of tillkey.verbs is left out: "
        "it cannot be loaded (ModuleNotFoundError: No module named 'broken_shop').\n"
    )
