"""What is typed behind a `/` on a line, read once for all that is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos.language.verb import AnyVerb


@dataclass(frozen=True, slots=True)
class SlashLine:
    """A line behind its `/`, and its first word in small letters; whether a blank has ended that."""

    text: str
    word: str
    ended: bool

    @property
    def verb(self) -> AnyVerb | None:
        """The word of the language that it begins with; None: it may be an action, a scan, or a word begun."""
        from pos.language.parsing import verb_of

        return verb_of(self.text)


def slash_line(typed: str) -> SlashLine | None:
    """What stands behind the `/`; None if no command is typed."""
    if not typed.startswith("/"):
        return None
    word, blank, _rest = typed[1:].lower().partition(" ")
    return SlashLine(typed[1:], word, bool(blank))
