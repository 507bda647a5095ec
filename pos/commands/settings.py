"""`pos settings`: every setting and where it is from, and its change."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from pos.commands.options import DONE, common_options, new_command, sources
from pos.commands.streams import say
from pos.domain.i18n import _


def add_settings(commands: Any) -> None:
    """Add `pos settings`, and its `set` and `unset`."""
    shown = new_command(commands, "settings", _("show every setting and where it is from, or change one"), _settings)
    common_options(shown, suppress=True)
    shown.add_argument("--json", action="store_true", help=_("print one JSON array"))
    shown.add_argument("--path", action="store_true", help=_("print where the settings file is"))
    changes = shown.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    put = changes.add_parser("set", help=_("write a setting to the file"), allow_abbrev=False)
    put.add_argument("name", metavar=_("NAME"), help=_("such as screen.theme"))
    put.add_argument("value", metavar=_("VALUE"), help=_("what it shall be; - for a password, which is asked for then"))
    put.set_defaults(command=_set)
    out = changes.add_parser("unset", help=_("take a setting out of the file"), allow_abbrev=False)
    out.add_argument("name", metavar=_("NAME"), help=_("such as screen.theme"))
    out.set_defaults(command=_set, value=None)
    for change in put, out:
        common_options(change, suppress=True)


def _settings(options: argparse.Namespace) -> int:
    from pos.settings.loading import load
    from pos.settings.showing import as_json, table

    named = sources(options, keys=True)
    if options.path:
        say(str(named.path))
        return DONE
    found = load(named)
    if options.json:
        from pos.domain.json_text import json_text

        lines = json_text(as_json(found), indent=2).split("\n")
    else:
        lines = table(found)
    for line in lines:
        say(line)
    return DONE


def _secret(name: str, value: str) -> str:
    """A secret from standard input, which nobody sees. Raises TillError for one that stands on the command line."""
    from getpass import getpass

    from pos.domain.errors import TillError
    from pos.domain.message import lazy

    if value != "-":
        text = lazy(
            "What is typed on a command line is seen by others (`ps`, the shell's history): {command} asks for it.",
            command=f"pos settings set {name} -",
        )
        raise TillError("settings_invalid", text)
    return getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline().removesuffix("\n")


def _set(options: argparse.Namespace) -> int:
    """Change the file; what the value is now, and where from: perhaps not from the file."""
    from pos.bootstrap import store_at
    from pos.domain.terminal_text import clean
    from pos.settings.listing import said, setting, value_of
    from pos.settings.loading import whole
    from pos.settings.saving import change
    from pos.settings.showing import UNSET

    item, value = setting(options.name), options.value
    if item is not None and item.kind == "secret" and value is not None:
        value = _secret(item.name, value)
    if item is not None and item.kind == "path" and value and not value.startswith("~"):
        # In a shell a path is relative to where one is, in the file to where the file is.
        place = whole(item.name, value, Path.cwd())
        if isinstance(place, str):
            store_at(place)
        value = str(place)
    found = change(sources(options, keys=True), options.name, value)
    now = clean(said(value_of(found.settings, options.name))) or UNSET
    say(f"{options.name} = {now}  ({found.origin(options.name).words})", done=True)
    return DONE
