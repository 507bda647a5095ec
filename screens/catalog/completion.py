"""The till's language on the scan line: what fits while a command is typed after a `/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _, plural
from screens.kit import actions
from screens.kit.listing import Item, Listing

if TYPE_CHECKING:
    from screens.kit.input.slash import SlashLine


NO_COMMAND: Final = N_("No command begins like this: {menu} has all actions, {help} all commands.")


def commands_listing(line: SlashLine, kind: str, cap: Callable[[str], str]) -> Listing:
    """The actions of a kind of screen and the commands that begin with what was typed after the `/`, with their usage.

    `cap` names an action's key.
    """
    from pos.language.table import AT_A_TILL, USAGES

    word, blank = line.word, line.ended
    found: dict[str, Item] = {}
    for action in actions.every():
        fits = action.word == word if blank else action.word.startswith(word)
        if action.word and fits and action.on(kind) and not (blank and action.word in USAGES):
            found[action.word] = Item(action.word, f"/{action.word}", cap(action.id))
    for verb, usage in AT_A_TILL.items():
        if verb == word if blank else verb.startswith(word):
            for number, form in enumerate(usage.split(" | "), start=1):
                found[f"{verb}{'|' * number}"] = Item(verb, f"/{form}")
    return Listing(
        _("Commands"),
        tuple(found),
        found.__getitem__,
        plural("{count} command", "{count} commands", len(found)),
        _(NO_COMMAND, menu=cap("menu"), help=cap("help")),
        enter=N_("↑↓ choose · ⏎ take"),
    )


def complete(line: SlashLine, chosen: str | None) -> str | None:
    """The chosen suggestion, if only the first letters of a command were typed: an action, or a verb and `|`s."""
    from pos.language.table import TABLE

    if line.ended or line.word in TABLE or actions.by_word(line.word) is not None or chosen is None:
        return None
    return chosen
