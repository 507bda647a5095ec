"""The command line: `pos` opens the till; the commands need no screen. Texts of argparse itself stay English."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from pos import __version__, terminal_echo
from pos.commands import streams
from pos.commands.demo import add_demo
from pos.commands.display import add_display
from pos.commands.maintenance import add_maintenance
from pos.commands.options import FAILED, USAGE, common_options, inspect_option, store_options
from pos.commands.printing import add_printing
from pos.commands.run import add_run
from pos.commands.serve import add_serve
from pos.commands.settings import add_settings
from pos.commands.till import open_on_terminal
from pos.commands.training import add_training
from pos.domain.i18n import _
from pos.domain.terminal_text import legible


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code: 0 done, 1 not as a script expected, 2 wrong usage or an unusable store."""
    streams.fill_gaps()
    streams.write_utf8()
    _speak(sys.argv[1:] if arguments is None else arguments)
    from pos.domain.errors import TillError

    try:
        options = _parsed(arguments)
        if getattr(options, "json", False):
            streams.for_programs()
        if options.prints:
            terminal_echo.show()
            streams.need("stdout")
        result = options.command(options)
        sys.stdout.flush()
    except TillError as error:
        for line in error.message.splitlines():
            streams.complain(f"pos: {error.code}: {line}")
        return USAGE
    except streams.NoStream as missing:
        streams.complain(str(missing))
        return USAGE
    except BrokenPipeError:
        streams.give_up_output()
        return FAILED
    except OSError as error:
        streams.complain(_("pos: cannot read or write: {error}", error=error))
        streams.give_up_output()
        return FAILED
    except Exception as error:
        streams.complain(f"pos: {_reported(error)}")
        return FAILED
    return int(result)


def _reported(error: Exception) -> str:
    """What is told of an error of the program, once a report of it is written."""
    from datetime import UTC, datetime

    from pos.crash_report import report_folder, write_report

    report = write_report(error, datetime.now(UTC), None, (), report_folder())
    if report.path is None:
        return _("Tillkey had to stop. Nothing that was sold is lost.")
    return _("Tillkey had to stop. Nothing that was sold is lost. The report is in {path}", path=report.path)


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options; exits once the help is printed or an option was wrong. Raises NoStream, OSError."""
    try:
        return _parser().parse_args(arguments)
    except SystemExit as ended:
        if not ended.code:
            streams.need("stdout")
            sys.stdout.flush()
        raise


def _speak(arguments: Sequence[str]) -> None:
    """Say everything in the language of the settings, also the help; a wrong language is told later."""
    from pos.domain.i18n import use_language
    from pos.locales import AUTO, language_of
    from pos.settings import early_settings

    look = early_settings(_settings_named(arguments))
    try:
        use_language(language_of(look.language or AUTO, look.locale or AUTO))
    except ValueError:
        use_language(language_of())


def _settings_named(arguments: Sequence[str]) -> Path | None:
    for at, argument in enumerate(arguments):
        if argument == "--settings" and at + 1 < len(arguments):
            return Path(arguments[at + 1])
        if argument.startswith("--settings="):
            return Path(argument.partition("=")[2])
    return None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="pos",
        description=_("Tillkey: a point of sale for the terminal. Without a command it opens the till."),
        epilog=_("A value of an option comes before a variable's, and that before the settings file's."),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action=_Versions, nargs=0, help=_("print the versions of Tillkey and what it needs")
    )
    parser.set_defaults(command=open_on_terminal, prints=False)
    common_options(parser)
    store_options(parser)
    inspect_option(parser)
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    add_run(commands)
    add_training(commands)
    add_settings(commands)
    add_serve(commands)
    add_maintenance(commands)
    add_display(commands)
    add_demo(commands)
    add_printing(commands, _parser)
    return parser


class _Parser(argparse.ArgumentParser):
    """A parser that does not hide that its help could not be printed, and prints no word of an argument as it is."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, in one line whatever was typed, and how it is used."""
        super().error(legible(message))

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
