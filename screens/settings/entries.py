"""The settings as a list: what each one is called, what it is, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _
from pos.settings.origins import KEYS
from screens.kit import actions, filtering
from screens.kit.keymap import NONE, cap_of

if TYPE_CHECKING:
    from pos.settings.listing import Setting
    from pos.settings.loading import InForce
    from screens.kit.keymap import Keymap

LANES: Final = "lanes"
SECTIONS: Final = {
    "till": N_("TILL"),
    "screen": N_("SCREEN"),
    "ask": N_("QUESTIONS"),
    "receipt": N_("RECEIPT"),
    "log": N_("LOG"),
    KEYS: N_("KEYS"),
    LANES: N_("MANY TILLS"),
    "checkout": N_("CHECKOUT"),
    "queue": N_("QUEUE"),
}
ON_A_SERVER: Final = (LANES, "checkout", "queue")
"""The sections that only a shop on a server needs."""
LATER: Final = ("till", "log", *ON_A_SERVER)
"""The sections that count from the next start."""
STAYS: Final = "back"
"""The action whose key nobody can change."""
ITSELF: Final = N_("automatic")


@dataclass(frozen=True, slots=True)
class SettingEntry:
    """A setting with its name in the file, its value in words, and what is told about it."""

    item: Setting
    label: str
    value: str
    about: str
    allowed: str
    default: str
    place: str
    near: str
    """The place without its folder."""
    forced: bool
    """Whether a variable or an option says what it is, so that the file does not count."""

    @property
    def section(self) -> str:
        """The table of the settings file that it is in, such as `screen`."""
        return self.item.name.partition(".")[0]

    @property
    def key(self) -> str:
        """The action's id, or the name within its section."""
        return self.item.name.partition(".")[2]

    @property
    def set(self) -> bool:
        """Whether somebody has set it."""
        return self.value != self.default


def entries(found: InForce, keymap: Keymap) -> tuple[SettingEntry, ...]:
    """Every setting, then the key of every action; last those that only a shop on a server needs."""
    from pos.settings.listing import said, setting, settings, value_of

    listed = [
        _entry(found, item, item.name.partition(".")[2], said(value_of(found.settings, item.name)), said(item.default))
        for item in settings()
    ]
    for action in actions.every():
        item = setting(f"{KEYS}.{action.id}")
        if item is not None and action.id != STAYS:
            written = found.settings.keys.get(action.id, action.key)
            value = _("none") if written.strip().lower() in NONE else cap_of(keymap.key(action.id))
            listed.append(_entry(found, item, _(action.label), value, cap_of(action.key), _(action.help)))
    return tuple(sorted(listed, key=lambda entry: entry.section in ON_A_SERVER))


def _entry(found: InForce, item: Setting, label: str, value: str, default: str, about: str = "") -> SettingEntry:
    origin = found.origin(item.name)
    itself = _(ITSELF)
    return SettingEntry(
        item=item,
        label=label,
        value=value or itself,
        about=about or _(item.about),
        allowed=str(item.allowed),
        default=default or itself,
        place=origin.words,
        near=origin.near,
        forced=origin.kind in ("variable", "option"),
    )


def fitting(listed: tuple[SettingEntry, ...], typed: str) -> tuple[tuple[SettingEntry, ...], bool]:
    """The entries that fit what is typed, by their names, else by what they do, in their own order; whether guessed."""
    names = {entry.item.name: f"{entry.label} {entry.item.name.replace('.', ' ')}" for entry in listed}
    abouts = {entry.item.name: f"{entry.about} {entry.value}" for entry in listed}
    found = filtering.fitting(typed, names, abouts)
    keys = frozenset(found.keys)
    return tuple(entry for entry in listed if entry.item.name in keys), found.guessed


def choices(entry: SettingEntry, themes: tuple[str, ...]) -> tuple[str, ...]:
    """What can be chosen from a list; nothing if it is typed."""
    return themes if entry.item.name == "screen.theme" else entry.item.choices


@dataclass(frozen=True, slots=True)
class Choosing:
    """A setting whose value is chosen from a list, and the theme to go back to."""

    entry: SettingEntry
    offered: tuple[str, ...]
    index: int
    theme: str
