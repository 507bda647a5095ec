"""How a till is opened for a test: what is wrong with its mark, whose bank is asked, and several tills of one shop."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.errors import TillError
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.testing import NOW, Bank, open_shop, open_till_app
from pos.till.till import Till
from tests.screens.shop import BREAD, MILK, SMALL
from tests.testing.conftest import Run, told_of_each

LATER = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)
LAST_EGG = {"products": [{"sku": "EGG", "name": "Egg", "price": 30, "stock": 1}]}


WRONG_MARKS = {
    'catalog="none.json"': ("none.json: cannot be read: No such file",),
    'catalog="broken.json"': ("broken.json: line 1, column 2: broken JSON",),
    'catalog="wrong.json"': ("wrong.json: products[0] (A).price: ",),
    'catalog={"products": [{"sku": "A"}]}': ("the test's catalog: products[0] (A).name: ",),
    'gateway="declin"': ("The gateway knows approve, decline CODE",),
    'language="xx"': ("'xx' is none of the languages",),
    'store="shop.json/folder"': ("shop.json",),
}


@pytest.mark.parametrize("fixture", ["cashier", "till"])
def test_a_mark_that_opens_no_till_fails_its_test_there(tmp_path: Path, run: Run, fixture: str) -> None:
    (tmp_path / "broken.json").write_text("{]")
    (tmp_path / "wrong.json").write_text(json.dumps({"products": [{"sku": "A", "name": "A", "price": -1}]}))
    (tmp_path / "shop.json").write_text("{}")
    tests = [
        f"@pytest.mark.till({mark})\nasync def test_{number}({fixture}):\n    pass\n"
        for number, mark in enumerate(WRONG_MARKS)
    ]
    test = tmp_path / "test_it.py"
    test.write_text("import pytest\n" + "".join(tests))
    done = run()
    told = told_of_each(done)
    assert done.returncode == 1
    assert len(told) == len(WRONG_MARKS), done.stdout
    for number, wanted in enumerate(WRONG_MARKS.values()):
        here = f"{test}:{2 + 3 * number}: the till cannot be opened as the mark says, till("
        assert all(text in told[f"test_{number}"] for text in (here, *wanted)), told
        assert len(told[f"test_{number}"].splitlines()) < 6, told


@pytest.mark.parametrize(("mark", "told"), [('size="80y24"', "'80y24' is no size"), ('theme="x"', "'x' is no theme")])
def test_a_mark_with_a_wrong_look_fails_its_test_there(tmp_path: Path, run: Run, mark: str, told: str) -> None:
    test = f"import pytest\n@pytest.mark.till({mark})\nasync def test_it(cashier):\n    pass\n"
    (tmp_path / "test_it.py").write_text(test)
    assert told in run().stdout


async def test_a_catalog_that_is_wrong_is_raised_by_the_block_too(tmp_path: Path) -> None:
    with pytest.raises(TillError, match=r"none\.json: cannot be read"):
        async with open_till_app(tmp_path / "none.json"):
            pass


async def test_a_store_that_is_in_use_is_raised_by_the_block(tmp_path: Path) -> None:
    with pytest.raises(TillError, match="in use"):
        async with open_till_app(SMALL, store=tmp_path), open_till_app(store=tmp_path):
            pass


def mock(clock: FrozenClock) -> MockGateway:
    return MockGateway(clock, Ledger(None), ids=SequentialIds())


@pytest.mark.parametrize("of_the_kit", [True, False])
async def test_the_bank_of_a_till_that_was_opened_by_hand_is_the_one_that_is_told(of_the_kit: bool) -> None:
    clock = FrozenClock(LATER)
    gateway = Bank(clock) if of_the_kit else mock(clock)

    def opening() -> Till:
        return open_till(clock=clock, gateway=gateway)

    async with open_till_app(opening=opening, gateway="decline insufficient_funds") as cashier:
        await cashier.scan("MILK-1L").pays_card().sees("DECLINED")
        await cashier.gateway("decline expired_card").pays_card().sees("expired")
        await cashier.gateway("hold").pays_card().sees("Esc cancels the card")
        await cashier.gateway("answer").waits_until(lambda: cashier.state == "paid")
        assert cashier.bank.charges == 3
        assert cashier.clock is clock
        assert "2031" in cashier.text() or "6 May" in cashier.text()


@pytest.mark.till(opening=lambda: open_till(gateway=mock(FrozenClock(NOW))), gateway="decline insufficient_funds")
async def test_the_bank_of_a_till_without_a_screen_is_told_too(till: Till) -> None:
    till.add("MILK-1L")
    with pytest.raises(TillError) as told:
        await till.pay_card("4242424242424242")
    assert told.value.code == "payment_declined"


class Deaf:
    """A gateway that takes no words."""

    def __getattr__(self, name: str) -> Any:
        if name in ("script", "plan"):
            raise AttributeError(name)
        return getattr(mock(FrozenClock(NOW)), name)


async def test_a_bank_that_takes_no_words_says_so() -> None:
    gateway: Any = Deaf()
    async with open_till_app(opening=lambda: open_till(gateway=gateway)) as cashier:
        with pytest.raises(AssertionError, match="a bank of its own, which takes no words"):
            await cashier.gateway("down")


async def test_two_tills_of_one_shop_share_store_bank_and_clock() -> None:
    with open_shop(LAST_EGG, gateway="decline insufficient_funds") as shop:
        async with shop.open_till_app() as one, shop.open_till_app(lane="2", size="120x30") as two:
            await one.scan("EGG").pays_card().sees("DECLINED")
            await two.scan("EGG").pays_card().waits_until(lambda: two.state == "paid")
            await one.presses("escape", "escape").says("void all")
            await one.scan("EGG", refused=True)
            assert (one.bank, one.clock) == (two.bank, two.clock) == (shop.bank, shop.clock)
            assert shop.bank.charges == 2
        with shop.open_till(lane="2") as till:
            receipt = (await till.find_order(None)).receipt
            assert receipt.startswith("2-")


async def test_a_till_of_a_shop_is_opened_again_and_finds_its_ticket(tmp_path: Path) -> None:
    with open_shop(SMALL, store=tmp_path / "store") as shop:
        async with shop.open_till_app() as cashier:
            await cashier.scan(MILK, times=2).presses("ctrl+q")
        async with shop.open_till_app() as cashier:
            await cashier.sees("Whole Milk", "ticket").scan(BREAD)
            assert cashier.sale.items == 3
            with pytest.raises(ValueError, match="lane '1' is open already"), shop.open_till():
                pass
    async with open_till_app(store=tmp_path / "store") as cashier:
        assert cashier.sale.items == 3


async def test_a_shop_speaks_its_language() -> None:
    with open_shop(SMALL, language="de") as shop, shop.open_till() as till:
        with pytest.raises(TillError, match="Kein Artikel hat den Code CAVIAR"):
            till.add("CAVIAR")
        async with shop.open_till_app("2") as cashier:
            await cashier.scan(MILK).sees("1,49")


def test_a_shop_with_a_wrong_catalog_or_words_is_refused() -> None:
    with pytest.raises(TillError, match="the test's catalog: products"), open_shop({"products": 3}):
        pass
    with pytest.raises(TillError, match="The gateway knows"), open_shop(gateway="declin"):
        pass


async def test_an_app_of_ones_own_is_run() -> None:
    from screens.app.till_app import TillApp

    class OwnApp(TillApp):
        TITLE = "Our till"

    async with open_till_app(SMALL, app=OwnApp) as cashier:
        assert (cashier.app.title, cashier.app.opened) == ("Our till", True)
