"""Every theme can be read, a wrong one of the shop's own is told, and no state is told by colour alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from pos.testing import Cashier, open_till_app
from screens.render.custom_themes import read_themes
from screens.render.panel import Panel
from screens.render.themes import DARK, LIGHT, STYLES

ANSI: Final = ("ansi-dark", "ansi-light")
"""Left out where colours are measured: only the terminal knows what its sixteen colours look like."""
MIXED: Final = sorted({*BUILTIN_THEMES, DARK.name, LIGHT.name} - {*ANSI})
ROWS: Final = ("alarm", "chosen")
FULL: Final = "2*MILK-1L\nBREAD-RYE\n/coupon SAVE10\n"


def luminance(colour: Color) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return sum(part * weight for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: Color, other: Color) -> float:
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def drawn(panel: Panel, kind: str, row: str) -> float:
    """The contrast of a kind of text in such a row of a panel, as it is painted."""
    with panel.app._context():
        style = panel._style(kind, row)
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


def wanted(kind: str, row: str) -> float:
    if kind == "rim":
        return 1.2
    if row == "chosen" and kind != "refused":
        return 4.5
    return 3.0 if kind in ("faint", "refused") or (row and kind not in ("", "strong", "cursor", "pick")) else 4.5


async def test_every_kind_of_text_can_be_read_in_every_theme(cashier: Cashier) -> None:
    too_weak = []
    for theme in MIXED:
        await cashier.give_theme(theme)
        panels = [cashier.app.screen.query_one(f"#{name}", Panel) for name in ("ticket", "header")]
        for panel in panels:
            for row in ("", *ROWS) if panel.id == "ticket" else ("",):
                for kind in (kind for kind in STYLES if kind not in ROWS):
                    found = drawn(panel, kind, row)
                    if found < wanted(kind, row) - 0.05:
                        too_weak.append(f"{theme}: {kind or 'plain'} on {panel.id} {row}: {found:.2f}")
    assert too_weak == []


async def test_every_built_in_theme_draws_a_declined_card() -> None:
    async with open_till_app() as cashier:
        await cashier.keys(f"{FULL}<f12>4000000000000002k")
        for theme in sorted({*BUILTIN_THEMES}):
            await cashier.give_theme(theme)
            assert "DECLINED" in cashier.text(), theme


def test_a_theme_of_the_shop_s_own_is_read(tmp_path: Path) -> None:
    (tmp_path / "sea.toml").write_text(
        'name = "sea"\ndark = false\nprimary = "#004488"\nbackground = "white"\nchosen = "#aaccee"\n', "utf-8"
    )
    (theme,), faults = read_themes(tmp_path)
    assert faults == ()
    assert (theme.name, theme.dark, theme.primary, theme.background) == ("sea", False, "#004488", "#FFFFFF")
    assert theme.variables == {"chosen": "#AACCEE"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('primary = "#004488"\nsparkle = "#fff"\n', "sparkle is no field of a theme"),
        ('primary = "#00448"\n', "primary = “#00448” is no colour such as #2f81c7"),
        ("primary = 12\n", "primary = 12 is no colour"),
        ('primary = "ansi_red"\n', "primary = “ansi_red” is no colour"),
        ('dark = "yes"\nprimary = "red"\n', "dark is neither true nor false"),
        ('name = ""\nprimary = "red"\n', "its name is none of 1 to 40 characters"),
        ('name = "a\\u001b[31m"\nprimary = "red"\n', "its name is none of"),
        ("name = 'x'\n", "primary is missing"),
        ("primary = \n", "it cannot be read: Invalid value (at line 1, column 11)"),
        ('name = "nord"\nprimary = "red"\n', "the name nord is taken"),
    ],
)
def test_a_wrong_theme_is_named_with_its_file_and_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    (tmp_path / "other.toml").write_text('primary = "red"\n', "utf-8")
    found = read_themes(tmp_path, BUILTIN_THEMES)
    assert [theme.name for theme in found.themes] == ["other"]
    ((_stem, fault),) = found.faults
    assert fault.startswith("Theme mine.toml: ")
    assert told in fault


def test_a_file_that_is_no_text_and_a_folder_that_is_none_break_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    assert "mine.toml: it cannot be read" in read_themes(tmp_path).faults[0][1]
    assert read_themes(tmp_path / "missing") == ((), ())
    assert read_themes(tmp_path / "mine.toml") == ((), ())


async def test_without_colour_a_disabled_key_is_told_by_its_weight(tmp_path: Path) -> None:
    async with open_till_app(no_color=True) as cashier:
        await cashier.rests()
        footer = cashier.app.screen.query_one("#footer")
        weights = {
            segment.text: bool(segment.style and segment.style.bold)
            for segment in footer.render_line(0)
            if segment.text.startswith("F")
        }
        assert weights["F1"]
        assert not weights["F2"]


async def test_without_colour_the_chosen_line_is_told_by_its_weight(tmp_path: Path) -> None:
    async with open_till_app(no_color=True) as cashier:
        await cashier.keys(FULL)
        ticket = cashier.app.screen.query_one("#ticket")
        lines = [ticket.render_line(y) for y in range(ticket.size.height)]
        bold = {
            name: any(segment.style and segment.style.bold for segment in line if name in segment.text)
            for name in ("Whole Milk", "Rye Bread")
            for line in lines
            if name in line.text
        }
        assert bold == {"Whole Milk": False, "Rye Bread": True}


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        (f"{FULL}<f12>4000000000000002k", "DECLINED"),
        (FULL, "● till ready"),
        (f"{FULL}/gateway timeout before\n<f12>4242424242424242k", "being checked"),
        ("50*MILK-1L\n", "✗ "),
        (f"{FULL}<f12>50\n", "✓ receipt"),
    ],
)
async def test_without_colour_each_state_has_its_word_or_mark(keys: str, seen: str) -> None:
    async with open_till_app(no_color=True) as cashier:
        await cashier.keys(keys)
        assert seen in cashier.text()


@pytest.mark.parametrize("theme", ANSI)
async def test_without_colour_a_terminal_s_own_theme_leaves_all_colours_to_the_terminal(theme: str) -> None:
    async with open_till_app(theme=theme, no_color=True) as cashier:
        await cashier.keys(FULL)
        panels = cashier.app.screen.query(Panel)
        styles = [
            segment.style for panel in panels for line in panel.render_lines(panel.size.region) for segment in line
        ]
        told = {color.name for style in styles if style for color in (style.color, style.bgcolor) if color is not None}
        assert told == {"default"}


@pytest.mark.parametrize("theme", ANSI)
async def test_the_cursor_is_seen_in_a_terminal_s_own_colours(theme: str) -> None:
    async with open_till_app(theme=theme) as cashier:
        await cashier.keys("mi")
        line = cashier.app.screen.query_one("#line", Panel).render_line(1)
        assert [segment.text for segment in line if segment.style and segment.style.reverse] == [" "]
