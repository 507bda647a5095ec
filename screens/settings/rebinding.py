"""Giving an action another key: how it is asked for, and two actions that swap theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import _
from pos.settings.origins import KEYS
from screens.kit import actions
from screens.kit.keymap import cap_of, faults

if TYPE_CHECKING:
    from pos.settings.loading import InForce
    from screens.kit.actions import Action
    from screens.kit.keymap import Keymap
    from screens.settings.entries import SettingEntry

NO_KEY: Final = "backspace"
"""What takes a key away while a new one is asked for."""


@dataclass(frozen=True, slots=True)
class Swapping:
    """A key that was pressed for an action although another has it: the two may swap."""

    entry: SettingEntry
    other: Action
    key: str

    @property
    def hint(self) -> str:
        """What the other action gets for its key."""
        return _(
            "{other} has {key}, and gets {cap} for it.",
            other=_(self.other.label), key=cap_of(self.key), cap=self.entry.value,
        )  # fmt: skip

    def settings(self, keymap: Keymap) -> dict[str, str | None]:
        """The settings that make both swap, as they are written."""
        now = keymap.key(self.entry.key)
        return {self.entry.item.name: self.key, f"{KEYS}.{self.other.id}": now or "none"}

    def told(self, keymap: Keymap) -> str:
        """Which keys both have, once they have swapped."""
        return _(
            "Saved: {first} is {key}, {second} is {other}.",
            first=self.entry.label, key=keymap.cap(self.entry.key),
            second=_(self.other.label), other=keymap.cap(self.other.id),
        )  # fmt: skip


def swappable(keymap: Keymap, found: InForce, entry: SettingEntry, key: str) -> Swapping | None:
    """The swap with the only action that has a key already, if that one may have the key of `entry` for it."""
    action = actions.by_id(entry.key)
    holders = {holder.id for screen in action.screens if (holder := keymap.action(screen, key)) is not None}
    if len(holders) != 1 or action.id in holders:
        return None
    other = actions.by_id(holders.pop())
    if found.origin(f"{KEYS}.{other.id}").kind == "variable":
        return None
    wanted = {**found.settings.keys, action.id: key, other.id: keymap.key(action.id)}
    return None if faults(wanted) else Swapping(entry, other, key)


def how_to_press(entry: SettingEntry) -> str:
    """How a new key is given, or none."""
    word = actions.by_id(entry.key).word
    none = _("{key} takes its key away; it stays as /{word}.", key=cap_of(NO_KEY), word=word) if word else ""
    return " ".join(part for part in (_("Esc keeps {cap}.", cap=entry.value), none) if part)
