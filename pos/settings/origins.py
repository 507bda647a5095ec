"""Where settings come from: the names of the file and of the variables. Nothing heavy is loaded here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pos.domain.message import Fact, lazy
from pos.domain.terminal_text import clean

PREFIX: Final = "TILLKEY_"
FILE_VARIABLE: Final = "TILLKEY_SETTINGS"
"""Names the settings file."""
LARGEST: Final = 65_536
"""Bytes of a settings file: with every setting, every key and a comment for each it has some 8,000."""
KEYS: Final = "keys"
"""The section whose settings are actions of the screens."""
TEXTUAL_THEME: Final = "TEXTUAL_THEME"
"""Names the theme of every Textual program, or several of which the first that is there counts."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value is from. `name` is the file, the variable or the option, `line` the file's, from 1.

    `usual` is a variable of another program's, which counts for less than the file.
    """

    kind: Literal["default", "usual", "file", "variable", "option"] = "default"
    name: str = ""
    line: int | None = None

    @property
    def words(self) -> str:
        """The place in a few words, such as `~/settings.toml:4`."""
        return str(self.place)

    @property
    def place(self) -> Fact:
        """The same for a message."""
        if self.kind == "default":
            return lazy("default")
        return self._with_line(short(Path(self.name)) if self.kind == "file" else clean(self.name))

    @property
    def near(self) -> str:
        """The place where there is little room: a file without its folder."""
        return self._with_line(clean(Path(self.name).name)) if self.kind == "file" else self.words

    def _with_line(self, name: str) -> str:
        return f"{name}:{self.line}" if self.line is not None else name


DEFAULT: Final = Origin()


def settings_file(environ: Mapping[str, str], file: Path | None = None) -> tuple[Path | None, bool]:
    """The settings file, and whether somebody named it: `file`, else the variable's, else the platform's.

    One that nobody named may be missing; None if nobody named one and the user has no home for it.
    """
    if file is not None:
        return expanded(str(file)), True
    if named := environ.get(FILE_VARIABLE, ""):
        return expanded(named), True
    from pos.files.user_folders import user_folder

    folder = user_folder("config")
    return (folder / "settings.toml" if folder is not None else None), False


def expanded(text: str) -> Path:
    """A path as typed, `~` being the user's folder; where there is none it stays."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def is_homeless(text: str) -> bool:
    """Whether a path lies in the user's own folder, as typed, and nobody knows where that is."""
    return Path(text).parts[:1] == ("~",) and expanded(text) == Path(text)


def variable_of(name: str) -> str:
    """The variable of a setting: `TILLKEY_SCREEN_THEME` for `screen.theme`."""
    return PREFIX + name.upper().replace(".", "_").replace("-", "_")


def short(path: Path) -> str:
    """A path as it is told: cleaned, the user's folder as `~`."""
    home = expanded("~")
    if len(home.parts) > 1 and path.is_relative_to(home):
        return clean(f"~/{path.relative_to(home)}")
    return clean(str(path))
