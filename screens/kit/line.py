"""The line that is typed on, and what the till says below it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pos import log
from pos.domain.words import N_, _, plural
from screens.render.rows import Piece, Row, apart, row, tail, wrapped

if TYPE_CHECKING:
    from pos.domain.progress import Progress
    from screens.kit.host import Host
    from screens.terminal.keys import Key

LINE_TITLE: Final = N_("Scan, type a name, or 3*")
FEWEST: Final = 3
"""How many digits there are at least in what is masked."""


def shown(app: Host, typed: str) -> str:
    """What was typed as it may be drawn: a card's data are masked."""
    if sum(map(str.isdigit, typed)) < FEWEST:
        return typed
    if app.till is None:
        return log.masked(typed)
    from pos.language.running import masked

    slash = "/" if typed.startswith("/") else ""
    rest = typed[len(slash) :]
    return slash + masked(rest, app.till) + " " * (len(rest) - len(rest.rstrip()))


def message_rows(app: Host, columns: int) -> list[Row]:
    """What the till says, over as many lines as it takes."""
    notice = app.notice
    if notice is None:
        return []
    kind = "bad" if notice.kind == "bad" else "good" if notice.kind == "good" else "faint"
    return [row(Piece(line, kind)) for line in wrapped(notice.mark + notice.text, columns)]


def line_rows(app: Host, typed: str, hint: str, columns: int, lines: int) -> list[Row]:
    """The typed text with its cursor, the keys that wait, and the message, else a hint."""
    text = shown(app, typed)
    room = columns - 1
    if app.till is None:
        text = shown(app, _as_typed(app.kept_keys))
    line = row(tail(text, room), Piece(" ", "cursor"))
    if app.kept_keys and app.till is not None:
        line = apart(line.pieces, (Piece(keys_wait(len(app.kept_keys)), "faint"),), columns)
    return [line, *told_rows(app, hint, columns)[: max(lines - 1, 0)]]


OPENING: Final = {
    "store": N_("Opening the store…"),
    "catalog": N_("Reading the catalog's file…"),
    "products": N_("Reading the catalog, {done} of {total}"),
    "writing": N_("Writing the catalog down…"),
    "codes": N_("Preparing the codes, {done} of {total}"),
    "names": N_("Preparing the search, {done} of {total}"),
}
"""What takes its time while a till opens."""


def progress_text(progress: Progress) -> str:
    """How far the opening has come, in a sentence."""
    from pos.domain.money import format_money

    return _(OPENING[progress.stage], done=format_money(progress.done, 0), total=format_money(progress.total, 0))


def told_rows(app: Host, hint: str, columns: int) -> list[Row]:
    """What stands below the line: the message, else the hint."""
    if app.till is None and app.progress is not None:
        hint = progress_text(app.progress)
    return message_rows(app, columns) or [row(Piece(line, "faint")) for line in wrapped(hint, columns)]


def keys_wait(many: int) -> str:
    """How many keys wait."""
    return plural("{count} key waits", "{count} keys wait", many)


def _as_typed(keys: Iterable[Key]) -> str:
    return "".join("⏎" if key.name == "enter" else key.char or "" for key in keys)
