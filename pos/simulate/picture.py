"""What is seen of a simulation: a picture of a terminal's size, or one line a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from pos.domain.i18n import _, number_text
from pos.domain.terminal_text import clean, fit, width
from pos.simulate.figures import Figures, History
from pos.simulate.laws import Verdict
from pos.simulate.plot import area

Style = Literal["", "dim", "bold", "stock", "queue", "sold", "bad", "time"]
COLOURS: Final[dict[Style, str]] = {
    "": "", "dim": "2", "bold": "1", "stock": "36", "queue": "33", "sold": "32", "bad": "31", "time": "35",
}  # fmt: skip
"""As a terminal is told: its own colours, which its theme chooses."""
SMALLEST: Final = (40, 14)
"""Columns and lines of the smallest picture: a terminal that is smaller shows its upper left part."""
NOTICES: Final = 3
"""So many of the last things that happened are seen."""


class Span(NamedTuple):
    """A part of a line."""

    text: str
    style: Style = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a picture shows. `title` says what is simulated, `notices` what was done to it, the newest last."""

    title: str
    history: History
    notices: tuple[str, ...] = ()
    verdict: Verdict | None = None
    waiting: str = ""
    """What those are called that are not at their end; empty: the queue."""

    @property
    def queue(self) -> str:
        """The same, in the language in use."""
        return self.waiting or _("queue")

    @property
    def now(self) -> Figures:
        """How it stands."""
        return self.history.moments[-1]


def picture(scene: Scene, columns: int, lines: int) -> list[Line]:
    """The whole of a terminal of so many columns and lines; the verdict is its last line."""
    columns, lines = max(columns, SMALLEST[0]), max(lines, SMALLEST[1])
    last = verdict_lines(scene.verdict, columns)
    notices = [(Span(fit(f"! {clean(text)}", columns), "bad"),) for text in scene.notices[-NOTICES:]]
    room = lines - 4 - len(notices) - len(last)
    head: list[Line] = [_title(scene, columns), (), _counts(scene, columns)]
    return [*head, *_plots(scene, columns, room), (), *notices, *last][:lines]


def verdict_lines(verdict: Verdict | None, columns: int | None = None) -> list[Line]:
    """The laws that were broken, a line each, and as the last line what is to be said of all."""
    if verdict is None:
        return []
    broken = [(Span(f"✗ {clean(law.told)}", "bad"),) for law in verdict.laws if not law.kept]
    told: list[Line] = [*broken, (Span(f"{'✗' if broken else '✓'} {verdict.sentence}", "bad" if broken else "sold"),)]
    return told if columns is None else [_cut(line, columns) for line in told]


def line_of(scene: Scene) -> str:
    """One line that tells how it stands, for where there is no terminal."""
    figures = scene.now
    return _(
        "{seconds} s  stock {stock}  {waiting} {queue}  asked {asked}  sold {sold}  declined {declined}  "
        "refused {refused}  p50 {p50}  p99 {p99}",
        seconds=f"{figures.seconds:.0f}",
        stock=figures.stock,
        waiting=scene.queue,
        queue=figures.queue,
        asked=figures.asked,
        sold=figures.sold,
        declined=figures.declined,
        refused=figures.refused,
        p50=seconds_text(figures.p50),
        p99=seconds_text(figures.p99),
    )


def written(line: Line, *, coloured: bool) -> str:
    """A line as a terminal is told to draw it."""
    return "".join(
        f"\x1b[{COLOURS[span.style]}m{span.text}\x1b[0m" if coloured and COLOURS[span.style] else span.text
        for span in line
    )


def seconds_text(seconds: float | None) -> str:
    """A time in words of its size; a dash for none."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return _("{milliseconds} ms", milliseconds=round(seconds * 1000))
    return _("{seconds} s", seconds=number_text(Decimal(f"{seconds:.3g}" if seconds < 100 else f"{seconds:.0f}")))


def _title(scene: Scene, columns: int) -> Line:
    now = scene.now
    right = _("{seconds} s · {workers} at work", seconds=f"{now.seconds:.0f}", workers=now.workers)
    left = fit(scene.title, max(columns - width(right) - 2, 0))
    return Span(left, "bold"), Span(" " * (columns - width(left) - width(right))), Span(right, "dim")


def _counts(scene: Scene, columns: int) -> Line:
    """The numbers: as many as there is room for."""
    now = scene.now
    asked = f"{now.asked}/{now.expected}" if now.expected else str(now.asked)
    told: tuple[tuple[str, object, Style], ...] = (
        (_("stock"), now.stock, "stock"), (_("held"), now.held, "stock"), (scene.queue, now.queue, "queue"),
        (_("sold"), now.sold, "sold"), (_("refused"), now.refused, "dim"), (_("declined"), now.declined, "bad"),
        (_("asked"), asked, ""),
    )  # fmt: skip
    spans: list[Span] = []
    taken = 0
    for name, value, style in told:
        text = f"{value}"
        need = width(name) + 1 + len(text) + (2 if spans else 0)
        if taken + need > columns:
            break
        spans += [Span(f"{'  ' if spans else ''}{name} ", "dim"), Span(text, style)]
        taken += need
    return tuple(spans)


class _Plot(NamedTuple):
    name: str
    now: str
    values: Sequence[float]
    top: float
    style: Style


def _plots(scene: Scene, columns: int, room: int) -> list[Line]:
    """Six plots: side by side on a wide terminal, in two columns of three."""
    moments, now = scene.history.moments, scene.now
    slowest = max((each.p99 or 0.0 for each in moments), default=0.0)
    shown = (
        _Plot(_("stock"), f"{now.stock}", [each.stock for each in moments], now.units, "stock"),
        _Plot(
            _("sold"), f"{now.sold}", [each.sold for each in moments], min(now.units, now.expected or now.units), "sold"
        ),
        _Plot(
            scene.queue, f"{now.queue}", [each.queue for each in moments], max(each.queue for each in moments), "queue"
        ),
        _Plot(_("refused"), f"{now.refused}", [each.refused for each in moments], max(now.refused, 1), "dim"),
        _Plot("p50", seconds_text(now.p50), [each.p50 or 0.0 for each in moments], slowest, "time"),
        _Plot("p99", seconds_text(now.p99), [each.p99 or 0.0 for each in moments], slowest, "time"),
    )
    each_high = max(room // 3 - 2, 1)
    half = (columns - 2) // 2
    found: list[Line] = []
    for left, right in (shown[at : at + 2] for at in range(0, 6, 2)):
        found.append(())
        found += _beside(_drawn(left, half, each_high), _drawn(right, half, each_high))
    return found


def _drawn(plot: _Plot, columns: int, lines: int) -> list[Line]:
    gap = columns - width(plot.name) - width(plot.now)
    drawn = area(plot.values, columns, lines, plot.top)
    head = (Span(plot.name, "dim"), Span(" " * max(gap, 1)), Span(plot.now, plot.style))
    return [head, *((Span(line, plot.style),) for line in drawn)]


def _beside(left: Iterable[Line], right: Iterable[Line]) -> list[Line]:
    return [(*one, Span("  "), *other) for one, other in zip(left, right, strict=True)]


def _cut(line: Line, columns: int) -> Line:
    return tuple(Span(fit(span.text, columns), span.style) for span in line)
