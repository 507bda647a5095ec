"""No theme makes a screen that cannot be read: neither a shop's own nor a terminal's own colours."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from pos.testing import Cashier
from screens.render.contrast import PICKED, contrast
from screens.render.custom_themes import COLOURS, OURS, read_theme
from screens.render.themes import completed
from screens.terminal.internals.drawing import strips
from tests.screens.test_accent import FULL, VISITS, pytestmark

__all__ = ["pytestmark"]

TEXTS: Final = ("foreground", "success", "error", "warning", "faint", "accent")
GROUNDS: Final = ("background", "surface", "raised", "bar", "chosen", "alarm")
LEAST: Final = 3.0
GREYS: Final = [f"#{grey:02x}{grey:02x}{grey:02x}" for grey in (0, 80, 110, 117, 118, 119, 125, 140, 200, 255)]


def hostile() -> Iterator[dict[str, str]]:
    """Themes that nobody could read as they are: all of one grey, a ground in the middle, colours by chance."""
    for grey in GREYS:
        yield dict.fromkeys((*COLOURS, *OURS), grey)
        yield {"primary": "#ff0000", "background": grey}
        yield {"primary": grey, "background": grey, "chosen": grey}
    chance = random.Random(17)
    for _number in range(100):
        fields = ["primary", *(field for field in (*COLOURS[1:], *OURS) if chance.random() < 0.6)]
        yield {field: f"#{chance.randrange(1 << 24):06x}" for field in fields}


def too_weak(theme: Theme, *, training: bool) -> list[str]:
    variables = completed(theme.to_color_system().generate() | theme.variables, dark=theme.dark, training=training)
    colours = {name: Color.parse(variables[name]) for name in (*TEXTS, *GROUNDS)}
    found = []
    for ground in GROUNDS:
        for text in TEXTS:
            mild = (text == "faint" and ground != "chosen") or (ground == "alarm" and text != "foreground")
            if (is_so := contrast(colours[text], colours[ground])) < (2.99 if mild else 4.49):
                found.append(f"{text} on {ground}: {is_so:.2f}")
    beside = {around: contrast(colours["chosen"], colours[around]) for around in ("background", "surface")}
    return [*found, *(f"chosen beside {name}: {is_so:.2f}" for name, is_so in beside.items() if is_so < PICKED - 0.01)]


def test_every_theme_of_a_shop_s_own_can_be_read_and_tells_the_chosen_row(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    faults: list[object] = []
    for fields in hostile():
        for dark in ("true", "false"):
            path.write_text(f"dark = {dark}\n" + "".join(f'{name} = "{it}"\n' for name, it in fields.items()), "utf-8")
            theme = read_theme(path)
            faults += [(fields, weak) for training in (False, True) if (weak := too_weak(theme, training=training))]
    assert faults == []


def test_a_theme_that_can_be_read_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'primary = "#2f81c7"\nbackground = "#101113"\nforeground = "#e8e8e8"\nsurface = "#191b1e"\n', "utf-8"
    )
    theme = read_theme(path)
    variables = completed(theme.to_color_system().generate() | theme.variables, dark=True)
    told = {name: variables[name].lower() for name in ("background", "foreground", "surface")}
    assert told == {"background": "#101113", "foreground": "#e8e8e8", "surface": "#191b1e"}


def read(cashier: Cashier) -> Iterator[tuple[str, float]]:
    """Every piece of text of a picture of the screen, with its contrast to what is behind it."""
    colours = cashier.app.terminal_colors()
    for strip in strips(cashier.app):
        for segment in strip:
            if any(map(str.isalnum, segment.text)) and segment.style is not None:
                yield segment.text, _contrast(segment, segment.style, colours)


def _contrast(segment: Segment, style: Style, colours: object) -> float:
    from rich.color import Color as Rich
    from rich.terminal_theme import TerminalTheme

    assert isinstance(colours, TerminalTheme)
    usual = Rich.default()
    ink, ground = (
        Color(*(colour or usual).get_truecolor(colours, foreground=front))
        for colour, front in ((style.color, True), (style.bgcolor, False))
    )
    if style.reverse:
        ink, ground = ground, ink
    return contrast(ground.blend(ink, 0.5) if style.dim else ink, ground)


async def test_a_picture_in_a_terminal_s_own_colours_can_be_read_on_every_screen(cashier: Cashier) -> None:
    await cashier.keys(FULL)
    weak = []
    for keys, _kind in VISITS:
        await cashier.keys(keys).settled()
        for theme in ("ansi-light", "ansi-dark"):
            await cashier.give_theme(theme)
            await cashier.rests()
            weak += [
                f"{theme}, {cashier.kind} after {keys}: {text!r} {is_so:.2f}"
                for text, is_so in read(cashier)
                if is_so < LEAST
            ]
    assert weak == []
