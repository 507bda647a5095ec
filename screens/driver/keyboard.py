"""Keys as a terminal sends them."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.events import Event, Key


def parsed(text: str) -> list[Key]:
    """Keys from text: `\\n` is Enter (CR), `\\t` TAB, `<lf>` a line feed, `<f12>` a key by its name, `<<>` a `<`.

    Raises ValueError for a name that no key has.
    """
    from textual.events import Key

    keys: list[Key] = []
    while text:
        if text.startswith("<") and ">" in text:
            name, _, text = text[1:].partition(">")
            special = {"lf": ("ctrl+j", "\n"), "<": ("less_than_sign", "<")}.get(name)
            keys.append(Key(*(special or (name, _character(name)))))
            continue
        char, text = text[0], text[1:]
        named = {"\n": ("enter", "\r"), "\t": ("tab", "\t"), " ": ("space", " ")}.get(char)
        keys.append(Key(*named) if named else Key(char, char))
    return keys


def struck(text: str, at: float, *, apart: float) -> list[Event]:
    """Keys from text, the first at a time, each `apart` seconds after the last, and the silence that follows them.

    Raises ValueError for a name that no key has.
    """
    from screens.terminal.keys import Lull, timed

    return [*(timed(event, at + number * apart) for number, event in enumerate(parsed(text))), Lull()]


def pressed(key: str) -> str:
    """A key by its name, as it is written among other keys."""
    return key if len(key) == 1 and key != "<" else f"<{key}>"


def written(text: str) -> str:
    """A text to be typed as it is, as it is written among other keys."""
    return text.replace("<", "<<>")


def nearest(name: str) -> str:
    """The key whose name is most like this one; empty if none is."""
    return next(iter(get_close_matches(name.lower(), _names(), 1)), "")


def _character(name: str) -> str | None:
    """What a key types, by its name; None if it types nothing. Raises ValueError if there is no such key."""
    from textual.keys import REPLACED_KEYS, key_to_character

    if name in _names():
        return " " if name == "space" else None
    char = key_to_character(REPLACED_KEYS.get(name, name))
    if char is not None and char.isprintable():
        return char
    modifier, _, key = name.rpartition("+")
    if modifier in ("alt", "shift", "ctrl") and (key in _names() or len(key) == 1):
        return key if modifier == "alt" and len(key) == 1 else None
    near = nearest(name)
    hint = f" Did you mean {near}?" if near else " Such as enter, escape, f12, ctrl+t, down or space."
    raise ValueError(f"There is no key {name!r}.{hint} A text that has a < in it is typed with `types`.")


@cache
def _names() -> tuple[str, ...]:
    """What Textual calls the keys that type nothing, and the space bar."""
    from textual.keys import Keys

    return tuple(key.value for key in Keys if not key.value.startswith("<"))
