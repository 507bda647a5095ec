"""Themes of the shop's own: one TOML file each, checked field by field. A wrong one is told, and the others count."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pos.domain.i18n import N_, _
from pos.domain.message import quoted, spelled_out

if TYPE_CHECKING:
    from textual.theme import Theme

COLOURS: Final = (
    "primary", "secondary", "warning", "error", "success", "accent", "foreground", "background", "surface", "panel",
)  # fmt: skip
"""What Textual knows of; only the first must be there."""
OURS: Final = ("raised", "bar", "chosen", "rim", "faint", "alarm", "training")
"""What only our screens have: the raised surface, bars, the chosen line, rules, what matters less, and alarms."""
LARGEST: Final = 65_536
"""Bytes of a theme's file: sixteen colours and a comment for each are some 1,000."""
MOST_THEMES: Final = 100
"""Themes of a folder that are read, by their names: all of them are, before the first screen is drawn."""
SHOWN: Final = 40
"""How many characters of a wrong value are told."""


class CustomThemes(NamedTuple):
    """The themes of a folder, and what is wrong with others: the name of a file without its ending, a sentence."""

    themes: tuple[Theme, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


class WrongTheme(Exception):
    """What is wrong with a file, in a sentence without the file's name."""


def read_themes(folder: Path, taken: Container[str] = ()) -> CustomThemes:
    """Every `*.toml` of a folder as a theme; one that is not there has none. `taken` are names already in use."""
    themes: dict[str, Theme] = {}
    faults = []
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".toml") if folder.is_dir() else []
    except OSError as error:
        return CustomThemes(faults=(("", f"{folder}: {error.strerror}"),))
    if len(files) > MOST_THEMES:
        text = N_("{folder} has {count} themes: the first {most} count, by their names.")
        faults.append(("", _(text, folder=folder, count=len(files), most=MOST_THEMES)))
    for path in files[:MOST_THEMES]:
        try:
            theme = read_theme(path)
            if theme.name in themes or theme.name in taken:
                raise WrongTheme(_("the name {name} is taken", name=theme.name))
        except WrongTheme as wrong:
            faults.append((path.stem, _("Theme {file}: {fault}.", file=path.name, fault=wrong)))
        else:
            themes[theme.name] = theme
    return CustomThemes(tuple(themes.values()), tuple(faults))


def read_theme(path: Path) -> Theme:
    """The theme in a file, named like it unless it says its name. Raises WrongTheme."""
    from textual.theme import Theme

    from pos.files.input_files import given_text, toml_values

    try:
        data = toml_values(given_text(path, LARGEST))
    except OSError as error:
        raise WrongTheme(_("it cannot be read: {reason}", reason=error.strerror or str(error))) from None
    except ValueError as error:
        raise WrongTheme(_("it cannot be read: {reason}", reason=str(error))) from None
    unknown = [name for name in data if name not in ("name", "dark", *COLOURS, *OURS)]
    if unknown:
        raise WrongTheme(_("{field} is no field of a theme", field=unknown[0][:SHOWN]))
    name, dark = data.get("name", path.stem), data.get("dark", True)
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > SHOWN:
        raise WrongTheme(_("its name is none of 1 to {most} characters", most=SHOWN))
    if not isinstance(dark, bool):
        raise WrongTheme(_("dark is neither true nor false"))
    if "primary" not in data:
        raise WrongTheme(_("primary is missing"))
    found: dict[str, Any] = {field: _colour(field, data[field]) for field in COLOURS if field in data}
    ours: dict[str, str] = {field: _colour(field, data[field]) for field in OURS if field in data}
    return Theme(name=name, dark=dark, variables=ours, **found)


def _colour(field: str, value: object) -> str:
    from textual.color import Color, ColorParseError

    try:
        colour = Color.parse(value) if isinstance(value, str) else None
    except ColorParseError:
        colour = None
    if colour is None or colour.ansi is not None or colour.a < 1:
        raise WrongTheme(
            _(
                "{field} = {value} is no colour such as #2f81c7",
                field=field,
                value=quoted(value, SHOWN) if isinstance(value, str) else spelled_out(str(value), SHOWN),
            )
        )
    return colour.hex
