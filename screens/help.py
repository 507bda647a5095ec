"""Every key and every command, from the table of actions and the language's verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from pos.domain.words import N_, _
from screens.acting import actions
from screens.drawing.panel import Panel
from screens.drawing.rows import BLANK, Piece, Row, left, row, wrapped
from screens.drawing.tags import Act, Tag
from screens.scrolling import PageScreen

if TYPE_CHECKING:
    from screens.host import Host

KEY: Final = 8
WORD: Final = 15
LINE_KEYS: Final = (
    (N_("digits ⏎"), N_("A code or PLU, scanned or typed. Bare digits are never a quantity.")),
    (N_("3* code ⏎"), N_("Three of it; 0.412* for what is weighed.")),
    (N_("letters"), N_("Search by name; ↑↓ choose a hit, ⏎ adds it.")),
    (N_("+  −"), N_("One more or one fewer of the chosen line, on an empty line.")),
    (N_("↑ ↓"), N_("Choose a line of the ticket, on an empty line.")),
    (N_("→ ←"), N_("Browse the categories, and back.")),
    (N_("/"), N_("A command of the till's language, listed below.")),
)
AMOUNT_KEYS: Final = (
    (N_("digits ⏎"), N_("An amount, taken as cash. A code is not taken for an amount.")),
    (N_("↑ ↓ ⏎"), N_("Choose what the customer hands over, and take it as cash.")),
    (N_("number {key}"), N_("Charge a typed card number; it is never shown.")),
)
NAMES: Final = {
    "sale": N_("SELLING"),
    "cart": N_("CART"),
    "coupon": N_("COUPONS"),
    "payment": N_("PAYMENT"),
    "receipt": N_("RECEIPT"),
    "checks": N_("PAYMENTS BEING CHECKED"),
}


class HelpScreen(PageScreen):
    """Help about one kind of screen first, then about the others."""

    KIND: ClassVar[str] = "help"

    def __init__(self, about: str) -> None:
        super().__init__()
        self._about = about if about in NAMES else "sale"
        self._height = 20

    def body(self) -> Sequence[Widget]:
        """One page."""
        return (Panel(self._page, "page", frame="accent", title=_("Help")),)

    @property
    def last(self) -> int:
        """The last line at the bottom is as far as it goes."""
        return max(len(self._rows(80)) - self._height, 0)

    def dress(self) -> None:
        """Captions."""
        self.query_one("#page", Panel).caption(_("Help"), _("↑↓ scroll · Esc back"))

    def clicked(self, tag: Tag) -> None:
        """An action of the screen below is done there."""
        below = isinstance(tag, Act) and self.KIND not in actions.by_id(tag.id).screens
        if below:
            self.app.pop_screen()
            self.host.front.clicked(tag)
        else:
            super().clicked(tag)

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        self._height = lines
        return self._rows(columns)[self.index : self.index + lines]

    def _rows(self, columns: int) -> list[Row]:
        kinds = (self._about, *(kind for kind in NAMES if kind != self._about))
        rows = [line for kind in kinds for line in _section(self.host, kind, columns, here=kind == self._about)]
        return [*rows, *_commands(columns)]


def _section(app: Host, kind: str, columns: int, *, here: bool) -> list[Row]:
    rows = [row(Piece(_(NAMES[kind]), "accent"))]
    typing = {"sale": LINE_KEYS, "payment": AMOUNT_KEYS}.get(kind, ())
    for keys, text in typing:
        rows += _entry(_(keys, key=app.cap("card")), "", _(text), columns)
    for action in actions.on_screen(kind):
        entry = _entry(app.cap(action.id), f"/{action.word}" if action.word else "", _(action.help), columns)
        rows += [line._replace(tag=Act(action.id)) for line in entry] if here else entry
    return [*rows, BLANK]


def _entry(key: str, word: str, text: str, columns: int) -> list[Row]:
    width = KEY + WORD
    first, *rest = wrapped(text, max(columns - width, 10))
    start = (
        (left(key, KEY, "key"), left(word, WORD, "faint"))
        if word or len(key) < KEY
        else (left(key, KEY + WORD, "key"),)
    )
    return [Row((*start, Piece(first))), *(row(" " * width + line) for line in rest)]


def _commands(columns: int) -> list[Row]:
    from pos.language.parsing import VERBS

    rows = [row(Piece(_("COMMANDS, typed after a /"), "accent"))]
    for usage in VERBS.values():
        rows += [row(Piece("/", "faint"), line) for line in wrapped(usage, columns - 1)]
    return rows
