"""Whatever the locale says, UTF-8 is written: no escapes, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.shop import scan, spawned, write_catalog

ROOT = Path(__file__).parents[1]
BARE = {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
LOCALES = {
    "the C locale": {"LC_ALL": "C", **BARE},
    "a Latin-1 locale": {"LC_ALL": "en_US.ISO-8859-1", **BARE},
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "Latin-1": {"PYTHONIOENCODING": "latin-1:strict"},
}
COMMANDS = {
    "help": (["--help"], ""),
    "a demo": (["demo", "--headless", "plain-sale"], "✓ plain-sale"),
    "a script": (["run", "-"], "NÏX™"),
    "a sentence on standard error": (["settings", "--settings", "wrong.toml"], "lüt™"),
    "settings": (["settings"], "tillkey"),
    "the schema": (["schema"], "{"),
}


def run(home: Path, words: Sequence[str], environ: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "pos", *words],
        cwd=home,
        env={**kept, "PYTHONPATH": str(ROOT), "HOME": str(home), "XDG_DATA_HOME": str(home), **environ},
        input="NÏX™\n".encode(),
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "locale"),
    # All commands print in one way: the one that reads too is tried in each place, the others in two.
    [
        (command, locale)
        for at, command in enumerate(COMMANDS)
        for locale in ([*LOCALES] if command == "a script" else [*LOCALES][at % 2 :: 2])
    ],
)
def test_each_command_prints_utf_8(tmp_path: Path, command: str, locale: str) -> None:
    (words, told), environ = COMMANDS[command], LOCALES[locale]
    (tmp_path / "wrong.toml").write_text('[screen]\nrefused = "lüt™"\n', "utf-8")
    ended = run(tmp_path, words, environ)
    printed = (ended.stdout + ended.stderr).decode()
    assert told in printed
    assert "Traceback" not in printed
    assert r"\u" not in printed or words == ["schema"]


@pytest.mark.parametrize("environ", LOCALES.values(), ids=LOCALES)
def test_the_screens_are_drawn_in_utf_8(tmp_path: Path, environ: dict[str, str]) -> None:
    with spawned(tmp_path, write_catalog(tmp_path / "catalog.json"), environ=environ) as at:
        at.terminal.wait_for("till ready")
        at.terminal.write(scan(0))
        at.ticket(1, "1 Apple")
        assert "╭─ Ticket 1-1" in at.terminal.text
        assert rb"\u" not in at.terminal.raw
        at.terminal.close()


def test_an_error_of_the_program_in_a_command_is_told_in_a_sentence(tmp_path: Path) -> None:
    code = (
        "import sys, pos.language.script_runner as script_runner\n"
        "def broken(*_): raise ZeroDivisionError\n"
        "script_runner.ScriptRunner.run = broken\nfrom pos.__main__ import main\nsys.exit(main(['run', '-']))"
    )
    with Terminal([sys.executable, "-c", code], home=tmp_path) as terminal:
        assert terminal.ended() == 1
        assert "pos: Tillkey had to stop. Nothing that was sold is lost." in " ".join(terminal.text.split())
        assert b"Traceback" not in terminal.raw
    assert list(tmp_path.glob("**/crash-*.txt"))
