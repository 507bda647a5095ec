"""`pos`: the till on this terminal."""

from __future__ import annotations

import argparse
import sys

from pos.commands.options import USAGE, default_store, sources
from pos.domain.words import _


def open_on_terminal(options: argparse.Namespace, *, training: bool = False) -> int:
    """Open the till on this terminal, for `training` on a copy of the shop; the exit code, once it is closed."""
    # Textual reads keys from the one and draws on the other; at the end of a file it would look for ever.
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        print(_("pos: the till needs a terminal; `pos run -` reads a script"), file=sys.stderr)
        return USAGE
    from screens.starting import run_app

    return run_app(sources(options, keys=True), default_store(), training=training)
