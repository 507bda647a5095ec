"""Keys as a terminal sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.events import Key


def parsed(text: str) -> list[Key]:
    """Keys from text: `\\n` is Enter (CR), `\\t` TAB, `<lf>` a line feed, `<f12>` a key by its name, `<<>` a `<`."""
    from textual.events import Key

    keys: list[Key] = []
    while text:
        if text.startswith("<") and ">" in text:
            name, _, text = text[1:].partition(">")
            special = {"lf": ("ctrl+j", "\n"), "<": ("less_than_sign", "<")}.get(name, (name, None))
            keys.append(Key(*special))
            continue
        char, text = text[0], text[1:]
        named = {"\n": ("enter", "\r"), "\t": ("tab", "\t"), " ": ("space", " ")}.get(char)
        keys.append(Key(*named) if named else Key(char, char))
    return keys
