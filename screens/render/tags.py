"""What a click on something drawn means. A row or a piece carries a tag; the screen acts on it as on a key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionTag:
    """An action of the table, by its id. Hovering tells what it does, or why it cannot be done now."""

    id: str


@dataclass(frozen=True, slots=True)
class LineTag:
    """A line of the ticket, by its number, which is chosen. `tip` is what hovering tells: a name that was cut."""

    number: int
    tip: str = ""


@dataclass(frozen=True, slots=True)
class HitTag:
    """An entry of a list, by what it stands for: a click chooses it, a click on the chosen one takes it."""

    key: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class PlaceTag:
    """An entry of a page, by its index: a click chooses it, a click on the chosen one takes it."""

    index: int
    tip: str = ""


@dataclass(frozen=True, slots=True)
class TenderTag:
    """A way to pay on the payment screen, by its index."""

    index: int
    tip: str = ""


@dataclass(frozen=True, slots=True)
class KeyTag:
    """A key of the screen itself, such as `enter`."""

    key: str
    tip: str = ""


Tag = ActionTag | LineTag | HitTag | PlaceTag | TenderTag | KeyTag
