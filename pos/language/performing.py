"""One command to one call of the till."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pos.domain.errors import TillError
from pos.domain.words import _
from pos.language.table import row
from pos.language.verb import Where
from pos.payments.masking import bare, entered

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.language.verb import Performed, Verb
    from pos.till.till import Till


async def perform(till: Till, command: Command) -> Performed:
    """Do what a command says. Raises TillError, also for words that do not fit the verb, and `card_swiped`."""
    verb, command = row(command.verb), without_cards(command, till)
    if Where.SCRIPT not in verb.where:
        raise elsewhere(verb)
    verb.check(command.args)
    assert verb.perform is not None, "whoever runs the lines does it"
    return await verb.perform(till, command)


def without_cards(command: Command, till: Till) -> Command:
    """A command whose words no message can repeat a card's data from.

    Raises TillError `card_swiped`.
    """
    text = " ".join(command.args)
    masked = entered(text, till.catalog.is_named)
    if row(command.verb).codes or masked == text:
        return command
    words = [entered(word, till.catalog.is_named) for word in command.args]
    if " ".join(words) != masked:
        # A number goes over several words.
        words = masked.split()
    return replace(command, args=tuple(words if command.verb == "say" else map(bare, words)))


def elsewhere(verb: Verb) -> TillError:
    """What to say of a verb that only a screen or a demo can do."""
    if Where.TILL in verb.where:
        return TillError("screen_only", _("`key` presses a key of a screen, and there is none here."))
    message = _("Only a demo has several tills and may stop one: `pos demo FILE` plays it, with --headless as a check.")
    return TillError("demo_only", message)
