"""All that is known of one event, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pos.domain.i18n import _, moment_text
from pos.domain.terminal_text import clean, width
from screens.events import event_labels as words
from screens.events.counters import change_text
from screens.inspector.timeline import KnownOutcomes, TimelineStyle
from screens.render.rows import Piece, Row, left, row, wrapped

if TYPE_CHECKING:
    from pos.domain.events import Event

Fact = tuple[str, str]
"""What it is, and what it is here; one without a name belongs to the one before."""


def event_rows(event: Event, known: KnownOutcomes, style: TimelineStyle, columns: int) -> list[Row]:
    """The facts about an event, each after its name; long ones go on below."""
    facts = tuple(_facts(event, known, style))
    room = max(width(name) for name, _text in facts) + 2
    rows: list[Row] = []
    for name, text in facts:
        first, *rest = wrapped(text, max(columns - room, 8)) or [""]
        rows.append(row(left(name, room, "faint"), Piece(first, words.KINDS.get(event.event, "") if not rows else "")))
        rows += [row(" " * room + line) for line in rest]
    return rows


def _facts(event: Event, known: KnownOutcomes, style: TimelineStyle) -> Iterator[Fact]:
    yield _("What"), event.text
    local = event.at.astimezone(style.zone)
    yield _("When"), f"{moment_text(local, 'day')} {words.clock_text(event.at, style.zone, 6)}"
    if event.reservation is not None:
        since = words.since_text(event.at - known.first[event.reservation].at)
        yield _("Reservation"), f"{event.reservation} · {since}"
    if (payment := event.payment) is not None:
        code = f" ({payment.decline_code})" if payment.decline_code else ""
        stands = f"{words.MARKS[payment.state]} {words.state_text(payment)}{code}"
        yield _("Attempt"), payment.attempt
        yield _("Tender"), f"{words.tender_text(payment)} · {style.money(payment.amount)} · {stands}"
    if event.asked is not None:
        yield _("Asked"), f"{event.asked}: {_(words.QUESTIONS[event.asked])}"
        yield _("Answered"), words.answerer(event)
    yield from _durable(event, style)
    if event.order is not None:
        yield _("Order"), event.order
    yield _("Ticket"), event.ticket
    for place, move in enumerate(event.counters):
        yield "" if place else _("Moved"), f"{clean(str(move.label))}: {', '.join(change_text(move))}"


def _durable(event: Event, style: TimelineStyle) -> Iterator[Fact]:
    """What was written when; of a payment's step that wrote nothing, that its end is still to be written."""
    written = event.written
    if written is not None:
        yield _("Written"), words.written_text(event, took=True)
        begun, durable = (words.clock_text(at, style.zone, 6) for at in (written.begun, written.durable))
        yield "", _("begun {begun}, durable {durable}", begun=begun, durable=durable)
    elif event.reservation is not None:
        yield _("Written"), _("not yet: the next step writes it down")
