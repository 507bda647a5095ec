from __future__ import annotations

from typing import Any

import pytest

from pos.testing import Cashier, open_till_app
from screens.palette.screen import PaletteScreen
from tests.screens.shop import BREAD, LAST_ONE, MILK, SMALL


def page(cashier: Cashier) -> str:
    return cashier.text("page")


def chosen(cashier: Cashier) -> str:
    screen = cashier.app.screen
    assert isinstance(screen, PaletteScreen)
    assert screen.chosen is not None
    return screen.chosen.text


@pytest.mark.till(size=(120, 50))
async def test_it_lists_what_applies_now_and_last_what_does_not_with_the_reason(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+p>")
    sections = page(cashier).partition("NOT NOW")
    assert "Help" in sections[0]
    assert "Pay" not in sections[0]
    assert "There is nothing on this ticket to pay yet." in sections[2]
    await cashier.keys(f"<escape>{MILK}\n<ctrl+p>")
    sections = page(cashier).partition("NOT NOW")
    assert "Pay" in sections[0]
    assert "F12" in sections[0]
    assert "Recall" in sections[2]


async def test_words_in_any_order_and_a_slip_are_enough(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+p>")
    for typed, name in (
        ("disc tick", "Ticket discount"),
        ("receit", "Last receipt"),
        ("milk whole", "Whole Milk 1 L"),
    ):
        await cashier.keys(f"{typed}")
        assert chosen(cashier) == name
        await cashier.keys("<escape>")
    assert cashier.app.kind == "palette"


async def test_an_action_is_done_on_the_screen_below(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+p>price\n")
    assert "Price of Whole Milk 1 L" in cashier.text("line")
    await cashier.keys("1\n")
    assert cashier.sale.total == 100
    await cashier.keys("<ctrl+t><ctrl+p>quan\n3\n")
    assert (cashier.app.kind, int(cashier.sale.lines[0].quantity)) == ("cart", 3)


async def test_an_action_that_cannot_be_done_says_why_and_the_palette_stays(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+p>pay\n")
    assert cashier.app.kind == "palette"
    assert "✗ There is nothing on this ticket to pay yet." in cashier.text("line")
    await cashier.keys("x")
    assert "✗" not in cashier.text("line")


async def test_a_product_is_added_and_a_weighed_one_asks(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+p>rye\n")
    assert (cashier.app.kind, [line.sku for line in cashier.sale.lines]) == ("sale", ["RYE"])
    await cashier.keys("<ctrl+p>tomat\n")
    assert "How many kg of Vine Tomatoes?" in cashier.text("line")
    await cashier.keys("0.5\n")
    assert str(cashier.sale.lines[1].quantity) == "0.5"


async def test_a_product_that_is_out_says_so(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<ctrl+p>candle\n")
    assert "✗" in cashier.text("line")
    assert int(cashier.sale.lines[0].quantity) == 1


async def test_a_ticket_set_aside_is_taken_up_or_says_why_not(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<ctrl+p>ada\n")
    assert cashier.app.kind == "palette"
    assert "✗ Pay, hold or void this ticket first: something is on it." in cashier.text("line")
    await cashier.keys("<escape><escape><f7>Bob\n<ctrl+p>ada\n")
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]
    assert "is taken up again" in cashier.text("line")


@pytest.mark.till(size=(120, 50))
async def test_receipts_are_found_newest_first_by_number_and_id(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n" * 8)
    await cashier.keys("\n<ctrl+p>")
    listed = [line.split()[1] for line in page(cashier).splitlines() if "≡" in line and "Receipt" in line]
    assert [number for number in listed if number.startswith("1-1-")] == []
    numbers = [word for line in page(cashier).splitlines() for word in line.split() if word.startswith("1-1-")]
    assert numbers == ["1-1-8", "1-1-7", "1-1-6", "1-1-5", "1-1-4"]
    await cashier.keys("1-1-2")
    assert chosen(cashier) == "Receipt 1-1-2"
    await cashier.keys("\n")
    assert cashier.app.kind == "receipt"
    assert "1-1-2" in cashier.text("paid")
    order = (await cashier.till.find_order("1-1-3")).id
    await cashier.keys(f"\n<ctrl+p>{order}")
    assert chosen(cashier) == "Receipt 1-1-3"


@pytest.mark.parametrize("end", ["\n", "\t"])
async def test_a_scan_while_it_is_open_is_not_lost(cashier: Cashier, end: str) -> None:
    await cashier.keys(f"<ctrl+p>{MILK}{end}")
    await cashier.keys(f"<ctrl+p>pa{MILK}{end}")
    await cashier.keys(f"<ctrl+p>3*{MILK}{end}{BREAD}{end}")
    assert [(line.sku, int(line.quantity)) for line in cashier.sale.lines] == [("MLK", 5), ("RYE", 1)]


@pytest.mark.till(size=(120, 50))
async def test_over_the_payment_it_offers_actions_only_and_a_code_goes_on_the_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12><ctrl+p>")
    assert "Cash" in page(cashier)
    assert "PRODUCTS" not in page(cashier)
    await cashier.keys(f"{BREAD}\n")
    assert (cashier.app.kind, cashier.state) == ("sale", "open")
    assert [line.sku for line in cashier.sale.lines] == ["MLK", "RYE"]
    await cashier.keys("<f12><ctrl+p>cash\n")
    assert (cashier.state, cashier.sale.change) == ("paid", 0)


async def test_keys_of_the_screen_below_work_and_its_own_closes_it(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+p><f12>")
    assert cashier.app.kind == "payment"
    await cashier.keys("<escape>/palette\n")
    assert cashier.app.kind == "palette"
    await cashier.keys("<ctrl+p>")
    assert cashier.app.kind == "sale"


async def test_nothing_found_is_said_and_what_was_typed_stays(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+p>xqzzyqq\n")
    assert "✗ Nothing fits that." in cashier.text("line")
    assert "xqzzyqq" in cashier.text("line")


@pytest.mark.till(size=(160, 50), catalog="demo")
async def test_a_number_is_a_code_or_a_receipt_and_no_part_of_a_product_s_name(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n\n<ctrl+p>1-1-1")
    assert "PRODUCTS" not in page(cashier)
    assert chosen(cashier) == "Receipt 1-1-1"
    assert "CORNER STORE" in cashier.text("detail").upper()
    await cashier.keys("<escape>4664")
    assert chosen(cashier) == "Vine Tomatoes"
    assert "4664" in cashier.text("detail")


@pytest.mark.till(size=(120, 30))
async def test_hostile_names_are_drawn_as_they_are(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+p>gift")
    assert "Gift [Large]" in page(cashier)
    assert "\u001b" not in cashier.text()


async def test_a_big_catalog_is_never_listed_whole() -> None:
    goods: dict[str, Any] = {
        **SMALL,
        "products": [{"sku": f"P{n}", "name": f"Thing {n}", "price": 100} for n in range(500)],
    }
    async with open_till_app(goods) as cashier:
        await cashier.keys("<ctrl+p>thing")
        screen = cashier.app.screen
        assert isinstance(screen, PaletteScreen)
        assert len(screen.entries) == 20


async def test_what_was_looked_for_before_a_scan_is_told(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+p>mil").scan(BREAD).sees("“mil” was not taken along", "line")
    assert [line.sku for line in cashier.sale.lines] == ["RYE"]
