"""Textual's private names: all in one room, so that a new version is looked through in one place."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest
import textual
from textual.screen import Screen

import screens

HERE = Path(screens.__file__).parent
ROOM = "screens.terminal.internals"
BY_NAME = ("getattr", "setattr", "delattr", "hasattr", "vars")
"""What reaches an attribute by its name as a text."""


def private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def modules() -> list[str]:
    return [info.name for info in pkgutil.walk_packages([str(HERE)], "screens.") if not info.name.startswith(ROOM)]


@cache
def textuals() -> frozenset[str]:
    """Every private name that Textual gives a module, a function or an attribute."""
    found: set[str] = set()
    for path in Path(str(textual.__file__)).parent.rglob("*.py"):
        found |= {path.stem, *own_names(ast.parse(path.read_text("utf-8")))}
    return frozenset(filter(private, found))


def own_names(tree: ast.AST) -> Iterator[str]:
    """Private names that a module or a class gives: to functions, classes, in its body, and to attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def reached(source: str) -> Iterator[str]:
    """Private names that a module imports from Textual, or takes of something else than itself and its attributes."""
    tree = ast.parse(source)
    others = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if not alias.name.startswith("textual")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls", *others}):
                yield node.attr
        elif isinstance(node, ast.Import):
            yield from (part for alias in node.names for part in _of_textual(alias.name))
        elif isinstance(node, ast.ImportFrom):
            yield from _of_textual(node.module or "", *(alias.name for alias in node.names))
        elif _is_by_name(node):
            yield from _texts(node)


def _is_by_name(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in BY_NAME


def _of_textual(module: str, *names: str) -> Iterator[str]:
    parts = module.split(".")
    if parts[0] == "textual":
        yield from filter(private, (*parts, *names))


def _texts(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and private(each.value):
            yield each.value


@cache
def _said_by(item: type) -> frozenset[str]:
    """Private names that a class gives or uses of itself."""
    tree = ast.parse(dedent(inspect.getsource(item)))
    used = (
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    )
    return frozenset(filter(private, (*own_names(tree), *used)))


def shared(item: type) -> frozenset[str]:
    """Private names of a class that one of Textual's among its bases has too: used, replaced, or by accident."""
    theirs = [base for base in item.__mro__ if base.__module__.partition(".")[0] == "textual"]
    return _said_by(item) & frozenset().union(*map(_said_by, theirs))


def test_no_other_module_reaches_into_textual() -> None:
    found = {
        module: taken
        for module in modules()
        if (path := HERE.parent.joinpath(*module.split(".")).with_suffix(".py")).is_file()
        and (taken := textuals() & set(reached(path.read_text("utf-8"))))
    }
    assert found == {}


def test_no_other_class_has_a_private_name_of_its_base_in_textual() -> None:
    found = {}
    for module in modules():
        import_module(module)
        for item in vars(sys.modules[module]).values():
            if isinstance(item, type) and item.__module__ == module and (names := shared(item)):
                found[f"{module}.{item.__name__}"] = names
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "from textual._context import active_app",
        "from textual.drivers.web_driver import _ExitInput",
        "import textual._compositor",
        "def f(screen):\n    return screen._compositor",
        "class A:\n    def f(self):\n        super()._set_dirty()",
        "def f(app):\n    vars(app)['_exit'] = True",
        "def f(app):\n    return getattr(app, '_exit')",
    ],
)
def test_each_way_to_a_private_name_is_seen(source: str) -> None:
    assert set(reached(source)) & textuals()


def test_what_is_another_module_s_is_not_textual_s() -> None:
    assert set(reached("import os\n\nos._exit(1)\n")) == set()


class Reaching(Screen[None]):
    def look(self) -> object:
        return self._compositor


class Replacing(Screen[None]):
    def _forward_event(self, event: object) -> None: ...


class Keeping(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self._callbacks = []


class Minding(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self._of_our_own = 1


def test_a_class_that_uses_or_replaces_what_its_base_keeps_is_seen() -> None:
    assert [shared(item) for item in (Reaching, Replacing, Keeping, Minding)] == [
        {"_compositor"},
        {"_forward_event"},
        {"_callbacks"},
        set(),
    ]
