"""The parsers of the command line: one of all commands, and a short one that knows the till's own options alone."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, Final, NoReturn

from pos import __version__
from pos.commands import streams
from pos.commands.options import common_options, inspect_option, metrics_option, store_options
from pos.commands.till import open_on_terminal
from pos.domain.i18n import _
from pos.domain.message import quoted
from pos.domain.terminal_text import legible

_NAMED: Final = re.compile(r"(?<=[ (])'([^']*)'(?=[ ,)]|$)")
"""What Python's own words about arguments name."""


class NotTheTill(Exception):
    """The arguments are not the till's own options alone."""


def till_parser() -> argparse.ArgumentParser:
    """What is read without a command, for whom the others are not loaded; parsing raises NotTheTill at all else."""
    parser = _TillParser(add_help=False, allow_abbrev=False)
    _till_options(parser)
    return parser


def whole_parser() -> argparse.ArgumentParser:
    """The till's own options and all commands."""
    from pos.commands.demo import add_demo
    from pos.commands.display import add_display
    from pos.commands.enqueue import add_enqueue
    from pos.commands.events import add_events
    from pos.commands.lanes import add_lanes
    from pos.commands.maintenance import add_maintenance
    from pos.commands.manual import add_manual
    from pos.commands.plugins import add_plugins
    from pos.commands.prewarm import add_prewarm
    from pos.commands.printing import add_printing
    from pos.commands.queue import add_queue
    from pos.commands.run import add_run
    from pos.commands.serve import add_serve
    from pos.commands.settings import add_settings
    from pos.commands.simulate import add_simulate
    from pos.commands.training import add_training
    from pos.commands.worker import add_worker

    parser = _Parser(
        prog="pos",
        description=_("Tillkey: a point of sale for the terminal. Without a command it opens the till."),
        epilog=_("A value of an option comes before a variable's, and that before the settings file's."),
        allow_abbrev=False,
    )
    _till_options(parser)
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    add_run(commands)
    add_training(commands)
    add_settings(commands)
    add_serve(commands)
    add_maintenance(commands)
    add_lanes(commands)
    add_events(commands)
    add_enqueue(commands)
    add_worker(commands)
    add_queue(commands)
    add_prewarm(commands)
    add_display(commands)
    add_demo(commands)
    add_simulate(commands)
    add_manual(commands)
    add_plugins(commands)
    add_printing(commands, whole_parser)
    return parser


def _till_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--version", action=_Versions, nargs=0, help=_("print the versions of Tillkey and what it needs")
    )
    parser.set_defaults(command=open_on_terminal, prints=False, extended=False)
    common_options(parser)
    store_options(parser)
    inspect_option(parser)
    metrics_option(parser)


class _TillParser(argparse.ArgumentParser):
    def error(self, _message: str) -> NoReturn:
        raise NotTheTill


class _Parser(argparse.ArgumentParser):
    """A parser that does not hide that its help could not be printed, and prints no word of an argument as it is."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, in one line whatever was typed, and how it is used."""
        super().error(legible(_NAMED.sub(lambda named: str(quoted(named[1])), message)))

    def _print_message(self, message: str, file: Any = None) -> None:
        for line in message.splitlines():
            (streams.say if file is sys.stdout else streams.complain)(line)


class _Versions(argparse.Action):
    """Prints the versions of all that a report of an error needs, without loading any of it."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: Any) -> None:
        from importlib.metadata import version
        from platform import python_version

        streams.say(f"Tillkey {__version__}")
        streams.say(f"Python {python_version()}")
        streams.say(f"Textual {version('textual')}")
        parser.exit()
