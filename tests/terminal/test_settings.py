"""The settings in a real terminal: what is wrong stops the till with a sentence, what is right is seen at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prefork import Loaded
from tests.terminal.driver import BACK_TO_THE_SHELL, Terminal

DARK = b"48;5;233"
"""How a terminal of 256 colours is told the background of our own dark theme."""


def started(home: Path, settings: str) -> Terminal:
    file = home / "settings.toml"
    file.write_text(settings, "utf-8")
    return Terminal(Loaded("--settings", str(file)), home=home)


def test_wrong_settings_are_told_on_the_screen_and_stay_in_the_terminal(tmp_path: Path) -> None:
    with started(tmp_path, "[screen]\nrefused = 'loud'\n[keys]\npay = 'f99'\n") as terminal:
        for text in ("The till could not be opened", "Any key leaves", "loud is not allowed"):
            terminal.wait_for(text)
        terminal.write(b"x")
        assert terminal.ended() == 2
        _, _, left = terminal.raw.decode().rpartition(BACK_TO_THE_SHELL.decode())
        assert "settings.toml:2: screen.refused: loud is not allowed. Allowed: bell, flash, both or off." in left
        assert "settings.toml:4: keys.pay: " in left
        assert "Traceback" not in left


@pytest.mark.parametrize(("theme", "dark"), [("tillkey-dark", True), ("nord", False)])
def test_a_theme_of_the_settings_is_there_from_the_first_frame(tmp_path: Path, theme: str, dark: bool) -> None:
    store = tmp_path / "store"
    with started(tmp_path, f"[till]\nstore = '{store}'\nlane = 4\n[screen]\ntheme = '{theme}'\n") as terminal:
        terminal.wait_for("lane 4")
        terminal.close()
        assert (DARK in terminal.raw) == dark
    assert store.is_dir()
