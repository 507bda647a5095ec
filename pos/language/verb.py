"""A word of the till's language: what one row of its table says, and what a line with that word asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING, Any, Final

from pos.domain.errors import TillError
from pos.domain.words import _
from pos.language.command import Command
from pos.language.keying import BY_COMMAND, Typing

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from pos.till.till import Till


@dataclass(frozen=True, slots=True)
class Performed:
    """The sale after a command, and text for whoever watches, such as a receipt."""

    sale: Sale
    output: str | None = None
    found: Mapping[str, Any] | None = None
    """What was looked at, under its verb, as JSON has it."""


class Where(Flag):
    """Where a line can be said."""

    TILL = auto()
    """On the scan line, where it is offered."""
    SCRIPT = auto()
    """In a script that runs without a screen."""
    DEMO = auto()
    """In a flow that a demo plays."""


EVERYWHERE: Final = Where.TILL | Where.SCRIPT | Where.DEMO
NOWHERE: Final = Where(0)
"""Of a word that is kept for a later version, so that no script means a scan by it."""
ANY: Final = 10_000
"""More words than a line has room for."""

Perform = Callable[["Till", Command], Awaitable[Performed]]
"""Does a command whose words are as many as its verb takes. Raises TillError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One row of the table of the language. What a row does not say is what holds of most."""

    word: str
    usage: str
    """Its forms, with ` | ` between them. Capitals stand for what is meant; what is in brackets may be left out."""
    takes: tuple[int, int] = (0, 0)
    """How many words may follow it, at least and at most."""
    perform: Perform | None = None
    """None for what only whoever runs the lines can do: press a key, look at the sale that was printed last."""
    where: Where = EVERYWHERE
    looks: bool = False
    """Whether it neither begins nor changes a ticket, so that a finished sale is still the one that is talked about."""
    codes: bool = False
    """Whether its words are codes that may have been misread, or a card's number: they are used as they were typed."""
    echo: Callable[[Sequence[str]], Sequence[str] | None] | None = None
    """Its words as they may be shown where some are secret; None, or an answer of None: as any text is, masked."""
    right: str | None = None
    """The right that whoever says it needs; None: whoever is at the till may."""
    money: bool = False
    """Whether money changes hands: if it fails, nothing that was typed meanwhile means what it did."""
    scanned: bool = False
    """Whether a scan may end what a hand has begun: no money and no quantity is scanned."""
    stays: bool = False
    """Whether the payment screen stays in front; for all else the till goes back to the ticket first."""
    quiet: bool = False
    """Whether nobody types it in a demo: it is for whoever watches."""
    typing: Typing = BY_COMMAND

    def misfit(self) -> TillError:
        """What to say when its words do not fit."""
        return TillError("bad_command", _("Type it as: {usage}", usage=self.usage))

    def check(self, args: Sequence[str]) -> None:
        """Raises TillError `bad_command` for too few words, or too many."""
        fewest, most = self.takes
        if not fewest <= len(args) <= most:
            raise self.misfit()
