"""What the inspector beside a sale shows: each event as it happens, and the stock it moves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _
from pos.domain.terminal_text import clean, fit
from screens.events.counters import counter_rows, standings
from screens.events.event_labels import EDITS, KIND, KINDS, clock_text, kind_name
from screens.render.rows import BLANK, Row, left, row, sentence, wrapped

if TYPE_CHECKING:
    from datetime import tzinfo

    from pos.domain.events import Event

NOTHING_YET: Final = N_("Nothing has happened yet: scan something, and each step stands here.")
NOT_PAYING_YET: Final = N_("Nothing has been paid yet: each step of the payment stands here.")
TENTHS: Final = 36
"""From how many columns on there is room for tenths of a second."""


def inspector_rows(
    happened: Collection[Event], zone: tzinfo | None, columns: int, lines: int, *, edits: bool = True
) -> Sequence[Row]:
    """The newest events that fit above the counters; `edits`: those of single lines among them."""
    events = [event for event in happened if edits or event.event not in EDITS]
    counters = counter_rows(standings(happened, None), columns)
    stock = [BLANK, *counters][: max(lines - 6, 0)] if counters else []
    room = max(lines - len(stock), 0)
    told = [line for event in events[-room:] for line in _event_rows(event, zone, columns)][-room:] if room else []
    if not told:
        told = sentence(_(NOTHING_YET if edits else NOT_PAYING_YET), columns)
    return [*told, *stock]


def _event_rows(event: Event, zone: tzinfo | None, columns: int) -> list[Row]:
    """When, what, and in which words; long words go on below."""
    time = clock_text(event.at, zone, 1 if columns >= TENTHS else 0)
    kind = left(kind_name(event), KIND, KINDS.get(event.event, ""))
    indent = len(time) + 1 + KIND
    room = max(columns - indent, 8)
    first, *rest = [fit(clean(event.text), room)] if event.event in EDITS else wrapped(event.text, room) or [""]
    return [row(f"{time} ", kind, first), *(row(" " * indent + line) for line in rest)]
