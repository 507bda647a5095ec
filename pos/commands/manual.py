"""`pos manual`: the pages of the manual, on the terminal or as plain text."""

from __future__ import annotations

import argparse
import shutil
import sys
from typing import Any, Final

from pos.commands.options import DONE, Offered, new_command, settings_option, sources
from pos.commands.streams import need, say
from pos.commands.till import has_screen
from pos.domain.i18n import _

WIDEST: Final = 100
"""Columns of plain text at most: longer lines are hard to read."""


def add_manual(commands: Any) -> None:
    """Add `pos manual`, its options and what runs it."""
    text = _("read the manual: a page of it, or the list of its pages")
    parser = new_command(commands, "manual", text, _manual, prints=False)
    settings_option(parser, suppress=True)
    text = _("its name, such as keys")
    parser.add_argument("page", metavar=_("PAGE"), nargs="?", default="index", choices=Offered(_names), help=text)


def _names() -> list[str]:
    from pos.manual import pages

    return [page.name for page in pages()]


def _manual(options: argparse.Namespace) -> int:
    from pos.manual import page_named, pages

    page = page_named(options.page)
    from screens.manual.launch import manual_lines, run_manual

    if has_screen() and sys.stdout.isatty():
        return run_manual(pages(), page, sources(options))
    need("stdout")
    for line in manual_lines(page, min(shutil.get_terminal_size().columns, WIDEST)):
        say(line)
    return DONE
