"""The cashier's words, and what is said when something does not come."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pos.domain.errors import TillError
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


@pytest.mark.till(SMALL)
async def test_keys_type_what_they_are_called_after(cashier: Cashier) -> None:
    await cashier.presses("v", "i", "n", "e", "space", "t").sees("vine t", "line").presses("escape")
    await cashier.scan(MILK).presses("plus").waits_until(lambda: cashier.sale.items == 2)


@pytest.mark.parametrize(("key", "near"), [("esc", "escape"), ("F12", "f12"), ("Enter", "enter"), ("arrow", "Such as")])
async def test_a_key_that_is_none_is_refused(cashier: Cashier, key: str, near: str) -> None:
    with pytest.raises(ValueError, match=rf"There is no key '{key}'\..*{near}"):
        await cashier.presses(key)


@pytest.mark.till(SMALL)
async def test_a_text_with_angles_is_typed_as_it_is(cashier: Cashier) -> None:
    await cashier.scan("A<F12>B").sees("A<F12>B", "line")
    await cashier.scan(MILK).holds("<b>").recalls("<b>").waits_until(lambda: cashier.sale.items == 1)


@pytest.mark.till(SMALL, language="de", size="120x30")
def test_a_till_without_a_screen_speaks_the_marks_language(till: Till) -> None:
    with pytest.raises(TillError, match="Kein Artikel hat den Code CAVIAR"):
        till.add("CAVIAR")


async def test_what_is_said_to_a_chain_that_was_done_is_refused(cashier: Cashier) -> None:
    chain = cashier.scan("MILK-1L")
    await chain
    with pytest.raises(RuntimeError, match=r"was done already: say sees\('Milk'\) to the cashier"):
        chain.sees("Milk")


async def test_an_app_that_has_ended_takes_no_keys(cashier: Cashier) -> None:
    await cashier.presses("ctrl+q")
    for step in cashier.scan("MILK-1L"), cashier.sees("Milk"), cashier.pays_cash():
        with pytest.raises(AssertionError, match="The app has ended"):
            await step


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
    assert "pytest_asyncio/plugin.py" not in done.stdout


@pytest.mark.parametrize("fixture", ["cashier", "till"])
def test_a_mark_that_means_nothing_fails_its_test(tmp_path: Path, run: Run, fixture: str) -> None:
    test = f'import pytest\n@pytest.mark.till(lang="de")\nasync def test_it({fixture}):\n    pass\n'
    (tmp_path / "test_it.py").write_text(test)
    done = run()
    assert done.returncode == 1
    assert "The mark till: got an unexpected keyword argument 'lang'. It takes catalog, size," in done.stdout


def test_a_folders_own_options_hold_beside_the_marks(tmp_path: Path, run: Run) -> None:
    (tmp_path / "shop.json").write_text(json.dumps(SMALL))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(
        "import pytest\n@pytest.fixture\ndef till_options(till_options):\n"
        '    return {"catalog": "../shop.json", "language": "de"} | till_options\n'
    )
    mark = 'import pytest\n@pytest.mark.till(size="120x30")\n'
    test = f'{mark}async def test_it(cashier):\n    await cashier.scan("{MILK}").sees("1,49")\n'
    (tmp_path / "tests" / "test_it.py").write_text(test)
    done = run()
    assert done.returncode == 0, done.stdout


async def test_a_theme_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'tilkey' is no theme: say one of ansi-dark, .*tillkey-dark"):
        async with open_till_app(theme="tilkey"):
            pass


def test_an_error_that_nobody_caught_fails_the_test_at_its_end(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text("async def test_it(cashier):\n    cashier.app.call_later(lambda: 1 / 0)\n")
    done = run()
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout
