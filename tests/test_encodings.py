"""Whatever the locale says, UTF-8 is written: no escapes, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import prefork
from tests.prefork import Loaded
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
IN_ASCII = "import sys\nfor stream in (sys.stdout, sys.stderr): stream.reconfigure(encoding='ascii', errors='strict')"
GIVEN = "NÏX™\n".encode()


def variables(home: Path, **others: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    return {**kept, "PYTHONPATH": str(ROOT), "HOME": str(home), "XDG_DATA_HOME": str(home), **others}


@pytest.mark.parametrize("environ", LOCALES.values(), ids=LOCALES)
def test_a_script_is_read_and_its_answers_are_printed_in_utf_8(tmp_path: Path, environ: dict[str, str]) -> None:
    words, told = COMMANDS["a script"]
    command = [sys.executable, "-m", "pos", *words]
    env = variables(tmp_path, **environ)
    ended = subprocess.run(command, cwd=tmp_path, env=env, input=GIVEN, capture_output=True, check=False)
    assert_utf_8(ended, told)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_prints_utf_8_whatever_its_streams_are_in(tmp_path: Path, command: str) -> None:
    words, told = COMMANDS[command]
    (tmp_path / "wrong.toml").write_text('[screen]\nrefused = "lüt™"\n', "utf-8")
    ended = prefork.run("pos", *words, given=GIVEN, cwd=tmp_path, env=variables(tmp_path), before=IN_ASCII)
    assert_utf_8(ended, told, escapes=words == ["schema"])


def assert_utf_8(ended: subprocess.CompletedProcess[bytes], told: str, *, escapes: bool = False) -> None:
    printed = (ended.stdout + ended.stderr).decode()
    assert told in printed
    assert "Traceback" not in printed
    assert r"\u" not in printed or escapes


# What draws them writes bytes: a locale and what is said of Python's streams are tried once each.
@pytest.mark.parametrize("where", ["the C locale", "Latin-1"])
def test_the_screens_are_drawn_in_utf_8(tmp_path: Path, where: str) -> None:
    with spawned(tmp_path, write_catalog(tmp_path / "catalog.json"), environ=LOCALES[where]) as at:
        at.terminal.wait_for("till ready")
        at.terminal.write(scan(0))
        at.ticket(1, "1 Apple")
        assert "Ticket 1-1" in at.terminal.text
        assert rb"\u" not in at.terminal.raw
        at.terminal.close()


def test_an_error_of_the_program_in_a_command_is_told_in_a_sentence(tmp_path: Path) -> None:
    before = (
        "import pos.language.script_runner as script_runner\n"
        "def broken(*_): raise ZeroDivisionError\n"
        "script_runner.ScriptRunner.run = broken\n"
    )
    with Terminal(Loaded("run", "-", before=before), home=tmp_path) as terminal:
        assert terminal.ended() == 1
        assert "pos: Tillkey had to stop. Nothing that was sold is lost." in " ".join(terminal.text.split())
        assert b"Traceback" not in terminal.raw
    assert list(tmp_path.glob("**/crash-*.txt"))
