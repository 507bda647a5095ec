"""Every key in a cashier's words, and apart from them, at the end, what is typed after a `/`: words and commands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import ClassVar, Final

from textual.widget import Widget

from pos.domain.i18n import N_, _
from screens.help.pair import PairedScreen
from screens.kit import actions
from screens.kit.availability import NOTHING, Subject
from screens.kit.page_screen import PageScreen
from screens.render.panel import Panel
from screens.render.parts import Part, part_from
from screens.render.rows import BLANK, Piece, Row, left, row, wrapped
from screens.render.tags import ActionTag, Tag

KEY: Final = 13
"""Columns of the keys, before what they do."""
WORD: Final = 25
"""Columns of a key and the word that does the same."""
HANGING: Final = 4
"""How far a command's next lines are moved in, so that none looks like another command."""
WIDE: Final = 140
"""From how many columns on there is room for two of them."""
GAP: Final = 4
LINE_KEYS: Final = (
    (N_("digits ⏎"), N_("A code or PLU, scanned or typed. Bare digits are never a quantity.")),
    (N_("3* code ⏎"), N_("Three of it; 0.412* for what is weighed.")),
    (N_("letters"), N_("Search by name; ↑↓ choose a hit, ⏎ adds it.")),
    (N_("+  −"), N_("One more or one fewer of the chosen line, on an empty line.")),
    (N_("↑ ↓"), N_("Choose a line of the ticket, on an empty line.")),
    (N_("→ ←"), N_("Browse the categories, and back.")),
    (N_("/"), N_("Words for terminals that keep a key, and commands for scripts: at the end of this page.")),
)
AMOUNT_KEYS: Final = (
    (N_("digits ⏎"), N_("An amount, taken as cash. A code is not taken for an amount.")),
    ("⏎", N_("Exactly what is due, in cash: it is chosen from the start.")),
    (N_("↑ ↓ ⏎"), N_("Choose what the customer hands over, a note or a card, and take it.")),
    (N_("number {key}"), N_("Charge a typed card number; it is never shown.")),
    (N_("a scan"), N_("A product goes on the ticket, as long as nothing is paid, typed or declined.")),
)
EVENT_KEYS: Final = (
    (N_("letters"), N_("Only events that have these words: of their text, a ticket, a kind, an id, a card.")),
    (N_("↑ ↓ ⏎"), N_("Choose an event, with the stock as it stood then, and see all about it.")),
)
NAMES: Final = {
    "sale": N_("SELLING"),
    "cart": N_("CART"),
    "coupon": N_("COUPONS"),
    "payment": N_("PAYMENT"),
    "receipt": N_("RECEIPT"),
    "checks": N_("PAYMENTS BEING CHECKED"),
    "inspect": N_("INSPECTOR"),
}


class HelpScreen(PairedScreen, PageScreen):
    """Help about one kind of screen first, then about the others."""

    KIND: ClassVar[str] = "help"

    def __init__(self, about: str, subject: Subject = NOTHING) -> None:
        super().__init__(subject)
        self._about = about if about in NAMES or actions.is_other(about) else "sale"
        self._room = 1
        self._many = 1

    def body(self) -> Sequence[Widget]:
        """One panel, which is scrolled."""
        return (Panel(self._page, "page", frame="accent", title=_("Help")),)

    @property
    def last(self) -> int:
        """The last line at the bottom is as far as it goes."""
        return max(self._many - self._room, 0)

    def dress(self) -> None:
        """Caption the page with the keys that it takes; arrows only if it has more lines than are seen."""
        note = _("↑↓ scroll · Esc back") if self.last else _("Esc back")
        self.panel("page").caption(_("Help"), note)

    def clicked(self, tag: Tag) -> None:
        """An action of the screen below is done there."""
        below = isinstance(tag, ActionTag) and not actions.by_id(tag.id).on(self.KIND)
        if below:
            self.app.pop_screen()
            self.host.front.clicked(tag)
        else:
            super().clicked(tag)

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        """The rows from the place on; on a wide terminal in two columns, the second goes on where the first ends."""
        if columns < WIDE:
            return self._from_place(self._rows(columns), lines)
        width = (columns - GAP) // 2
        shown = self._from_place(self._rows(width), lines * 2)
        end = _section_end(shown, lines)
        first, second = shown[:end], shown[end:]
        rows = tuple(
            Row((*one.pieces, Piece(" " * (width - one.width + GAP)), *other.pieces))
            for one, other in zip_longest(first, second, fillvalue=BLANK)
        )
        half = {"first": shown.first // 2, "total": shown.total // 2}
        return replace(shown, rows=rows, room=lines, **half)

    def _from_place(self, rows: list[Row], room: int) -> Part:
        self._many, self._room = len(rows), room
        first = min(self.index, self.last)
        return part_from(rows, first, room)

    def _rows(self, columns: int) -> list[Row]:
        kinds = (self._about, *(kind for kind in NAMES if kind != self._about))
        told: set[str] = set()
        rows: list[Row] = []
        for kind in kinds:
            rows += _section(self.host.cap, kind, columns, told, here=kind == self._about)
            told.update(action.id for action in actions.on_screen(kind))
        return [*rows, *_words(self.host.cap, columns), *_commands(columns)]


def _section_end(rows: Sequence[Row], lines: int) -> int:
    """How many rows the first of two columns has: it ends with a section, if the rest fits into the second."""
    ends = (index for index in range(min(lines + 1, len(rows)), 0, -1) if rows[index - 1] == BLANK)
    return next((index for index in ends if len(rows) - index <= lines), lines)


def _section(cap: Callable[[str], str], kind: str, columns: int, told: Collection[str], *, here: bool) -> list[Row]:
    """A kind of screen: what is typed there, its actions, and the keys of those that were told already."""
    rows = [row(Piece(_title(kind), "strong"))]
    typing = {"sale": LINE_KEYS, "payment": AMOUNT_KEYS, "inspect": EVENT_KEYS}.get(kind, ())
    for keys, text in typing:
        rows += _entry(_(keys, key=cap("card")), _(text), columns)
    found = actions.on_screen(kind)
    for action in found:
        if action.id not in told:
            tag = ActionTag(action.id) if here else None
            rows += _entry(cap(action.id), _(action.help), columns, tag)
    same = [cap(action.id) for action in found if action.id in told]
    if same:
        rows += [row(Piece(line, "faint")) for line in wrapped(_("As above: {keys}", keys="  ".join(same)), columns)]
    return [*rows, BLANK]


def _title(kind: str) -> str:
    """What a kind of screen is called; another package's as the action of its name that shows it."""
    if kind in NAMES:
        return _(NAMES[kind])
    return next((_(action.label) for action in actions.every() if action.id == kind), kind).upper()


def _entry(key: str, text: str, columns: int, tag: ActionTag | None = None) -> list[Row]:
    first, *rest = wrapped(text, max(columns - KEY, 10))
    return [
        Row((left(key, KEY, "key", tag), Piece(first, "", tag))),
        *(row(" " * KEY, Piece(line, "", tag)) for line in rest),
    ]


def _words(cap: Callable[[str], str], columns: int) -> list[Row]:
    """The word of each key, as many beside each other as there is room for."""
    words = [action for action in actions.every() if action.word]
    beside = max(columns // WORD, 1)
    rows = [row(Piece(_("WORDS FOR KEYS, typed after a /"), "strong"))]
    for at in range(0, len(words), beside):
        pieces: list[Piece] = []
        for action in words[at : at + beside]:
            pieces += [left(cap(action.id), KEY - 4, "key"), left(f"/{action.word}", WORD - KEY + 4, "faint")]
        rows.append(row(*pieces))
    return [*rows, BLANK]


def _commands(columns: int) -> list[Row]:
    """The words of the till's language, each with how it is used; what follows a first line is moved in."""
    from pos.language.table import AT_A_TILL

    rows = [row(Piece(_("COMMANDS, for scripts and typed after a /"), "strong"))]
    for usage in AT_A_TILL.values():
        first, *rest = _usage_lines(usage, columns)
        rows += [row(Piece("/", "faint"), first), *(row(Piece(" " * HANGING), line) for line in rest)]
    manual = _("All the rest is in the manual: {command} in another terminal.", command="pos manual")
    return [*rows, BLANK, *(row(line) for line in wrapped(manual, columns))]


def _usage_lines(usage: str, columns: int) -> list[str]:
    """How a command is used, over as many lines as it takes: the first has a `/` before it, the others are moved in."""
    first, *rest = wrapped(usage, max(columns - 1, 10))
    return [first, *wrapped(" ".join(rest), max(columns - HANGING, 10))] if rest else [first]
