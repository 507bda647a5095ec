"""The papers as a whole: what they name is there, what they tell to type can be typed, and the README stays short."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from pos import __version__
from pos.commands.parsers import whole_parser
from pos.domain.catalog import Member, Product, Shop, Tax
from pos.domain.model import Value
from screens.kit.keymap import STANDARD
from screens.render.custom_themes import COLOURS, OURS, read_theme
from screens.testing.cashier import Cashier
from tests.manual.papers import LINK, MANUAL, PAPERS, README, ROOT, anchors, commands, page, prose

SAMPLES = {
    "ADDRESS": "127.0.0.1",
    "NAME": "day",
    "ISO": "2026-11-22T12:00",
    "NUMBER": "8000",
    "SECONDS": "1",
    "N": "2",
}
"""What stands for something that is typed otherwise; any other word in capitals is typed as it is."""


PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


def by_name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("paper", PAPERS, ids=by_name)
def test_every_link_leads_to_a_file_and_a_heading(paper: Path) -> None:
    text = prose(paper.read_text("utf-8"))
    for link in LINK.findall(text):
        if link.startswith("https://"):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (paper.parent / name).resolve() if name else paper
        assert target.is_file(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


@pytest.mark.parametrize("paper", PAPERS, ids=by_name)
def test_every_command_can_be_given(paper: Path) -> None:
    """One that is named without what it needs is there, as its help shows."""
    for command in commands(paper.read_text("utf-8")):
        plain = re.sub(r"[\[\]]", "", re.sub(r"(?<=\w)\|\S+", "", command))
        words = [SAMPLES.get(word, word) for word in shlex.split(re.split(r" [>|;] ?", plain)[0])[1:]]
        assert accepted(words if words[1:] else [*words, "--help"]), f"{paper.name}: {command}"


def accepted(words: list[str]) -> bool:
    try:
        whole_parser().parse_args(words)
    except SystemExit as ended:
        return not ended.code
    return True


def test_every_page_is_in_the_readme_and_in_the_index_with_the_same_words() -> None:
    index = page("index")
    table = index[index.index("| page |") :].strip()
    listed = re.findall(r"^\| \[[^\]]+\]\((\w+)\.md\) \|", table, re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in MANUAL.iterdir() if path.stem != "index")
    assert table.replace("](", "](data/manual/") in README.read_text("utf-8")


@pytest.mark.parametrize("paper", sorted(MANUAL.iterdir()), ids=by_name)
def test_a_page_begins_with_its_title_and_what_it_is_for(paper: Path) -> None:
    title, blank, first, *_ = paper.read_text("utf-8").splitlines()
    assert re.fullmatch("# .+", title)
    assert not blank
    assert re.match("[A-Z]", first)
    assert paper.read_text("utf-8").count("\n# ") == 0 or "```" in paper.read_text("utf-8")


def test_the_readme_is_short_and_its_pictures_are_snapshots_of_the_tests() -> None:
    text = README.read_text("utf-8")
    assert text.count("\n") <= 250
    assert f"Version {__version__.rpartition('.')[0]}:" in text
    pictures = PICTURE.findall(text)
    assert len(pictures) >= 3
    moving = (ROOT / pictures[0]).read_text("utf-8")
    (seconds,) = set(re.findall(r'<animate [^>]* dur="([\d.]+)s"', moving))
    changes = [float(each) for each in re.findall(r'keyTimes="0;([\d.]+)', moving)]
    assert min(changes) * float(seconds) < 0.5, "it begins with something happening"
    for paper in PAPERS:
        for picture in PICTURE.findall(paper.read_text("utf-8")):
            path = (paper.parent / unquote(picture)).resolve()
            assert "__tillkey_snapshots__" in path.relative_to(ROOT / "tests").parts
            assert path.stat().st_size < 400_000


def test_the_rooms_that_a_change_touches_are_those_that_there_are() -> None:
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| .+ \| (.+) \| .+ \|$", text, re.MULTILINE)[1:]
    named = {room for row in rows for room in re.findall(r"tests/[\w./]+", row)}
    assert {room for room in named if not (ROOT / room).exists()} == set()
    rooms = {f"tests/{path.parent.name}" for path in (ROOT / "tests").glob("*/__init__.py")}
    assert rooms - named - {"tests/benchmarks", "tests/fuzz"} == set()


def test_the_readme_has_the_command_that_ci_runs() -> None:
    (wanted,) = re.findall(r"grep -E '(.+)' README\.md", (ROOT / ".ci" / "run").read_text("utf-8"))
    assert len(re.findall(wanted, README.read_text("utf-8"), re.MULTILINE)) == 1


def run(*words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pos", "run", *words, "--json", "--now", "2026-11-22T12:00:00-05:00"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=ROOT)


def test_the_script_on_the_page_of_the_language_runs_as_it_says() -> None:
    script = next(block for block in page("language").split("```") if block.startswith("text\n# lunch.pos"))
    done = run("-", text=script.removeprefix("text\n"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(json.loads(line)["sale"] for line in done.stdout.splitlines())


def test_the_catalog_on_the_page_of_ones_own_shop_is_one(tmp_path: Path) -> None:
    (catalog,) = re.findall(r"^```json\n(.*?)^```$", page("catalog"), re.DOTALL | re.MULTILINE)
    (tmp_path / "shop.json").write_text(catalog, "utf-8")
    script = "2*4006381333931\n0.5*4664\ncoupon TEN\nmember M1\nexpect discount_total 0.60\npay cash\n"
    script += "3*MILK\ncoupon MILK3FOR2\nexpect total 2.38\npay cash\n"
    done = run("-", "--catalog", str(tmp_path / "shop.json"), text=script)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_fields_of_a_catalog_are_those_of_its_schema() -> None:
    table = page("catalog").partition("| field |")[2].partition("Each type of coupon")[0]
    kinds: dict[str, type[Value]] = {"store": Shop, "tax": Tax, "product": Product, "member": Member}
    told: dict[str, set[str]] = {kind: set() for kind in kinds}
    for names, of in re.findall(r"^\| (`.+?) \| (.*?) \|", table, re.MULTILINE):
        for kind in kinds:
            if kind in of:
                told[kind] |= set(re.findall(r"`(\w+)`", names))
    assert told == {kind: set(model.model_fields) for kind, model in kinds.items()}


def test_the_theme_on_the_page_of_the_settings_is_one_with_every_field(tmp_path: Path) -> None:
    theme = page("settings").partition("## A theme of your own")[2].partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "shop.toml").write_text(theme, "utf-8")
    assert read_theme(tmp_path / "shop.toml").name == "shop"
    assert set(tomllib.loads(theme)) == {"dark", *COLOURS, *OURS}


@pytest.mark.till(catalog="demo")
async def test_the_five_minutes_of_the_readme_are_as_they_are_told(cashier: Cashier) -> None:
    section = README.read_text("utf-8").partition("## Five minutes at the till\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| .+ \|$", section, re.MULTILINE)[2:]
    seen = [
        "Milk", "3 ", "10 %", "Undone", "SAVE10", "Ada Whitfield", "Cart", "What happened", "declined", "change",
        "set aside",
    ]  # fmt: skip
    names = {STANDARD.cap(action): action for action in ("discount",)}
    assert names["F4"] == "discount"
    for row, text in zip(rows[: len(seen)], seen, strict=True):
        for typed, key in re.findall(r"`([^`]+)`|(\w[\w+]*)", row):
            presses = {"arrows": "<down>", "Enter": "\n", "K": "k"}.get(key, f"<{key.lower()}>")
            await cashier.keys(typed or presses)
        await cashier.sees(text)
        if cashier.kind in ("cart", "inspector"):
            await cashier.presses("escape")
