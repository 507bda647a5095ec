"""`pos display`: the customer's display on this terminal."""

from __future__ import annotations

import argparse
from typing import Any

from pos.commands.options import USAGE, lane_option, new_command, settings_option, sources, store_option
from pos.commands.streams import complain
from pos.commands.till import has_screen
from pos.domain.i18n import _
from pos.files.user_folders import usual_store


def add_display(commands: Any) -> None:
    """Add `pos display`, its options and what runs it."""
    parser = new_command(
        commands,
        "display",
        _("show the customer what the till on this machine sells"),
        _display,
        prints=False,
        extended=True,
    )
    settings_option(parser, suppress=True)
    store_option(parser, suppress=True)
    lane_option(parser, suppress=True)
    parser.add_argument("--training", action="store_true", help=_("show the till that is open for training"))


def _display(options: argparse.Namespace) -> int:
    if not has_screen():
        complain(_("pos: the display needs a terminal"))
        return USAGE
    from screens.display.launch import run_display

    return run_display(sources(options), usual_store, training=options.training)
