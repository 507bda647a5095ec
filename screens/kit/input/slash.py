"""What is typed behind a `/` on a line, read once for all that is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.language.command import Command
    from pos.language.verb import AnyVerb


@dataclass(frozen=True)
class SlashLine:
    """A line behind its `/`."""

    text: str

    @cached_property
    def word(self) -> str:
        """Its first word in small letters."""
        return self.text.lower().partition(" ")[0]

    @property
    def ended(self) -> bool:
        """Whether a blank has ended that word."""
        return " " in self.text

    @cached_property
    def verb(self) -> AnyVerb | None:
        """The word of the language that it begins with; None: it may be an action, a scan, or a word begun."""
        from pos.language.parsing import verb_of

        return verb_of(self.text)

    @cached_property
    def command(self) -> Command | TillError | None:
        """What it asks for, or why it cannot be read; None if it says nothing."""
        from pos.language.parsing import read

        return read(self.text)


def slash_line(typed: str) -> SlashLine | None:
    """What stands behind the `/`; None if no command is typed."""
    return SlashLine(typed[1:]) if typed.startswith("/") else None
