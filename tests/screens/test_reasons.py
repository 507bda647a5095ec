"""Why a discount is given: told behind its size, and asked for where the shop wants it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.domain.reasons import ManualAmount, ManualPercent
from pos.settings.loading import load
from pos.settings.sources import Sources
from pos.testing import Cashier
from screens.kit.values import Asks
from tests.screens.shop import BREAD, MILK


def reasons(cashier: Cashier) -> list[str | None]:
    """Why something was taken off, in the cashier's words."""
    found = [discount.reason for discount in cashier.sale.discounts]
    return [reason.why for reason in found if isinstance(reason, ManualAmount | ManualPercent)]


@pytest.fixture
def asked(cashier: Cashier) -> Cashier:
    """A till that asks why."""
    cashier.app.asks = Asks(discount_reason=True)
    return cashier


@pytest.mark.parametrize("size", ["<f4>10%\n", "10%<f4>", "<f4>1\n", "<ctrl+d>10%\n", "10%<ctrl+d>"])
async def test_a_reason_is_asked_for_where_the_shop_wants_it(asked: Cashier, size: str) -> None:
    await asked.keys(f"{MILK}\n{size}").sees("Why", "line").keys("\n")
    assert asked.sale.discount_total == 0
    await asked.keys("dented box\n")
    assert (reasons(asked), asked.sale.discount_total > 0) == (["dented box"], True)
    await asked.keys("<f12>c").sees("dented box")


@pytest.mark.parametrize("keys", ["<f4>10% dented box\n", "10% dented box<f4>", "<f4>10 % dented box\n"])
async def test_a_reason_that_was_typed_is_not_asked_for(asked: Cashier, keys: str) -> None:
    await asked.keys(f"{MILK}\n{keys}")
    assert reasons(asked) == ["dented box"]


async def test_no_reason_is_asked_for_no_discount_nor_by_a_script(asked: Cashier) -> None:
    await asked.keys(f"{MILK}\n/discount 1 10%\n")
    assert asked.sale.discount_total == 15
    await asked.keys("0<f4>")
    assert asked.sale.discount_total == 0


async def test_what_is_not_answered_takes_nothing_off(asked: Cashier) -> None:
    await asked.keys(f"{MILK}\n10%<f4><escape>")
    assert asked.sale.discount_total == 0
    await asked.keys("10%<f4>").scan(BREAD).sees("Still asked: Why 10% off Whole Milk 1 L?", "line").keys("old\n")
    assert (reasons(asked), len(asked.sale.lines)) == (["old"], 2)


async def test_an_amount_that_is_too_much_is_settled_before_its_reason(asked: Cashier) -> None:
    await asked.keys(f"{MILK}\n<f4>10\n").sees("is more than", "line").keys("\n").sees("Why 10% off", "line")
    await asked.keys("dented\n")
    assert (reasons(asked), asked.sale.discount_total) == (["dented"], 15)


async def test_the_shop_says_so_in_its_settings(cashier: Cashier, tmp_path: Path) -> None:
    await cashier.keys(f"{MILK}\n<f4>").sees("then why", "line").keys("10%\n")
    assert (reasons(cashier), cashier.sale.discount_total) == ([None], 15)
    file = tmp_path / "settings.toml"
    file.write_text("[ask]\ndiscount_reason = true\n", "utf-8")
    cashier.app.adopt(load(Sources(file, {}, {})).settings)
    await cashier.keys("20%<f4>").sees("Why 20% off Whole Milk 1 L?", "line")
