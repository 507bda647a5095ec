"""The manual's table of keys, drawn from the table of actions; `python -m tests.i18n.catalogue` keeps it so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from screens.kit.actions import ACTIONS, ALL, OTHERS, WATCHING, Action
from screens.kit.keymap import STANDARD

PAGE: Final = Path(__file__).resolve().parents[2] / "data" / "manual" / "keys.md"
HEAD: Final = "| key | what it does | where | second way | name |\n| --- | --- | --- | --- | --- |\n"
NAMES: Final = {"inspect": "inspector"}
"""Kinds of screen that whoever reads knows by another name."""


def key_row(action: Action) -> str:
    """An action as a row: its key, what it does, the screens that it is done on, and its word and its name."""
    word = f"`/{action.word}`" if action.word else ""
    return f"| `{STANDARD.cap(action.id)}` | {action.help} | {_where(action)} | {word} | `{action.id}` |"


def _where(action: Action) -> str:
    kinds = [kind for kind in action.screens if kind not in (OTHERS, WATCHING)]
    if len(kinds) >= len(ALL) - 1:
        return "everywhere"
    return ", ".join(name for kind in kinds if (name := NAMES.get(kind, kind)) != action.id)


def with_keys(page: str) -> str:
    """A page with the table of keys as it is now."""
    before, head, rest = page.partition(HEAD)
    assert head, "the page has no table of keys"
    _rows, blank, after = rest.partition("\n\n")
    return before + head + "\n".join(map(key_row, ACTIONS)) + blank + after


def write() -> None:
    """Write the table anew."""
    PAGE.write_text(with_keys(PAGE.read_text("utf-8")), "utf-8")
