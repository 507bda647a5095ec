"""`pos manual` on a terminal: the page is there, words are found, and the terminal is given back as it was."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.terminal.driver import Terminal


def test_a_page_is_read_searched_and_left_whatever_the_settings_say(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[screen]\nrefused = "loud"\n', "utf-8")
    command = [sys.executable, "-m", "pos", "manual", "training", "--settings", str(settings)]
    with Terminal(command, home=tmp_path, size=(80, 24)) as terminal:
        terminal.wait_for("without harming anything")
        terminal.write(b"/")
        terminal.wait_for("Words to find on all pages")
        terminal.write(b"training tint\r")
        terminal.wait_for("1/")
        terminal.write(b"q")
        assert terminal.ended() == 0
        terminal.assert_as_found()
