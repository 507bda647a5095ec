"""`pos plugins`: what other packages add to the till, and what was left out."""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

from pos.commands.options import DONE, FAILED, all_extensions, new_command
from pos.commands.streams import say
from pos.domain.i18n import _
from pos.domain.terminal_text import width

if TYPE_CHECKING:
    from pos.extensions.installed import Extension


def add_plugins(commands: Any) -> None:
    """Add `pos plugins`."""
    parser = new_command(commands, "plugins", _("list what other packages add to the till"), _plugins)
    parser.add_argument("--json", action="store_true", help=_("print one JSON object a line"))


def _plugins(options: argparse.Namespace) -> int:
    # What a package prints as it is loaded is no part of the answer.
    with redirect_stdout(sys.stderr):
        found = all_extensions()
    if options.json:
        from pos.domain.json_text import json_text

        for each in found:
            say(json_text(_as_json(each)))
    else:
        for line in _table(found):
            say(line)
    return FAILED if any(each.fault for each in found) else DONE


def _as_json(extension: Extension) -> dict[str, object]:
    return {
        "group": extension.group,
        "name": extension.name,
        "value": extension.value,
        "package": extension.package,
        "version": extension.version,
        "ok": not extension.fault,
        "reason": str(extension.fault) or None,
    }


def _table(found: tuple[Extension, ...]) -> list[str]:
    """A line for each, in columns; why one was left out stands below it."""
    if not found:
        return [_("No package adds anything to the till.")]
    rows = [(each.group, each.name, f"{each.package} {each.version}") for each in found]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for extension, row in zip(found, rows, strict=True):
        cells = (text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=True))
        lines.append("  ".join((*cells, _("left out") if extension.fault else _("ok"))))
        if extension.fault:
            lines.append(f"    {extension.fault}")
    return lines
