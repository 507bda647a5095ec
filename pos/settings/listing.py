"""All settings as a list, for whoever shows them, checks one or changes one. It is read off the model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import SecretStr

from pos.domain.i18n import N_
from pos.domain.message import Message, lazy
from pos.settings.model import Section, Settings
from pos.settings.origins import KEYS

HIDDEN: Final = "•••"
"""Stands for a secret, however long it is."""
KEY_ALLOWED: Final = N_("a key such as f10, or none")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name as `screen.theme`, what it does, its default, and what kind of value it takes."""

    name: str
    about: str
    default: object
    kind: Literal["choice", "switch", "number", "path", "text", "key", "secret"]
    choices: tuple[str, ...] = ()
    limits: str = ""
    """In words, what is allowed where it is no choice; to be said with `_`."""
    optional: bool = False
    """Whether it may be left unset, so that the program finds a value by itself."""

    @property
    def allowed(self) -> Message:
        """What may be set, in words for whoever reads them."""
        if self.choices:
            *others, last = self.choices
            return lazy("{some} or {other}", some=", ".join(others), other=last)
        return lazy(self.limits)


@cache
def settings() -> tuple[Setting, ...]:
    """Every setting but the keys, in the model's order."""
    return tuple(
        _described(f"{section}.{name}", field)
        for section, kind in sections().items()
        for name, field in kind.model_fields.items()
    )


@cache
def sections() -> dict[str, type[Section]]:
    """The sections with a model of their own."""
    found = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {name: kind for name, kind in found.items() if isinstance(kind, type) and issubclass(kind, Section)}


def setting(name: str) -> Setting | None:
    """The setting of a name; of `keys`, any that could be an action's."""
    section, dot, rest = name.partition(".")
    if section == KEYS and dot and rest:
        about = Settings.model_fields[KEYS].description or ""
        return Setting(name, about, "", "key", limits=KEY_ALLOWED)
    return next((item for item in settings() if item.name == name), None)


def value_of(held: Settings, name: str) -> object:
    """The value of a setting; for a key that is not set, nothing."""
    section, _dot, rest = name.partition(".")
    return held.keys.get(rest, "") if section == KEYS else getattr(getattr(held, section), rest)


def said(value: object) -> str:
    """A value as it is written in a list and typed by a user; nothing where the program finds it by itself.

    A secret is hidden.
    """
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return HIDDEN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _described(name: str, field: Any) -> Setting:
    parts = list(_parts(field.annotation))
    extra = field.json_schema_extra
    notes = {key: value for part in [extra, *parts] if isinstance(part, dict) for key, value in part.items()}
    types = [part for part in parts if not isinstance(part, dict)]
    choices = next((get_args(part) for part in types if get_origin(part) is Literal), ())
    kind: Literal["choice", "switch", "number", "path", "text", "secret"] = "text"
    if bool in types:
        kind, choices = "switch", ("true", "false")
    elif "choices" in notes:
        from pos.locales import AUTO, languages

        kind, choices = "choice", (AUTO, *languages())
    elif choices:
        kind = "choice"
    elif float in types or int in types:
        kind = "number"
    elif Path in types:
        kind = "path"
    elif SecretStr in types:
        kind = "secret"
    return Setting(name, field.description, field.default, kind, choices, notes.get("allowed", ""), type(None) in types)


def _parts(annotation: Any) -> list[Any]:
    """The types that an annotation is made of, and the extras of their fields."""
    if get_origin(annotation) in (Union, UnionType):
        return [part for member in get_args(annotation) for part in _parts(member)]
    if get_origin(annotation) is Annotated:
        inner, *extras = get_args(annotation)
        found = [getattr(extra, "json_schema_extra", None) for extra in extras]
        return [*_parts(inner), *(extra for extra in found if extra)]
    return [annotation]
