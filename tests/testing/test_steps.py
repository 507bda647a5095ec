"""Scans that are taken or refused, and what is told of a step that failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pos.testing import Cashier
from screens.testing.app_user import Refused
from tests.screens.shop import BREAD, MILK, SMALL
from tests.testing.conftest import Run, told_of_each


@pytest.mark.parametrize("code", ["CHOC-DRK", "TOTTE", "milk", "CAVIAR", "5901234123458", "EGGS7"])
async def test_a_scan_takes_exact_codes_only(cashier: Cashier, code: str) -> None:
    with pytest.raises(AssertionError, match=f"The till refused it: .*{code}.* The sale screen, 80×24"):
        await cashier.scan(code)


@pytest.mark.till(catalog=SMALL)
async def test_a_scan_that_adds_nothing_fails_its_test(cashier: Cashier) -> None:
    with pytest.raises(Refused, match="The payment screen"):
        await cashier.scan(MILK).presses("f12").types("1").scan(BREAD)


@pytest.mark.till(catalog={"products": [{"sku": "EGG", "name": "Egg", "price": 30, "stock": 1}]})
async def test_a_refusal_is_expected_by_what_is_seen_next_or_by_saying_so(cashier: Cashier) -> None:
    await cashier.scan("EGG").scan("EGG", refused=True).scan("CAVIAR").sees("CAVIAR").scan("EGG", 2).sees("1 is free")
    with pytest.raises(Refused):
        await cashier.scan("EGG").sees("Egg")
    with pytest.raises(Refused):
        await cashier.scan("EGG").settled().sees("Egg")
    await cashier.void("all")
    with pytest.raises(AssertionError, match="The till took it, and should have refused it"):
        await cashier.scan("EGG", refused=True)


@pytest.mark.till(catalog=SMALL)
@pytest.mark.parametrize(
    "step",
    [
        lambda at, **how: at.coupon("SAVE1O", **how),
        lambda at, **how: at.member("M99", **how),
        lambda at, **how: at.discount("10%", line=7, **how),
        lambda at, **how: at.void(7, **how),
        lambda at, **how: at.recalls("nobody", **how),
        lambda at, **how: at.says("qty 1 9999999", **how),
        lambda at, **how: at.says("dance", **how),
    ],
)
async def test_whatever_the_till_refuses_fails_its_test_unless_it_is_expected(cashier: Cashier, step: Any) -> None:
    await cashier.scan(MILK)
    with pytest.raises(Refused, match="The till refused it: "):
        await step(cashier)
    await step(cashier, refused=True)


@pytest.mark.till(catalog=SMALL)
async def test_every_spelling_of_a_code_is_exact(cashier: Cashier) -> None:
    await cashier.scan("mlk").scan(MILK).scan(MILK, times=2).scan("TOM", times="0.412").scan(f"0{MILK}")
    assert cashier.sale.lines[0].quantity == 5


FAILING_STEPS = {
    'scan("CHOC-DRK")': "The till refused it: ",
    'presses("esc")': "There is no key 'esc'.",
    'gateway("declin")': "The gateway knows approve,",
    'sees("Caviar")': "'Caviar' is not seen.",
    'sees("Caviar", panel="tickets")': "This screen has no panel 'tickets'.",
    'clicks("Caviar")': "'Caviar' is not seen, so it cannot be clicked on.",
    "waits_until(lambda: 1 / 0)": "ZeroDivisionError: division by zero",
    "presses('ctrl+q').types('x')": "The app has ended: nobody takes 'x'.",
}


def test_a_step_that_fails_is_told_with_the_screen_and_the_steps_and_no_source(tmp_path: Path, run: Run) -> None:
    tests = [
        f'async def test_{number}(cashier):\n    await cashier.scan("MILK-1L").{step}\n'
        for number, step in enumerate(FAILING_STEPS)
    ]
    (tmp_path / "test_it.py").write_text("".join(tests))
    done = run()
    assert done.returncode == 1
    told_of = told_of_each(done)
    assert len(told_of) == len(FAILING_STEPS), done.stdout
    for number, wanted in enumerate(FAILING_STEPS.values()):
        told = told_of[f"test_{number}"]
        assert wanted in told
        assert "The sale screen, 80×24:" in told or "The app has ended." in told
        assert "in: await cashier.scan('MILK-1L')." in told
        assert len(told.splitlines()) < 50
    for source in ("pos/testing", "screens/testing", "self._", "screens/driver"):
        assert source not in done.stdout


def test_a_picture_that_differs_is_told_without_the_kits_source(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text('async def test_it(cashier, snap):\n    await snap("one")\n')
    done = run()
    assert "one-80x24: there is no such picture yet." in done.stdout
    assert "pos/testing" not in done.stdout
    assert "screens/testing" not in done.stdout
    assert len(done.stdout.splitlines()) < 30
