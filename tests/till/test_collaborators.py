"""The till's collaborators keep to themselves: each reads and changes its own state, and asks the others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pos.till

OWN = {"self", "cls", "super()"}


def foreign(tree: ast.AST) -> Iterator[str]:
    """What is reached for of another one's privates."""
    for node in (each for each in ast.walk(tree) if isinstance(each, ast.Attribute)):
        private = node.attr.startswith("_") and not node.attr.endswith("__")
        if private and ast.unparse(node.value) not in OWN:
            yield f"{node.lineno}: {ast.unparse(node)}"


def test_none_reaches_into_anothers_privates() -> None:
    files = sorted(Path(pos.till.__path__[0]).glob("*.py"))
    assert len(files) > 20
    found = {file.name: list(foreign(ast.parse(file.read_text("utf-8")))) for file in files}
    assert {name: places for name, places in found.items() if places} == {}


def test_reaching_is_found() -> None:
    assert list(foreign(ast.parse("self._current._state = 1; self._own = cls._own; other._x.y"))) == [
        "1: self._current._state",
        "1: other._x",
    ]
