"""One command to one step of the till."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.language.table import row
from pos.language.verb import Where, finished
from pos.payments.masking import bare, entered

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.language.verb import AnyVerb, CommandResult, TillStep, TillView
    from pos.till.till import Till


def step_of(command: Command, view: TillView, where: Where) -> TillStep[Any]:
    """What a command that is said somewhere asks a till for, its words read once for all that is done with it.

    Raises TillError `card_swiped`, `screen_only` and `demo_only` for what cannot be said there, and for words that do
    not fit the verb.
    """
    verb, command = row(command.verb), without_cards(command, view)
    if where not in verb.where:
        raise elsewhere(verb)
    return verb.step(verb.read(command, view))


async def execute(till: Till, command: Command) -> CommandResult:
    """Do what a command of a script says. Raises TillError, as `step_of` does too."""
    done: CommandResult = await finished(step_of(command, till, Where.SCRIPT), till)
    return done


def without_cards(command: Command, view: TillView) -> Command:
    """A command whose words no message can repeat a card's data from.

    Raises TillError `card_swiped`.
    """
    text, known = " ".join(command.args), view.catalog.is_named
    masked = entered(text, known)
    if row(command.verb).as_typed or masked == text:
        return command
    words = [entered(word, known) for word in command.args]
    if " ".join(words) != masked:
        # A number goes over several words.
        words = masked.split()
    return replace(command, args=tuple(map(bare, words)))


def elsewhere(verb: AnyVerb) -> TillError:
    """What to say of a verb where it cannot be said."""
    if Where.TILL in verb.where:
        return TillError("screen_only", lazy("`key` presses a key of a screen, and there is none here."))
    if Where.SCRIPT in verb.where:
        message = lazy("`snap` names a picture in a demo. At a till the action “Picture” saves one.")
        return TillError("demo_only", message)
    message = lazy(
        "Only a demo has several tills and may stop one: `pos demo FILE` plays it, with --headless as a check."
    )
    return TillError("demo_only", message)
