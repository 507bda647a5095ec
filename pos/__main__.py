"""The command line: `pos` opens the till, `pos run` runs a script without a screen, `pos schema` tells the format."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pos import __version__

DONE, FAILED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code: 0 done, 1 not as a script expected, 2 wrong usage or an unusable store."""
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
        print(f"pos: cannot write: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130
    return int(result)


def default_store() -> Path:
    """The folder of this user's till, where the platform keeps an application's data."""
    from platformdirs import user_data_path

    return user_data_path("tillkey", appauthor=False) / "store"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pos",
        description="Tillkey: a point of sale for the terminal. Without a command it opens the till.",
    )
    parser.add_argument("--version", action="version", version=f"Tillkey {__version__}")
    parser.set_defaults(command=_till)
    _store_options(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    run = commands.add_parser("run", help="run a script of the till's language without a screen")
    run.add_argument("script", metavar="SCRIPT|-", help="a file, or - for standard input")
    _store_options(run, suppress=True)
    run.add_argument("--json", action="store_true", help="print one JSON object a line")
    run.add_argument("--now", metavar="ISO", type=_moment, help="freeze the clock at this moment")
    run.add_argument("--keep-going", action="store_true", help="go on after a line that failed unexpectedly")
    run.set_defaults(command=_run)
    schema = commands.add_parser("schema", help="print the JSON Schema of catalog files")
    schema.set_defaults(command=_schema)
    return parser


def _store_options(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    default = argparse.SUPPRESS if suppress else None
    parser.add_argument("--store", metavar="FOLDER", type=_folder, default=default, help="the folder of the store")
    parser.add_argument("--catalog", metavar="FILE", type=Path, default=default, help="fill an empty store from this")
    lane = argparse.SUPPRESS if suppress else "1"
    parser.add_argument("--lane", metavar="NAME", type=_lane, default=lane, help="the name of this till (1)")

    for name, what in (("latency", "takes"), ("timeout", "is waited for")):
        text = f"how long the simulated gateway {what}, in seconds"
        parser.add_argument(f"--{name}", metavar="SECONDS", type=_seconds, default=default, help=text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 600:
        raise argparse.ArgumentTypeError(f"{text!r} is no time from 0 to 600 seconds")
    return seconds


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("name the store's folder")
    if "://" in text:
        raise argparse.ArgumentTypeError(f"{text}: this version keeps its store in a folder")
    return Path(text)


def _lane(text: str) -> str:
    if not text.isascii() or not text.isalnum() or len(text) > 12:
        raise argparse.ArgumentTypeError("a lane's name is up to 12 letters and digits")
    return text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment such as 2026-11-22T14:03:00+00:00") from None
    if not 1970 <= moment.year < 9000:
        raise argparse.ArgumentTypeError(f"{text!r} lies outside the years 1970 to 8999")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _till(options: argparse.Namespace) -> int:
    from screens.app import run_app

    return run_app(
        options.store or default_store(),
        catalog=options.catalog,
        lane=options.lane,
        latency=options.latency,
        timeout=options.timeout,
    )


def _run(options: argparse.Namespace) -> int:
    for stream, encoding in ((sys.stdin, "utf-8-sig"), (sys.stdout, "utf-8")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors="replace")
    if options.script == "-":
        return asyncio.run(_run_lines(options, sys.stdin))
    try:
        script = Path(options.script).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        print(f"pos: {options.script}: cannot be read: {error}", file=sys.stderr)
        return USAGE
    return asyncio.run(_run_lines(options, script.splitlines()))


async def _run_lines(options: argparse.Namespace, script: Iterable[str]) -> int:
    from pos.domain.text import clean
    from pos.environment import FrozenClock
    from pos.language.running import Runner
    from pos.till.opening import open_till

    clock = FrozenClock(options.now) if options.now is not None else None
    if clock is not None and options.store is not None and options.catalog is not None:
        return _refused_now()
    till = open_till(
        options.store,
        catalog=options.catalog,
        lane=options.lane,
        clock=clock,
        latency=options.latency,
        timeout=options.timeout,
    )
    try:
        if clock is not None and not till.playground:
            return _refused_now()
        for notice in till.notices:
            print(f"pos: {clean(notice)}", file=sys.stderr)
        runner = Runner(till, sys.stdout, options.json, options.keep_going)
        await till.recover()
        return DONE if await runner.run(script) else FAILED
    finally:
        till.close()


def _refused_now() -> int:
    print("pos: --now would falsify a shop's own store: use it with a demo or throw-away store", file=sys.stderr)
    return USAGE


def _schema(_: argparse.Namespace) -> int:
    import json

    from pos.domain.catalog_file import CatalogFile

    print(json.dumps(CatalogFile.model_json_schema(), indent=2))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
