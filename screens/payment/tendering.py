"""What is typed on the payment screen and what can be chosen there, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pos.domain.tenders import TENDERS
from pos.domain.text import width
from pos.domain.words import _, plural
from screens.kit.line import shown
from screens.payment.tenders import as_shown, is_code
from screens.render.rows import BLANK, Piece, Row, apart, left, right, row, tail
from screens.render.tags import Act, Pressed, Tender

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from pos.till.till import Till
    from screens.kit.host import Host

Way = tuple[Act | Pressed, str]
"""What can be done, and what it does in words."""

LABEL: Final = 9
GAP: Final = 4
"""Columns between the keys of two ways to go on."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with a payment, until the cashier goes on."""

    kind: Literal["declined", "unreached", "unknown", "ticket", "leaving"]
    title: str
    text: str
    dropped: int = 0


class Desk(NamedTuple):
    """What the payment screen is showing besides the sale."""

    typed: str
    quick: int | None
    tenders: tuple[int, ...]
    waited: int
    trouble: Trouble | None

    def amount(self, till: Till | None) -> int | None:
        """What was typed or chosen, in minor units; None if nothing was, or if it is no amount."""
        from pos.domain.errors import TillError
        from pos.domain.money import typed_money

        if self.quick is not None and self.quick < len(self.tenders):
            return self.tenders[self.quick]
        if till is None or not self.typed or self.typed.startswith("/") or is_code(self.typed, till):
            return None
        try:
            return typed_money(self.typed, till.catalog.exponent)
        except TillError:
            return None


def entry_rows(app: Host, desk: Desk, sale: Sale, columns: int, *, listed: bool) -> list[Row]:
    """The amount, what it comes to, and the choices: below one another if `listed`, else in two rows."""
    amount = desk.amount(app.till)
    rows = [_typed(app, desk.typed, columns), _outcome(app, sale, amount, columns)]
    if listed:
        return [*rows, BLANK, *_choices(app, sale, amount, columns), BLANK, *_tenders(app, desk, sale)]
    return [*rows, BLANK, *_keys(app, sale, columns), *_quick(app, desk, sale, columns)]


def _typed(app: Host, typed: str, columns: int) -> Row:
    """What is typed: an amount, a command, or digits too long for an amount, of which only the last four are shown."""
    text, label, hint = as_shown(shown(app, typed)), _("Amount"), _("⏎ takes it as cash") if typed else ""
    if typed.startswith("/"):
        text, label, hint = shown(app, typed), _("Command"), ""
    elif is_code(typed, app.till) and shown(app, typed) != typed:
        text, label, hint = shown(app, typed), _("Card"), _("{key} charges it", key=app.cap("card"))
    elif is_code(typed, app.till):
        hint = plural("{count} digit", "{count} digits", len(typed))
        text, label = f"••••{typed[-4:]}", _("Number")
    room = columns - LABEL - 1
    field = (left(label, LABEL, "faint"), Piece(tail(text, room), "strong"), Piece(" ", "cursor"))
    fits = width(text) + 1 + width(hint) <= room
    return apart(field, (Piece(hint, "faint"),) if fits else (), columns)


def _outcome(app: Host, sale: Sale, amount: int | None, columns: int) -> Row:
    """What an amount in cash comes to."""
    if not amount:
        return BLANK
    text = _comes_to(app, sale, amount)
    return row(Piece(" " * min(LABEL, max(columns - width(text), 0))), Piece(text, "good"))


def _comes_to(app: Host, sale: Sale, amount: int) -> str:
    if amount < sale.cash_due:
        return _("{amount} still due", amount=app.money(sale.due - amount))
    change = amount - sale.cash_due
    return _("{amount} change", amount=app.money(change)) if change else _("no change")


def _keys(app: Host, sale: Sale, columns: int) -> list[Row]:
    keyed = [tender for tender in TENDERS.values() if tender.key]
    ways: list[Way] = [(Act(each.name), each.named) for each in keyed if sale.due or each.settles == "in_cash"]
    ways += [] if sale.due else [(Pressed("enter"), _("finish, nothing is due"))]
    ways += [(Act("abandon"), _("Abandon"))] if sale.state == "part_paid" else []
    rows: list[list[Way]] = [[]]
    for way in ways:
        if rows[-1] and ways_row(app, [*rows[-1], way], GAP).width > columns:
            rows.append([])
        rows[-1].append(way)
    return [ways_row(app, each, GAP) for each in rows]


def ways_row(app: Host, ways: Sequence[Way], gap: int = 3) -> Row:
    """Ways to go on, each with its key; a click does it too."""
    pieces: list[Piece] = []
    for tag, text in ways:
        pieces += [Piece(" " * gap)] if pieces else []
        pieces += [Piece(_cap(app, tag), "key", tag), Piece(f" {text}", tag=tag)]
    return Row(tuple(pieces))


def _cap(app: Host, tag: Act | Pressed) -> str:
    return app.cap(tag.id) if isinstance(tag, Act) else "⏎"


def _choices(app: Host, sale: Sale, amount: int | None, columns: int) -> list[Row]:
    """Each way to go on with the amount that it would take, or give back."""
    if not sale.due:
        return [_choice(app, Pressed("enter"), _("finish, nothing is due"), "", columns)]
    money = app.money
    rows = []
    for tender in TENDERS.values():
        due = tender.due(sale)
        taken = due if amount is None else amount
        fits = taken <= due or tender.over == "change"
        told = money(taken) if fits else _("at most {amount}", amount=money(due))
        if tender.key:
            rows.append(_choice(app, Act(tender.name), tender.named, told, columns, off=not fits))
    if sale.state == "part_paid":
        rows.append(_choice(app, Act("abandon"), _("Abandon"), f"−{money(sale.paid)}", columns))
    return rows


def _choice(app: Host, tag: Act | Pressed, text: str, amount: str, columns: int, *, off: bool = False) -> Row:
    pieces = (left(_cap(app, tag), 4, "faint" if off else "key"), Piece(text, "faint" if off else ""))
    return apart(pieces, (Piece(amount, "faint" if off else "strong"),), columns, tag=tag)


def _tenders(app: Host, desk: Desk, sale: Sale) -> list[Row]:
    """The quick tenders one below the other, each with its change."""
    amounts = [app.money(tender) for tender in desk.tenders]
    wide = max(map(width, amounts), default=0)
    rows = []
    for index, (tender, amount) in enumerate(zip(desk.tenders, amounts, strict=True)):
        chosen = index == desk.quick
        text = right(amount, wide).text
        marked = Piece(f"▸{text}◂", "pick") if chosen else Piece(f" {text} ")
        outcome = Piece(f"  {_comes_to(app, sale, tender)}", "faint")
        start = Piece("" if index else "↑↓", "key"), Piece("    " if index else "  ")
        rows.append(row(*start, marked, outcome, tag=Tender(index)))
    return rows


def _quick(app: Host, desk: Desk, sale: Sale, columns: int) -> list[Row]:
    """The quick tenders in as few rows as they take: the chosen one stands in a box of colour and between marks."""
    rows: list[list[Piece]] = []
    used = columns
    for index, tender in enumerate(desk.tenders):
        text = app.money(tender)
        marked = f"▸{text}◂" if index == desk.quick else f" {text} "
        if used + width(marked) > columns:
            rows.append([Piece("   " if rows else "↑↓ ", "key")])
            used = 3
        rows[-1].append(
            Piece(marked, "pick" if index == desk.quick else "", Tender(index, _comes_to(app, sale, tender)))
        )
        used += width(marked)
    return [Row(tuple(pieces)) for pieces in rows]
