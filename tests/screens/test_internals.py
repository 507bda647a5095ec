"""Textual's private names: all in the terminal's room, so that a new version is looked through in one place."""

from __future__ import annotations

import ast
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType

import textual

import screens

HERE = Path(screens.__file__).parent
ROOM = "screens.terminal."


def private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def reached(path: Path) -> Iterator[str]:
    """Private names that a module takes of something else than itself, its class and its own attributes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and private(node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual."):
            yield from (part for part in f"{node.module}".split(".") if private(part))


def textuals() -> frozenset[str]:
    """Every private name that Textual gives an attribute or a function."""
    found: set[str] = set()
    for path in Path(str(textual.__file__)).parent.rglob("*.py"):
        found.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
    return frozenset(filter(private, found))


def modules() -> list[str]:
    return [info.name for info in pkgutil.walk_packages([str(HERE)], "screens.")]


def test_no_other_module_reaches_into_textual() -> None:
    names = textuals()
    found = {
        module: taken
        for module in modules()
        if not module.startswith(ROOM)
        and (path := HERE.parent.joinpath(*module.split("."))).with_suffix(".py").is_file()
        and (taken := names & set(reached(path.with_suffix(".py"))))
    }
    assert found == {}


def test_no_other_class_overrides_a_private_name_of_textual() -> None:
    found = set()
    for module in modules():
        import_module(module)
        for item in vars(sys.modules[module]).values():
            if isinstance(item, type) and item.__module__ == module and not module.startswith(ROOM):
                theirs = [base for base in item.__mro__ if base.__module__.partition(".")[0] == "textual"]
                found |= {
                    f"{module}.{item.__name__}.{name}"
                    for name, value in vars(item).items()
                    if private(name) and isinstance(value, FunctionType) and any(name in vars(base) for base in theirs)
                }
    assert found == set()
