"""Changing settings in the settings file: comments and order stay, and nothing wrong is ever written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy, words_of
from pos.files.appending import followed
from pos.files.input_files import RefusedFile
from pos.files.private_files import make_folder, replace_file
from pos.files.root_guard import check_maker
from pos.settings.listing import Setting, sections, setting, settings, value_of
from pos.settings.loading import InForce, judged, told, unknown
from pos.settings.origins import KEYS, LARGEST, short
from pos.settings.sources import Sources
from pos.settings.toml import SettingsText, parse_toml, read_toml
from pos.stores.embedded.path_guard import check_outside

HEADER = "# The settings of Tillkey: `pos settings` lists them all.\n"


def change(sources: Sources, name: str, text: str | None) -> InForce:
    """Write a setting as typed to the file, or take it out (None); what is in force then.

    What was wrong in the file before stays to be told at the next start; a value that is wrong itself, or keys that
    cannot be together, are refused. Raises TillError `settings_invalid`, with the file as it was.
    """
    return change_all(sources, {name: text})


def change_all(sources: Sources, texts: Mapping[str, str | None]) -> InForce:
    """The same for several settings by name, all or none: two keys that are swapped are never the same in between."""
    items = {name: _setting(name) for name in texts}
    before = read_toml(sources.path, named=False)
    _found, old = judged(sources, before)
    draft = before
    for name, text in texts.items():
        draft = _written(draft, name, text) if text is not None else _taken_out(draft, name)
    found, faults = judged(sources, draft)
    known_before = {(fault.name, fault.words) for fault in old}
    ours = [
        fault
        for fault in faults
        if (fault.name in texts and fault.origin.kind == "file") or (fault.name, fault.words) not in known_before
    ]
    if ours:
        raise told(ours, with_place=False)
    for name, text in texts.items():
        if text is not None and items[name].kind in ("switch", "number"):
            draft = _written(draft, name, _typed(sources, items[name], draft))
    if draft.text != before.text:
        _save(draft, private=any(item.kind == "secret" for item in items.values()))
    return found


def _setting(name: str) -> Setting:
    item = setting(name)
    if item is None:
        section = name.partition(".")[0]
        known = [other.name for other in settings()] if section in sections() else [*sections(), KEYS]
        raise TillError("settings_invalid", unknown(name, known))
    return item


def _typed(sources: Sources, item: Setting, draft: SettingsText) -> bool | int | float:
    """A switch or a number as TOML has them, once the model has understood what was typed."""
    found, _faults = judged(Sources(sources.file, {}, {}), draft)
    value = value_of(found.settings, item.name)
    assert isinstance(value, bool | int | float)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _written(before: SettingsText, name: str, value: str | bool | float) -> SettingsText:
    section, _dot, key = name.partition(".")
    document = _document(before)
    if section not in document:
        document[section] = tomlkit.table()
    table: Any = document[section]
    if not isinstance(table, dict):
        raise _unchanged(before)
    table[key] = value
    wanted = {**before.values, section: {**before.values.get(section, {}), key: value}}
    return _checked(before, document, wanted)


def _taken_out(before: SettingsText, name: str) -> SettingsText:
    section, _dot, key = name.partition(".")
    values = before.values.get(section, {})
    if not isinstance(values, dict) or key not in values:
        return before
    document = _document(before)
    table: Any = document[section]
    del table[key]
    wanted = {**before.values, section: {other: value for other, value in values.items() if other != key}}
    return _checked(before, document, wanted)


def _document(before: SettingsText) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(before.text or HEADER)
    except TOMLKitError:
        raise _unchanged(before) from None


def _checked(before: SettingsText, document: tomlkit.TOMLDocument, wanted: dict[str, Any]) -> SettingsText:
    """The new text, if it says what is wanted and nothing else."""
    text = tomlkit.dumps(document).rstrip("\n") + "\n"
    try:
        right = _full(tomllib.loads(text)) == _full(wanted)
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise _unchanged(before)
    return parse_toml(text, before.path)


def _full(values: dict[str, Any]) -> dict[str, Any]:
    """Without the sections that have nothing in them."""
    return {name: value for name, value in values.items() if value != {}}


def _unchanged(before: SettingsText) -> TillError:
    return TillError(
        "settings_invalid", lazy("{file} cannot be changed from here: edit it by hand.", file=short(before.path))
    )


def _save(draft: SettingsText, *, private: bool) -> None:
    """Replace the file; one with a secret in it is its owner's alone, whoever could read it before."""
    data = draft.text.encode()
    try:
        if len(data) > LARGEST:
            text = N_(
                "it would have more than {most} bytes, the most there can be: take something else out of it first"
            )
            raise RefusedFile(draft.path, lazy(text, most=Decimal(LARGEST)))
        # A link, as dotfiles have them, stays one.
        path = followed(draft.path)
        check_outside(path, going_on=True)
        check_maker(path.parent)
        make_folder(path.parent)
        replace_file(path, [data], keep_mode=not private)
    except OSError as error:
        message = lazy("{file} cannot be written: {why}.", file=short(draft.path), why=words_of(error))
        raise TillError("settings_invalid", message) from None
