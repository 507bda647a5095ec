"""The settings in force as a table and as JSON: name, value, and where it is from."""

from __future__ import annotations

from collections.abc import Iterable

from pos.domain.i18n import _
from pos.domain.terminal_text import clean, width
from pos.settings.listing import Setting, said, setting, settings, value_of
from pos.settings.loading import InForce
from pos.settings.origins import KEYS, variable_of

UNSET = "–"
"""Stands for a value that the program finds by itself."""


def table(found: InForce) -> list[str]:
    """A line for each setting, in columns."""
    rows = [(_("SETTING"), _("VALUE"), _("FROM"))]
    for item in _all(found):
        value = clean(said(value_of(found.settings, item.name))) or UNSET
        rows.append((clean(item.name), value, found.origin(item.name).words))
    widths = [max(width(row[column]) for row in rows) for column in range(2)]
    return [
        "  ".join((*(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=False)), row[2]))
        for row in rows
    ]


def as_json(found: InForce) -> list[dict[str, object]]:
    """An object for each setting; a folder is a string."""
    return [_object(found, item) for item in _all(found)]


def _object(found: InForce, item: Setting) -> dict[str, object]:
    origin, value = found.origin(item.name), value_of(found.settings, item.name)
    return {
        "name": item.name,
        "value": value if value is None or isinstance(value, bool | int | float) else said(value),
        "from": origin.kind,
        "place": None if origin.kind == "default" else origin.name,
        "line": origin.line,
        "default": item.default,
        "variable": variable_of(item.name),
        "about": _(item.about),
        "allowed": str(item.allowed),
    }


def _all(found: InForce) -> Iterable[Setting]:
    keys = (setting(f"{KEYS}.{action}") for action in found.settings.keys)
    return (*settings(), *(item for item in keys if item is not None))
