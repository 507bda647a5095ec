"""`pos events`: what was sold, given back and corrected in a shop on a server, for people and for other programs."""

from __future__ import annotations

import argparse
import re
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from pos.commands.many_tills import many_tills
from pos.commands.options import DONE, common_options, new_command, store_option
from pos.commands.streams import complain, say
from pos.domain.i18n import _, plural

if TYPE_CHECKING:
    from pos.domain.shop_events import Place, ShopEvent, ShopEvents, Told

WAIT: Final = 5.0
"""Seconds that are waited for the next event at once."""
PAUSE: Final = 0.5
"""Seconds after which a server that is away is asked again."""


def add_events(commands: Any) -> None:
    """Add `pos events`."""
    text = _("print what is sold, given back and corrected in a shop on a server")
    parser = new_command(commands, "events", text, _run)
    parser.description = _(
        "Prints the events of a shop on a server, one a line, once each is done: orders, refunds and corrected stock. "
        "Without --name it prints those that are there, and with --follow those that come from now on. A reader with a "
        "name begins with the first event, and goes on where it was when it comes again: each event is printed at "
        "least once."
    )
    parser.add_argument("--follow", action="store_true", help=_("go on with what comes, until Ctrl+C"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object an event"))
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--since", metavar="ID", type=_event_id, help=_("begin behind the event with this id"))
    begin.add_argument("--from-beginning", action="store_true", help=_("begin with the first event that is there"))
    named = _("read on where the reader of this name was, and keep its place on the server")
    parser.add_argument("--name", metavar=_("NAME"), type=_reader, help=named)
    common_options(parser, suppress=True)
    store_option(parser, suppress=True)


def _run(options: argparse.Namespace) -> int:
    from pos.domain.errors import TillError
    from pos.domain.message import lazy
    from pos.domain.shop_events import PublishingShop

    where = many_tills(options)
    if not isinstance(where, PublishingShop):
        raise TillError("store_unusable", lazy("{place} tells no events to other programs.", place=where.name))
    events = where.events()
    try:
        _Reading(events, options).run(_begin(events, options))
    except KeyboardInterrupt:
        return DONE
    finally:
        events.close()
    return DONE


def _begin(events: ShopEvents, options: argparse.Namespace) -> Place:
    """Where to begin."""
    from pos.domain.shop_events import Place

    if options.since is not None:
        return Place(options.since)
    if options.from_beginning:
        return events.beginning()
    if options.name is not None:
        return events.place_of(options.name) or events.beginning()
    return events.end() if options.follow else events.beginning()


class _Reading:
    """Events as they are read and printed, by the options of the command."""

    def __init__(self, events: ShopEvents, options: argparse.Namespace) -> None:
        self._events = events
        self._name: str | None = options.name
        self._follow: bool = options.follow
        self._json: bool = options.json
        self._kept: Place | None = None
        self._away = False

    def run(self, place: Place) -> None:
        """Read from a place on, to the last event, or for ever. Raises TillError, OSError, KeyboardInterrupt."""
        from pos.domain.errors import TillError

        while True:
            try:
                self._keep(place)
                told = self._events.read(place, WAIT if self._follow else 0)
                self._is_there()
            except TillError as error:
                if not self._follow or error.code != "server_away":
                    raise
                self._wait(error)
                continue
            self._print(told)
            if told.end == place and not self._follow:
                return
            place = told.end

    def _keep(self, place: Place) -> None:
        """Keep a place once all before it is printed: what was not is printed again, to whoever comes with the name."""
        if self._name is not None and place != self._kept:
            self._events.keep(self._name, place)
            self._kept = place

    def _print(self, told: Told) -> None:
        for words in _remarks(told):
            complain(f"pos: {words}")
        for event, _place in told.events:
            say(self._line(event))
        sys.stdout.flush()

    def _line(self, event: ShopEvent) -> str:
        from datetime import datetime

        from pos.domain.shop_events import event_json

        return event_json(event) if self._json else event.sentence(datetime.now().astimezone().tzinfo)

    def _wait(self, error: Exception) -> None:
        if not self._away:
            complain(f"pos: {error} {_('It is waited for.')}")
        self._away = True
        time.sleep(PAUSE)

    def _is_there(self) -> None:
        if self._away:
            complain(f"pos: {_('The server is there again.')}")
        self._away = False


def _remarks(told: Told) -> list[str]:
    """What is to be told of what was read beside the events."""
    said = []
    if told.set_back:
        said.append(_("The server knows less than was read of it: it was set back. Some events may be told again."))
    if told.lost is None:
        said.append(_("Events before these are gone. Whether this reader has read them all is not known."))
    elif told.lost:
        said.append(
            plural("{count} event is lost to this reader.", "{count} events are lost to this reader.", told.lost)
        )
    if told.unreadable:
        passed = len(told.unreadable)
        said.append(plural("{count} entry is no event.", "{count} entries are no events.", passed))
    return said


def _event_id(text: str) -> str:
    from pos.domain.shop_events import EVENT_ID

    if not re.fullmatch(EVENT_ID, text) or any(int(part) >= 2**64 for part in text.split("-")):
        raise argparse.ArgumentTypeError(_("{text} is no event's id such as {example}", text=repr(text), example="0-0"))
    return text


def _reader(text: str) -> str:
    from pos.domain.shop_events import READER

    if not re.fullmatch(READER, text):
        raise argparse.ArgumentTypeError(_("a reader's name is up to 64 letters, digits and . _ -"))
    return text
