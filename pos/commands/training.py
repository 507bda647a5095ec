"""`pos training`: the till on this terminal, on a copy of the shop that is thrown away."""

from __future__ import annotations

import argparse
from typing import Any

from pos.commands.options import common_options, inspect_option, new_command, store_options
from pos.commands.till import open_on_terminal
from pos.domain.i18n import _


def add_training(commands: Any) -> None:
    """Add `pos training`, its options and what runs it."""
    parser = new_command(
        commands, "training", _("open a till to train on, on a copy of the shop"), _train, prints=False
    )
    common_options(parser, suppress=True)
    store_options(parser, suppress=True)
    inspect_option(parser, suppress=True)


def _train(options: argparse.Namespace) -> int:
    return open_on_terminal(options, training=True)
