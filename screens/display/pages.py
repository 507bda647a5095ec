"""The pages of the customer's display without a ticket: the shop's name, thanks and change, and that it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _
from pos.domain.tenders import tender_of
from pos.domain.terminal_text import clean, fit
from screens.display.money_format import MoneyFormat
from screens.render.letters import HEIGHTS, letters
from screens.render.rows import BLANK, Piece, Row, row, wrapped

if TYPE_CHECKING:
    from pos.domain.sale import Sale

MARGIN: Final = 4
LINES_OF_NAME: Final = 3
"""Over how many lines of large letters a shop's name may go."""
MOST_WORDS: Final = 12
"""Of how many words a name may be that is in large letters."""
ROOMY: Final = 20
"""From how many lines on thanks are large beside the change."""


def welcome_rows(shop: str, columns: int, lines: int) -> list[Row]:
    """Between two sales: the shop's name, as large as it goes."""
    return centred([*name_rows(shop, columns, lines - 3), BLANK, row(Piece(_("Welcome"), "faint"))], columns, lines)


def closed_rows(shop: str, wanted: str, columns: int, lines: int) -> list[Row]:
    """While no till is open. `wanted` says which one is waited for, if none was ever there."""
    told = [row(Piece(_("This till is closed"), "strong"))]
    if wanted:
        told += [BLANK, *(row(Piece(line, "faint")) for line in wrapped(wanted, columns - 2 * MARGIN))]
    if shop:
        told = [*name_rows(shop, columns, lines - len(told) - 2), BLANK, *told]
    return centred(told, columns, lines)


def thanks_rows(sale: Sale, amounts: MoneyFormat, columns: int, lines: int) -> list[Row]:
    """After the payment: the change if there is any, and thanks."""
    room = columns - 2 * MARGIN
    thanks = _("Thank you!")
    small: list[Row] = [row(Piece(thanks, "strong"))]
    told = [row(text) for text in (_paid(sale, amounts), _saved(sale, amounts)) if text]
    if not sale.change:
        large = _large_words(thanks.split(), room, lines - len(told) - 2, "digits", up_to=1)
        return centred([*(large or small), BLANK, *told], columns, lines)
    large = _large_words([thanks], room, HEIGHTS[0], "", up_to=0) if lines >= ROOMY else ()
    ending = [BLANK, *(large or small), BLANK, *told]
    change = amounts.large(sale.change, room, lines - len(ending) - 2)
    return centred([row(Piece(_("YOUR CHANGE"), "strong")), BLANK, *change, *ending], columns, lines)


def name_rows(shop: str, columns: int, lines: int) -> Sequence[Row]:
    """A shop's name in large letters; in small ones if it has no large form that fits."""
    name, room = clean(shop), max(columns - 2 * MARGIN, 1)
    small = [row(Piece(line, "strong")) for line in wrapped(name, room)][: max(lines, 1)]
    return _large_words(name.split(), room, lines, "strong") or small


def _large_words(words: Sequence[str], columns: int, lines: int, kind: str, *, up_to: int = 2) -> Sequence[Row]:
    """Words in the largest letters that fit, over some lines if they must; nothing if none fit."""
    for size in range(up_to, -1, -1) if len(words) <= MOST_WORDS else ():
        for many in range(1, min(len(words), LINES_OF_NAME) + 1):
            parts = min(_divided(words, many), key=lambda parts: max(map(len, parts)))
            found = [letters(part, size, kind) for part in parts]
            high = many * (HEIGHTS[size] + 1) - 1
            if high <= lines and all(part and part[0].width <= columns for part in found):
                return [line for part in found for line in (BLANK, *part)][1:]
    return ()


def _divided(words: Sequence[str], lines: int) -> Iterable[list[str]]:
    """Every way to break words into so many lines."""
    if lines == 1:
        yield [" ".join(words)]
        return
    for first in range(1, len(words) - lines + 2):
        for rest in _divided(words[first:], lines - 1):
            yield [" ".join(words[:first]), *rest]


def centred(rows: Sequence[Row], columns: int, lines: int) -> list[Row]:
    """Rows in the middle of a page; those that do not fit are left out at its end."""
    shown = rows[:lines]
    above = (lines - len(shown)) // 2
    return [*[BLANK] * above, *(_middle(line, columns) for line in shown)]


def _middle(line: Row, columns: int) -> Row:
    kept = line.cropped(columns)
    return Row((Piece(" " * ((columns - kept.width) // 2)), *kept.pieces), kept.kind) if kept.pieces else kept


def _paid(sale: Sale, amounts: MoneyFormat) -> str:
    """How much was paid, and how."""
    if not sale.standing:
        return ""
    told = [_("Total {amount}", amount=amounts.money(sale.total))]
    if sale.cash_rounding:
        told.append(_("cash rounding {amount}", amount=amounts.money(sale.cash_rounding)))
    told += [
        str(tender_of(payment).said(N_("{tender} {amount}"), amount=amounts.money(payment.given)))
        for payment in sale.standing
    ]
    return fit("  ·  ".join(told), 200)


def _saved(sale: Sale, amounts: MoneyFormat) -> str:
    return _("You saved {amount}", amount=amounts.money(sale.discount_total)) if sale.discount_total > 0 else ""
