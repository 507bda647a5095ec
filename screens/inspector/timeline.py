"""The time line: events in the order in which they happened, under the reservation and the attempt that they belong to.

All of it is drawn from the events alone, by pure functions; nothing else is known of the till that they come from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pos.domain.i18n import _
from pos.domain.terminal_text import clean, fit, width
from screens.events import event_labels as words
from screens.render.rows import Piece, Row, apart, left, wrapped

if TYPE_CHECKING:
    from pos.domain.events import Event
    from pos.domain.sale import Payment

Told = tuple[int, "Event"]
"""An event with its number, by which it is meant however many come or are forgotten."""

GUTTER: Final = 3
SINCE: Final = 8
WHO: Final = 10
MOST_LINES: Final = 5
"""Lines that the text of one event takes at most."""
ROOM_FOR_MILLISECONDS: Final = 84
"""From how many columns on it is told how long a writing took; from some more, who answered."""
ROOM_FOR_WHO: Final = 100


class TimelineStyle(NamedTuple):
    """What a time line is drawn with besides the events: how amounts are written, and the zone of the shop."""

    money: Callable[[int], str]
    zone: tzinfo | None


class TimelineLine(NamedTuple):
    """A line of the time line before it is drawn: a heading or an event, and the lines of the tree before it."""

    kind: Literal["ticket", "reservation", "attempt", "event"]
    told: Told
    gutter: str = ""
    below: str = ""
    """What stands before the rows below its first, if it takes several."""


class TimelineRow(NamedTuple):
    """A row of the time line, and the number of the event that it belongs to; None for a heading."""

    row: Row
    number: int | None


def fitting(told: Iterable[Told], typed: str, money: Callable[[int], str]) -> tuple[Told, ...]:
    """The events that fit what was typed: each of its words begins one of theirs, in any order.

    They have the words of their text, kind and counters, and their ticket, ids, tender, amount and step's number.
    """
    terms = _folded(typed).split()
    return tuple(entry for entry in told if not terms or _fits(entry[1], terms, money))


def _fits(event: Event, terms: Sequence[str], money: Callable[[int], str]) -> bool:
    texts = [event.event, words.kind_name(event), event.ticket, event.text, event.asked, words.answerer(event)]
    texts += [event.reservation, event.attempt, event.order, *(str(move.label) for move in event.counters)]
    if (payment := event.payment) is not None:
        texts += [payment.tender, payment.state, words.tender_text(payment), payment.last4, payment.decline_code]
        texts += [words.state_text(payment), money(payment.amount)]
    if event.written is not None:
        texts.append(f"#{event.written.sequence}")
    all_of_it = _folded(" ".join(("", *filter(None, texts))).replace("_", " "))
    return all(f" {term}" in all_of_it for term in terms)


def _folded(text: str) -> str:
    """A text as it is compared: without case and accents."""
    plain = unicodedata.normalize("NFKD", clean(text).casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def lines(told: Sequence[Told]) -> tuple[TimelineLine, ...]:
    """The events under headings: one wherever another ticket, reservation or attempt is spoken of than before."""
    made: list[TimelineLine] = []
    before: Event | None = None
    for place, entry in enumerate(told):
        event = entry[1]
        after = told[place + 1][1] if place + 1 < len(told) else None
        if before is None or before.ticket != event.ticket:
            made.append(TimelineLine("ticket", entry))
        if event.reservation is None:
            made.append(TimelineLine("event", entry, "   ", "   "))
        else:
            made += _of_payment(entry, before, after)
        before = event
    return tuple(made)


ENDS: Final = ("released", "committed")
"""Steps of the whole reservation, with which it ends; they are drawn on its own line even if they name an attempt."""


def _of_payment(entry: Told, before: Event | None, after: Event | None) -> Iterator[TimelineLine]:
    event = entry[1]
    went_on = before is not None and before.reservation == event.reservation
    goes_on = after is not None and after.reservation == event.reservation
    if not went_on:
        yield TimelineLine("reservation", entry, "┌─ ")
    own = event.attempt is not None and event.event not in ENDS
    if event.attempt is not None and (not went_on or before is None or before.attempt != event.attempt):
        yield TimelineLine("attempt", entry, "├┬ " if own else "├─ ")
    if own:
        more = goes_on and after is not None and after.attempt == event.attempt and after.event not in ENDS
        yield TimelineLine("event", entry, "││ " if more else "│└ ", "││ " if more else "│  ")
    else:
        yield TimelineLine("event", entry, "│  " if goes_on else "└─ ", "│  " if goes_on else "   ")


def drawn(
    made: Sequence[TimelineLine], known: KnownOutcomes, style: TimelineStyle, columns: int
) -> tuple[TimelineRow, ...]:
    """The lines as rows of so many columns. All that is `known` tells how reservations and attempts ended."""
    took = columns >= ROOM_FOR_MILLISECONDS
    written = max((width(words.written_text(line.told[1], took=took)) for line in made), default=0)
    rows: list[TimelineRow] = []
    for line in made:
        if line.kind == "event":
            rows += [TimelineRow(row, line.told[0]) for row in _event_rows(line, known, style, columns, written)]
        else:
            rows.append(TimelineRow(_heading(line, known, style, columns), None))
    return tuple(rows)


class KnownOutcomes(NamedTuple):
    """What all events together tell of each reservation and each attempt."""

    first: Mapping[str, Event]
    last: Mapping[str, Event]
    """The first and the last event of each reservation."""
    payments: Mapping[str, Payment]
    """How each attempt stands now."""

    @classmethod
    def of(cls, events: Iterable[Event]) -> KnownOutcomes:
        """Gather what events tell, in the order in which they happened."""
        first: dict[str, Event] = {}
        last: dict[str, Event] = {}
        payments: dict[str, Payment] = {}
        for event in events:
            if event.reservation is not None:
                first.setdefault(event.reservation, event)
                last[event.reservation] = event
            if event.payment is not None:
                payments[event.payment.attempt] = event.payment
        return cls(first, last, payments)


def _heading(line: TimelineLine, known: KnownOutcomes, style: TimelineStyle, columns: int) -> Row:
    event, gutter = line.told[1], Piece(line.gutter, "faint")
    if line.kind == "ticket":
        return Row((Piece(_("Ticket {ticket}", ticket=clean(event.ticket)), "strong"),))
    if line.kind == "reservation":
        assert event.reservation is not None
        name = _("Reservation {id}", id=clean(event.reservation))
        return apart((gutter, Piece(name, "strong")), (_outcome(known, event.reservation),), columns)
    payment = event.payment
    assert payment is not None
    now = known.payments[payment.attempt]
    paid = (gutter, Piece(words.tender_text(now), "strong"), Piece(f" {style.money(now.amount)}  "))
    state = Piece(f" {words.MARKS[now.state]} {words.state_text(now)}", words.LOOKS.get(now.state, "warn"))
    room = columns - Row((*paid, state)).width
    return apart((*paid, Piece(fit(clean(payment.attempt), max(room, 0)), "faint")), (state,), columns)


def _outcome(known: KnownOutcomes, reservation: str) -> Piece:
    """How a reservation ended and after how long, or that it has not."""
    first, last = known.first[reservation], known.last[reservation]
    after = words.tenths((last.at - first.at).total_seconds())
    if last.event == "committed":
        return Piece(_("✓ committed after {seconds} s", seconds=after), "good")
    if last.event == "released":
        return Piece(_("↩ released after {seconds} s", seconds=after), "warn")
    if last.event == "unknown":
        return Piece(_("◐ being checked"), "bad")
    return Piece(_("● held"), "warn")


def _event_rows(
    line: TimelineLine, known: KnownOutcomes, style: TimelineStyle, columns: int, written: int
) -> list[Row]:
    """When, how long after the reservation, what, in which words, who answered, what was written; long words go on."""
    event = line.told[1]
    begun = known.first[event.reservation].at if event.reservation is not None else None
    since = words.since_text(event.at - begun) if begun is not None else ""
    kind = words.KINDS.get(event.event, "")
    start = (
        Piece(line.gutter, "faint"),
        Piece(words.clock_text(event.at, style.zone) + " ", "" if begun is not None else "faint"),
        left(since, SINCE, "faint"),
        left(words.kind_name(event), words.KIND, kind),
    )
    end: list[Piece] = []
    if columns >= ROOM_FOR_WHO:
        end.append(left(words.answerer(event), WHO, "faint"))
    if written:
        end.append(left(words.written_text(event, took=columns >= ROOM_FOR_MILLISECONDS), written, "good"))
    indent = Row(start).width
    room = columns - indent - Row(tuple(end)).width - 1
    if room < 8:
        room, end = max(columns - indent, 8), []
    first, *rest = told_text(event, room)
    text = left(first, room + 1) if end else Piece(first)
    below = Piece(line.below + " " * (indent - GUTTER), "faint")
    return [Row((*start, text, *end)), *(Row((below, Piece(more))) for more in rest)]


def told_text(event: Event, columns: int) -> list[str]:
    """An event's text over as many lines as it takes; what is entered takes one: a name may be anything."""
    if event.event in words.EDITS:
        return [fit(clean(event.text), columns)]
    return wrapped(event.text, columns)[:MOST_LINES] or [""]


def plain(told: Sequence[Told], known: KnownOutcomes, style: TimelineStyle, columns: int) -> str:
    """The time line of these events as plain text of so many columns."""
    return "\n".join(each.row.text.rstrip() for each in drawn(lines(told), known, style, columns))
