"""`pos`: the till on this terminal."""

from __future__ import annotations

import argparse
import os
import sys

from pos.commands.options import USAGE, add_all_extensions, sources
from pos.commands.streams import complain
from pos.domain.i18n import _
from pos.files.user_folders import usual_store


def has_screen() -> bool:
    """Whether there is something to draw on: a terminal, or what a driver of Textual leads to, as in the browser."""
    # Textual reads keys from the one and draws on the other; at the end of a file it would look for ever.
    return bool(os.environ.get("TEXTUAL_DRIVER")) or (sys.stdin.isatty() and sys.stderr.isatty())


def open_on_terminal(options: argparse.Namespace, *, training: bool = False) -> int:
    """Open the till on this terminal, for `training` on a copy of the shop; the exit code, once it is closed.

    Or watch the one that is open in another terminal, if the options say so.
    """
    if not has_screen():
        complain(_("pos: the till needs a terminal; `pos run -` reads a script"))
        return USAGE
    if options.inspect:
        # The settings may name the theme of another package.
        add_all_extensions()
        from screens.inspector_app.launch import run_inspector

        return run_inspector(sources(options, keys=True), usual_store, training=training)
    from screens.app.launch import run_app

    return run_app(
        sources(options, keys=True), usual_store, training=training, trust=options.trust, metrics=options.metrics
    )
