from __future__ import annotations

import pytest
from textual import events

from pos.testing import Cashier, open_till_app
from screens.render.panel import Panel
from tests.screens.shop import BREAD, MILK, SMALL


def place(cashier: Cashier, text: str, panel: str) -> tuple[int, int]:
    """Where a text is drawn on the screen."""
    found = cashier.app.screen.query_one(f"#{panel}", Panel)
    for y in range(found.size.height):
        drawn = found.render_line(y).text
        if text in drawn:
            return found.region.x + drawn.index(text), found.region.y + y
    raise AssertionError(f"{text!r} is not in {cashier.text(panel)}")


def click_at(cashier: Cashier, x: int, y: int, *, button: int = 1, up: tuple[int, int] | None = None) -> None:
    """Write what a terminal writes for a click, without waiting."""
    for kind, (at_x, at_y) in ((events.MouseDown, (x, y)), (events.MouseUp, up or (x, y))):
        cashier.app.post_message(
            kind(None, at_x, at_y, 0, 0, button, False, False, False, screen_x=at_x, screen_y=at_y)
        )


def wheel_at(cashier: Cashier, x: int, y: int, *, up: bool = False) -> None:
    """One notch of the wheel."""
    kind = events.MouseScrollUp if up else events.MouseScrollDown
    cashier.app.post_message(kind(None, x, y, 0, 0, 0, False, False, False, screen_x=x, screen_y=y))


async def hover(cashier: Cashier, x: int, y: int) -> None:
    """Write what a terminal writes when the pointer moves; what Pilot does runs outside of the app."""
    cashier.app.post_message(events.MouseMove(None, x, y, 0, 0, 0, False, False, False, screen_x=x, screen_y=y))
    await cashier.settled()


async def click(cashier: Cashier, text: str, panel: str, *, button: int = 1) -> None:
    click_at(cashier, *place(cashier, text, panel), button=button)
    await cashier.settled()


def quantities(cashier: Cashier) -> dict[str, str]:
    return {line.sku: str(line.quantity) for line in cashier.sale.lines}


async def test_a_click_chooses_a_line_of_the_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\nTEA\n{BREAD}\n")
    await click(cashier, "Green Tea", "ticket")
    assert cashier.app.chosen_line is not None
    assert cashier.app.chosen_line.sku == "TEA"
    await click(cashier, "on sale, was", "ticket")
    await cashier.keys("+")
    assert quantities(cashier) == {"MLK": "1", "TEA": "2", "RYE": "1"}


async def test_the_pilot_s_click_does_the_same(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n")
    await cashier.pilot.click("#ticket", offset=(12, 1))
    assert cashier.app.chosen_line is not None
    assert cashier.app.chosen_line.sku == "MLK"


async def test_a_hit_is_chosen_and_a_click_on_the_chosen_one_adds_it(cashier: Cashier) -> None:
    await cashier.keys("3*milk")
    await click(cashier, "Condensed Milk", "list")
    await click(cashier, "Whole Milk 1 L", "list")
    assert quantities(cashier) == {}
    await click(cashier, "Whole Milk 1 L", "list")
    assert quantities(cashier) == {"MLK": "3"}
    assert "milk" not in cashier.text("line")


async def test_a_ticket_set_aside_is_taken_up_by_a_click_though_its_name_is_typed(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{MILK}\n<f7>Bob\n{MILK}\n<f7>Bobbie\n<f8>bo")
    await click(cashier, "Bobbie", "list")
    await click(cashier, "Bobbie", "list")
    assert [held.name for held in cashier.till.held_tickets()] == ["Ada", "Bob"]


async def test_a_member_is_put_on_by_a_click() -> None:
    async with open_till_app("demo") as cashier:
        await cashier.keys("MILK-1L\n<f6>a")
        await click(cashier, "José Álvarez", "list")
        await click(cashier, "José Álvarez", "list")
        await cashier.settled()
        assert cashier.sale.member == "M1003"


async def test_a_click_adds_what_is_clicked_although_another_s_code_is_typed() -> None:
    goods = [{"sku": "MILK", "name": "Milk", "price": 100}, {"sku": "B", "name": "Milk bread", "price": 300}]
    async with open_till_app({**SMALL, "products": goods, "coupons": []}) as cashier:
        await cashier.keys("milk")
        await click(cashier, "Milk bread", "list")
        await click(cashier, "Milk bread", "list")
        assert quantities(cashier) == {"B": "1"}


async def test_categories_open_and_their_products_are_added(cashier: Cashier) -> None:
    await click(cashier, "→ browse", "line")
    await click(cashier, "Bakery", "list")
    assert "Rye Bread" in cashier.text("list")
    await click(cashier, "Rye Bread", "list")
    await click(cashier, "Rye Bread", "list")
    assert quantities(cashier) == {"RYE": "2"}
    await cashier.keys("<left>")
    await click(cashier, "Produce", "list")
    await click(cashier, "Vine Tomatoes", "list")
    assert "How many kg of Vine Tomatoes?" in cashier.text("line")
    await cashier.keys("0.5\n")
    assert quantities(cashier) == {"RYE": "2", "TOM": "0.5"}


@pytest.mark.till(size=(120, 30))
async def test_a_category_beside_the_ticket_opens(cashier: Cashier) -> None:
    await click(cashier, "Bakery", "shelf")
    assert "Rye Bread" in cashier.text("list")


@pytest.mark.till(size=(120, 30))
async def test_categories_stay_shut_while_a_code_is_typed(cashier: Cashier) -> None:
    await cashier.keys("20001")
    await click(cashier, "Bakery", "shelf")
    await cashier.keys("00000014\n")
    assert quantities(cashier) == {"MLK": "1"}


async def test_a_suggested_command_is_done_by_a_click(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/ca")
    await click(cashier, "/cart", "list")
    assert cashier.app.kind == "cart"
    await cashier.keys(f"{BREAD}\n")
    await click(cashier, "Whole Milk", "table")
    assert cashier.app.chosen_line is not None
    assert cashier.app.chosen_line.sku == "MLK"


async def test_a_held_ticket_is_taken_up(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<f7>Bob\n<f8>")
    await click(cashier, "Bob", "list")
    await click(cashier, "Bob", "list")
    assert quantities(cashier) == {"RYE": "1"}


async def test_only_the_left_button_and_only_a_click_on_one_thing_count(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n")
    for button in (2, 3):
        await click(cashier, "Whole Milk", "ticket", button=button)
    milk, bread = place(cashier, "Whole Milk", "ticket"), place(cashier, "Rye Bread", "ticket")
    click_at(cashier, *bread, up=milk)
    await cashier.settled()
    assert cashier.app.chosen_line is not None
    assert cashier.app.chosen_line.sku == "RYE"


async def test_the_wheel_chooses_as_the_arrows_do(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\nTEA\n{BREAD}\n")
    x, y = place(cashier, "Green Tea", "ticket")
    wheel_at(cashier, x, y, up=True)
    wheel_at(cashier, x, y, up=True)
    wheel_at(cashier, x, y)
    await cashier.settled()
    assert cashier.app.chosen_line is not None
    assert cashier.app.chosen_line.sku == "TEA"
    await cashier.keys("milk")
    wheel_at(cashier, *place(cashier, "Condensed", "list"))
    await cashier.keys("\n")
    assert "✗ Condensed Milk: none is free." in cashier.text("line")


async def test_a_click_keeps_its_place_among_the_keys(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n")
    milk = place(cashier, "Whole Milk", "ticket")
    cashier.burst("+")
    click_at(cashier, *milk)
    cashier.burst("++<f2>7\n")
    await cashier.settled()
    assert quantities(cashier) == {"MLK": "7", "RYE": "2"}


@pytest.mark.till(gateway="hold")
async def test_a_click_while_a_step_is_under_way_does_nothing(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n")
    milk = place(cashier, "Whole Milk", "ticket")
    cashier.burst("<f12>4242424242424242k")
    await cashier.until(lambda: cashier.app.working)
    cashier.app.home()
    click_at(cashier, *milk)
    wheel_at(cashier, *milk)
    await cashier.until(lambda: cashier.app._message_queue.empty())
    assert cashier.app.chosen_line is None or cashier.app.chosen_line.sku == "RYE"
    assert cashier.app.kept_keys == ()


async def test_a_question_is_not_answered_nor_moved_by_a_click(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<f2>")
    await click(cashier, "Whole Milk", "ticket")
    await cashier.keys("2\n")
    assert quantities(cashier) == {"MLK": "1", "RYE": "2"}


@pytest.mark.parametrize("size", [(80, 24), (120, 30)])
async def test_hovering_tells_a_name_that_is_cut(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"LONG\n{MILK}\n")
        ticket = cashier.app.screen.query_one("#ticket", Panel)
        x, y = place(cashier, "Long", "ticket")
        await hover(cashier, *(x, y))
        assert str(ticket.tooltip).strip() == ("Long " * 40).strip()
        x, y = place(cashier, "Whole Milk", "ticket")
        await hover(cashier, *(x, y))
        assert ticket.tooltip is None


async def test_a_key_of_the_footer_is_clicked_and_hovering_tells_what_it_does(cashier: Cashier) -> None:
    await click(cashier, "F12 Pay", "footer")
    assert "✗ There is nothing on this ticket to pay yet." in cashier.text("line")
    await cashier.keys(f"{MILK}\n")
    footer = cashier.app.screen.query_one("#footer", Panel)
    await hover(cashier, *place(cashier, "Pay", "footer"))
    assert str(footer.tooltip) == "Take the payment."
    await click(cashier, "Pay", "footer")
    assert cashier.app.kind == "payment"


@pytest.mark.till(size=(120, 50))
async def test_menu_help_and_palette_are_clicked(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f10>")
    for _ in range(2):
        await click(cashier, "Inspector", "page")
    assert (cashier.app.kind, cashier.app.inspecting) == ("sale", True)
    await cashier.keys("<f1>")
    await click(cashier, "Take the payment.", "page")
    assert cashier.app.kind == "payment"
    await cashier.keys("<escape><ctrl+p>rye")
    await click(cashier, "Rye Bread", "page")
    assert quantities(cashier) == {"MLK": "1", "RYE": "1"}
    await cashier.keys("<ctrl+p>")
    await click(cashier, "Hold", "page")
    assert cashier.app.kind == "palette"
    await click(cashier, "Hold", "page")
    assert "Hold under which name?" in cashier.text("line")


async def test_what_is_typed_after_a_click_goes_where_the_click_led(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n")
    click_at(cashier, *place(cashier, "Pay", "footer"))
    cashier.burst(f"20\n\n{BREAD}\n")
    await cashier.settled()
    assert quantities(cashier) == {"RYE": "1"}


async def test_a_click_on_an_action_ends_a_question(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f2>5")
    await click(cashier, "Disc", "footer")
    assert "“5” is not taken yet" in cashier.text("line")
    await cashier.keys("<backspace>")
    await click(cashier, "Disc", "footer")
    assert "Discount on Whole Milk 1 L" in cashier.text("line")
    await cashier.keys("10%\n")
    assert quantities(cashier) == {"MLK": "1"}
    assert cashier.sale.discount_total == 15
