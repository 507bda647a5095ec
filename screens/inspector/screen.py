"""The whole-screen inspector: the time line of what happened, the counters it moved, and all about one event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, NamedTuple

from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget

from pos.domain.i18n import N_, _, moment_text, plural
from screens.events.counters import CounterStanding, counter_rows, standings
from screens.events.event_labels import clock_text, kind_name
from screens.events.inspector_rows import NOTHING_YET
from screens.inspector.detail import event_rows
from screens.inspector.timeline import KnownOutcomes, TimelineRow, TimelineStyle, Told, drawn, fitting, lines, plain
from screens.kit.empty import NOTHING_FITS
from screens.kit.input.scanning import SHORTEST_SUFFIX, resolve
from screens.kit.line import told_rows
from screens.kit.search_screen import STEPS, SearchScreen
from screens.render.panel import Panel
from screens.render.parts import Part, part, window
from screens.render.rows import Piece, Row, row, tail, wrapped
from screens.render.tags import PlaceTag, Tag
from screens.terminal.keys import ENTER, Key

COPIED: Final = 110
"""Columns of a time line that is copied."""
HINT: Final = N_("✓ #42: safe on disk as the journal's step 42 · +0.8 s: since the reservation")
FEW: Final = 6
"""From so many counters on their panel is as high as it gets on the smallest terminal."""


class InspectorContent(NamedTuple):
    """What there is to see, made once for what has happened and what is typed."""

    happened: int
    typed: str
    events: tuple[Told, ...]
    """All that is known, with its numbers."""
    listed: tuple[Told, ...]
    """What fits what is typed."""
    known: KnownOutcomes


class InspectorScreen(SearchScreen):
    """A list of events to search and to choose from. What is typed filters; Enter shows all about the chosen one."""

    KIND: ClassVar[str] = "inspect"
    CSS_PATH: ClassVar[str | None] = "screen.tcss"

    chosen: var[int | None] = var(None, init=False)
    """The number of the event that is looked at; None: the newest, whatever comes."""
    whole: var[bool] = var(False, init=False)
    """Whether all about the chosen event is shown in the place of the time line."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: InspectorContent | None = None
        self._drawn: tuple[tuple[object, ...], tuple[TimelineRow, ...]] | None = None

    def body(self) -> Sequence[Widget]:
        """The line, the time line, the counters, and all about the chosen event."""
        return (
            self.line_panel(),
            Container(
                Panel(self._timeline, "timeline", frame="rim"),
                Container(
                    Panel(self._counters, "counters", frame="rim"),
                    Panel(self._event, "event", frame="rim"),
                    id="beside",
                ),
                id="body",
            ),
        )

    def watch_chosen(self) -> None:
        """Draw the choice."""
        self.redraw()

    def watch_whole(self) -> None:
        """Draw the event or the time line."""
        self.redraw()

    @property
    def seen(self) -> InspectorContent:
        """The events that fit what is typed, made once for what has happened and is typed."""
        seen, happened = self._seen, self.host.happened
        if seen is None or (seen.happened, seen.typed) != (happened, self.typed):
            log = tuple(self.host.log_of_events)
            events = tuple(enumerate(log, happened - len(log)))
            listed = fitting(events, self.typed, self.host.money)
            seen = self._seen = InspectorContent(happened, self.typed, events, listed, KnownOutcomes.of(log))
        return seen

    @property
    def looked_at(self) -> Told | None:
        """The event that is chosen; the newest if none is, or if it does not fit what is typed."""
        listed = self.seen.listed
        chosen = next((told for told in listed if told[0] == self.chosen), None)
        return chosen or (listed[-1] if listed else None)

    @property
    def look(self) -> TimelineStyle:
        """How the time line is drawn."""
        return TimelineStyle(self.host.money, self.host.now.tzinfo)

    def type(self, char: str) -> None:
        """What is typed leaves the choice, as long as it fits: once the line is cleared the place is there again."""
        super().type(char)
        self.whole, self.host.notice = False, None

    def move(self, name: str) -> None:
        """Arrows choose an event; after the last one the newest is followed again."""
        listed, looked_at = self.seen.listed, self.looked_at
        if name in STEPS and looked_at is not None:
            at = listed.index(looked_at) + STEPS[name]
            self.chosen = listed[max(at, 0)][0] if at < len(listed) - 1 else None
            self.host.notice = None

    def submit(self, text: str) -> None:
        """Enter: all about the chosen event, and back. A scan goes to the screen below, as everywhere."""
        if self._is_scan(text):
            self.hand_down(text)
            return
        self.typed = text
        if self.seen.listed:
            self.whole = not self.whole
        elif text:
            self.tell_nothing_fits()

    def _is_scan(self, text: str) -> bool:
        """Whether a code was typed: as long as a barcode, alone or at the end of what was typed before."""
        if len(text) >= SHORTEST_SUFFIX and text.isdecimal():
            return True
        scan = resolve(text, self.host.is_code, lambda: None)
        code = scan.line.rpartition("*")[2] if scan is not None else ""
        return len(code) >= SHORTEST_SUFFIX and code.isdecimal()

    def clicked(self, tag: Tag) -> None:
        """An event is chosen; all about the chosen one is shown."""
        if not isinstance(tag, PlaceTag):
            super().clicked(tag)
        elif (looked_at := self.looked_at) is not None and tag.index == looked_at[0]:
            self.take(ENTER)
        else:
            self.chosen = tag.index

    def back(self) -> None:
        """Escape: back to the time line, then to all events, then away."""
        if self.whole:
            self.whole = False
        else:
            super().back()

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The inspector's key closes what it has opened."""
        return {**super().handlers(), "show_inspector": self._close}

    def _close(self) -> None:
        self.host.inspecting = False
        self.leave()

    def leave(self) -> None:
        """Back to the screen below."""
        self.host.notice = None
        self.app.pop_screen()

    def looks_on(self, key: Key) -> bool:
        """Arrows, Enter and Escape, as long as nothing is typed that could be a scan."""
        return not self.typed and (key.name in STEPS or key.name in ("enter", "escape"))

    @property
    def hint(self) -> str:
        """What the marks mean."""
        return _(HINT)

    def plain_text(self) -> str:
        """The time line as it is filtered."""
        seen = self.seen
        if not seen.listed:
            return ""
        heading = f"{self.place()}  {moment_text(self.host.now, 'stamp')}"
        return f"{heading}\n{plain(seen.listed, seen.known, self.look, COPIED)}"

    def place(self) -> str:
        """The shop and the lane of the till, for the bar above."""
        identity = self.host.identity
        return "  ".join((identity.shop, _("lane {name}", name=identity.lane))) if identity is not None else ""

    def dress(self) -> None:
        """Captions, and what is seen."""
        super().dress()
        seen, looked_at = self.seen, self.looked_at
        listed, standing = seen.listed, self._standing
        whole = self.whole and looked_at is not None
        self.set_class(whole, "-whole")
        self.set_class(not standing and not whole, "-still")
        for many in range(1, FEW):
            self.set_class(len(standing) == many and not whole, f"-counters-{many}")
        keys = N_("↑↓ choose · ⏎ time line · Esc back") if whole else N_("↑↓ choose · ⏎ all about it · Esc back")
        self.panel("line").caption(_("Which events? Type a word, a ticket, an id"), _(keys))
        found = plural("{count} event", "{count} events", len(seen.events))
        if len(listed) != len(seen.events):
            found = _("{found} of {all}", found=len(listed), all=found)
        newest = looked_at is not None and looked_at == listed[-1]
        self.panel("timeline").caption(_("Time line"), _("{events} · newest", events=found) if newest else found)
        self.panel("counters").caption(_("Stock and coupons"), "" if newest else self._titled(looked_at))
        self.panel("event").caption(self._titled(looked_at))

    def _titled(self, told: Told | None) -> str:
        """An event in short."""
        if told is None:
            return ""
        return f"{clock_text(told[1].at, self.look.zone)} {kind_name(told[1])}"

    @property
    def _standing(self) -> tuple[CounterStanding, ...]:
        """The counters as they stood after the event that is looked at."""
        if (looked_at := self.looked_at) is None:
            return ()
        return standings([event for _number, event in self.seen.events], looked_at[1])

    def _line(self, columns: int, lines: int) -> Sequence[Row]:
        """What is typed, with or without a till behind this screen, and the message or the hint."""
        typed = row(tail(self.host.masked(self.typed), columns - 1), Piece(" ", "cursor"))
        return [typed, *told_rows(self.host, self.hint, columns)[: max(lines - 1, 0)]]

    def _timeline(self, columns: int, lines: int) -> Sequence[Row]:
        """The rows around the chosen event."""
        looked_at = self.looked_at
        if looked_at is None:
            text = _(NOTHING_FITS) if self.typed else self.nothing()
            return [row(Piece(line, "faint")) for line in wrapped(text, columns)]
        rows = self._rows(columns)
        places = [place for place, each in enumerate(rows) if each.number == looked_at[0]]
        first = window(len(rows), lines, places[-1])
        shown = rows[first : first + lines]
        numbers = [each.number for each in shown if each.number is not None]
        above = sum(number < min(numbers, default=0) for number, _event in self.seen.listed)
        below = sum(number > max(numbers, default=0) for number, _event in self.seen.listed)
        drawn = tuple(
            Row(each.row.pieces, "chosen" if each.number == looked_at[0] else "", _place(each.number)) for each in shown
        )
        return Part(drawn, above, below, first, len(rows), lines)

    def nothing(self) -> str:
        """What is said when there is no event."""
        return _(NOTHING_YET)

    def _rows(self, columns: int) -> tuple[TimelineRow, ...]:
        """All rows of the time line, made once for what is known, typed and as wide."""
        seen = self.seen
        key = (seen.happened, seen.typed, columns)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, drawn(lines(seen.listed), seen.known, self.look, columns)
        return self._drawn[1]

    def _counters(self, columns: int, lines: int) -> Sequence[Row]:
        rows = counter_rows(self._standing, columns)
        if len(rows) <= lines:
            return rows
        more = len(rows) - lines + 1
        return [*rows[: lines - 1], row(Piece(plural("{count} more", "{count} more", more), "faint"))]

    def _event(self, columns: int, lines: int) -> Sequence[Row]:
        looked_at = self.looked_at
        if looked_at is None:
            return ()
        return part(event_rows(looked_at[1], self.seen.known, self.look, columns), lines, 0)


def _place(number: int | None) -> PlaceTag | None:
    return PlaceTag(number) if number is not None else None
