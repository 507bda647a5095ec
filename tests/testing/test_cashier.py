"""The cashier's words, and what is said when something does not come."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pos.testing import Cashier, open_till_app
from pos.till.till import Till
from tests.screens.shop import BREAD, MILK, SMALL
from tests.testing.conftest import Run

POOR_CARD = "4000000000009995"


async def test_a_sale_in_a_cashiers_words(cashier: Cashier) -> None:
    await cashier.scan("MILK-1L").coupon("SAVE10").pays_card(POOR_CARD).sees("declined")
    assert (cashier.kind, cashier.state) == ("payment", "open")
    await cashier.presses("escape").scan("MILK-1L", times=2).discount("10%").pays_cash("20").sees("CHANGE")
    assert (cashier.kind, cashier.state) == ("receipt", "paid")


@pytest.mark.till(catalog=SMALL)
async def test_every_other_word(cashier: Cashier) -> None:
    await cashier.scan(MILK).scan("TOM", times="0.412").discount("0.50", line=1).member("M1").sees("Ada", "ticket")
    await cashier.void(2).sees_not("Vine Tomatoes", panel="ticket").holds("lunch").scan(BREAD).void("all")
    await cashier.recalls("lunch").waits_until(lambda: cashier.sale.member == "M1").types("3<4").sees("3<4", "line")
    await cashier.presses("escape").says("qty 1 4").resize(100, 40)
    assert (cashier.app.size, cashier.sale.items) == ((100, 40), 4)


@pytest.mark.till(catalog=SMALL, gateway="decline insufficient_funds; hold")
async def test_the_bank_answers_as_it_is_told_and_when(cashier: Cashier) -> None:
    await cashier.scan(MILK).pays_card().sees("Esc cancels the card")
    assert cashier.till.waiting_for_card
    await cashier.gateway("answer").sees("DECLINED")
    await cashier.pays_card().waits_until(lambda: cashier.state == "paid")
    assert cashier.bank.charges == 2


@pytest.mark.till(catalog=SMALL, now=datetime(2030, 1, 2, 9, 30, tzinfo=UTC))
def test_a_till_without_a_screen(till: Till) -> None:
    assert till.add(MILK).total == 149
    assert till.catalog.shop.name == "Corner Store"


@pytest.mark.till(catalog=SMALL, language="de")
async def test_another_language(cashier: Cashier) -> None:
    await cashier.scan(MILK).sees("1,49")


async def test_what_is_not_seen_is_told_with_the_screen_and_the_step(cashier: Cashier) -> None:
    with pytest.raises(AssertionError, match=r"'Caviar' is not seen\. The sale screen, 80×24:") as told:
        await cashier.scan("MILK-1L").sees("Caviar").scan("BREAD-RYE")
    assert "Whole Milk" in str(told.value)
    assert told.value.__notes__ == ["in: await cashier.scan('MILK-1L').→ sees('Caviar') ←"]
    assert [line.sku for line in cashier.sale.lines] == ["MILK-1L"]
    with pytest.raises(AssertionError, match="still seen"):
        await cashier.sees_not("Milk")


async def test_two_apps_at_once() -> None:
    async with open_till_app() as one, open_till_app(SMALL, size="120x30") as other:
        await one.scan("MILK-1L")
        await other.scan(MILK, times=2)
        assert (one.sale.items, other.sale.items) == (1, 2)


async def test_an_error_in_the_app_fails_the_step(cashier: Cashier) -> None:
    def broken() -> None:
        raise ZeroDivisionError("a bug")

    cashier.app.call_later(broken)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        await cashier.sees("Milk")


def test_a_chain_that_is_not_awaited_fails_its_test(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text('async def test_it(cashier):\n    cashier.scan("MILK-1L").sees("Milk")\n')
    done = run()
    assert done.returncode == 1
    assert "Nothing of this was done, since it was not awaited:" in done.stdout
    assert "cashier.scan('MILK-1L').sees('Milk')" in done.stdout


def test_an_error_that_nobody_caught_fails_the_test_at_its_end(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text("async def test_it(cashier):\n    cashier.app.call_later(lambda: 1 / 0)\n")
    done = run()
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout
