"""`pos events`: what was sold, given back and corrected in a shop on a server, for people and for other programs."""

from __future__ import annotations

import argparse
import re
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pos.commands.many_tills import many_tills
from pos.commands.options import DONE, common_options, new_command, store_option
from pos.commands.streams import complain, say
from pos.domain.i18n import _, plural
from pos.domain.message import quoted

if TYPE_CHECKING:
    from pos.domain.queue_ports import JobQueue
    from pos.domain.shop_events import Place, ShopEvent, ShopEvents, Told
    from pos.stores.location import StoreLocation

WAIT: Final = 5.0
"""Seconds that are waited for the next event at once."""
AWAY: Final = ("server_away", "queue_away")
"""The codes of what is waited for."""
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
    text = _("hand the events on to a topic, kafka://HOST:PORT/TOPIC, instead of printing them; needs --name")
    parser.add_argument("--to", dest="queue", metavar=_("ADDRESS"), help=text)
    parser.set_defaults(wrong=parser.error)
    common_options(parser, suppress=True)
    store_option(parser, suppress=True)


def _run(options: argparse.Namespace) -> int:
    if options.queue is not None:
        return _to_topic(options)
    _read(many_tills(options), options, None)
    return DONE


def _to_topic(options: argparse.Namespace) -> int:
    """Hand events on to the topic of the options; exits if they are not right."""
    from pos.commands.queued_shop import opened_queue, queued_shop, used_as

    if options.name is None:
        options.wrong(_("--to needs a --name, under which its place is kept"))
    if not options.queue.lower().startswith("kafka://"):
        options.wrong(_("--to takes the address of a topic, kafka://HOST:PORT/TOPIC"))
    where = queued_shop(options)
    with opened_queue(where, used_as(options)) as topic:
        sent = _read(where, options, topic)
        name = topic.name
    said = plural(
        "{count} event was handed on to {place}.", "{count} events were handed on to {place}.", sent, place=name
    )
    say(said)
    return DONE


def _read(where: StoreLocation, options: argparse.Namespace, topic: JobQueue | None) -> int:
    """Read, until there is nothing more or Ctrl+C; how many events were handed on to the topic, if there is one.

    Raises TillError, OSError.
    """
    from pos.domain.errors import TillError
    from pos.domain.message import lazy
    from pos.domain.shop_events import PublishingShop

    if not isinstance(where, PublishingShop):
        raise TillError("store_unusable", lazy("{place} tells no events to other programs.", place=where.name))
    reading: _Reading | None = None
    try:
        with suppress(KeyboardInterrupt):
            events = where.events()
            reading = _Reading(events, options, topic, _begin(events, options))
            reading.run()
    finally:
        sent = 0 if reading is None else reading.leave()
    return sent


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

    def __init__(self, events: ShopEvents, options: argparse.Namespace, topic: JobQueue | None, place: Place) -> None:
        """From a place on; handed on to the topic if there is one, else printed."""
        self._sent = 0
        self._events = events
        self._topic = topic
        self._name: str | None = options.name
        self._follow: bool = options.follow
        self._json: bool = options.json
        self._place = place
        self._kept: Place | None = None if options.name is None else events.place_of(options.name)
        self._remarked: Place | None = None
        self._away = False

    def run(self) -> None:
        """Go on to the last event, or for ever. Raises TillError, OSError, KeyboardInterrupt."""
        from pos.domain.errors import TillError

        while True:
            began = self._place
            try:
                self._keep()
                told = self._events.read(began, WAIT if self._follow else 0)
                self._remark(told, began)
                self._hand_on(told)
            except TillError as error:
                if not self._follow or error.code not in AWAY:
                    raise
                self._wait(error)
                continue
            self._is_there()
            if told.end == began and not self._follow:
                return
            self._place = told.end

    def leave(self) -> int:
        """Keep how far it has come, if the server can be told; how many events were handed on."""
        from pos.domain.errors import TillError

        # It may have been broken off amid an answer.
        self._events.close()
        with suppress(TillError, KeyboardInterrupt):
            self._keep()
        self._events.close()
        return self._sent

    def _keep(self) -> None:
        """Keep the place once all before it is printed: what was not is printed again to whoever has the name next."""
        if self._name is not None and self._place != self._kept:
            self._events.keep(self._name, self._place)
            self._kept = self._place

    def _hand_on(self, told: Told) -> None:
        from pos.domain.shop_events import event_json

        for event, behind in told.events:
            if self._topic is None:
                say(self._line(event))
            else:
                self._topic.send(event.key, event_json(event).encode())
                self._place = behind
                self._sent += 1
        sys.stdout.flush()

    def _remark(self, told: Told, began: Place) -> None:
        """Tell what is to be told beside the events, once, also if they are read again."""
        if began != self._remarked:
            for words in _remarks(told):
                complain(f"pos: {words}")
        self._remarked = began

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
        raise argparse.ArgumentTypeError(
            _("{text} is no event's id such as {example}", text=quoted(text), example="0-0")
        )
    return text


def _reader(text: str) -> str:
    from pos.domain.shop_events import READER

    if not re.fullmatch(READER, text):
        raise argparse.ArgumentTypeError(_("a reader's name is up to 64 letters, digits and . _ -"))
    return text
