"""`pos run`: a script of the till's language without a screen."""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pos.commands.options import (
    DONE,
    FAILED,
    USAGE,
    common_options,
    completed,
    metrics_option,
    moment,
    new_command,
    sources,
    store_options,
)
from pos.commands.scripts import given_lines, script_lines
from pos.commands.streams import complain, complain_of, owe
from pos.domain.i18n import N_, _


def add_run(commands: Any) -> None:
    """Add `pos run`, its options and what runs it."""
    run = new_command(commands, "run", _("run a script of the till's language without a screen"), _run, extended=True)
    completed(run.add_argument("script", metavar=_("SCRIPT|-"), help=_("a file, or - for standard input")), "FILE")
    common_options(run, suppress=True)
    store_options(run, suppress=True)
    metrics_option(run, suppress=True)
    run.add_argument("--json", action="store_true", help=_("print one JSON object a line"))
    run.add_argument("--now", metavar="ISO", type=moment, help=_("freeze the clock at this moment"))
    run.add_argument("--keep-going", action="store_true", help=_("go on after a line that failed unexpectedly"))


def _run(options: argparse.Namespace) -> int:
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace", newline=None)
    if options.script == "-":
        return asyncio.run(_run_lines(options, given_lines()))
    try:
        script = script_lines(Path(options.script))
    except OSError as error:
        complain(_("pos: {file}: cannot be read: {error}", file=options.script, error=error.strerror or error))
        return USAGE
    except UnicodeDecodeError as error:
        complain(_("pos: {file}: cannot be read: {error}", file=options.script, error=error))
        return USAGE
    return asyncio.run(_run_lines(options, script))


async def _run_lines(options: argparse.Namespace, script: Iterable[str]) -> int:
    from pos.bootstrap import is_shops_own, open_till
    from pos.clock_and_ids import FrozenClock
    from pos.domain.errors import TillError
    from pos.language.script_runner import ScriptRunner
    from pos.locales import other_speech
    from pos.log import close_log, follow, open_log
    from pos.metrics import serve_metrics
    from pos.settings.loading import load
    from pos.settings.queue import queue_options
    from pos.settings.server import server_options

    found = load(sources(options))
    held = found.settings.till
    # A script without a store of its own must do the same on every machine, whatever shop is set up there.
    store = held.store if options.store is not None else None
    clock = FrozenClock(options.now) if options.now is not None else None
    usual_catalog = held.catalog if store is not None else None
    if clock is not None and store is not None:
        fills_a_shop = usual_catalog is not None and options.catalog is None
        if is_shops_own(store, once_filled=fills_a_shop):
            complain(_("pos: --now would falsify a shop's own store: use it with a demo or throw-away store"))
            return USAGE
    if found.settings.log.file is not None:
        open_log(found.settings.log.file, store=store)
    till = open_till(
        store,
        gateway=held.gateway,
        catalog=options.catalog,
        usual_catalog=usual_catalog,
        lane=held.lane,
        clock=clock,
        latency=held.latency,
        timeout=held.timeout,
        decide_after=held.decide_after,
        printer=held.printer if store is not None else None,
        scripted=True,
        hear=complain_of,
        server=server_options(found.settings, trust=options.trust),
        queueing=queue_options(found.settings) if store is not None else None,
    )
    served, untold = serve_metrics(till, options.metrics)
    try:
        till.use_receipt_language(other_speech(found.settings.receipt.language))
        follow(till)
        complain_of(till.notices)
        if store is not None and options.catalog is not None and sys.stderr.isatty():
            # To people only: a program that makes stores knows what for.
            text = N_(
                "{folder} is made as a script's own store, for tests: its tills say demo. "
                "A shop's is made with `pos --store FOLDER --catalog FILE`."
            )
            complain_of([_(text, folder=store)])
        if till.simulated_cards and sys.stderr.isatty():
            text = N_("cards are simulated, no money is moved: the setting `till.gateway` names what charges them.")
            complain_of([_(text)])
        complain_of([untold] if untold else [])
        runner = ScriptRunner(till, sys.stdout, options.json, options.keep_going)
        runner.refused = served.refused if served is not None else None
        await till.recover()
        try:
            return DONE if await runner.run(script) else FAILED
        except TillError:
            raise
        except OSError:
            if runner.untold is not None:
                owe(_("line {line} of the script was done, and none after it.", line=runner.untold))
            raise
        except Exception as error:
            from pos.extensions.blame import blamed

            if runner.line is not None:
                complain(f"pos: {options.script}:{runner.line.number}: {blamed(error)}")
            raise
    finally:
        if served is not None:
            served.close()
        till.close()
        close_log()
