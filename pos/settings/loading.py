"""Reading the settings: what is in force, where each value is from, and all that is wrong, told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from pos.domain.addresses import without_passwords
from pos.domain.errors import TillError
from pos.domain.message import Message, joined, lazy, lazy_plural, words_of
from pos.domain.terminal_text import clean, legible
from pos.settings.listing import HIDDEN, sections, setting, settings
from pos.settings.model import Settings
from pos.settings.origins import (
    DEFAULT,
    FILE_VARIABLE,
    KEYS,
    PREFIX,
    TEXTUAL_THEME,
    Origin,
    expanded,
    is_homeless,
    settings_file,
    short,
    variable_of,
)
from pos.settings.sources import OPTIONS, Sources
from pos.settings.toml import SettingsText, read_toml
from pos.stores.address import SERVERS, kind_of
from pos.stores.typed_address import typed_address

MOST_FAULTS: Final = 8
"""How many faults are told at once."""
STORE: Final = "till.store"
LONGEST_SHOWN: Final = 40
"""How much of a wrong value is shown."""


@dataclass(frozen=True, slots=True)
class SettingFault:
    """A wrong setting: its name, where it is from, and what is wrong, in words for whoever reads them."""

    name: str
    origin: Origin
    words: Message


class _Given(NamedTuple):
    """A value that somebody gave; `written` is how, if it was made into something else."""

    name: str
    value: object
    origin: Origin
    written: object


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings with where each is from, by name; what is not there has its default."""

    settings: Settings
    origins: Mapping[str, Origin]

    def origin(self, name: str) -> Origin:
        """Where a setting is from."""
        return self.origins.get(name, DEFAULT)


def load(sources: Sources) -> InForce:
    """What is in force: an option before a variable before the file before what is usual.

    Raises TillError `settings_invalid` with a line for each fault: its place, what is wrong, what is allowed.
    """
    path, named = settings_file(sources.environ, sources.file)
    found, faults = judged(sources, read_toml(path, named=named) if path is not None else SettingsText(Path()))
    if faults:
        raise told(faults)
    return found


def judged(sources: Sources, text: SettingsText) -> tuple[InForce, list[SettingFault]]:
    """What would be in force if `text` were the file, without what is wrong; and all that is wrong."""
    faults: list[SettingFault] = []
    values: dict[str, object] = {}
    origins: dict[str, Origin] = {}
    for source in (
        _usual(sources.environ),
        _of_file(text, faults),
        _of_environ(sources.environ, faults),
        _of_options(sources.options),
    ):
        given = list(source)
        wrong = _wrong({each.name: each.value for each in given})
        faults += [SettingFault(each.name, each.origin, _not_allowed(each)) for each in given if each.name in wrong]
        right = [each for each in given if each.name not in wrong]
        values |= {each.name: each.value for each in right}
        origins |= {each.name: each.origin for each in right}
    held = Settings.model_validate(_nested(values))
    if sources.check_keys is not None and held.keys:
        for action, words in sources.check_keys(held.keys):
            name = f"{KEYS}.{action}"
            faults.append(SettingFault(name, origins.get(name, DEFAULT), words))
    return InForce(held, origins), sorted(faults, key=_place)


def told(faults: Iterable[SettingFault], *, with_place: bool = True) -> TillError:
    """All faults as one error, a line for each, with its place unless it is clear."""
    found = list(faults)
    lines = [_line(fault, with_place) for fault in found[:MOST_FAULTS]]
    if len(found) > MOST_FAULTS:
        lines.append(lazy_plural("And {count} more fault.", "And {count} more faults.", len(found) - MOST_FAULTS))
    return TillError("settings_invalid", joined(lines, "\n"))


def _line(fault: SettingFault, with_place: bool) -> Message:
    named = {"place": fault.origin.place, "setting": clean(fault.name), "what": fault.words}
    if not with_place and fault.name.startswith(f"{KEYS}."):
        # A sentence about a key names its action.
        return fault.words
    if not with_place:
        return lazy("{setting}: {what}", **named)
    return (
        lazy("{place}: {setting}: {what}", **named) if fault.origin.kind == "file" else lazy("{place}: {what}", **named)
    )


def _usual(environ: Mapping[str, str]) -> Iterable[_Given]:
    """What stands in place of a default."""
    theme = environ.get(TEXTUAL_THEME, "")
    if theme and theme.isprintable():
        yield _Given("screen.theme", theme, Origin("usual", TEXTUAL_THEME), theme)


def _of_file(text: SettingsText, faults: list[SettingFault]) -> Iterable[_Given]:
    known = (*sections(), KEYS)
    for section, values in text.values.items():
        origin = Origin("file", str(text.path), text.line_of(section))
        if section not in known:
            faults.append(SettingFault(section, origin, unknown(section, known)))
            continue
        if not isinstance(values, dict):
            faults.append(SettingFault(section, origin, lazy("This is a section: write [{section}].", section=section)))
            continue
        for key, value in values.items():
            name = f"{section}.{key}"
            origin = Origin("file", str(text.path), text.line_of(name))
            if (item := setting(name)) is None:
                faults.append(SettingFault(name, origin, unknown(key, sections()[section].model_fields)))
            elif item.kind == "path" and isinstance(value, str) and is_homeless(value):
                faults.append(SettingFault(name, origin, _homeless(value)))
            elif item.kind == "path" and isinstance(value, str) and value:
                yield _Given(name, whole(name, value, text.path.absolute().parent), origin, value)
            else:
                yield _Given(name, value, origin, value)


def _of_environ(environ: Mapping[str, str], faults: list[SettingFault]) -> Iterable[_Given]:
    variables = {variable_of(item.name): item for item in settings()}
    keys = variable_of(KEYS) + "_"
    for variable in sorted(environ):
        value = environ[variable]
        if not variable.startswith(PREFIX) or variable == FILE_VARIABLE or not value:
            continue
        origin = Origin("variable", variable)
        if (item := variables.get(variable)) is not None and item.kind == "path" and is_homeless(value):
            faults.append(SettingFault(variable, origin, _homeless(value)))
        elif item is not None:
            found = whole(item.name, value, Path.cwd()) if item.kind == "path" else value
            yield _Given(item.name, found, origin, value)
        elif variable.startswith(keys) and len(variable) > len(keys):
            yield _Given(f"{KEYS}.{variable.removeprefix(keys).lower().replace('_', '-')}", value, origin, value)
        else:
            names = (*variables, FILE_VARIABLE, f"{keys}PAY")
            faults.append(SettingFault(variable, origin, unknown(variable, names)))


def whole(name: str, text: str, base: Path) -> Path | str:
    """A path as somebody wrote it, from a folder on; the store's may be an address, and a wrong one stays as it is."""
    if name == STORE:
        try:
            found = typed_address(text)
        except ValueError:
            return text
        if isinstance(found, str):
            return found
        text = str(found)
    return base / expanded(text)


def _of_options(options: Mapping[str, object]) -> Iterable[_Given]:
    for name, value in options.items():
        if value is not None:
            absolute = value.absolute() if isinstance(value, Path) else value
            yield _Given(name, absolute, Origin("option", OPTIONS[name]), value)


def _wrong(values: Mapping[str, object]) -> set[str]:
    """The names whose values the model refuses."""
    try:
        Settings.model_validate(_nested(values))
    except ValidationError as error:
        return {".".join(str(part) for part in fault["loc"][:2]) for fault in error.errors()}
    return set()


def _nested(values: Mapping[str, object]) -> dict[str, dict[str, object]]:
    nested: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        section, _dot, key = name.partition(".")
        nested.setdefault(section, {})[key] = value
    return nested


def _place(fault: SettingFault) -> tuple[int, int]:
    """Faults of the file first, as its lines go."""
    return ("file", "variable", "option", "usual", "default").index(fault.origin.kind), fault.origin.line or 0


def _not_allowed(given: _Given) -> Message:
    item = setting(given.name)
    assert item is not None, "unknown names were sorted out before"
    if given.name == STORE and isinstance(given.written, str) and (why := _wrong_server(given.written)) is not None:
        return why
    if item.kind == "secret":
        return lazy("{value} is not allowed. Allowed: {allowed}.", value=HIDDEN, allowed=item.allowed)
    if isinstance(given.value, Path) and not str(given.value).isprintable():
        return _unseen(str(given.value))
    return lazy("{value} is not allowed. Allowed: {allowed}.", value=shown(given.written), allowed=item.allowed)


def _wrong_server(address: str) -> Message | None:
    """What is wrong with the address of a server, which is not repeated: a part of it may be a password."""
    if kind_of(address) in SERVERS:
        try:
            typed_address(address)
        except ValueError as error:
            return joined((words_of(error), "."), by="")
    return None


def _unseen(path: str) -> Message:
    """A sentence about a path that cannot be printed, nor kept in a file of text."""
    if any("\ud800" <= char <= "\udfff" for char in path):
        return lazy(
            "A name in {path} has a byte that is no UTF-8, here a question mark: rename it.", path=legible(path)
        )
    return lazy("A name in {path} has a character that cannot be seen: rename it.", path=legible(path))


def unknown(name: str, names: Iterable[str]) -> Message:
    """A sentence about a name that is none of the known ones: which are near, or which there are."""
    known = {other.lower().removeprefix(PREFIX.lower()): other for other in names}
    near = get_close_matches(name.lower().removeprefix(PREFIX.lower()), known, n=2, cutoff=0.7)
    if near:
        return lazy("{name} is unknown. Did you mean {near}?", name=shown(name), near=_listed([known[x] for x in near]))
    return lazy("{name} is unknown. There are: {names}.", name=shown(name), names=", ".join(known.values()))


def _homeless(path: str) -> Message:
    return lazy("You have no home folder on this machine: write {path} without ~.", path=shown(path))


def _listed(names: list[str]) -> Message | str:
    return lazy("{some} or {other}", some=names[0], other=names[1]) if len(names) > 1 else names[0]


def shown(value: object) -> str:
    """A wrong value as it stands in a message, which is one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Path):
        return short(value)
    text = clean(without_passwords(str(value)))
    return text if 0 < len(text) <= LONGEST_SHOWN else f"“{text[:LONGEST_SHOWN]}”"
