"""Whatever a name is made of, nothing that is printed obeys it, hides a part of it or takes it for another line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pos.domain.terminal_text import legible
from tests import prefork

HERE = Path(__file__).resolve().parent.parent
NAME = "a\x1b]0;owned\x07b\x1b[31m\x9b2J\u202ec\u2066\x7f\u200bd\r\nnext".encode() + b"\xff"
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LONE = "a\x1b]0;b"
"""An escape sequence without an end, which must not swallow the sentence around it."""

Words = Sequence[str | bytes]
WRONG: list[Words] = [
    ["run", NAME],
    ["run", NAME, "--json"],
    ["run", "a", NAME],
    *[("run", "SCRIPT", f"--{option}", NAME) for option in ("catalog", "settings", "now", "lane", "latency")],
    ["run", "SCRIPT", "--log", b"nowhere/" + NAME],
    [b"--" + NAME],
    [NAME],
    *[(command, NAME) for command in ("schema", "serve", "completion", "training", "--inspect")],
    *[(command, "--store", NAME) for command in ("orders", "doctor", "close-day")],
    ["doctor", "--json", "--store", NAME],
    ["orders", "--day", NAME],
    ["backup", NAME + b"/x"],
    ["backup", "x", "--store", NAME],
    ["restore", NAME, "--store", "new"],
    ["restore", "made.tar.gz", "--store", b"new" + NAME],
    ["close-day", "--label", NAME],
    ["demo", NAME, "--headless"],
    ["demo", "--size", NAME],
    ["demo", "plain-sale", "--record", NAME],
    ["demo", "plain-sale", "--record", b"no/" + NAME + b".cast"],
    ["demo", "plain-sale", "--svg", b"/dev/null/" + NAME],
    ["demo", "--headless", "--catalog", NAME],
    ["settings", "set", "screen.theme", NAME],
    ["settings", "set", "till.store", NAME],
    ["settings", "set", NAME, "x"],
    ["settings", "unset", NAME],
    ["serve", "--port", NAME],
    ["serve", "--public-url", NAME],
    ["display", "--settings", NAME],
    *[(command, NAME) for command in ("enqueue", "order", "queue")],
]
RIGHT: list[Words] = [
    ["backup", NAME],
    ["demo", b"./" + NAME + b".pos", "--headless"],
    ["settings", "--path", "--settings", NAME + b".toml"],
    ["settings", "set", "screen.theme", "nord", "--settings", NAME + b".toml"],
    ["settings", "--settings", NAME + b".toml"],
    ["settings", "--json", "--settings", NAME + b".toml"],
]
VARIABLES: list[tuple[str, Words]] = [
    *((name, ["settings"]) for name in ("TILLKEY_TILL_LANE", "TILLKEY_SCREEN_THEME", "TILLKEY_NEXT", "USER")),
    *((name, ["run", "SCRIPT"]) for name in ("LC_ALL", "TERM", "TZ", "TILLKEY_LOG_FILE")),
    *((name, ["--help"]) for name in ("LANG", "LANGUAGE", "COLUMNS")),
    *((name, ["orders"]) for name in ("TILLKEY_TILL_STORE", "HOME", "XDG_DATA_HOME")),
    ("TEXTUAL_THEME", ["demo", "plain-sale", "--headless"]),
]
READ_AT_THE_START = {"LC_ALL", "LANG", "TEXTUAL_THEME"}
"""What Python and Textual make something of before the program begins."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the usual store, a backup of it, a script, and a flow of the name."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "SCRIPT").write_text("add MILK-1L\npay cash\n", "utf-8")
    (Path(os.fsdecode(os.fsencode(folder) + b"/" + NAME + b".pos"))).write_text("# A flow\nadd MILK-1L\n", "utf-8")
    for words in (["run", "SCRIPT", "--store", ".local/share/tillkey/store"], ["backup", "made.tar.gz"]):
        assert ran(folder, words).returncode == 0
    return folder


def ran(home: Path, words: Words, environ: Mapping[str, bytes] | None = None) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLKEY_", "XDG_", "LC_"))}
    kept |= {"HOME": str(home), "PYTHONPATH": str(HERE)}
    kept |= {name: os.fsdecode(value) for name, value in (environ or {}).items()}
    if not READ_AT_THE_START.intersection(environ or ()):
        return prefork.run("pos", *words, env=kept, cwd=home)
    return subprocess.run(
        [sys.executable, "-m", "pos", *words],
        env=kept, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=100,
    )  # fmt: skip


def assert_harmless(printed: bytes) -> str:
    text = printed.decode("utf-8", "surrogateescape")
    assert not OBEYED.search(text), repr(text)
    assert not [line for line in text.splitlines() if line.startswith("next")], repr(text)
    assert "Traceback" not in text
    assert "had to stop" not in text
    return text


@pytest.mark.parametrize("words", WRONG, ids=lambda words: b" ".join(map(os.fsencode, words)).hex()[:60])
def test_what_is_wrong_is_told_harmlessly(home: Path, words: Words) -> None:
    ended = ran(home, words)
    assert ended.returncode in (1, 2)
    assert_harmless(ended.stdout + ended.stderr)


def test_what_is_done_is_told_harmlessly(home: Path) -> None:
    for words in RIGHT:
        ended = ran(home, words)
        assert ended.returncode == 0, ended
        told = assert_harmless(ended.stdout + ended.stderr)
        if "--json" in words:
            json.loads(told)


@pytest.mark.parametrize(("name", "words"), VARIABLES)
def test_a_variable_of_the_environment_is_harmless(home: Path, name: str, words: Words) -> None:
    ended = ran(home, words, {name: NAME})
    assert ended.returncode in (0, 2)
    assert_harmless(ended.stdout + ended.stderr)


def test_a_name_swallows_nothing_of_the_sentence_around_it(home: Path) -> None:
    for words in (["run", LONE], ["orders", "--store", LONE], ["demo", "--headless", "--catalog", LONE]):
        told = assert_harmless(ran(home, words).stderr)
        assert len(told.split("a]0;b")[-1].split()) > 2, told


def test_what_is_legible_stays_as_it_is() -> None:
    for line in ("  two  blanks ", "Käse  4,99 €", "नमस्ते", "牛乳"):
        assert legible(line) == line
    assert legible("1\u202f234,50\u00a0€") == "1\u202f234,50\u00a0€"
    assert legible("a\x85b\ud800\n") == "a b? "
