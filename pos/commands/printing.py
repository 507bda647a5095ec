"""What is printed for other programs: the schema of catalog files, and completions for shells."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final

from pos.commands.options import DONE, new_command
from pos.commands.streams import say
from pos.domain.i18n import _

SHELLS: Final = ("bash", "zsh", "fish", "tcsh")
"""The shells that a completion is written for."""


def add_printing(commands: Any, whole: Callable[[], argparse.ArgumentParser]) -> None:
    """Add the commands; `whole` makes the parser of all commands, which is what a shell completes."""
    new_command(commands, "schema", _("print the JSON Schema of catalog files"), _schema)
    text = _("print a script that completes what is typed in a shell")
    completion = new_command(commands, "completion", text, _completion)
    completion.add_argument("shell", choices=SHELLS, help=_("the shell"))
    completion.set_defaults(whole=whole)


def _completion(options: argparse.Namespace) -> int:
    import shtab

    for line in shtab.complete(options.whole(), shell=options.shell).split("\n"):
        say(line)
    return DONE


def _schema(_options: argparse.Namespace) -> int:
    from pos.domain.catalog_file import CatalogFile
    from pos.domain.json_text import json_text

    for line in json_text(CatalogFile.model_json_schema(), indent=2).split("\n"):
        say(line)
    return DONE
