"""What other packages add to the screens: actions, with screens of their own, and themes.

The functions are as those of `pos.extensions.registering`: what they add is undone by what they answer, and ValueError
says, in words for people, why something cannot be added.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from inspect import getfile
from pathlib import Path
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from pos.domain.message import lazy, raised, words_of
from pos.domain.tenders import TENDERS, Tender
from pos.domain.terminal_text import clean
from pos.extensions import registering
from pos.extensions.installed import Groups, groups_without_screen
from pos.extensions.registering import Registration, require_free, require_name, require_row, require_type
from pos.language.table import ROWS
from screens.app.handlers import HANDLERS
from screens.app.routes import Router
from screens.kit import actions, availability
from screens.kit.actions import ADDED, Action, Reason, is_other, taking
from screens.kit.base_screen import TillScreen
from screens.kit.keymap import cap_of, refusal, spelled
from screens.render import themes

__all__ = ["AddedAction", "groups", "register_action", "register_tender", "register_theme"]

_NAME: Final = re.compile(r"[\w-]+", re.ASCII)
_VALUE: Final = re.compile(r"[\w#$%.,()+ -]+", re.ASCII)
"""What may stand for a theme's variable in a style sheet: it cannot end what it stands in."""
_WORDS: Final = frozenset(verb.word for verb in ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedAction(Action):
    """An action of another package: a row as the program's own are, and what does it.

    It `shows` a screen, which is made anew each time, or `does` something with the app that it is told. `handler` is
    its name, by which the screen in front may do it in its own way. Its key, if it has one, gives way to the shop's.
    """

    shows: type[TillScreen] | None = None
    does: Callable[[Router], None] | None = None


def register_action(action: AddedAction) -> Registration:
    """Add something that can be done: its key in footer, menu, help and palette, and its word after a `/`."""
    require_row(action, AddedAction)
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
    does = _doing(action)
    reason = action.reason if action.reason is availability.always else partial(_reason, action.reason)
    action = replace(action, key=spelled(action.key) if action.key else "", reason=reason)
    _require_key(action)
    ADDED[action.id], HANDLERS[action.handler] = action, does

    def undo() -> None:
        del ADDED[action.id], HANDLERS[action.handler]

    return Registration(undo)


def register_tender(tender: Tender) -> Registration:
    """Add a way to pay, as `pos.extensions.register_tender` does, with its key on the payment screen."""
    registering.require_row(tender, Tender)
    taken, does = actions.every(), taking(tender).handler
    require_free(
        tender.name, any(tender.name == own.id or does == own.handler for own in taken if own.id not in TENDERS)
    )
    if tender.key and refusal(taking(tender), tender.key):
        text = lazy("{key} cannot be its key: a small letter, F1 to F12, or Ctrl and a letter", key=cap_of(tender.key))
        raise ValueError(text)
    return registering.register_tender(tender)


def register_theme(theme: Theme) -> Registration:
    """Add the colours of another theme, for the setting `screen.theme`."""
    require_type(theme, Theme)
    require_name(theme.name)
    taken = {*BUILTIN_THEMES, *(own.name for own in themes.THEMES), *themes.ADDED}
    require_free(theme.name, theme.name in taken)
    if not isinstance(theme.dark, bool):
        raise ValueError(lazy("dark is neither true nor false"))
    for name, value in theme.variables.items():
        if not isinstance(value, str) or _VALUE.fullmatch(value) is None or _NAME.fullmatch(name) is None:
            raise ValueError(
                lazy(
                    "{field} = {value} is no colour such as #2f81c7",
                    field=registering.shown(name),
                    value=registering.shown(value),
                )
            )
    # A colour that is none is found now, not when the theme is worn.
    themes.completed(theme.to_color_system().generate(), dark=theme.dark)
    themes.ADDED[theme.name] = theme
    return Registration(lambda: themes.ADDED.pop(theme.name, None))


def groups() -> Groups:
    """The groups of all that is added to a till with a screen."""
    return {
        **groups_without_screen(),
        "tillkey.tenders": lambda _name, row: register_tender(row),
        "tillkey.actions": lambda _name, row: register_action(row),
        "tillkey.themes": lambda _name, row: register_theme(row),
    }


def _doing(action: AddedAction) -> Callable[[Router], None]:
    """What does an action. Raises ValueError if nothing does, and for a screen that could not be shown."""
    does, screen = action.does, action.shows
    if screen is None and does is not None:
        return does
    if screen is None or does is not None:
        raise ValueError(lazy("it shows a screen or does something, one of both"))
    _require_screen(screen)
    shown = screen
    return lambda app: app.show(shown())


def _require_screen(screen: object) -> None:
    """Raises ValueError for what is no till's screen, and for one whose style sheets cannot be read."""
    if not (isinstance(screen, type) and issubclass(screen, TillScreen)):
        raise ValueError(lazy("it shows a {found}, no TillScreen", found=clean(type(screen).__name__)))
    if not screen.KIND:
        raise ValueError(lazy("its screen {screen} has no KIND", screen=clean(screen.__name__)))
    require_name(screen.KIND)
    require_free(screen.KIND, not is_other(screen.KIND))
    sheets = screen.CSS_PATH if isinstance(screen.CSS_PATH, list) else [screen.CSS_PATH] if screen.CSS_PATH else []
    for sheet in sheets:
        file = Path(getfile(screen)).parent / sheet
        named = {"file": registering.shown(str(sheet)), "screen": clean(screen.__name__)}
        if not file.is_file():
            raise ValueError(
                lazy(
                    "{file}, the style sheet of {screen}, is not installed: "
                    "name it in the package's build as data that belongs to it",
                    **named,
                )
            )
        try:
            file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            text = lazy("{file}, the style sheet of {screen}, cannot be read: {error}", **named, error=words_of(error))
            raise ValueError(text) from None


def _reason(reason: Reason, standing: availability.TillStanding) -> str | None:
    """Why another package's action cannot be done now; it cannot either if that package fails to tell."""
    try:
        why = reason(standing)
        return None if why is None else clean(str(why))
    except Exception as error:
        return str(raised(error))


def _require_key(action: Action) -> None:
    """Raises ValueError for a key that no terminal sends, that types, or that the program uses itself."""
    if not action.key:
        return
    if refusal(action, action.key):
        raise ValueError(lazy("{key} cannot be its key: F1 to F12, or Ctrl and a letter", key=cap_of(action.key)))
    for own in actions.ACTIONS:
        if own.key == action.key and own.meets(action):
            raise ValueError(lazy("{action} has the key {key} already", action=own.id, key=cap_of(action.key)))
