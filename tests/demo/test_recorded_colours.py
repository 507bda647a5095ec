"""A recording that moves can be read in every theme, one of the shop's own and NO_COLOR included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.pilot import Pilot

from pos.demo.flows import Flow
from pos.settings.model import ScreenSettings, Settings
from screens.demo.animated_svg import animated
from screens.demo.recording import demo_app, film
from screens.render.contrast import contrast

GROUND = re.compile(r'rx="8" fill="(#[0-9a-f]{6})"')
STYLE = re.compile(r"\.(c\d+)\{fill:(#[0-9a-f]{6})")
RUN = re.compile(
    r'(?:<rect x="([\d.]+)" width="[\d.]+" height="[\d.]+" fill="(#[0-9a-f]{6})"/>)?'
    r'<text x="([\d.]+)"[^>]*class="(c\d+)"'
)
OWN = 'dark = false\nprimary = "#aa0000"\nbackground = "#ffe4b5"\nforeground = "#2d1b00"\n'


def inks(picture: str) -> tuple[Color, list[tuple[Color, Color]]]:
    """The ground of a picture, and the colour of each of its texts with what is behind that."""
    ground, styles = GROUND.findall(picture)[0], dict(STYLE.findall(picture))
    found = [
        (Color.parse(styles[style]), Color.parse(fill if fill and left == x else ground))
        for left, fill, x, style in RUN.findall(picture)
    ]
    return Color.parse(ground), found


@pytest.mark.parametrize("no_color", [False, True], ids=["colours", "no-color"])
@pytest.mark.parametrize("theme", ["ansi-light", "ansi-dark", "tillkey-light", "tillkey-dark", "mine"])
async def test_it_can_be_read(
    a_flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str, no_color: bool
) -> None:
    (tmp_path / "mine.toml").write_text(OWN, "utf-8")
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    settings = Settings(screen=ScreenSettings(theme=theme, themes=tmp_path))
    async with demo_app(a_flow, (80, 24), settings=settings) as app:
        made = await film(app)
    assert made.failure is None
    ground, texts = inks(animated(made))
    assert (ground.brightness > 0.5) == (theme in ("ansi-light", "tillkey-light", "mine"))
    assert min(contrast(*pair) for pair in texts) > 1.8


async def test_whoever_asks_for_a_frame_outside_the_app_draws_none(a_flow: Flow, tmp_path: Path) -> None:
    """No colours are known there: it must not matter whether the app or a pilot is the first to draw."""
    # No other app has looked up these colours.
    (tmp_path / "new.toml").write_text(OWN.replace("aa0000", "aa0001"), "utf-8")
    settings = Settings(screen=ScreenSettings(theme="new", themes=tmp_path))
    async with demo_app(a_flow, (80, 24), settings=settings) as app:
        await Pilot(app).pause(0)
        assert (await film(app)).failure is None
