"""`pos simulate`: a rush or a day before Christmas, on a server of its own that is thrown away, and what came of it."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from pos.commands.options import DONE, FAILED, USAGE, new_command
from pos.commands.streams import complain, say
from pos.domain.i18n import _
from pos.domain.message import quoted

if TYPE_CHECKING:
    from pos.simulate.run import Outcome, Plan, Show

MOST_BUYERS: Final = 100_000
MOST_WORKERS: Final = 64
MOST_TILLS: Final = 500
MOST_A_MINUTE: Final = 60
LONGEST: Final = 3600
"""Seconds for which people come at most."""


def add_simulate(commands: Any) -> None:
    """Add `pos simulate` and what it can simulate."""
    text = _("let a whole shop run on a server of its own, watch it, and judge what came of it")
    parser = new_command(commands, "simulate", text, _which)
    kinds = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    _add_rush(kinds)
    _add_christmas(kinds)
    _add_tills(kinds)


def _add_rush(kinds: Any) -> None:
    text = _("many buyers at once for few units: a queue, and workers that charge")
    rush = _new_kind(kinds, "rush", text, _rush)
    _number(rush, "--buyers", 10_000, MOST_BUYERS, _("how many come ({count})"))
    _number(rush, "--units", 500, MOST_BUYERS, _("how many units there are ({count})"))
    _number(rush, "--workers", 4, MOST_WORKERS, _("how many workers charge them ({count})"))
    rush.add_argument("--engine", choices=("redis", "kafka"), default="redis", help=_("what holds the queue (redis)"))
    _number(rush, "--seconds", 20, LONGEST, _("in how many seconds they come ({count})"))


def _add_christmas(kinds: Any) -> None:
    christmas = _new_kind(kinds, "christmas", _("many tills of one shop, at a trade's pace"), _christmas)
    _number(christmas, "--tills", 200, MOST_TILLS, _("how many tills there are ({count})"))
    _number(christmas, "--units", 5_000, MOST_BUYERS, _("how many units there are ({count})"))
    _number(christmas, "--pace", 6, MOST_A_MINUTE, _("how many customers each till serves a minute ({count})"))
    _number(christmas, "--seconds", 60, LONGEST, _("in how many seconds they come ({count})"))


def _add_tills(kinds: Any) -> None:
    """The processes of the tills are this program, too; nobody else calls for them."""
    tills = kinds.add_parser("tills", allow_abbrev=False)
    tills.add_argument("job")
    tills.set_defaults(command=_tills, json=True)


def _new_kind(kinds: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = kinds.add_parser(name, help=text, description=text, allow_abbrev=False)
    parser.set_defaults(command=run)
    _number(parser, "--seed", 1, 2**32, _("what all chance comes from ({count})"), least=0)
    text = _("kill one at work, pull the server out and let the bank be late meanwhile")
    parser.add_argument("--chaos", action="store_true", help=text)
    parser.add_argument("--json", action="store_true", help=_("print one JSON object in the end"))
    parser.add_argument("--watch", action="store_true", help=_("with --json: print an object every second, too"))
    return parser


def _number(parser: argparse.ArgumentParser, option: str, usual: int, most: int, text: str, *, least: int = 1) -> None:
    def number(typed: str) -> int:
        found = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 12 else -1
        if not least <= found <= most:
            told = _("{text} is no number from {least} to {most}", text=quoted(typed), least=least, most=most)
            raise argparse.ArgumentTypeError(told)
        return found

    parser.add_argument(option, metavar="N", type=number, default=usual, help=text.format(count=usual))


def _which(_options: argparse.Namespace) -> int:
    complain(_("pos: name what is to be simulated: {kinds}", kinds="rush, christmas"))
    return USAGE


def _rush(options: argparse.Namespace) -> int:
    from pos.simulate.needs import require_server

    require_server()
    from pos.simulate.run import Plan
    from pos.simulate.rush import simulate_rush

    plan = Plan(
        kind="rush",
        seed=options.seed,
        seconds=float(options.seconds),
        units=options.units,
        workers=options.workers,
        buyers=options.buyers,
        engine=options.engine,
        chaos=options.chaos,
    )
    return _simulated(options, plan, simulate_rush)


def _christmas(options: argparse.Namespace) -> int:
    from pos.simulate.needs import require_server

    require_server()
    from pos.simulate.christmas import simulate_christmas
    from pos.simulate.run import Plan

    plan = Plan(
        kind="christmas",
        seed=options.seed,
        seconds=float(options.seconds),
        units=options.units,
        tills=options.tills,
        pace=float(options.pace),
        chaos=options.chaos,
    )
    return _simulated(options, plan, simulate_christmas)


def _tills(options: argparse.Namespace) -> int:
    from pos.domain.json_text import json_text
    from pos.simulate.tills import sell

    sell(options.job, lambda told: say(json_text(told), at_once=True))
    return DONE


def _simulated(options: argparse.Namespace, plan: Plan, simulate: Callable[[Plan, Show], Outcome]) -> int:
    """Run a simulation and show it; 1 if a law was broken, or if it was broken off."""
    from pos.commands.live import LivePicture
    from pos.domain.json_text import json_text

    # Told to end, all that was begun is ended, too.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with LivePicture(json=options.json, watch=options.watch) as shown:
            outcome = simulate(plan, shown.show)
    except KeyboardInterrupt:
        complain(_("pos: the simulation was broken off."))
        return FAILED
    finally:
        signal.signal(signal.SIGTERM, before)
    if options.json:
        say(json_text(outcome.as_json()))
    return DONE if outcome.verdict.clean else FAILED
