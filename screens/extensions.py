"""What other packages add to the screens: actions, with screens of their own, and themes.

The functions are as those of `pos.extensions.registering`: what they add is undone by what they answer, and ValueError
says, in words for people, why something cannot be added.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from pos.domain.message import lazy
from pos.extensions.installed import Groups, groups_without_screen
from pos.extensions.registering import Registration, require_free, require_name, require_type
from pos.language.table import ROWS
from screens.app.handlers import HANDLERS
from screens.app.routes import Router
from screens.kit import actions
from screens.kit.actions import ADDED, Action
from screens.kit.keymap import cap_of, refusal, spelled
from screens.render import themes

__all__ = ["AddedAction", "groups", "register_action", "register_theme"]

_WORDS: Final = frozenset(verb.word for verb in ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedAction(Action):
    """An action of another package: a row as the program's own are, and what does it.

    `does` is told the app; to show a screen, it hands one to `app.show`. `handler` is its name, by which the screen in
    front may do it in its own way. Its key, if it has one, gives way to what a shop has chosen.
    """

    does: Callable[[Router], None]


def register_action(action: AddedAction) -> Registration:
    """Add something that can be done: its key in footer, menu, help and palette, and its word after a `/`."""
    require_type(action, AddedAction)
    require_name(action.id)
    every = actions.every()
    require_free(action.id, action.id in {other.id for other in every})
    if action.word:
        require_name(action.word)
        require_free(action.word, action.word in {other.word for other in every} | _WORDS)
    require_free(action.handler, action.handler in HANDLERS or action.handler in {other.handler for other in every})
    if not (action.label and action.short and action.help and action.screens and action.handler):
        raise ValueError(lazy("it has no label, no help, no screen or no handler"))
    if not (action.key or action.word):
        raise ValueError(lazy("it has neither a key nor a word"))
    action = replace(action, key=spelled(action.key) if action.key else "")
    _require_key(action)
    ADDED[action.id], HANDLERS[action.handler] = action, action.does

    def undo() -> None:
        del ADDED[action.id], HANDLERS[action.handler]

    return Registration(undo)


def register_theme(theme: Theme) -> Registration:
    """Add the colours of another theme, for the setting `screen.theme`."""
    require_type(theme, Theme)
    require_name(theme.name)
    taken = {*BUILTIN_THEMES, *(own.name for own in themes.THEMES), *themes.ADDED}
    require_free(theme.name, theme.name in taken)
    # A colour that is none is found now, not when the theme is worn.
    themes.completed(theme.to_color_system().generate(), dark=theme.dark)
    themes.ADDED[theme.name] = theme
    return Registration(lambda: themes.ADDED.pop(theme.name, None))


def groups() -> Groups:
    """The groups of all that is added to a till with a screen."""
    return {
        **groups_without_screen(),
        "tillkey.actions": lambda _name, row: register_action(row),
        "tillkey.themes": lambda _name, row: register_theme(row),
    }


def _require_key(action: Action) -> None:
    """Raises ValueError for a key that no terminal sends, that types, or that the program uses itself."""
    if not action.key:
        return
    if refusal(action, action.key):
        raise ValueError(lazy("{key} cannot be its key: F1 to F12, or Ctrl and a letter", key=cap_of(action.key)))
    for own in actions.ACTIONS:
        if own.key == action.key and own.meets(action):
            raise ValueError(lazy("{action} has the key {key} already", action=own.id, key=cap_of(action.key)))
