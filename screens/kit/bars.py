"""The bar above, which says whose till this is and how it is, and the bar below with the keys."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pos.domain.i18n import _, plural
from pos.domain.terminal_text import clean, width
from screens.kit import actions
from screens.kit.availability import TillStanding
from screens.kit.hand_over import HAND_OVER_SIGN, hand_over_badge
from screens.kit.part_paid_age import age_text, wants_decision
from screens.kit.values import Activity, Formatting, OpeningState, Terminal, TicketView
from screens.render.rows import Piece, Row, apart
from screens.render.tags import ActionTag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pos.domain.lane_status import ServerStanding
    from screens.kit.actions import Action

SMALLEST = (80, 24)
SEEN = 7
"""Up to this rank an action is seen in the footer, as far as labels that give way make room for it."""


class Headed(Formatting, TicketView, Activity, Terminal, OpeningState, Protocol):
    """What the bar above is drawn from."""

    @property
    def working(self) -> bool:
        """Whether a step that takes time is under way."""
        ...


class Footed(TillStanding, Protocol):
    """What the bar below is drawn from."""

    @property
    def opened(self) -> bool:
        """Whether the till is open: nothing can be done before."""
        ...


def inspector_caption(cap: Callable[[str], str]) -> tuple[str, str]:
    """What stands in the inspector's frame: its name, and the key that shows it on the whole screen."""
    return _("What happened"), _("{key} whole screen", key=cap("inspector"))


def header_row(app: Headed, columns: int) -> Row:
    """Whether this is training, or cards are simulated; shop, lane and state, and the time in the shop's zone."""
    identity = app.identity
    shop = clean(identity.shop).upper() if identity is not None else "TILLKEY"
    mark = [Piece(f" {app.watermark} ", "pick")] if app.watermark else []
    name = [*mark, Piece(" "), *_simulated(app), Piece(shop, "strong")]
    lane = [Piece("  " + _("lane {name}", name=identity.lane))] if identity is not None else []
    is_demo = identity is not None and identity.demo and not app.training
    demo = [Piece("  ·  "), Piece(_("demo"), "strong")] if is_demo else []
    size = (app.size.width, app.size.height)
    ends = _ends(app, app.minute if size[0] >= SMALLEST[0] else "")
    if not app.embedded and (size[0] < SMALLEST[0] or size[1] < SMALLEST[1]):
        end = next((each for each in ends if Row((*mark, *each)).width < columns), ends[-1])
        room = columns - Row((*mark, *end)).width
        return apart([*mark, Piece(_small(size, room), "warn")], end, columns)
    starts = ([*name, *lane, *demo], [*name, *demo], name)
    fitting = ((start, end) for end in ends for start in starts if Row((*start, *end)).width < columns)
    return apart(*next(fitting, (name, ends[-1])), columns)


class Badge(NamedTuple):
    """Something that waits: its sign, in words, and in as few columns as tell it beside much else."""

    sign: str
    text: str
    short: str
    kind: str = "warn"

    def pieces(self, *, short: bool) -> list[Piece]:
        """The badge as it is drawn."""
        text = self.short if short else self.text
        return [Piece(f"{self.sign} {text}" if text else self.sign, self.kind)]


def _ends(app: Headed, minute: str) -> list[list[Piece]]:
    """How the till is, what waits until somebody sees to it, and the time: in words, then with ever fewer of them.

    What is least pressing becomes short first.
    """
    badges = tuple(_badges(app)) if app.opened else ()
    state = _state(app) or ([] if badges else [Piece("● ", "good"), Piece(_("till ready"))])
    time = [Piece("  ·  "), Piece(minute)] if minute else []
    ends = []
    for gap, whole in (("  ·  ", len(badges)), *(("  ", many) for many in range(len(badges), -1, -1))):
        told = [badge.pieces(short=at >= whole) for at, badge in enumerate(badges)] + ([state] if state else [])
        parts = [*told[0], *(piece for each in told[1:] for piece in (Piece(gap), *each))]
        ends.append([Piece(" "), *parts, *time, Piece(" ")])
    return ends


def _badges(app: Headed) -> Iterator[Badge]:
    """What waits, the most pressing first."""
    if app.to_hand_over:
        yield Badge(HAND_OVER_SIGN, *hand_over_badge(app.to_hand_over, app.money), "bad")
    if app.server is not None and app.server.state != "there":
        yield _server(app.server)
    if app.uncharged:
        yield Badge("!", plural("{count} unpaid", "{count} unpaid", app.uncharged), str(app.uncharged), "bad")
    if app.checking:
        yield Badge("◐", plural("{count} being checked", "{count} being checked", app.checking), str(app.checking))
    if app.parked:
        parked = plural("{count} paid in part", "{count} paid in part", app.parked)
        yield _aged(app, parked, str(app.parked), app.parked_since)
    elif app.sale is not None and app.sale.state == "part_paid":
        yield _aged(app, _("paid in part"), "", app.part_paid_since)
    if app.queued:
        yield Badge("◔", plural("{count} queued", "{count} queued", app.queued), str(app.queued))
    if (held := app.aside - app.uncharged) > 0:
        yield Badge("⏸", plural("{count} held", "{count} held", held), str(held), "")


def _simulated(app: Headed) -> list[Piece]:
    """That a card's payment moves no money here, before a name that may be long."""
    if app.identity is None or not app.identity.simulated_cards:
        return []
    return [Piece(_("cards simulated"), "warn"), Piece("  ·  ")]


def _server(server: ServerStanding) -> Badge:
    """That the shop's server is away, and how much it has to hear of; or that it refuses this till."""
    told = _("server away") if server.state == "away" else _("lane refused")
    waiting = plural("{count} to deliver", "{count} to deliver", server.undelivered) if server.undelivered else ""
    short = f"{told} · {server.undelivered}" if server.undelivered else told
    return Badge("⇄", " · ".join(filter(None, (told, waiting))), short, "bad")


def _small(size: tuple[int, int], columns: int) -> str:
    """That a terminal is smaller than what the screens were made for, in as many words as there is room for."""
    here, made = _across(size), _across(SMALLEST)
    whole = _("small terminal {size}, made for {smallest}", size=here, smallest=made)
    told = (f" {text}" for text in (whole, f"! {here} < {made}"))
    return next((text for text in told if width(text) < columns), f" {here}")


def _across(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"


def _state(app: Headed) -> list[Piece]:
    """What the till is busy with; nothing if it is ready."""
    if not app.opened:
        return (
            [Piece("✗ ", "bad"), Piece(_("not open"))] if app.failure else [Piece("○ ", "warn"), Piece(_("opening…"))]
        )
    return [Piece("◌ ", "warn"), Piece(_("one moment"))] if app.working else []


def _aged(app: Headed, text: str, short: str, since: datetime | None) -> Badge:
    """What is paid in part with its age; in alarm once it asks for a decision."""
    age, late = age_text(since, app.now), wants_decision(since, app.now, app.decide_after)
    whole, few = (" · ".join(filter(None, (each, age))) for each in (text, short))
    return Badge("!" if late else "◑", whole, few, "bad" if late else "warn")


def footer_row(
    app: Footed, kind: str, columns: int, *, without: str = "", named: Mapping[str, str] = MappingProxyType({})
) -> Row:
    """The keys of a kind of screen, as many as fit; what cannot be done now is grey.

    `without` is an action whose key is no choice here; `named` are labels of those that do something else just now.
    """
    listed = (each for each in actions.on_screen(kind) if each.id != without)
    found = tuple(each for each in listed if not each.seldom or each.reason(app) is None)
    caps = {action.id: app.cap(action.id) for action in found}
    labels = {action.id: _(action.label if columns >= 110 else action.short) for action in found}
    labels |= {name: label for name, label in named.items() if name in labels}
    for shown in _shorter(labels, found):
        widths = {name: width(f"{caps[name]} {label}") + 2 for name, label in shown.items()}
        chosen = actions.footer_choice(found, widths, columns - 1)
        if all(action in chosen for action in found if action.rank <= SEEN):
            break
    pieces = [Piece(" ")]
    for action in chosen:
        off = not app.opened or action.reason(app) is not None
        pieces += [
            Piece(caps[action.id], "faint" if off else "key", ActionTag(action.id)),
            Piece(f" {shown[action.id]}", "faint" if off else "", ActionTag(action.id)),
            Piece("  "),
        ]
    return Row(tuple(pieces))


def _shorter(labels: Mapping[str, str], found: Sequence[Action]) -> Iterator[Mapping[str, str]]:
    """Labels as they are, then without ever more of those that give way, the last first; at last as they are."""
    yield labels
    yielding = [action.id for action in found if action.yields]
    for kept in reversed(range(len(yielding))):
        yield {**labels, **dict.fromkeys(yielding[kept:], "")}
    if yielding:
        yield labels
