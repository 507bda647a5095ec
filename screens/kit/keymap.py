"""Which key stands for which action: the table's keys, and those that a shop has chosen instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from string import ascii_lowercase
from typing import Final, NamedTuple

from pos.domain.i18n import N_
from pos.domain.message import NOTHING, Message, joined, lazy, quoted
from screens.kit import actions
from screens.kit.actions import ACTIONS, OTHERS, Action, is_other

NONE: Final = ("", "none")
"""What says in the settings that an action has no key."""

_MODIFIERS: Final = {"control": "ctrl", "strg": "ctrl", "ctl": "ctrl", "opt": "alt", "option": "alt", "meta": "alt"}
_SPELLED: Final = {
    "esc": "escape", "del": "delete", "entf": "delete", "ins": "insert", "einfg": "insert",
    "return": "enter", "pgup": "pageup", "pgdn": "pagedown",
}  # fmt: skip
_CAPS: Final = {
    "escape": N_("Esc"),
    "delete": N_("Del"),
    "enter": N_("Enter"),
    "insert": N_("Ins"),
    "space": N_("Space"),
}
_LETTERS: Final = frozenset(ascii_lowercase)
_FUNCTION: Final = frozenset(f"f{number}" for number in range(1, 13))
_SAME_AS: Final = {
    "ctrl+i": N_("Tab"),
    "ctrl+m": N_("Enter"),
    "ctrl+j": N_("Enter"),
    "ctrl+h": N_("Backspace"),
    "ctrl+[": N_("Esc"),
}
"""What a terminal sends for these, so that nobody can tell them apart."""
_CONTROLS: Final = frozenset(f"ctrl+{letter}" for letter in ascii_lowercase) - _SAME_AS.keys() - {"ctrl+u"}
_OWN: Final = frozenset(
    ("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "enter", "escape", "backspace", "delete",
     "tab", "space", "ctrl+u")
)  # fmt: skip
"""What every screen uses itself: to type, to correct, to choose and to go back."""
_TYPING: Final = "payment"
"""The one kind of screen on which letters are keys; everywhere else they are typed."""


class KeyFault(NamedTuple):
    """What is wrong with the key of one action, in words for whoever reads them."""

    action: str
    words: Message


@dataclass(frozen=True, slots=True)
class Keymap:
    """Every action's key by the action's id; an empty one if it has none."""

    keys: Mapping[str, str]
    _found: Mapping[tuple[str, str], Action] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        every = {action.id: action for action in actions.every()}
        found = {
            (screen, key): action
            for action_id, key in self.keys.items()
            if key and (action := every.get(action_id)) is not None
            for screen in action.screens
        }
        object.__setattr__(self, "_found", found)

    @classmethod
    def of(cls, overrides: Mapping[str, str]) -> Keymap:
        """The table's keys with those of the settings, action id to key, such as `{"pay": "F10", "menu": "F12"}`.

        Raises TillError `settings_invalid`, which names every fault.
        """
        found = faults(overrides)
        if found:
            from pos.domain.errors import TillError

            raise TillError("settings_invalid", joined((fault.words for fault in found), "\n"))
        return cls(_chosen(overrides))

    def key(self, action_id: str) -> str:
        """An action's key as the screens know it, such as `f8` or `ctrl+t`; empty if it has none."""
        return self.keys.get(action_id, "")

    def cap(self, action_id: str) -> str:
        """An action's key as it is printed on the keyboard, such as `F8`; without one its `/word`."""
        key, word = self.key(action_id), actions.by_id(action_id).word
        return cap_of(key) if key else f"/{word}" if word else ""

    def action(self, screen: str, key: str) -> Action | None:
        """The action that a key stands for on a kind of screen; a letter with or without Shift."""
        found = self._found.get((screen, key.lower()))
        return self._found.get((OTHERS, key.lower())) if found is None and is_other(screen) else found


def cap_of(key: str) -> str:
    """A key as it is printed on the keyboard."""
    return str(_cap(key))


def _cap(key: str) -> Message | str:
    if key in _CAPS:
        return lazy(_CAPS[key])
    if key.startswith("ctrl+"):
        return lazy("Ctrl+{key}", key=_cap(key.removeprefix("ctrl+")))
    named = {"pageup": "PageUp", "pagedown": "PageDown"}
    return key.upper() if len(key) == 1 else named.get(key, key.title())


def spelled(text: str) -> str:
    """A key as somebody wrote it, `F10`, `Ctrl-T`, `strg+t`, as the screens know it: `f10`, `ctrl+t`."""
    name = text.strip().lower()
    if len(name) > 1 and name.startswith("^"):
        name = f"ctrl+{name[1:]}"
    *before, last = name.replace("-", "+").split("+") if len(name) > 1 else [name]
    modifiers = [_MODIFIERS.get(part.strip(), part.strip()) for part in before]
    return "+".join((*modifiers, _SPELLED.get(last.strip(), last.strip())))


def faults(overrides: Mapping[str, str]) -> tuple[KeyFault, ...]:
    """All that is wrong with keys from the settings: each one by itself, then those that are taken twice."""
    alone = tuple(fault for action_id, text in overrides.items() for fault in _fault(action_id, text))
    wrong = {fault.action for fault in alone}
    return alone + tuple(_twice({name: text for name, text in overrides.items() if name not in wrong}))


def _chosen(overrides: Mapping[str, str]) -> dict[str, str]:
    """Every action's key. One of another package gives way to what the program and the shop have chosen."""
    keys = {action.id: action.key for action in ACTIONS}
    keys |= {name: "" if text.strip().lower() in NONE else spelled(text) for name, text in overrides.items()}
    every = actions.every()
    for action in every:
        if action.id not in keys:
            others = (other for other in every if keys.get(other.id) == action.key)
            keys[action.id] = "" if any(map(action.meets, others)) else action.key
    return keys


def _fault(action_id: str, text: str) -> Iterator[KeyFault]:
    """What is wrong with one key, whatever the others are."""
    if action_id not in {action.id for action in actions.every()}:
        from pos.extensions.installed import left_out

        # The action may be one of those that could not be added: the till opens without it.
        if not any(extension.has_key for extension in left_out()):
            yield KeyFault(action_id, _unknown(action_id))
        return
    action = actions.by_id(action_id)
    if text.strip().lower() in NONE:
        if not action.word:
            yield KeyFault(action_id, lazy("{action} needs a key: it has no /word.", action=action_id))
        return
    key = spelled(text)
    if key != action.key:
        why = refusal(action, key)
        if why:
            yield KeyFault(action_id, why)


def refusal(action: Action, key: str) -> Message:
    """Why an action cannot have a key, whatever the others have, in a sentence; empty if it can."""
    named = {"action": action.id, "key": _cap(key)}
    if action.key == "escape":
        return lazy("{action} stays on Esc: every screen goes back with it.", **named)
    if key in _OWN:
        return lazy("{action} cannot be {key}: the screens use that key themselves.", **named)
    if key in _SAME_AS:
        same = lazy(_SAME_AS[key])
        return lazy("{action} cannot be {key}: a terminal sends the same for it as for {same}.", **named, same=same)
    if len(key) == 1:
        if action.screens == (_TYPING,) and key in _LETTERS:
            return NOTHING
        return lazy("{action} cannot be {key}: that key types there. Choose F1 to F12 or Ctrl and a letter.", **named)
    if key in _FUNCTION or key in _CONTROLS or key == "insert":
        return NOTHING
    return lazy("{action} cannot be {key}: terminals do not send it. Choose F1 to F12 or Ctrl and a letter.", **named)


def _unknown(action_id: str) -> Message:
    from difflib import get_close_matches

    near = get_close_matches(action_id.lower(), [action.id for action in actions.every()], n=3)
    named = {"action": quoted(action_id), "near": ", ".join(near)}
    if near:
        return lazy("{action} is no action. Did you mean {near}?", **named)
    return lazy("{action} is no action here. Take its line out, or install the package that adds it.", **named)


def _twice(overrides: Mapping[str, str]) -> Iterator[KeyFault]:
    """Each two actions of one screen that have the same key."""
    keys = _chosen(overrides)
    for first, second in combinations(actions.every(), 2):
        key = keys[first.id]
        if key and key == keys[second.id] and first.meets(second):
            blamed, other = (first, second) if first.id in overrides else (second, first)
            text = lazy("{action} cannot be {key}: {other} has it. Give {other} another key too.",
                     action=blamed.id, key=_cap(key), other=other.id)  # fmt: skip
            yield KeyFault(blamed.id, text)


STANDARD: Final = Keymap(_chosen({}))
"""The keys of the program's own table."""


def standard() -> Keymap:
    """The keys of every action that there is now, if nobody has chosen others."""
    return STANDARD if actions.every() == ACTIONS else Keymap.of({})
