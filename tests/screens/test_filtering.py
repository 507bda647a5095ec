"""Typing in any list leaves what fits, marks what was typed, and keeps the place; a scan is never typed into a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.domain.lane_status import LaneStatus, ServerStanding
from pos.settings.sources import Sources
from pos.testing import Cashier, open_till_app
from screens.kit.filtering import Fitting, fitting
from tests.screens.shop import BREAD, MILK, SMALL
from tests.screens.test_lanes import status

NAMES = {"void": "Void", "void-all": "Void all", "hold": "Hold", "price": "Price"}
ABOUTS = {"void": "Take a line off", "void-all": "Take all off", "hold": "Set aside", "price": "Another price"}


def test_what_fits_stays_in_the_list_s_order() -> None:
    assert fitting("", NAMES, ABOUTS) == Fitting(tuple(NAMES))
    assert fitting(" VO", NAMES, ABOUTS) == Fitting(("void", "void-all"))
    assert fitting("all", NAMES, ABOUTS) == Fitting(("void-all",))
    assert fitting("take", NAMES, ABOUTS) == Fitting(("void", "void-all"))


def test_a_slip_is_forgiven_only_if_nothing_fits_and_is_told() -> None:
    assert fitting("holt", NAMES, ABOUTS) == Fitting(("hold",), guessed=True)
    assert fitting("anothr", NAMES, ABOUTS) == Fitting(("price",), guessed=True)
    assert fitting("xqzzy", NAMES, ABOUTS) == Fitting(())


def chosen(cashier: Cashier, panel: str = "page") -> str:
    return next((line for line in cashier.text(panel).splitlines() if "▸" in line), "")


async def keeps_its_place(cashier: Cashier, typed: str, panel: str = "page", *, arrows: str = "<down><down>") -> None:
    """An arrow's choice is there again after something else was typed, with Backspace and with Escape."""
    await cashier.keys(arrows)
    place = chosen(cashier, panel)[:20]
    assert place
    for back in ("<backspace>" * len(typed), "<escape>"):
        await cashier.keys(typed)
        assert chosen(cashier, panel)[:20] != place
        await cashier.keys(back)
        assert chosen(cashier, panel)[:20] == place


async def test_the_menu_is_filtered_and_keeps_its_place(cashier: Cashier) -> None:
    await cashier.keys(f"3*{MILK}\n<f10>").sees("Type a part of its name", "line")
    await keeps_its_place(cashier, "undo")
    await cashier.keys("undo").sees("1 of", "page").sees("Esc shows all", "page").sees_not("Quantity", "page")
    await cashier.keys("<escape>xqzzyq\n").sees("✗ Nothing fits that. Type fewer letters, or Esc", "line")
    await cashier.sees("Nothing fits that.", "page").keys("<escape>holt\n").sees("↓ chooses what comes near", "line")
    assert (cashier.kind, cashier.sale.items) == ("menu", 3)
    await cashier.keys("<down>\n").sees("Under which name", "line")


async def test_what_an_arrow_has_chosen_stays_chosen_while_it_fits(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f10>disc<down>")
    assert "Ticket discount" in chosen(cashier)
    await cashier.keys("o")
    assert "Ticket discount" in chosen(cashier)
    await cashier.keys("<escape>")
    assert "Ticket discount" in chosen(cashier)


@pytest.mark.parametrize("keys", ["<f10>", "<f10>vo", "<f10>vo<down>"])
async def test_a_scan_goes_to_the_ticket_whatever_is_typed(cashier: Cashier, keys: str) -> None:
    await cashier.keys(f"{MILK}\n{keys}").burst(f"{BREAD}\n").settled()
    assert (cashier.kind, [line.sku for line in cashier.sale.lines]) == ("sale", ["MLK", "RYE"])
    await cashier.keys(f"<f10>{BREAD}\n")
    assert (cashier.kind, cashier.sale.items) == ("sale", 3)


async def test_a_key_of_the_screen_below_works_over_the_menu(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f10>vo<f12>")
    assert cashier.kind == "payment"


async def test_open_payments_are_found_by_ticket_and_amount() -> None:
    async with open_till_app(SMALL) as cashier:
        for code in (MILK, BREAD, MILK):
            await cashier.says("gateway timeout before").keys(f"{code}\n<f12>k").sees("NO ANSWER").keys("\n")
        await cashier.keys("<f9>").sees("Type its ticket or amount", "line")
        await keeps_its_place(cashier, "3.28", arrows="<down><down>")
        await cashier.keys("3.28").sees("Ticket 1-2", "page").sees_not("Ticket 1-1", "page")
        await cashier.keys("<ctrl+u>99\n").sees("✗ Nothing fits that.", "line").keys("<escape>")
        assert cashier.kind == "checks"
        await cashier.burst(f"{MILK}\n").settled()
        assert (cashier.kind, cashier.sale.items) == ("sale", 1)


FOUND = (*(status(str(number), "selling") for number in range(1, 31)), status("office", "silent", unresolved=1))


async def test_the_tills_are_filtered_and_keep_their_place(cashier: Cashier, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lanes(_till: object) -> tuple[LaneStatus, ...]:
        return FOUND

    monkeypatch.setattr("pos.till.till.Till.lanes", lanes)
    monkeypatch.setattr("pos.till.till.Till.server", ServerStanding("there", 0), raising=False)
    cashier.app.tick()
    await cashier.keys("<ctrl+a>").sees("Which till?", "line").sees("↓ 1", "page")
    await keeps_its_place(cashier, "office")
    await cashier.keys("office").sees("1 of 31", "page")
    await cashier.burst(f"{MILK}\n").settled()
    assert (cashier.kind, cashier.sale.items) == ("sale", 1)


async def test_the_settings_keep_their_place(cashier: Cashier, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.touch()
    cashier.app.sources = Sources(file, {})
    await cashier.keys("<ctrl+o>").sees("timeout", "list")
    await keeps_its_place(cashier, "theme", "list")
    await cashier.keys("theme").sees("Esc shows all", "list")


async def test_palette_and_gateway_keep_their_place(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+p>")
    await keeps_its_place(cashier, "milk")
    await cashier.keys("<escape><ctrl+g>")
    await keeps_its_place(cashier, "stolen", "list")


@pytest.mark.till(catalog="demo")
async def test_categories_and_their_products_are_filtered_and_keep_their_place(cashier: Cashier) -> None:
    await cashier.keys("<right>").sees("Letters filter this list", "line")
    await keeps_its_place(cashier, "coffee", "list")
    await cashier.keys("coffee").sees("1 of 14 · Esc shows all", "line").keys("\n").sees("Coffee & Tea", "list")
    await keeps_its_place(cashier, "grey", "list")
    assert cashier.till.sale.lines == ()
    await cashier.keys("grey\n")
    assert [line.name for line in cashier.sale.lines] == ["Earl Grey 50 bags"]
    await cashier.keys("<left>")
    assert "Coffee & Tea" in chosen(cashier, "list")


@pytest.mark.till(catalog="demo")
async def test_what_no_category_has_is_looked_for_in_the_whole_catalog(cashier: Cashier) -> None:
    await cashier.keys("<right>\n").sees("Dairy", "list").keys("rye").sees("Rye Bread", "list").keys("\n")
    assert [line.name for line in cashier.sale.lines] == ["Rye Bread, seeded 750 g"]


@pytest.mark.parametrize("keys", ["<right>", "<right>da", "<right><down>\n", "<right>\ncon"])
async def test_a_code_is_sold_over_any_list(cashier: Cashier, keys: str) -> None:
    await cashier.keys(keys).burst(f"{BREAD}\n").settled()
    await cashier.keys(f"{keys}<escape><escape><escape>{keys.partition('d')[0]}{BREAD}\n")
    assert [(line.sku, int(line.quantity)) for line in cashier.sale.lines] == [("RYE", 2)]


async def test_held_tickets_keep_their_place_and_a_slip_is_a_guess(cashier: Cashier) -> None:
    for name in ("Ada", "Bob", "Carla"):
        await cashier.keys(f"{MILK}\n<f7>{name}\n")
    await cashier.keys("<f8>")
    await keeps_its_place(cashier, "ada", "list", arrows="<down>")
    await cashier.keys("carlo\n").sees("↓ chooses what comes near", "line").sees("≈ Carla", "list")
    assert cashier.app.current is None
    await cashier.keys("<down>\n").sees("Carla", "ticket")


async def test_an_arrow_s_hit_stays_chosen_while_it_fits(cashier: Cashier) -> None:
    await cashier.keys("milk<down>")
    assert "Condensed" in chosen(cashier, "list")
    await cashier.keys(" c")
    assert "Condensed" in chosen(cashier, "list")
    await cashier.keys("<backspace><backspace><backspace>")
    assert "Condensed" in chosen(cashier, "list")
    await cashier.keys("<escape>milk")
    assert "Whole" in chosen(cashier, "list")


async def test_a_guess_that_was_chosen_for_other_words_is_no_choice(cashier: Cashier) -> None:
    await cashier.keys("batery<down><backspace>\n").sees("Nothing is called", "line")
    assert cashier.till.sale.lines == ()


@pytest.mark.till(catalog="demo", size="60x20")
async def test_a_coupon_is_found_by_its_beginning_below_the_goods_and_taken_by_an_arrow(cashier: Cashier) -> None:
    await cashier.keys("MILK-1L\nsave").sees("Coupon SAVE10 · takes 0.15 off", "list")
    assert not chosen(cashier, "list")
    await cashier.keys("\n").sees("↓ ⏎ takes the coupon SAVE10", "line")
    assert cashier.sale.coupons == ()
    await cashier.keys("<down>\n").sees("SAVE10 takes 0.15 off.", "line")
    await cashier.keys("save").sees_not("Coupon SAVE10", "list")


async def test_goods_that_fit_stand_above_a_coupon() -> None:
    goods = {"sku": "X1", "name": "Saveloy", "price": 300}
    async with open_till_app({**SMALL, "products": [goods]}) as cashier:
        await cashier.keys("sav")
        lines = [line.strip("▌▸ ") for line in cashier.text("list").splitlines()[1:3]]
        assert [line.split()[0] for line in lines] == ["Saveloy", "Coupon"]
        await cashier.keys("\n")
        assert [line.sku for line in cashier.sale.lines] == ["X1"]
        await cashier.keys("sav<down>\n")
        assert [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"]
        await cashier.keys("gone<down>\n").sees_not("GONE20", "ticket")
        assert len(cashier.sale.coupons) == 1


async def test_the_shop_s_coupons_are_filtered_and_keep_their_place(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>").sees("letters filter", "offered")
    await keeps_its_place(cashier, "gone", "offered")
    await cashier.keys("five").sees("1 of 4 · Esc shows all", "offered").sees_not("SAVE10", "offered")
    await cashier.keys("<escape>sav\n").sees("No coupon has the code SAV", "line")
    assert cashier.sale.coupons == ()
    await cashier.keys("sav<down>\n").sees("SAVE10 takes 0.15 off.", "line").keys("xqz")
    await cashier.sees("No coupon here is called so", "offered").keys("<escape>").burst(f"{BREAD}\n").settled()
    assert (cashier.kind, len(cashier.sale.lines)) == ("sale", 2)


async def test_the_help_is_searched_by_words_and_keeps_its_place(cashier: Cashier) -> None:
    await cashier.keys("<f1><down><down><down>").sees("Help about what? Type a word", "line")
    place = cashier.text("page").splitlines()[1]
    await cashier.keys("coupon").sees("F5", "page").sees("F5       /coupon", "page").sees_not("F12", "page")
    await cashier.keys("<escape>")
    assert cashier.text("page").splitlines()[1] == place
    await cashier.keys("xqzzy\n").sees("✗ Nothing fits that.", "line").keys("a").sees_not("xqzzy", "line")
    await cashier.burst(f"{MILK}\n").settled()
    assert (cashier.kind, cashier.sale.items) == ("sale", 1)


@pytest.mark.parametrize("keys", ["<ctrl+g>dwon\n", "<f10>hlep\n", "<ctrl+p>hlep\n"])
async def test_what_only_comes_near_is_marked_and_not_taken_by_enter_in_any_list(keys: str) -> None:
    async with open_till_app("demo") as cashier:
        await cashier.keys(keys).sees("≈").sees("Nothing is called so", "line")
        assert cashier.till.gateway_plan is not None
        assert not cashier.till.gateway_plan.down
        assert cashier.kind in ("gateway", "menu", "palette")


async def test_what_was_said_of_a_name_goes_with_it(cashier: Cashier) -> None:
    await cashier.keys("milkmilk\n").sees("Nothing is called", "line").keys("<escape>").sees_not("Nothing is called")


async def test_a_slip_changes_no_setting(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.touch()
    async with open_till_app("demo") as cashier:
        cashier.app.sources = Sources(file, {})
        await cashier.keys("<ctrl+o>zzz\n").sees("≈ Undo change", "list").sees("Nothing is called so", "line")
        await cashier.keys("<down>\n").sees("Press the new key for Undo change")
        assert file.read_text("utf-8") == ""
