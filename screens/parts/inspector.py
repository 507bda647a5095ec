"""The inspector: each event of the sale as it happens, and the stock it moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pos.domain.text import clean, fit, width
from pos.domain.words import N_, _, decimal_mark, moment_text, number_text
from screens.drawing.panel import Panel
from screens.drawing.rows import BLANK, Piece, Row, left, right, row, wrapped

if TYPE_CHECKING:
    from pos.domain.events import CounterMove, Event
    from screens.base import TillScreen
    from screens.host import Host

KINDS: Final = {
    "reserved": "good",
    "captured": "good",
    "committed": "good",
    "found": "good",
    "declined": "bad",
    "unknown": "bad",
    "released": "warn",
    "voided": "warn",
    "part_paid": "warn",
}
"""Which kinds of event stand out; their names tell it without colour."""

NAMES: Final[dict[str, str]] = {
    "added": N_("added"),
    "changed": N_("changed"),
    "removed": N_("removed"),
    "coupon": N_("coupon"),
    "member": N_("member"),
    "notice": N_("notice"),
    "reserved": N_("reserved"),
    "charging": N_("charging"),
    "captured": N_("captured"),
    "declined": N_("declined"),
    "unknown": N_("unknown"),
    "found": N_("found"),
    "voided": N_("voided"),
    "part_paid": N_("part paid"),
    "released": N_("released"),
    "committed": N_("committed"),
    "held": N_("set aside"),
    "recalled": N_("recalled"),
    "printed": N_("printed"),
    "said": N_("said"),
    "gateway": N_("gateway"),
}
"""What the kinds of event are called."""

EDITS: Final = frozenset(("added", "changed", "removed"))
KIND: Final = 10
TENTHS: Final = 36
"""From how many columns on there is room for tenths of a second."""


class Inspector(Panel):
    """What happened, the newest last, and below it the counters that were moved last."""

    def __init__(self, screen: TillScreen, name: str, *, edits: bool = True) -> None:
        super().__init__(
            lambda columns, lines: inspector_rows(screen.host, columns, lines, edits=edits),
            name,
            frame="rim",
        )


def inspector_rows(app: Host, columns: int, lines: int, *, edits: bool = True) -> Sequence[Row]:
    """The newest events that fit above the counters; `edits`: those of single lines among them."""
    events = [event for event in app.log_of_events if edits or event.event not in EDITS]
    moved = next((event.counters for event in reversed(events) if event.counters), ())
    stock = _stock_rows(app, moved, columns)[: max(lines - 6, 0)]
    room = max(lines - len(stock), 0)
    told = [line for event in events[-room:] for line in _event_rows(app, event, columns)][-room:] if room else []
    if not told:
        told = [row(Piece(_("Nothing has happened yet."), "faint"))]
    return [*told, *stock]


def _event_rows(app: Host, event: Event, columns: int) -> list[Row]:
    """When, what, and in which words; long words go on below."""
    at = event.at.astimezone(app.now.tzinfo)
    time = moment_text(at, "seconds")
    if columns >= TENTHS:
        time += f"{decimal_mark()}{at.microsecond // 100_000}"
    kind = left(_(NAMES[event.event]), KIND, KINDS.get(event.event, ""))
    indent = len(time) + 1 + KIND
    room = max(columns - indent, 8)
    first, *rest = [fit(clean(event.text), room)] if event.event in EDITS else wrapped(event.text, room) or [""]
    return [row(f"{time} ", kind, first), *(row(" " * indent + line) for line in rest)]


def _stock_rows(app: Host, moved: Iterable[CounterMove], columns: int) -> list[Row]:
    moves = tuple(moved)
    if not moves:
        return []
    table = [(_("STOCK"), _("hand"), _("held"), _("free")), *(_figures(app, move) for move in moves)]
    widths = [max(width(figures[column]) for figures in table) + 2 for column in (1, 2, 3)]
    name = max(columns - sum(widths), 6)
    rows = [BLANK]
    for figures, move in zip(table, (None, *moves), strict=True):
        kinds = ("strong",) * 4 if move is None else _kinds(move)
        numbers = (right(text, room, kind) for text, room, kind in zip(figures[1:], widths, kinds[1:], strict=True))
        rows.append(Row((left(figures[0], name, kinds[0]), *numbers)))
    return rows


def _figures(app: Host, move: CounterMove) -> tuple[str, str, str, str]:
    """A counter's label, what is on hand, held, and free of it; a change as before→after."""
    held = _amount(app, move, move.held)
    if move.held != move.held_before:
        held = f"{_amount(app, move, move.held_before)}→{held}"
    free = "" if move.name.startswith("uses:") else _amount(app, move, move.free)
    return clean(move.label), _hand(app, move), held, free


def _kinds(move: CounterMove) -> tuple[str, ...]:
    hand = "" if move.on_hand == move.on_hand_before else "warn"
    return "", hand, "" if move.held == move.held_before else "warn", ""


def _hand(app: Host, move: CounterMove) -> str:
    if not move.name.startswith("uses:"):
        now = _amount(app, move, move.on_hand)
        return now if move.on_hand == move.on_hand_before else f"{_amount(app, move, move.on_hand_before)}→{now}"
    assert app.till is not None
    code, *member = move.name.removeprefix("uses:").split(":")
    coupon = app.till.catalog.coupons.get(code)
    limit = coupon and (coupon.max_uses_per_member if member else coupon.max_uses)
    return f"{-move.on_hand}/{limit}" if limit else str(-move.on_hand)


def _amount(app: Host, move: CounterMove, amount: int) -> str:
    """A counter's amount in the product's unit: weighed goods are counted in thousandths."""
    assert app.till is not None
    product = app.till.catalog.products.get(move.name.removeprefix("stock:"))
    if product is None or not product.weighed:
        return str(amount)
    from pos.domain.stock import uncounted

    return number_text(Decimal(f"{uncounted(amount, product):.1f}"))
