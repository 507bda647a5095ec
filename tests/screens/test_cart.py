from __future__ import annotations

import pytest

from pos.testing import Cashier, open_till_app
from tests.screens.shop import BREAD, MILK, SMALL


async def test_every_step_of_a_line_s_price_is_shown(cashier: Cashier) -> None:
    await cashier.keys(f"TEA\n2*{BREAD}\n<f4>10%\n<f6>M1\n<ctrl+t>")
    steps = cashier.text("steps")
    for text in ("List price", "3.20", "× 2", "6.40", "10 % off", "−0.64", "Member 5 %", "Tax food 2.5 %", "Total"):
        assert text in steps
    await cashier.keys("<up>")
    assert "On sale, was 4.50" in cashier.text("steps")
    assert "No tax" in cashier.text("steps")
    assert "Line discounts" in cashier.text("sums")


async def test_lines_are_changed_here_as_on_the_sale_screen(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<ctrl+t>+<up><f2>5\n")
    assert {line.sku: int(line.quantity) for line in cashier.sale.lines} == {"MLK": 5, "RYE": 2}
    await cashier.keys("<ctrl+e>1.00\n")
    assert cashier.sale.lines[0].unit_price == 100
    assert "Price changed, was 1.49" in cashier.text("steps")
    await cashier.keys("<delete>")
    assert [line.sku for line in cashier.sale.lines] == ["RYE"]
    await cashier.keys("<escape>")
    assert cashier.app.kind == "sale"


async def test_a_scan_here_is_added(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+t>{BREAD}\n")
    assert [line.sku for line in cashier.sale.lines] == ["MLK", "RYE"]


async def test_the_ticket_is_paid_from_here(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+t><f12>c\n")
    assert cashier.app.kind == "sale"
    assert cashier.sale.state == "paid"


@pytest.mark.till(size=(60, 18))
async def test_a_small_terminal_still_shows_totals_and_footer(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<ctrl+t>")
    assert "total" in cashier.text("table")
    assert "3.28" in cashier.text("table")
    assert "Total" in cashier.text("sums")
    assert cashier.app.screen.query_one("#footer").region.bottom == 18


async def test_large_amounts_never_touch_what_stands_beside_them() -> None:
    goods = [{"sku": "SAFE", "name": "Steel Safe " * 5, "price": 1234567890}]
    async with open_till_app({**SMALL, "products": goods}) as cashier:
        await cashier.keys("3*SAFE\n<f4>10%\n")
        assert "12,345,678.90 37,037,036.70" in " ".join(cashier.text("ticket").split())
        await cashier.keys("<ctrl+t>")
        assert "12,345,678.90 −3,703,703.67 33,333,333.03" in " ".join(cashier.text("table").split())
