"""Training on the screen: a tint and a word that nobody can miss, in every theme, size and language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pos.bootstrap import open_till
from pos.crash_report import report_text
from pos.testing import Cashier, open_till_app
from screens.render.panel import Panel
from screens.render.rows import BLANK, Row, row
from screens.render.themes import STYLES
from screens.render.watermark import watermarked
from screens.testing.snapshots import Snap
from tests.screens.shop import SMALL
from tests.screens.test_snapshots import FULL, OF_EACH_KIND, PAUSE, STATES
from tests.screens.test_themes import MIXED, ROWS, drawn, wanted

pytestmark = pytest.mark.till(catalog="demo", training=True)

SPREAD = "T R A I N I N G"
SEEN = {
    "training_sale": FULL,
    "training_payment": f"{FULL}<f12>",
    "training_receipt": f"{FULL}<f12>20\n",
}


@pytest.mark.parametrize("state", SEEN)
async def test_pictures(cashier: Cashier, snap: Snap, state: str) -> None:
    await cashier.keys(SEEN[state])
    await snap(state, sizes=("80x24", "120x30"))


async def test_picture_of_an_empty_ticket_on_a_wide_terminal(cashier: Cashier, snap: Snap) -> None:
    await snap("training_empty", sizes=("160x50",))


async def test_pictures_in_other_themes(cashier: Cashier, snap: Snap) -> None:
    await cashier.keys(FULL)
    await snap("training_sale_themes", sizes=("80x24",), themes=("tillkey-light", "ansi-dark", "nord"))


@pytest.mark.till(no_color=True)
async def test_pictures_without_colour(cashier: Cashier, snap: Snap) -> None:
    await cashier.keys(FULL)
    await snap("training_no_colour", sizes=("80x24",))


@pytest.mark.parametrize("state", OF_EACH_KIND)
async def test_every_screen_says_it_in_its_first_words(cashier: Cashier, state: str) -> None:
    for part in STATES[state].split(PAUSE):
        await cashier.keys(part)
    assert cashier.text().splitlines()[0].startswith(" TRAINING ")


@pytest.mark.parametrize("size", [(80, 24), (60, 18), (40, 12), (24, 6)])
async def test_also_a_terminal_that_is_too_small(cashier: Cashier, size: tuple[int, int]) -> None:
    await cashier.keys(FULL).resize(*size)
    assert cashier.text().splitlines()[0].startswith(" TRAINING ")


@pytest.mark.parametrize("state", ["sale_ticket", "payment_declined", "cart", "checks", "coupon", "checks_none"])
async def test_the_word_takes_the_place_of_nothing(state: str) -> None:
    """A line of any panel is that of the shop, or has the word where the shop's line is empty."""
    seen: list[dict[str, list[str]]] = []
    for training in False, True:
        async with open_till_app(size="120x50", training=training) as cashier:
            for part in STATES[state].split(PAUSE):
                await cashier.keys(part)
            framed = [panel.id for panel in cashier.app.screen.query(Panel) if panel.frame and panel.display]
            seen.append({name: cashier.text(name).splitlines() for name in framed if name is not None})
    shop, training_screen = seen
    pairs = [pair for name in shop for pair in zip(shop[name], training_screen[name], strict=True)]
    marked = [(line, other) for line, other in pairs if SPREAD in other]
    assert marked
    assert [line for line, _ in marked if line.strip("▌ ")] == []
    assert [other for line, other in pairs if SPREAD not in other and line != other] == []


async def test_a_copied_ticket_says_it_too(cashier: Cashier) -> None:
    await cashier.keys(f"{FULL}<ctrl+c>")
    assert cashier.app.clipboard.startswith("*** TRAINING ***\nTicket 1-1\n")


def test_a_report_of_an_error_says_it_too() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    told = []
    for training in False, True:
        till = open_till(training=training)
        told.append(report_text(ValueError(), at, till, []))
        till.close()
    assert ["training, lane 1, " in text for text in told] == [False, True]


async def test_without_training_nothing_says_so() -> None:
    async with open_till_app(SMALL) as cashier:
        assert "TRAINING" not in cashier.text()
        assert SPREAD not in cashier.text()


def test_rows_are_kept_and_only_free_lines_filled() -> None:
    rows = [row("1  Milk"), BLANK, row("2  Bread")]
    found = watermarked(rows, "TRAINING", 60, 12)
    assert list(found[:4]) == [*rows, BLANK]
    assert [line.text.strip() for line in found[4:] if line != BLANK]
    assert all(line.width <= 60 for line in found)
    for columns, lines in ((60, 6), (14, 12)):
        assert watermarked(rows, "TRAINING", columns, lines) is rows


@pytest.mark.parametrize("columns", range(15, 160))
def test_the_word_is_never_cut(columns: int) -> None:
    found = watermarked([], "TRAINING", columns, 30)
    texts = [line.text for line in found if line != Row()]
    assert texts
    assert all(len(text) <= columns and text.count("T") == text.count("G") for text in texts)


@pytest.mark.till(catalog=SMALL)
async def test_every_kind_of_text_can_be_read_in_every_theme_on_the_tint(cashier: Cashier) -> None:
    too_weak, untinted = [], []
    for theme in MIXED:
        colours = []
        for training in True, False:
            cashier.app.training = training
            await cashier.give_theme(theme)
            await cashier.rests()
            colours.append([cashier.app.theme_variables[name] for name in ("bar", "background")])
        untinted += [theme for with_it, without in zip(*colours, strict=True) if with_it == without]
        cashier.app.training = True
        await cashier.rests()
        for panel in (cashier.app.screen.query_one(f"#{name}", Panel) for name in ("ticket", "header")):
            for kind in (kind for kind in STYLES if kind not in ROWS):
                for whole in ("", *ROWS) if panel.id == "ticket" else ("",):
                    found = drawn(panel, kind, whole)
                    if found < wanted(kind, whole) - 0.05:
                        too_weak.append(f"{theme}: {kind or 'plain'} on {panel.id} {whole}: {found:.2f}")
    assert (too_weak, untinted) == ([], [])


@pytest.mark.till(catalog=SMALL, language="de")
async def test_in_german(cashier: Cashier) -> None:
    await cashier.keys("MLK\n<f12>c").sees("*** TRAINING ***").sees("Kein Beleg: Es wurde nichts verkauft.")
    await cashier.keys("<ctrl+r>").sees("*** TRAINING ***", "paper")
    assert "Beleg 1-TRAINING-1" in cashier.text("paper")
