"""What is seen at each size, what resizing keeps, and names from outside at every size."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from rich.cells import cell_len
from textual._compositor import Compositor
from textual.app import App
from textual.events import Resize
from textual.screen import Screen

from pos.domain.terminal_text import width
from pos.testing import Cashier, open_till_app
from screens.render.panel import Panel
from tests.screens.shop import BREAD, MILK, SMALL

DESIGNED = [(80, 24), (120, 30), (160, 50)]
SMALLER = [(79, 24), (60, 18), (40, 12), (36, 11), (20, 6), (12, 4), (2, 2)]

HOSTILE = {
    "MARKUP": "[b]Gift[/b] [/foo] [Large] [50% off]",
    "ESCAPE": "\x1b[31mRed\x1b[0m \x1b]0;title\x07\x9b2J tea",
    "TURNED": "\u202etxt.exe\u202c Tea \u2066iso\u2069",
    "HEBREW": "חלב טרי 3%",
    "EMOJI": "👩\u200d🍳 👍\U0001f3fd ❤\ufe0f 🇩🇪 pie",
    "NOTHING": "\u200b\u200d\ufeff\u3164",
    "PILED": "e" + "\u0323" * 500 + " \u0301\u0302tea",
    "HINDI": "ताज़ा दूध १ लीटर",
    "WIDE": "牛乳パン" * 50,
    "LINES": "one\ntwo\r\n\tthree\u2028four",
    "ENDLESS": "x" * 1000,
    "ENDLESS2": "é語 " * 333,
}
HOSTILE_SHOP: dict[str, Any] = {
    **SMALL,
    "products": [
        {"sku": sku, "name": name, "price": 12345, "category": name, "stock": 3} for sku, name in HOSTILE.items()
    ],
    "coupons": [],
}


def panels(cashier: Cashier) -> list[Panel]:
    return [panel for panel in cashier.app.screen.query(Panel) if panel.display and panel.size.area]


def assert_rows_keep_their_width(cashier: Cashier) -> None:
    for panel in panels(cashier):
        for y in range(panel.size.height):
            with cashier.app._context():
                strip = panel.render_line(y)
            text = strip.text
            assert cell_len(text) <= width(text) == strip.cell_length == panel.size.width, (panel.id, y, text)
            assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")], text


@pytest.mark.parametrize("size", [*DESIGNED, *SMALLER])
async def test_names_from_outside_keep_every_row_as_wide_as_it_is(size: tuple[int, int]) -> None:
    async with open_till_app(HOSTILE_SHOP, size=size) as cashier:
        for sku in HOSTILE:
            await cashier.keys(f"2*{sku}\n")
            assert_rows_keep_their_width(cashier)
        for keys in ("<right>", "\n", "<escape><escape>", "<f11>", "<f11>", "\n", "<escape>x<escape><f11>", "<f4>10%\n",
                     "<f2>", "<escape><ctrl+t>", "<up><f2>"):  # fmt: skip
            await cashier.keys(keys)
            assert_rows_keep_their_width(cashier)
        assert sum(line.quantity for line in cashier.sale.lines) == 2 * len(HOSTILE)


async def test_a_turning_name_does_not_turn_the_row() -> None:
    async with open_till_app(HOSTILE_SHOP) as cashier:
        await cashier.keys("TURNED\n")
        assert "1  txt.exe Tea iso" in cashier.text("ticket")
        assert "\u202e" not in cashier.text()


@pytest.mark.parametrize("size", SMALLER)
async def test_the_smallest_terminal_still_sells(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{MILK}\n3*{MILK}\n<f2>5\n")
        if size[0] >= 20:
            assert "7.45" in cashier.text("totals")
            assert "5" in cashier.text("ticket")
        await cashier.keys("<ctrl+t>")
        if size[0] >= 20:
            assert "7.45" in cashier.text("sums")
        await cashier.keys("<f12>c")
        assert cashier.sale.state == "paid"


@pytest.mark.till(size=(60, 18))
async def test_a_small_terminal_says_so(cashier: Cashier) -> None:
    assert "small terminal 60×18, made for 80×24" in cashier.text("header")


@pytest.mark.parametrize(("size", "said"), [((45, 18), " ! 45×18 < 80×24 "), ((20, 10), " 20×10 ")])
async def test_what_is_said_of_a_smaller_one_fits(size: tuple[int, int], said: str) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        header = cashier.text("header")
        assert header.startswith(said)
        assert header.rstrip().endswith(" ● till ready")


@pytest.mark.till(size=(40, 6))
async def test_the_tiniest_screen_shows_what_is_asked(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f2>")
    assert "Quantity of Whole Milk 1 L" in cashier.text("line")
    await cashier.keys("<escape>999\n")
    assert "✗ No product has the code 999" in cashier.text("line")


@pytest.mark.till(size=(160, 50))
async def test_everything_is_seen_where_there_is_room(cashier: Cashier) -> None:
    assert "Dairy" in cashier.text("shelf")
    await cashier.keys(f"TEA\n{MILK}\n<up>")
    seen = {panel.id for panel in panels(cashier)}
    assert {"line", "ticket", "steps", "totals", "stock", "today", "inspector"} <= seen
    assert "On sale, was 4.50" in cashier.text("steps")
    assert "added" in cashier.text("inspector")
    await cashier.keys("milk")
    assert "Condensed" in cashier.text("list")
    assert "added" in cashier.text("inspector")
    await cashier.keys("<escape><ctrl+t>")
    assert {"table", "steps", "sums", "inspector"} <= {panel.id for panel in panels(cashier)}


async def test_the_inspector_is_seen_in_the_cart_at_every_designed_size(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+t><f11>")
    for size in DESIGNED:
        await cashier.pilot.resize_terminal(*size)
        await cashier.settled()
        assert "added" in cashier.text("inspector")
        assert "inspector" in {panel.id for panel in panels(cashier)}
        assert "Whole Milk" in cashier.text("table")


async def test_resizing_keeps_the_ticket_what_is_typed_the_choice_and_the_question(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<up><f2>")
    for char, size in zip("1234567", [*DESIGNED, (60, 18), (20, 6), (160, 50), (80, 24)], strict=True):
        await cashier.keys(char)
        await cashier.pilot.resize_terminal(*size)
        await cashier.settled()
        assert "1234567"[: int(char)] in cashier.text("line")
        assert cashier.app.chosen_line is not None
        assert cashier.app.chosen_line.sku == "MLK"
    assert "Quantity of Whole Milk 1 L" in cashier.text("line")
    await cashier.keys("<backspace>" * 6 + "\n")
    assert [(line.sku, int(line.quantity)) for line in cashier.sale.lines] == [("MLK", 1), ("RYE", 1)]


async def test_keys_typed_while_the_terminal_is_resized_lose_nothing(cashier: Cashier) -> None:
    for size in [*DESIGNED, *SMALLER, *DESIGNED]:
        cashier.burst(f"{MILK}\n2*{BRE}")
        await cashier.pilot.resize_terminal(*size)
        cashier.burst(f"{AD}\n<f2>1\n")
    await cashier.settled()
    assert {line.sku: int(line.quantity) for line in cashier.sale.lines} == {"MLK": 13, "RYE": 1}


BRE, AD = BREAD[:6], BREAD[6:]


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kind of each picture that a terminal is given from now on: `LayoutUpdate` is the whole screen."""
    kinds: list[str] = []
    monkeypatch.setattr("textual.screen.Compositor", Compositor)
    display = App._display

    def noted(app: App[Any], screen: Screen[Any], picture: Any) -> None:
        if picture is not None:
            kinds.append(type(picture).__name__)
        display(app, screen, picture)

    monkeypatch.setattr(App, "_display", noted)
    return kinds


async def test_a_terminal_that_only_became_lower_is_told_as_small(cashier: Cashier) -> None:
    await cashier.resize(80, 20).sees("small terminal 80×20, made for 80×24", "header")
    await cashier.resize(80, 24).sees("lane 1", "header")


async def test_a_resize_paints_the_screen_once(painted: list[str]) -> None:
    async with open_till_app(SMALL) as cashier:
        await cashier.keys(f"{MILK}\nbre")
        for size in [(120, 30), (160, 50), (60, 18), (80, 24)]:
            painted.clear()
            await cashier.pilot.resize_terminal(*size)
            await cashier.settled()
            assert painted == ["LayoutUpdate"], size


@pytest.mark.parametrize(
    ("asked", "wanted"), [("Screen", "LayoutUpdate"), ("#header", "ChopsUpdate"), ("#footer", "ChopsUpdate")]
)
async def test_what_is_to_be_painted_is_painted_where_the_same_size_is_told_again(
    painted: list[str], asked: str, wanted: str
) -> None:
    """As it is when a stopped till goes on: the terminal is taken anew, and its size told, before all is drawn anew."""
    async with open_till_app(SMALL) as cashier:
        await cashier.keys(f"{MILK}\n")
        screen = cashier.app.screen
        for layout in (False, True):
            painted.clear()
            screen.post_message(Resize(screen.size, screen.size))
            (screen if asked == "Screen" else screen.query_one(asked)).refresh(layout=layout)
            await cashier.settled()
            assert painted == [wanted], layout
