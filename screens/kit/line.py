"""The line that is typed on, and what the till says below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Protocol

from pos import log
from pos.domain.i18n import N_, _, plural
from screens.render.rows import Piece, Row, apart, row, tail, wrapped

if TYPE_CHECKING:
    from pos.domain.progress import Progress
    from screens.kit.prompts import Notice
    from screens.terminal.keys import Key

LINE_TITLE: Final = N_("Scan, type a name, or 3*")
FEWEST: Final = 3
"""How many digits there are at least in what is masked."""


class Telling(Protocol):
    """What the till tells below the line."""

    @property
    def notice(self) -> Notice | None:
        """What was said last."""
        ...

    @property
    def progress(self) -> Progress | None:
        """How far the opening of the till is; None if there is nothing to tell."""
        ...


class Lined(Telling, Protocol):
    """What the line is drawn from besides what is typed on it."""

    @property
    def opened(self) -> bool:
        """Whether the till is open."""
        ...

    @property
    def kept_keys(self) -> tuple[Key, ...]:
        """The keys that wait."""
        ...

    def masked(self, typed: str) -> str:
        """What was typed as it may be drawn."""
        ...


def shown(typed: str, is_named: Callable[[str], bool] | None) -> str:
    """What was typed as it may be drawn: a card's data are masked.

    `is_named` knows what the shop calls by such digits; None: there is no shop to ask.
    """
    if sum(map(str.isdigit, typed)) < FEWEST:
        return typed
    if is_named is None:
        return log.masked(typed)
    from pos.language.redaction import redacted

    slash = "/" if typed.startswith("/") else ""
    rest = typed[len(slash) :]
    return slash + redacted(rest, is_named) + " " * (len(rest) - len(rest.rstrip()))


def message_rows(notice: Notice | None, columns: int) -> list[Row]:
    """What the till says, over as many lines as it takes."""
    if notice is None:
        return []
    kind = "bad" if notice.kind == "bad" else "good" if notice.kind == "good" else "faint"
    return [row(Piece(line, kind)) for line in wrapped(notice.mark + notice.text, columns)]


def line_rows(app: Lined, typed: str, hint: str, columns: int, lines: int, *, marked: bool = False) -> list[Row]:
    """The typed text with its cursor, the keys that wait, and the message, else a hint.

    Text is `marked` that the next typed sign replaces.
    """
    text = app.masked(typed if app.opened else _as_typed(app.kept_keys))
    line = row(Piece(tail(text, columns - 1), "cursor" if marked else ""), Piece(" ", "cursor"))
    if app.kept_keys and app.opened:
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


def told_rows(app: Telling, hint: str, columns: int) -> list[Row]:
    """What stands below the line: the message, else the hint."""
    if app.progress is not None:
        hint = progress_text(app.progress)
    return message_rows(app.notice, columns) or [row(Piece(line, "faint")) for line in wrapped(hint, columns)]


def keys_wait(many: int) -> str:
    """What is told while keys wait, in the language in use."""
    return plural("{count} key waits", "{count} keys wait", many)


def _as_typed(keys: Iterable[Key]) -> str:
    return "".join("⏎" if key.name == "enter" else key.char or "" for key in keys)
