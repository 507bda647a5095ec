"""The counters that a ticket moves, stock and uses of coupons, as bars: what is free, what is held, what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.i18n import _, number_text
from pos.domain.terminal_text import clean, width
from screens.render.rows import Piece, Row, left, right

if TYPE_CHECKING:
    from pos.domain.events import CounterMove, Event

FREE, HELD, GONE = "━", "╍", "·"
ROOM_FOR_BARS: Final = 50
"""From how many columns on there are bars."""
LONGEST_BAR: Final = 30
SHORTEST_BAR: Final = 5
"""A bar has at least one column of so many that it shares with the name."""
SHORTEST_NAME: Final = 6
THOUSANDTHS: Final = 1000


class CounterStanding(NamedTuple):
    """A counter as it stands after some event: how that moved it, if it did, and the most there ever was of it."""

    move: CounterMove
    moved: bool
    most: int


def standings(events: Iterable[Event], upto: Event | None) -> tuple[CounterStanding, ...]:
    """The counters that the ticket of an event has moved up to it, in the order in which it touched them.

    None: up to the last event that moved any. If that ticket has moved none yet: of the ticket that moved some last.
    What the last of these events moved is marked as moved.
    """
    listed = tuple(events)
    last = upto or (listed[-1] if listed else None)
    ticket = _moving_ticket(listed, last)
    moves: dict[str, CounterMove] = {}
    most: dict[str, int] = {}
    newest: tuple[CounterMove, ...] = ()
    passed = False
    for event in listed:
        for move in event.counters:
            most[move.name] = max(most.get(move.name, 0), move.on_hand, move.on_hand_before)
        if event.counters and event.ticket == ticket and not passed:
            moves |= {move.name: move for move in event.counters}
            newest = event.counters
        passed = passed or event is last
    now = {move.name for move in newest}
    return tuple(CounterStanding(move, name in now, most[name]) for name, move in moves.items())


def _moving_ticket(events: Sequence[Event], upto: Event | None) -> str | None:
    """The ticket of the last of these events if it has moved a counter, else the one that moved some last."""
    moving: list[str] = []
    for event in events:
        if event.counters:
            moving.append(event.ticket)
        if event is upto:
            break
    if upto is not None and upto.ticket in moving:
        return upto.ticket
    return moving[-1] if moving else None


def counter_rows(standing: Sequence[CounterStanding], columns: int) -> list[Row]:
    """A heading and a row for each counter: its name, a bar where there is room, and what is on hand, held and free."""
    if not standing:
        return []
    heading = (_("STOCK"), _("hand"), _("held"), _("free"))
    table = [heading, *(_figures(each) for each in standing)]
    widths = [max(width(figures[column]) for figures in table) + 2 for column in (1, 2, 3)]
    rest = max(columns - sum(widths), SHORTEST_NAME)
    name, bar = _shares(standing, rest) if columns >= ROOM_FOR_BARS else (rest, 0)
    numbers = [
        tuple(right(text, room, kind) for text, room, kind in zip(figures[1:], widths, kinds, strict=True))
        for figures, kinds in zip(table, (("strong",) * 3, *map(_kinds, standing)), strict=True)
    ]
    first = left(heading[0], width(heading[0]) + 2, "strong")
    legend = _legend(rest - width(first.text)) if bar else ""
    rows = [Row((first, Piece(legend + " " * (rest - width(first.text + legend)), "faint"), *numbers[0]))]
    for each, figures, aligned in zip(standing, table[1:], numbers[1:], strict=True):
        unit = _unit(each.move)
        pieces = (left(figures[0], name - width(unit) - 1), Piece(f" {unit}", "faint"))
        rows.append(Row((*pieces, *bar_pieces(_parts(each), bar), Piece(" " * (rest - name - bar)), *aligned)))
    return rows


def _shares(standing: Sequence[CounterStanding], columns: int) -> tuple[int, int]:
    """How many columns names and bars take: whole names first, and yet no bar is shorter than a part of them."""
    longest = max(width(clean(str(each.move.label))) + width(_unit(each.move)) + 1 for each in standing)
    bar = min(max(columns - longest, columns // SHORTEST_BAR), LONGEST_BAR)
    return min(columns - bar, longest), bar


def _unit(move: CounterMove) -> str:
    """The unit of weighed goods, to stand behind their name."""
    return "" if move.unit == "each" else f"{clean(move.unit)[:4]} "


def _legend(columns: int) -> str:
    """What the parts of a bar mean; empty if there is no room for it."""
    text = _("{free_part} free {held_part} held {gone_part} gone", free_part=FREE, held_part=HELD, gone_part=GONE)
    return text if width(text) <= columns else ""


def bar_pieces(parts: tuple[int, int, int], cells: int) -> tuple[Piece, ...]:
    """A bar of so many cells for what is free, held and gone; whatever there is any of has a cell at least."""
    if not cells:
        return ()
    total = sum(parts)
    if total <= 0:
        return (Piece(" " * cells),)
    exact = [part * (cells - 1) for part in parts]
    counts = [max(share // total, 1 if part else 0) for share, part in zip(exact, parts, strict=True)]
    largest = max(range(3), key=lambda index: parts[index])
    counts[largest] += cells - 1 - sum(counts)
    marks, kinds = (FREE, HELD, GONE), ("good", "warn", "rim")
    pieces = (Piece(mark * count, kind) for mark, count, kind in zip(marks, counts, kinds, strict=True) if count > 0)
    return (*pieces, Piece(" "))


def _parts(each: CounterStanding) -> tuple[int, int, int]:
    """How much of a counter is free, held and gone; of a coupon without a limit nobody can tell."""
    move = each.move
    if _counts_uses(move):
        if move.limit is None:
            return 0, 0, 0
        return max(_free_uses(move), 0), move.held, max(-move.on_hand, 0)
    free = max(move.on_hand - move.held, 0)
    return free, max(move.held, 0), max(each.most - max(move.on_hand, move.held), 0)


def _counts_uses(move: CounterMove) -> bool:
    """Whether it counts what was used, such as a coupon, down from 0."""
    from pos.domain.counters import counted_down

    return counted_down(move.name)


def _free_uses(move: CounterMove) -> int:
    return (move.limit or 0) + move.on_hand - move.held


def _figures(each: CounterStanding) -> tuple[str, str, str, str]:
    """A counter's name, what is on hand or how often a coupon was used, held, and free; a change as before→after."""
    move, name = each.move, clean(str(each.move.label))
    held = _change(each, move.held_before, move.held)
    if not _counts_uses(move):
        return (
            name,
            _change(each, move.on_hand_before, move.on_hand),
            held,
            amount_text(move, move.free),
        )
    used = _change(each, -move.on_hand_before, -move.on_hand)
    if move.limit is None:
        return name, used, held, ""
    return name, f"{used}/{move.limit}", held, str(_free_uses(move))


def _change(each: CounterStanding, before: int, after: int) -> str:
    now = amount_text(each.move, after)
    return f"{amount_text(each.move, before)}→{now}" if each.moved and before != after else now


def _kinds(each: CounterStanding) -> tuple[str, str, str]:
    """What kinds of text the figures are: those that moved stand out."""
    move = each.move
    hand = "warn" if each.moved and move.on_hand != move.on_hand_before else ""
    return hand, "warn" if each.moved and move.held != move.held_before else "", ""


def change_text(move: CounterMove) -> tuple[str, ...]:
    """What an event did to a counter, in words: what is on hand, held and free, each change as before→after."""
    return _told(CounterStanding(move, True, 0))


def standing_text(move: CounterMove) -> tuple[str, ...]:
    """How a counter stands, in the same words."""
    return _told(CounterStanding(move, False, 0))


def _told(each: CounterStanding) -> tuple[str, ...]:
    move = each.move
    _name, hand, held, free = _figures(each)
    unit = "" if move.unit == "each" else f" {clean(move.unit)}"
    told = [_("{amount} used", amount=hand) if _counts_uses(move) else _("{amount} on hand", amount=hand + unit)]
    told.append(_("{amount} held", amount=held + unit))
    return (*told, _("{amount} free", amount=free + unit)) if free else tuple(told)


def amount_text(move: CounterMove, amount: int) -> str:
    """A counter's amount in its unit, weighed goods to one decimal."""
    if move.unit == "each":
        return str(amount)
    return number_text(Decimal(f"{Decimal(amount) / THOUSANDTHS:.1f}"))
