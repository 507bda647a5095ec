"""What the papers name of the source is there: folders, files, and the functions of the ways through it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.manual.papers import PAPERS, ROOT, page, prose

NAMED = re.compile(r"`((?:pos|screens|tests|data|\.ci)/[\w./-]+)`")


def steps() -> list[tuple[list[str], list[str]]]:
    """The files and the functions of each step on the ways through the source."""
    ways = page("architecture").partition("## From the byte")[2].partition("## Where things are")[0]
    rows = [line.strip("| ").split(" | ") for line in ways.splitlines() if line.startswith("| ")]
    return [(re.findall("`([^`]+)`", where), re.findall("`([^`]+)`", by)) for _what, where, by in rows if "`" in by]


def functions(path: Path) -> set[str]:
    """The functions of a file by their names, those of a class behind its name."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            inside = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{each.name}" for each in inside}
    return found


def test_every_function_on_the_two_ways_is_where_it_is_said_to_be() -> None:
    assert len(steps()) >= 25
    for files, names in steps():
        there: set[str] = set().union(*(functions(ROOT / file) for file in files))
        assert files
        assert set(names) <= there, (files, set(names) - there)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_file_and_folder_that_is_named_is_there(paper: Path) -> None:
    named = NAMED.findall(prose(paper.read_text("utf-8")))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_package_of_the_source_is_on_the_map() -> None:
    told = page("architecture").partition("## Where things are")[2]
    packages = [path.parent.name for top in ("pos", "screens") for path in (ROOT / top).glob("*/__init__.py")]
    rooms = {path.parent.name for path in (ROOT / "screens").glob("*/screen.py")} - {"inspector_app"}
    assert [name for name in packages if name not in rooms and f"/{name}`" not in told] == []
