"""A settings file as it stands: its values, and on which line each of them is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pos.domain.errors import TillError
from pos.domain.message import Message, lazy, words_of
from pos.domain.terminal_text import clean
from pos.files.input_files import given_text, toml_values
from pos.settings.origins import LARGEST, short

_PART: Final = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_NAME: Final = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE: Final = re.compile(rf"\s*\[\[?\s*({_NAME})\s*\]")
_ENTRY: Final = re.compile(rf"\s*({_NAME})\s*=")
_INLINE: Final = re.compile(rf"[{{,]\s*({_NAME})\s*=")
_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class SettingsText:
    """A settings file: what it says, and the lines of its names (`screen`, `screen.theme`), from 1."""

    path: Path
    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, name: str) -> int | None:
        """The line of a name, or of the section that it is in."""
        return self.lines.get(name, self.lines.get(name.partition(".")[0]))


def read_toml(path: Path, *, named: bool) -> SettingsText:
    """The file; an empty one if it is not there and nobody named it.

    Raises TillError `settings_invalid` with the place, if it cannot be read or is no TOML.
    """
    try:
        text = given_text(path, LARGEST)
    except FileNotFoundError:
        if not named:
            return SettingsText(path)
        raise _unread(path, lazy("it is not there")) from None
    except OSError as error:
        raise _unread(path, words_of(error)) from None
    except ValueError as error:
        raise _unread(path, lazy("it is not UTF-8 text")) from error
    return parse_toml(text, path)


def parse_toml(text: str, path: Path) -> SettingsText:
    """The text of a settings file. Raises TillError `settings_invalid` with line and column, if it is no TOML."""
    try:
        values = toml_values(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else _end(text)
        what = clean(str(error)[: place.start()] if place else str(error).partition(" (at ")[0]).rstrip()
        raise TillError(
            "settings_invalid",
            lazy("{place}: broken TOML: {what}.", place=f"{short(path)}:{line}:{column}", what=what),
        ) from None
    except ValueError as error:
        raise _unread(path, words_of(error)) from None
    return SettingsText(path, text, values, _lines(text))


def _unread(path: Path, why: Message) -> TillError:
    return TillError("settings_invalid", lazy("{file}: the settings cannot be read: {why}.", file=short(path), why=why))


def _end(text: str) -> tuple[int, int]:
    lines = text.split("\n")
    return len(lines), len(lines[-1]) + 1


def _lines(text: str) -> dict[str, int]:
    """The line of each name, as a reader would find it; a name within a text of several lines may be found too."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _TABLE.match(line):
            table = _plain(header[1])
            found.setdefault(table, number)
        elif entry := _ENTRY.match(line):
            name = f"{table}.{_plain(entry[1])}" if table else _plain(entry[1])
            found.setdefault(name, number)
            found.setdefault(name.partition(".")[0], number)
            for inner in _INLINE.finditer(line[entry.end() :]):
                found.setdefault(f"{name}.{_plain(inner[1])}", number)
    return found


def _plain(name: str) -> str:
    return ".".join(part.strip("\"'") for part in re.findall(_PART, name))
