"""What is printed for other programs: JSON Schemas, and completions for shells."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final

from pos.commands.options import DONE, new_command
from pos.commands.streams import say
from pos.domain.i18n import _

SHELLS: Final = ("bash", "zsh", "fish", "tcsh")
"""The shells that a completion is written for."""


def _catalog() -> dict[str, Any]:
    from pos.domain.catalog_file import CatalogFile

    return CatalogFile.model_json_schema()


def _checkout_request() -> dict[str, Any]:
    from pos.domain.checkout_schema import checkout_schema

    return checkout_schema()


def _events() -> dict[str, Any]:
    from pos.domain.event_schema import events_schema

    return events_schema()


CATALOG: Final = "catalog"
SCHEMAS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    CATALOG: _catalog,
    "checkout-request": _checkout_request,
    "events": _events,
}
"""What other programs write or read, by the name under which its schema is printed."""


def add_printing(commands: Any, whole: Callable[[], argparse.ArgumentParser]) -> None:
    """Add the commands; `whole` makes the parser of all commands, which is what a shell completes."""
    schema = new_command(commands, "schema", _("print the JSON Schema of what other programs write or read"), _schema)
    text = _("of what (catalog)")
    schema.add_argument("schema", nargs="?", choices=tuple(SCHEMAS), default=CATALOG, help=text)
    text = _("print a script that completes what is typed in a shell")
    completion = new_command(commands, "completion", text, _completion)
    completion.add_argument("shell", choices=SHELLS, help=_("the shell"))
    completion.set_defaults(whole=whole)


def _completion(options: argparse.Namespace) -> int:
    import shtab

    for line in shtab.complete(options.whole(), shell=options.shell).split("\n"):
        say(line)
    return DONE


def _schema(options: argparse.Namespace) -> int:
    from pos.domain.json_text import json_text

    for line in json_text(SCHEMAS[options.schema](), indent=2).split("\n"):
        say(line)
    return DONE
