"""The command line: `pos` opens the till; the commands need no screen. Texts of argparse itself stay English."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pos import terminal_echo
from pos.commands import streams
from pos.commands.options import FAILED, USAGE
from pos.domain.i18n import _

if TYPE_CHECKING:
    import argparse


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
        if options.extended:
            from pos.extensions.installed import load_extensions

            # What a package prints as it is loaded is no part of the answer.
            with redirect_stdout(sys.stderr):
                found = load_extensions()
            streams.complain_of([each.told for each in found if each.fault])
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
    from pos.commands.parsers import NotTheTill, till_parser, whole_parser

    try:
        with suppress(NotTheTill):
            return till_parser().parse_args(arguments)
        return whole_parser().parse_args(arguments)
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
