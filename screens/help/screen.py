"""Every key in a cashier's words, and apart from them, at the end, what is typed after a `/`: words and commands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import ClassVar, Final, NamedTuple

from textual.reactive import var
from textual.widget import Widget

from pos.domain.i18n import N_, _
from pos.domain.terminal_text import width
from screens.help.pair import PairedScreen
from screens.kit import actions
from screens.kit.availability import NOTHING, Subject
from screens.kit.empty import NOTHING_FITS
from screens.kit.filtering import fitting
from screens.kit.listing import marked
from screens.kit.search_screen import STEPS, SearchScreen
from screens.render.panel import Panel
from screens.render.parts import Part, part_from
from screens.render.rows import BLANK, Piece, Row, left, row, sentence, wrapped
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


class HelpEntry(NamedTuple):
    """Something that is told: the words that find it, and its rows."""

    text: str
    rows: Sequence[Row]


class HelpSection(NamedTuple):
    """What belongs together below a title, and what stands there unless something is looked for."""

    title: str
    entries: Sequence[HelpEntry]
    end: Sequence[Row] = ()


class HelpScreen(PairedScreen, SearchScreen):
    """Help about one kind of screen first, then about the others; what is typed leaves what has these words."""

    KIND: ClassVar[str] = "help"

    top: var[int] = var(0, init=False)
    """The first line that is shown of all."""
    found_top: var[int] = var(0, init=False)
    """And of what was found."""

    def __init__(self, about: str, subject: Subject = NOTHING) -> None:
        super().__init__(subject)
        self._about = about if about in NAMES or actions.is_other(about) else "sale"
        self._room = 1
        self._many = 1

    def body(self) -> Sequence[Widget]:
        """The line, and what is told, which is scrolled."""
        return (self.line_panel(), Panel(self._page, "page", frame="rim", title=_("Help")))

    def watch_top(self) -> None:
        """Draw the page from its new place."""
        self.redraw_typing()

    def watch_found_top(self) -> None:
        """Draw the page from its new place."""
        self.redraw_typing()

    def type(self, char: str) -> None:
        """What is looked for is seen from its first line on."""
        self.found_top = 0
        super().type(char)

    def move(self, name: str) -> None:
        """Arrows scroll, as far as the last line at the bottom."""
        if name not in STEPS:
            return
        first = self.found_top if self.typed else self.top
        first = min(max(min(first, self._last) + STEPS[name], 0), self._last)
        if self.typed:
            self.found_top = first
        else:
            self.top = first

    @property
    def _last(self) -> int:
        return max(self._many - self._room, 0)

    def submit(self, text: str) -> None:
        """Enter: back. A code that was typed is for the screen below."""
        if self._is_scan(text):
            self.hand_down(text)
        elif text and not self._found(text, WIDE):
            self.typed = text
            self.tell_nothing_fits()
        else:
            self.leave()

    def dress(self) -> None:
        """Caption the line with the keys that it takes."""
        super().dress()
        self.panel("line").caption(_("Help about what? Type a word"), _("↑↓ scroll · Esc back"))
        self.panel("page").caption(_("Help"), _("Esc shows all") if self.typed else "")

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
        return part_from(rows, min(self.found_top if self.typed else self.top, self._last), room)

    def _rows(self, columns: int) -> list[Row]:
        wanted = self.typed.strip()
        found = self._found(wanted, columns) if wanted else None
        if found is not None and not found:
            return sentence(_(NOTHING_FITS), columns)
        rows: list[Row] = []
        for at, section in enumerate(self._sections(columns)):
            kept = [entry for place, entry in enumerate(section.entries) if found is None or f"{at} {place}" in found]
            if kept or found is None:
                rows.append(row(Piece(section.title, "strong")))
                rows += [_marked(line, wanted) for entry in kept for line in entry.rows]
                rows += [*(section.end if found is None else ()), BLANK]
        return rows[:-1]

    def _found(self, wanted: str, columns: int) -> frozenset[str]:
        """The places of the entries that have what is looked for: those of their sections, and in them.

        In so many columns, since words for keys stand beside each other.
        """
        texts = {
            f"{at} {place}": f"{section.title} {entry.text}"
            for at, section in enumerate(self._sections(columns))
            for place, entry in enumerate(section.entries)
        }
        return frozenset(fitting(wanted, texts).keys)

    def _sections(self, columns: int) -> list[HelpSection]:
        kinds = (self._about, *(kind for kind in NAMES if kind != self._about))
        told: set[str] = set()
        sections = []
        for kind in kinds:
            sections.append(_section(self.host.cap, kind, columns, told, here=kind == self._about))
            told.update(action.id for action in actions.on_screen(kind))
        return [*sections, _words(self.host.cap, columns), _commands(columns)]


def _marked(line: Row, typed: str) -> Row:
    """A row with the letters marked that were typed."""
    if not typed:
        return line
    pieces = (
        part._replace(tag=piece.tag)
        for piece in line.pieces
        for part in marked(piece.text, typed, width(piece.text), piece.kind)
    )
    return line._replace(pieces=tuple(pieces))


def _section_end(rows: Sequence[Row], lines: int) -> int:
    """How many rows the first of two columns has: it ends with a section, if the rest fits into the second."""
    ends = (index for index in range(min(lines + 1, len(rows)), 0, -1) if rows[index - 1] == BLANK)
    return next((index for index in ends if len(rows) - index <= lines), lines)


def _section(cap: Callable[[str], str], kind: str, columns: int, told: Collection[str], *, here: bool) -> HelpSection:
    """A kind of screen: what is typed there, its actions, and the keys of those that were told already."""
    entries: list[HelpEntry] = []
    typing = {"sale": LINE_KEYS, "payment": AMOUNT_KEYS, "inspect": EVENT_KEYS}.get(kind, ())
    for keys, text in typing:
        entries.append(_entry(_(keys, key=cap("card")), _(text), columns))
    found = actions.on_screen(kind)
    for action in found:
        if action.id not in told:
            tag = ActionTag(action.id) if here else None
            entries.append(_entry(cap(action.id), _(action.help), columns, tag, f"{_(action.label)} {action.word}"))
    same = [cap(action.id) for action in found if action.id in told]
    above = wrapped(_("As above: {keys}", keys="  ".join(same)), columns) if same else []
    return HelpSection(_title(kind), entries, [row(Piece(line, "faint")) for line in above])


def _title(kind: str) -> str:
    """What a kind of screen is called; another package's as the action of its name that shows it."""
    if kind in NAMES:
        return _(NAMES[kind])
    return next((_(action.label) for action in actions.every() if action.id == kind), kind).upper()


def _entry(key: str, text: str, columns: int, tag: ActionTag | None = None, named: str = "") -> HelpEntry:
    first, *rest = wrapped(text, max(columns - KEY, 10))
    rows = [
        Row((left(key, KEY, "key", tag), Piece(first, "", tag))),
        *(row(" " * KEY, Piece(line, "", tag)) for line in rest),
    ]
    return HelpEntry(f"{named} {key} {text}", rows)


def _words(cap: Callable[[str], str], columns: int) -> HelpSection:
    """The word of each key, as many beside each other as there is room for."""
    words = [action for action in actions.every() if action.word]
    beside = max(columns // WORD, 1)
    entries = []
    for at in range(0, len(words), beside):
        pieces: list[Piece] = []
        for action in words[at : at + beside]:
            pieces += [left(cap(action.id), KEY - 4, "key"), left(f"/{action.word}", WORD - KEY + 4, "faint")]
        entries.append(HelpEntry(" ".join(action.word for action in words[at : at + beside]), [row(*pieces)]))
    return HelpSection(_("WORDS FOR KEYS, typed after a /"), entries)


def _commands(columns: int) -> HelpSection:
    """The words of the till's language, each with how it is used; what follows a first line is moved in."""
    from pos.language.table import AT_A_TILL

    entries = []
    for usage in AT_A_TILL.values():
        first, *rest = _usage_lines(usage, columns)
        rows = [row(Piece("/", "faint"), first), *(row(Piece(" " * HANGING), line) for line in rest)]
        entries.append(HelpEntry(usage, rows))
    manual = _("All the rest is in the manual: {command} in another terminal.", command="pos manual")
    end = [BLANK, *(row(line) for line in wrapped(manual, columns))]
    return HelpSection(_("COMMANDS, for scripts and typed after a /"), entries, end)


def _usage_lines(usage: str, columns: int) -> list[str]:
    """How a command is used, over as many lines as it takes: the first has a `/` before it, the others are moved in."""
    first, *rest = wrapped(usage, max(columns - 1, 10))
    return [first, *wrapped(" ".join(rest), max(columns - HANGING, 10))] if rest else [first]
