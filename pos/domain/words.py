"""The words of the program. Every sentence for people is written once, in English, and looked up when it is said.

`_("{name} was taken off.", name=line.name)` says it in the language in use; `plural` chooses by a count; `N_` only
marks a text that a table holds and that `_` says later. Nothing here reads a file: the edge tells `speak` a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


def _same(text: str) -> str:
    return text


def _english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


@dataclass(frozen=True, slots=True)
class Speech:
    """A language: its code, and gettext's two questions to its catalogue."""

    code: str = "en"
    gettext: Callable[[str], str] = _same
    ngettext: Callable[[str, str, int], str] = _english


ENGLISH = Speech()
_current = ENGLISH


def speech() -> Speech:
    """The language in use."""
    return _current


def speak(language: Speech) -> None:
    """Say everything in this language from now on; what was said before stays as it is."""
    global _current
    _current = language


@contextmanager
def spoken(language: Speech) -> Iterator[None]:
    """Say everything in this language for a while."""
    before = _current
    speak(language)
    try:
        yield
    finally:
        speak(before)


def N_(text: str) -> str:  # noqa: N802 -- gettext's name for it
    """The same text, marked for the catalogue; `_` says it when it is shown."""
    return text


def _(text: str, /, **values: object) -> str:
    """A text in the language in use, its `{names}` filled in."""
    said = _current.gettext(text) if text else ""
    return said.format(**values) if values else said


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """One of two texts by a count, in the language in use, its `{names}` filled in; `{count}` is the count."""
    return _current.ngettext(one, many, count).format(count=count, **values)
