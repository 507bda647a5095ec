"""What is typed on the payment screen and what can be chosen there, as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pos.domain.i18n import N_, _, plural
from pos.domain.terminal_text import width
from screens.payment.choices import Choice, of_action, outcome
from screens.payment.quick_tenders import as_shown
from screens.render.panel import CHOSEN
from screens.render.rows import BLANK, Piece, Row, apart, left, right, row, tail
from screens.render.tags import ActionTag, KeyTag, Tag, TenderTag

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from screens.kit.values import Formatting

Way = tuple[ActionTag | KeyTag, str]
"""What can be done, and what it does in words."""
Cap = Callable[[str], str]
"""Names an action's key, by the action's id."""

LABEL: Final = 9
KEY: Final = 4
"""Columns of a key before what it does."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with a payment, or what is asked about it, until the cashier goes on."""

    kind: Literal["declined", "unreached", "unknown", "ticket", "leaving", "asked"]
    title: str
    text: str
    dropped: int = 0

    @property
    def question(self) -> bool:
        """Whether it is only asked, so that whatever else is done answers it."""
        return self.kind in ("leaving", "asked")


class PaymentEntry(NamedTuple):
    """What the payment screen is showing besides the sale."""

    typed: str
    numeric: bool
    """Whether that is a code or a card's number, and no amount."""
    amount: int | None
    """What was typed, in minor units; None if nothing was, or if it is no amount."""
    choices: tuple[Choice, ...]
    picked: int | None
    """Which of the choices Enter takes; None: none."""
    trouble: Trouble | None
    passed: float = 0.0
    """How much of the time has passed that the bank has, from 0 to 1."""


def entry_rows(
    wording: Formatting, entry: PaymentEntry, sale: Sale, columns: int, *, notes: int, airy: bool, dense: bool
) -> list[Row]:
    """The amount, what it comes to, and the list of choices, with so many of its `notes` at most.

    Parted by blank rows where it is `airy`; in as few rows as they take where it is `dense`.
    """
    rows = [] if dense and not entry.typed else [_typed(wording, entry, columns)]
    if entry.amount:
        text = outcome(wording.money, sale, entry.amount)
        rows.append(row(Piece(" " * min(LABEL, max(columns - width(text), 0))), Piece(text, "good")))
    if dense:
        return [*rows, *_dense(wording, entry, sale, columns)]
    rows += [BLANK, *_list(wording, entry, columns, notes=notes, airy=airy)]
    if sale.state == "part_paid":
        given = (left(wording.cap("abandon"), KEY, "key"), Piece(_("Abandon")))
        tag = ActionTag("abandon")
        rows += [BLANK, apart(given, (Piece(f"−{wording.money(sale.paid)}", "strong"),), columns, tag=tag)]
    return rows


def _typed(wording: Formatting, entry: PaymentEntry, columns: int) -> Row:
    """What is typed: an amount, a command, or digits too long for an amount, of which only the last four are shown."""
    typed, shown = entry.typed, wording.masked(entry.typed)
    text, label, hint = as_shown(shown), _("Amount"), "" if typed else _("or type what is given")
    if typed.startswith("/"):
        text, label, hint = shown, _("Command"), ""
    elif entry.numeric and shown != typed:
        text, label, hint = shown, _("Card"), _("{key} charges it", key=wording.cap("card"))
    elif entry.numeric:
        hint = plural("{count} digit", "{count} digits", len(typed))
        text, label = f"••••{typed[-4:]}", _("Number")
    room = columns - LABEL - 1
    field = (left(label, LABEL, "faint"), Piece(tail(text, room), "strong"), Piece(" ", "cursor"))
    fits = width(text) + 1 + width(hint) <= room
    return apart(field, (Piece(hint, "faint"),) if fits else (), columns)


def _list(wording: Formatting, entry: PaymentEntry, columns: int, *, notes: int, airy: bool) -> list[Row]:
    """The choices, one below the other, each with its key and what it takes; Enter's stands beside the chosen one."""
    found, picked = entry.choices, entry.picked
    seen = _seen(found, picked, notes)
    wide = max((width(found[index].text) for index in seen if found[index].note), default=0)
    keyed = {of_action(found, choice.action, picked) for choice in found}
    hidden = [index for index, choice in enumerate(found) if choice.note and index not in seen]
    told_at = max((index for index in seen if found[index].note), default=seen[0] if seen else 0)
    above = hidden and hidden[-1] < told_at
    more = _(N_("↑ {count} more") if above else N_("↓ {count} more"), count=len(hidden)) if hidden else ""
    rows: list[Row] = []
    for index in seen:
        choice, chosen = found[index], index == picked
        if airy and rows and not choice.note:
            rows.append(BLANK)
        if choice.note:
            choice = replace(choice, text=right(choice.text, wide).text)
        told = more if index == told_at else ""
        rows.append(_choice(wording, choice, index, columns, chosen=chosen, keyed=index in keyed, more=told))
    return rows


def _dense(wording: Formatting, entry: PaymentEntry, sale: Sale, columns: int) -> list[Row]:
    """What can be done, side by side, the chosen one with what it takes, in a box of colour and between marks."""
    rows: list[list[Piece]] = [[]]
    for index in _seen(entry.choices, entry.picked, 0):
        choice = entry.choices[index]
        text = choice.text.partition("  ")[0]
        if not choice.action:
            pieces = [Piece(f"⏎ {text}", "", KeyTag("enter"))]
        elif index == entry.picked:
            pieces = [Piece(f"▸{text} {wording.money(choice.amount)}◂", "pick", TenderTag(index))]
        else:
            tag = ActionTag(choice.action)
            pieces = [Piece(wording.cap(choice.action), "key", tag), Piece(f" {text}", "", tag)]
        _put(rows, pieces, columns)
    if sale.state == "part_paid":
        given = ActionTag("abandon")
        _put(rows, [Piece(wording.cap("abandon"), "key", given), Piece(f" {_('Abandon')}", "", given)], columns)
    return [Row(tuple(pieces)) for pieces in rows]


def _put(rows: list[list[Piece]], pieces: list[Piece], columns: int) -> None:
    """Put pieces behind those of the last row, or where it is full, into a new one."""
    used = Row(tuple(rows[-1])).width
    if used and used + 2 + Row(tuple(pieces)).width > columns:
        rows.append([])
    rows[-1] += [*([Piece("  ")] if rows[-1] else []), *pieces]


def _choice(
    wording: Formatting, choice: Choice, index: int, columns: int, *, chosen: bool, keyed: bool, more: str = ""
) -> Row:
    """One way to pay; with how many `more` notes there are than there is room for."""
    key = wording.cap(choice.action) if choice.action and keyed else ""
    tag: Tag = ActionTag(choice.action) if choice.action else KeyTag("enter")
    if not keyed:
        tag = TenderTag(index)
    quiet = "faint" if choice.off or (choice.note and not chosen) else ""
    amount = Piece(choice.off, "faint") if choice.off else Piece(wording.money(choice.amount), "strong")
    # An amount is told whole or not at all.
    cut = choice.note and KEY + width(choice.text) + 1 + width(amount.text) > columns
    start = [left(key, KEY, "faint" if choice.off else "key"), Piece("" if cut else choice.text, quiet)]
    start += [Piece("  ⏎", "key")] if chosen else []
    if more and sum(width(piece.text) for piece in (*start, amount)) + width(more) + 4 <= columns:
        start.append(Piece(f"  {more}", "faint"))
    return apart(start, (Piece(" "), amount) if choice.action else (), columns, CHOSEN if chosen else "", tag)


def _seen(found: Sequence[Choice], picked: int | None, notes: int) -> list[int]:
    """Which choices are shown where there is room for so many notes: those around the chosen one, and all others."""
    noted = [index for index, choice in enumerate(found) if choice.note]
    at = noted.index(picked) if picked in noted else 0
    if picked in noted:
        notes = max(notes, 1)
    first = min(max(at - notes + 1, 0), max(len(noted) - notes, 0))
    shown = noted[first : first + notes]
    return [index for index, choice in enumerate(found) if not choice.note or index in shown]


def hidden_notes(rows: Sequence[Row], entry: PaymentEntry) -> tuple[int, int]:
    """How many sums of notes are not among the rows: above those that are, and below them."""
    drawn = {line.tag.index for line in rows if isinstance(line.tag, TenderTag)} | {entry.picked}
    notes = [index for index, choice in enumerate(entry.choices) if choice.note]
    seen = [place for place, index in enumerate(notes) if index in drawn]
    return (seen[0], len(notes) - 1 - seen[-1]) if seen else (0, len(notes))


def ways_row(cap: Cap, ways: Sequence[Way], gap: int = 3) -> Row:
    """Ways to go on, each with its key; a click does it too."""
    pieces: list[Piece] = []
    for tag, text in ways:
        pieces += [Piece(" " * gap)] if pieces else []
        pieces += [Piece(_key(cap, tag), "key", tag), Piece(f" {text}", tag=tag)]
    return Row(tuple(pieces))


def _key(cap: Cap, tag: ActionTag | KeyTag) -> str:
    return cap(tag.id) if isinstance(tag, ActionTag) else "⏎"
