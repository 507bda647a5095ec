"""The settings as rows: the list by sections, the choices of one of them, and all about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pos.domain.i18n import N_, _
from pos.domain.terminal_text import clean
from screens.kit.listing import as_guess, marked
from screens.render.parts import Part, part, part_of
from screens.render.rows import BLANK, Piece, Row, left, row, wrapped
from screens.render.tags import PlaceTag
from screens.settings.entries import LATER, SECTIONS, SettingEntry

NAME: Final = 18
VALUE: Final = 24
SHORT: Final = 4
"""How many lines there are about a setting on the smallest terminal."""


def entries_rows(
    listed: Sequence[SettingEntry], chosen: SettingEntry | None, columns: int, lines: int, typed: str, *, guesses: bool
) -> Part:
    """The settings under their sections, as many as there is room for around the chosen one; what is typed marked.

    `guesses` only come near to it.
    """
    rows: list[Row] = []
    section, focus = "", 0
    for number, entry in enumerate(listed):
        if entry.section != section:
            section = entry.section
            rows += [*([BLANK] if rows else []), row(Piece(_(SECTIONS[section]), "strong"))]
        is_it = chosen is not None and entry.item.name == chosen.item.name
        if is_it:
            focus = len(rows)
        rows.append(_entry_row(entry, number, columns, "" if guesses else typed, chosen=is_it, guess=guesses))
    return part(rows, lines, focus)


def _entry_row(entry: SettingEntry, number: int, columns: int, typed: str, *, chosen: bool, guess: bool) -> Row:
    kind = "faint" if entry.forced else ""
    value = min(VALUE + max(columns - 76, 0) // 3, max(columns - NAME - 14, 10))
    mark = "✎ " if entry.set else "  "
    pieces = (
        Piece("  "),
        *marked(as_guess(clean(entry.label), guess=guess), typed, NAME, kind or "strong"),
        Piece(" "),
        Piece(mark, "strong"),
        left(clean(entry.value), value, kind),
        Piece(" "),
        left(entry.near, max(columns - NAME - value - 6, 0), "faint"),
    )
    return Row(pieces, "chosen" if chosen else "", PlaceTag(number, entry.about))


def offered_rows(offered: Sequence[str], index: int, current: str, columns: int, lines: int) -> Part:
    """What can be chosen for a setting, around the one at `index`; the one that it is now is marked."""

    def drawn(number: int, offer: str) -> Row:
        pieces = (Piece("● " if offer == current else "○ ", "strong"), left(clean(offer), columns - 2))
        return Row(pieces, "chosen" if number == index else "", PlaceTag(number))

    return part_of(offered, lines, index, drawn)


def about_rows(entry: SettingEntry, columns: int, lines: int) -> Part:
    """All about a setting: what it does first, as much as there is room for."""
    told = [(_("Default"), entry.default), (_("Allowed"), entry.allowed)]
    if lines > SHORT:
        told = [(_("Is"), clean(entry.value)), (_("From"), entry.place), *told]
    width = max(len(name) for name, _text in told) + 2
    about = [row(line) for line in wrapped(entry.about, columns)]
    rows = [*about, BLANK] if lines > SHORT else about[: lines - len(told)]
    for name, text in told:
        first, *rest = wrapped(text, max(columns - width, 8)) or [""]
        rows.append(row(left(name, width, "faint"), first))
        rows += [row(" " * width + line) for line in rest]
    if lines > len(rows) + 1:
        when = N_("It counts from the next start on.") if entry.section in LATER else N_("It counts at once.")
        rows += [BLANK, *(row(Piece(line, "faint")) for line in wrapped(_(when), columns))]
    return part(rows, lines, 0)
