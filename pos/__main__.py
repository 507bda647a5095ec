"""The command line: `pos` opens the till; the commands need no screen. Texts of argparse itself stay English."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos import __version__
from pos.care.commands import add_commands
from pos.domain.words import _

if TYPE_CHECKING:
    from pos.settings.sources import Sources

DONE, FAILED, USAGE = 0, 1, 2
SHELLS: Final = ("bash", "zsh", "fish", "tcsh")
"""The shells that a completion is written for."""
COMPLETERS: Final = {
    "FILE": {
        "bash": "_shtab_compgen_files",
        "zsh": "_files",
        "fish": "(__fish_complete_path (commandline -ct))",
        "tcsh": "f",
    },
    "DIR": {
        "bash": "_shtab_compgen_dirs",
        "zsh": "_files -/",
        "fish": "(__fish_complete_directories)",
        "tcsh": "d",
    },
}
"""How shtab lets each shell complete a path; written out, so that shtab is loaded for a completion only."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code: 0 done, 1 not as a script expected, 2 wrong usage or an unusable store."""
    _speak(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(arguments)
    from pos.domain.errors import TillError
    from pos.domain.text import clean

    try:
        result = options.command(options)
    except TillError as error:
        for line in error.message.splitlines():
            print(f"pos: {error.code}: {clean(line)}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # Nobody reads on: what is still in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        print(_("pos: cannot write: {error}", error=error), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130
    return int(result)


def default_store() -> Path:
    """The folder of this user's till, where the platform keeps an application's data."""
    from platformdirs import user_data_path

    return user_data_path("tillkey", appauthor=False) / "store"


def _speak(arguments: Sequence[str]) -> None:
    """Say everything in the language of the settings, also the help; a wrong language is told later."""
    from pos.domain.words import speak
    from pos.languages import AUTO, speech_of
    from pos.settings import first_look

    look = first_look(_settings_named(arguments))
    try:
        speak(speech_of(look.language or AUTO, look.locale or AUTO))
    except ValueError:
        speak(speech_of())


def _settings_named(arguments: Sequence[str]) -> Path | None:
    for at, argument in enumerate(arguments):
        if argument == "--settings" and at + 1 < len(arguments):
            return Path(arguments[at + 1])
        if argument.startswith("--settings="):
            return Path(argument.partition("=")[2])
    return None


class _Versions(argparse.Action):
    """Prints the versions of all that a report of an error needs, without loading any of it."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: Any) -> None:
        from importlib.metadata import version
        from platform import python_version

        print(f"Tillkey {__version__}")
        print(f"Python {python_version()}")
        print(f"Textual {version('textual')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pos",
        description=_("Tillkey: a point of sale for the terminal. Without a command it opens the till."),
        epilog=_("A value of an option comes before a variable's, and that before the settings file's."),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action=_Versions, nargs=0, help=_("print the versions of Tillkey and what it needs")
    )
    parser.set_defaults(command=_till)
    _common_options(parser)
    _store_options(parser)
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    _run_command(commands)
    _settings_command(commands)
    add_commands(commands, _care_options, _completed)
    schema = commands.add_parser("schema", help=_("print the JSON Schema of catalog files"))
    schema.set_defaults(command=_schema)
    completion = commands.add_parser("completion", help=_("print a script that completes what is typed in a shell"))
    completion.add_argument("shell", choices=SHELLS, help=_("the shell"))
    completion.set_defaults(command=_completion)
    return parser


def _run_command(commands: Any) -> None:
    run = commands.add_parser("run", help=_("run a script of the till's language without a screen"), allow_abbrev=False)
    _completed(run.add_argument("script", metavar=_("SCRIPT|-"), help=_("a file, or - for standard input")), "FILE")
    _common_options(run, suppress=True)
    _store_options(run, suppress=True)
    run.add_argument("--json", action="store_true", help=_("print one JSON object a line"))
    run.add_argument("--now", metavar="ISO", type=_moment, help=_("freeze the clock at this moment"))
    run.add_argument("--keep-going", action="store_true", help=_("go on after a line that failed unexpectedly"))
    run.set_defaults(command=_run)


def _settings_command(commands: Any) -> None:
    shown = commands.add_parser(
        "settings", help=_("show every setting and where it is from, or change one"), allow_abbrev=False
    )
    _common_options(shown, suppress=True)
    shown.add_argument("--json", action="store_true", help=_("print one JSON array"))
    shown.add_argument("--path", action="store_true", help=_("print where the settings file is"))
    shown.set_defaults(command=_settings)
    changes = shown.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    put = changes.add_parser("set", help=_("write a setting to the file"), allow_abbrev=False)
    put.add_argument("name", metavar=_("NAME"), help=_("such as screen.theme"))
    put.add_argument("value", metavar=_("VALUE"), help=_("what it shall be"))
    put.set_defaults(command=_set)
    out = changes.add_parser("unset", help=_("take a setting out of the file"), allow_abbrev=False)
    out.add_argument("name", metavar=_("NAME"), help=_("such as screen.theme"))
    out.set_defaults(command=_set, value=None)
    for change in put, out:
        _common_options(change, suppress=True)


def _completed(argument: argparse.Action, what: str) -> None:
    """Let a shell complete an argument: FILE or DIR."""
    vars(argument)["complete"] = COMPLETERS[what]


def _common_options(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    default = argparse.SUPPRESS if suppress else None
    for name, text in (
        ("settings", _("the settings file")),
        ("log", _("write what happens to the end of this file")),
    ):
        option = parser.add_argument(f"--{name}", metavar=_("FILE"), type=_file, default=default, help=text)
        _completed(option, "FILE")


def _store_option(parser: argparse.ArgumentParser, *, suppress: bool) -> None:
    default = argparse.SUPPRESS if suppress else None
    store = parser.add_argument(
        "--store", metavar=_("FOLDER"), type=_folder, default=default, help=_("the folder of the store")
    )
    _completed(store, "DIR")


def _care_options(parser: argparse.ArgumentParser) -> None:
    _common_options(parser, suppress=True)
    _store_option(parser, suppress=True)
    parser.set_defaults(command=_care)


def _store_options(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    default = argparse.SUPPRESS if suppress else None
    _store_option(parser, suppress=suppress)
    catalog = parser.add_argument(
        "--catalog", metavar=_("FILE"), type=_file, default=default, help=_("fill an empty store from this")
    )
    _completed(catalog, "FILE")
    parser.add_argument("--lane", metavar=_("NAME"), type=_lane, default=default, help=_("the name of this till (1)"))
    for name, text in (
        ("latency", _("how long the simulated gateway takes, in seconds")),
        ("timeout", _("how long the simulated gateway is waited for, in seconds")),
    ):
        parser.add_argument(f"--{name}", metavar=_("SECONDS"), type=_seconds, default=default, help=text)


def _sources(options: argparse.Namespace, *, keys: bool = False) -> Sources:
    """Where the settings are from; the keys of actions are checked for those who use them."""
    from pos.settings.sources import OPTIONS, Sources

    named = {name: getattr(options, option.removeprefix("--")) for name, option in OPTIONS.items()}
    return Sources(options.settings, os.environ, named, _key_faults if keys else None)


def _key_faults(keys: Mapping[str, str]) -> list[tuple[str, str]]:
    from screens.acting.keymap import faults

    return [(fault.action, fault.text) for fault in faults(keys)]


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 600:
        raise argparse.ArgumentTypeError(_("{text} is no time from 0 to 600 seconds", text=repr(text)))
    return seconds


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError(_("name the store's folder"))
    if "://" in text:
        raise argparse.ArgumentTypeError(_("{text}: this version keeps its store in a folder", text=text))
    return Path(text)


def _file(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError(_("name a file"))
    return Path(text)


def _lane(text: str) -> str:
    if not text.isascii() or not text.isalnum() or len(text) > 12:
        raise argparse.ArgumentTypeError(_("a lane's name is up to 12 letters and digits"))
    return text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        example = "2026-11-22T14:03:00+00:00"
        told = _("{text} is no moment such as {example}", text=repr(text), example=example)
        raise argparse.ArgumentTypeError(told) from None
    if not 1970 <= moment.year < 9000:
        raise argparse.ArgumentTypeError(_("{text} lies outside the years 1970 to 8999", text=repr(text)))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _till(options: argparse.Namespace) -> int:
    # Textual reads keys from the one and draws on the other; at the end of a file it would look for ever.
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        print(_("pos: the till needs a terminal; `pos run -` reads a script"), file=sys.stderr)
        return USAGE
    from screens.starting import run_app

    return run_app(_sources(options, keys=True), default_store())


def _run(options: argparse.Namespace) -> int:
    for stream, encoding in ((sys.stdin, "utf-8-sig"), (sys.stdout, "utf-8")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors="replace")
    if options.script == "-":
        return asyncio.run(_run_lines(options, sys.stdin))
    try:
        script = Path(options.script).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        print(_("pos: {file}: cannot be read: {error}", file=options.script, error=error), file=sys.stderr)
        return USAGE
    return asyncio.run(_run_lines(options, script.splitlines()))


async def _run_lines(options: argparse.Namespace, script: Iterable[str]) -> int:
    from pos.domain.text import clean
    from pos.environment import FrozenClock
    from pos.language.running import Runner
    from pos.log import close_log, follow, open_log
    from pos.settings.loading import load
    from pos.till.opening import open_till

    found = load(_sources(options))
    held = found.settings.till
    # A script without a store of its own must do the same on every machine, whatever shop is set up there.
    store = held.store if options.store is not None else None
    clock = FrozenClock(options.now) if options.now is not None else None
    if clock is not None and store is not None and options.catalog is not None:
        return _refused_now()
    if found.settings.log.file is not None:
        open_log(found.settings.log.file)
    till = open_till(
        store,
        catalog=options.catalog,
        usual_catalog=held.catalog if store is not None else None,
        lane=held.lane,
        clock=clock,
        latency=held.latency,
        timeout=held.timeout,
    )
    try:
        if clock is not None and not till.playground:
            return _refused_now()
        follow(till)
        for notice in till.notices:
            print(f"pos: {clean(notice)}", file=sys.stderr)
        runner = Runner(till, sys.stdout, options.json, options.keep_going)
        await till.recover()
        return DONE if await runner.run(script) else FAILED
    finally:
        till.close()
        close_log()


def _refused_now() -> int:
    print(_("pos: --now would falsify a shop's own store: use it with a demo or throw-away store"), file=sys.stderr)
    return USAGE


def _settings(options: argparse.Namespace) -> int:
    from pos.settings.loading import load
    from pos.settings.showing import as_json, table

    sources = _sources(options, keys=True)
    if options.path:
        print(sources.path)
        return DONE
    found = load(sources)
    if options.json:
        import json

        print(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(table(found)))
    return DONE


def _set(options: argparse.Namespace) -> int:
    """Change the file; what the value is now, and where from: perhaps not from the file."""
    from pos.domain.text import clean
    from pos.settings.listing import said, setting, value_of
    from pos.settings.saving import change
    from pos.settings.showing import UNSET

    item, value = setting(options.name), options.value
    if item is not None and item.kind == "path" and value and not value.startswith("~"):
        # In a shell a path is relative to where one is, in the file to where the file is.
        value = str(Path(value).absolute())
    found = change(_sources(options, keys=True), options.name, value)
    now = clean(said(value_of(found.settings, options.name))) or UNSET
    print(f"{options.name} = {now}  ({found.origin(options.name).words})")
    return DONE


def _care(options: argparse.Namespace) -> int:
    """A command that looks after the store that the till would open."""
    from pos.care.commands import prepare_output
    from pos.settings.loading import load

    prepare_output()
    folder = load(_sources(options)).settings.till.store or default_store()
    code = int(options.care(folder, options))
    sys.stdout.flush()
    return code


def _completion(options: argparse.Namespace) -> int:
    import shtab

    print(shtab.complete(_parser(), shell=options.shell))
    return DONE


def _schema(_options: argparse.Namespace) -> int:
    import json

    from pos.domain.catalog_file import CatalogFile

    print(json.dumps(CatalogFile.model_json_schema(), indent=2))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
