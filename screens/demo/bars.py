"""The bars of a demo: whose screen is whose, what is told, what is pressed, and the keys of whoever watches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pos.demo.flows import Flow
from pos.domain.i18n import N_, _, plural
from pos.domain.terminal_text import clean, fit, width
from screens.demo.playback import Playback
from screens.events.counters import standing_text
from screens.kit.keymap import cap_of
from screens.render.rows import BLANK, Piece, Row, apart, row

if TYPE_CHECKING:
    from pos.demo.workers import Doing, QueueStanding
    from pos.domain.events import CounterMove
    from screens.demo.tape import Frame, Pane

KEYS: Final = (
    ("space", N_("pause")),
    ("←→", N_("step")),
    ("+−", N_("pace")),
    ("escape", N_("take over")),
    ("ctrl+q", N_("end")),
)
"""The keys of whoever watches, with what each does."""
ENDED: Final = (("space", N_("again")), ("enter", N_("all demos")), ("escape", N_("take over")), ("ctrl+q", N_("end")))
YOURS: Final = (("ctrl+n", N_("other till")), ("ctrl+b", N_("back to the demo")), ("ctrl+q", N_("end")))
SPARED: Final = ("+−", "←→", "ctrl+n")
"""The keys that are told last, where there is room."""
TRACK: Final = 8
DOING: Final = {"": "", "charging": N_("charging a card…"), "off": N_("no power"), "closed": N_("closed")}
"""What is told of a till that does something by itself."""

WORKERS: Final[Mapping[Doing, tuple[str, str]]] = {
    "waiting": (N_("waits"), "faint"),
    "working": (N_("is at work"), ""),
    "charging": (N_("charges the card"), "warn"),
    "asking": (N_("asks if it was charged"), "warn"),
    "dead": (N_("is dead"), "bad"),
}
"""What is told of a worker by what it does, and in which colours."""


def names_row(panes: Sequence[Pane], active: str, columns: int, *, beside: bool) -> Row:
    """The names of the tills above their screens, with what each is doing; the one that acts is marked."""
    room = (columns - len(panes) + 1) // max(len(panes), 1)
    pieces: list[Piece] = []
    for pane in panes:
        acts = pane.lane == active
        name = _("TILL {name}", name=pane.lane)
        doing = _(DOING[pane.doing])
        text = fit(f" {'▶' if acts else ' '} {name}  {doing}", room)
        pieces += [Piece("│" if beside else " ", "rim")] if pieces else []
        pieces.append(Piece(text + " " * (room - width(text)), "strong" if acts else "faint"))
    return Row(tuple(pieces))


def stock_row(stock: Sequence[CounterMove], columns: int) -> Row:
    """What was moved last, as all tills see it: as many counters as have room whole, and how many more there are."""
    if not stock:
        return BLANK
    told = [_stock_pieces(move) for move in stock]
    heading = (Piece(" "), Piece(_("STOCK"), "strong"))
    for shown in range(len(told), 0, -1):
        rest = len(told) - shown
        more = (Piece(f"  {plural('{count} more', '{count} more', rest)} ", "faint"),) if rest else ()
        pieces = (*heading, *(piece for each in told[:shown] for piece in each))
        if Row((*pieces, *more)).width <= columns:
            break
    return apart(pieces, more, columns)


def queue_row(standing: QueueStanding | None, columns: int) -> Row:
    """How many tickets wait in the queue, what each worker does, and how many cards the bank has charged.

    Where there is no room for all workers, the dead ones are left out.
    """
    if standing is None:
        return BLANK
    if standing.waiting is None:
        waiting = Piece(_("away"), "bad")
    else:
        told = plural("{count} waiting", "{count} waiting", standing.waiting)
        waiting = Piece(told, "warn" if standing.waiting else "")
    start = (Piece(" "), Piece(_("QUEUE"), "strong"), Piece("  "), waiting)
    charged = plural("{count} charge", "{count} charges", standing.charges)
    end = (Piece("  "), Piece(_("BANK"), "strong"), Piece(f"  {charged} "))
    for seen in (standing.workers, tuple(each for each in standing.workers if each[1] != "dead")):
        pieces = (*start, *(piece for lane, doing in seen for piece in _worker_pieces(lane, doing)))
        if Row((*pieces, *end)).width <= columns:
            break
    return apart(pieces, end, columns)


def _worker_pieces(lane: str, doing: Doing) -> tuple[Piece, ...]:
    text, style = WORKERS[doing]
    return Piece("  "), Piece(f"{lane} ", "strong"), Piece(_(text), style)


def _stock_pieces(move: CounterMove) -> tuple[Piece, ...]:
    changed = move.held != move.held_before or move.on_hand != move.on_hand_before
    text = ", ".join(standing_text(move))
    return Piece("  "), Piece(f"{clean(str(move.label))}: "), Piece(text, "warn" if changed else "")


def caption_row(frame: Frame | None, failure: str, columns: int) -> Row:
    """What is told; or why the flow does not go on."""
    if failure:
        return apart((Piece(" ✗ ", "bad"), Piece(clean(failure), "bad-strong")), (), columns)
    if frame is None:
        return row(Piece(" "), Piece(_("The curtain rises…"), "faint"))
    return apart((Piece(" "), Piece(frame.caption, "strong")), (), columns)


def controls_row(flow: Flow, playback: Playback, columns: int, *, watched: bool = True) -> Row:
    """How far it has come, the key that is pressed, and those for whoever watches; none if nobody does."""
    if playback.ended:
        mark, state = "■", _("the end")
    else:
        mark, state = ("▶", "") if playback.playing else ("‖", _("paused"))
    done = playback.step + 1
    whole = len(flow.lines)
    filled = TRACK * done // max(whole, 1)
    start = [
        Piece(f" {mark} ", "key"),
        Piece(f"{flow.name} ", "strong"),
        Piece("━" * filled, "strong"),
        Piece("─" * (TRACK - filled), "faint"),
        Piece(f" {done}/{whole} ×{playback.pace:g}  "),
        Piece(state, "warn"),
    ]
    if playback.frame is not None and playback.frame.key and not state:
        start.append(Piece(f" {clean(playback.frame.key)} ", "pick"))
    keys = list(ENDED if playback.ended else KEYS) if watched else []
    end = _keys(keys)
    while keys and Row(tuple(start)).width + sum(width(piece.text) for piece in end) > columns:
        keys.remove(next((key for key in keys if key[0] in SPARED), keys[-1]))
        end = _keys(keys)
    return apart(start, end, columns)


def yours_row(flow: Flow, columns: int, *, ready: bool) -> Row:
    """That the till is the audience's now, and how to give it back."""
    keys = [key for key in YOURS if len(flow.lanes) > 1 or key[0] != "ctrl+n"]
    told = _("The till is yours: sell something.") if ready else _("One moment: the till is made ready for you.")
    return apart((Piece(" ☞ ", "key"), Piece(told, "strong")), _keys(keys) if ready else (), columns)


def _keys(keys: Sequence[tuple[str, str]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for cap, text in keys:
        pieces += [Piece(cap_of(cap), "key"), Piece(f" {_(text)}  ")]
    return tuple(pieces)
