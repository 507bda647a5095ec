"""`pos lanes`: the tills of a shop on a server, as they are, and what somebody has to look at."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from pos.commands.many_tills import many_tills
from pos.commands.options import DONE, FAILED, common_options, lane_name, new_command, store_option
from pos.commands.streams import say
from pos.domain.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from pos.domain.lane_status import LaneStatus, ReviewEntry


def add_lanes(commands: Any) -> None:
    """Add `pos lanes` and what is done with lanes."""
    shown = new_command(commands, "lanes", _("tell how the tills of a shop on a server are"), _lanes)
    shown.add_argument("--json", action="store_true", help=_("print one JSON object a till"))
    shown.add_argument("--watch", action="store_true", help=_("print it anew every second, until a key is pressed"))
    more = shown.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    text = _("list what somebody has to look at: shortages, gaps, what was handed in late or twice")
    review = more.add_parser("review", help=text, allow_abbrev=False)
    review.add_argument("--json", action="store_true", help=_("print one JSON object an entry"))
    done = _("take what was looked at off the list, by the id that stands before it")
    review.add_argument("--done", metavar="ID", help=done)
    review.set_defaults(command=_review)
    take = more.add_parser("take-over", help=_("end what a till left open that is dead for good"), allow_abbrev=False)
    take.add_argument("taken", metavar=_("LANE"), type=lane_name, help=_("the name of that till"))
    take.add_argument("--force", action="store_true", help=_("also from a till that may be alive"))
    trusting = _("use the store's server although it may lose what it was told")
    take.add_argument("--trust", action="store_true", help=trusting)
    # The gateway may be another package's.
    take.set_defaults(command=_take_over, extended=True)
    for parser in shown, review, take:
        common_options(parser, suppress=True)
        store_option(parser, suppress=True)


def _lanes(options: argparse.Namespace) -> int:
    from pos.commands.watching import watch
    from pos.domain.errors import TillError
    from pos.domain.json_text import json_text

    where = many_tills(options)

    def lines() -> list[str]:
        found = where.lanes()
        return [json_text(each.as_json()) for each in found] if options.json else _table(found)

    def lines_or_reason() -> list[str]:
        try:
            return lines()
        except TillError as error:
            return [f"pos: {error.code}: {error.message}"] if not options.json else []

    if options.watch:
        # That there is such a shop is known before: what fails then is a while away.
        lines()
        watch(lines_or_reason)
        return DONE
    for line in lines():
        say(line)
    return DONE


def _review(options: argparse.Namespace) -> int:
    from pos.domain.json_text import json_text

    where = many_tills(options)
    if options.done is not None:
        if not where.done_with(options.done):
            say(_("Nothing with the id {id} is on the list.", id=options.done))
            return FAILED
        say(_("{id} is off the list.", id=options.done), done=True)
        return DONE
    found = where.review()
    for entry in found:
        say(json_text(entry.as_json()) if options.json else _line(entry, _here()))
    if not found and not options.json:
        say(_("Nothing is to be looked at."))
    return DONE


def _take_over(options: argparse.Namespace) -> int:
    from pos.commands.taking_over import take_over

    return take_over(options)


def _here() -> tzinfo | None:
    """The zone of this machine, in which moments are told."""
    from datetime import datetime

    return datetime.now().astimezone().tzinfo


def _table(found: Sequence[LaneStatus]) -> list[str]:
    from pos.domain.lane_status import cells, headings
    from pos.domain.terminal_text import clean, width

    if not found:
        return [_("No till has opened this shop yet.")]
    rows = [headings(), *(cells(each, _here()) for each in found)]
    cleaned = [tuple(map(clean, row)) for row in rows]
    rooms = [max(map(width, column)) for column in zip(*cleaned, strict=True)]
    return [
        "  ".join(text + " " * (room - width(text)) for text, room in zip(row, rooms, strict=True)).rstrip()
        for row in cleaned
    ]


def _line(entry: ReviewEntry, zone: tzinfo | None) -> str:
    from pos.domain.i18n import moment_text

    return f"{entry.id}  {moment_text(entry.at.astimezone(zone), 'stamp')}  {entry.sentence}"
