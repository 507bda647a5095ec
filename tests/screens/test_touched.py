"""The line that was added or changed lights up for a moment, unless somebody wants the screen to stand still."""

from __future__ import annotations

import pytest

from pos.language.verbs.lines import ADD, AddProduct
from pos.settings.model import Settings
from pos.testing import Cashier
from screens.catalog.screen import CatalogScreen
from screens.render.panel import Panel
from screens.render.rows import Row
from screens.ticket import rows, touched


def lit(cashier: Cashier) -> list[str]:
    """The rows of the ticket that light up."""
    panel = cashier.app.screen.query_one("#ticket", Panel)
    return [row.text.strip() for row in panel._rows if any(piece.kind == "touched" for piece in row.pieces)]


def home(cashier: Cashier) -> CatalogScreen:
    screen = cashier.app.screen
    assert isinstance(screen, CatalogScreen)
    return screen


def add(cashier: Cashier, *codes: str) -> None:
    """Add products by no key: where time passes, keys that come all at once are a scanner's."""
    with cashier.app._context():
        for code in codes:
            cashier.app.attempt(ADD.step(AddProduct(code)))


def row_of(cashier: Cashier, name: str) -> str:
    return next((row for row in cashier.text("ticket").splitlines() if name in row), "")


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touched, "SECONDS", 1_000.0)


@pytest.mark.usefixtures("endless")
async def test_only_the_line_lights_up_that_was_touched_last(cashier: Cashier) -> None:
    add(cashier, "MLK")
    await cashier.until(lambda: bool(row_of(cashier, "Whole Milk")))
    cashier.app.live = True
    add(cashier, "RYE")
    await cashier.until(lambda: ["Rye Bread" in row for row in lit(cashier)] == [True])
    add(cashier, "MLK")
    await cashier.until(lambda: ["Whole Milk" in row for row in lit(cashier)] == [True])


@pytest.mark.usefixtures("endless")
async def test_a_line_that_is_only_chosen_does_not_light_up(cashier: Cashier) -> None:
    add(cashier, "MLK", "RYE")
    await cashier.until(lambda: bool(row_of(cashier, "Rye Bread")))
    cashier.app.live = True
    home(cashier).choose_line(-1)
    await cashier.until(lambda: "▸" in row_of(cashier, "Whole Milk"))
    assert lit(cashier) == []


async def test_it_is_over_after_a_moment(cashier: Cashier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touched, "SECONDS", 0.001)
    add(cashier, "MLK")
    await cashier.until(lambda: bool(row_of(cashier, "Whole Milk")))
    cashier.app.live = True
    seen: list[str] = []

    def noted(drawn: Row) -> Row:
        seen.append(drawn.text)
        return drawn

    monkeypatch.setattr(rows, "lit", noted)
    add(cashier, "RYE")
    await cashier.until(lambda: bool(seen) and home(cashier)._touched.line is None)
    assert lit(cashier) == []


@pytest.mark.usefixtures("endless")
async def test_nothing_lights_up_where_the_screen_is_to_stand_still(cashier: Cashier) -> None:
    add(cashier, "MLK")
    await cashier.until(lambda: bool(row_of(cashier, "Whole Milk")))
    cashier.app.live = True
    cashier.app.adopt(Settings.model_validate({"screen": {"motion": False}}))
    add(cashier, "RYE")
    await cashier.until(lambda: "▸" in row_of(cashier, "Rye Bread"))
    assert lit(cashier) == []
    cashier.app.animation_level = "none"
    cashier.app.adopt(Settings())
    add(cashier, "MLK")
    await cashier.until(lambda: "▸" in row_of(cashier, "Whole Milk"))
    assert lit(cashier) == []


@pytest.mark.usefixtures("endless")
async def test_nothing_lights_up_where_time_does_not_pass(cashier: Cashier) -> None:
    add(cashier, "MLK", "RYE")
    await cashier.until(lambda: bool(row_of(cashier, "Rye Bread")))
    assert lit(cashier) == []
