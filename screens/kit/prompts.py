"""A question that the scan line asks in place, so that the keys of a burst still go where they should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from screens.kit.listing import Listing


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked, how to answer, and what is done with the answer.

    `apply` raises TillError for what is none, is False if that was told already, and `Instead` if another one is
    offered: it is asked once more then. `empty`: Enter alone is an answer too.
    `scans` says whether a scanned text may be the answer, such as a member's card.
    `secret`: the answer is taken as it is typed, and never drawn. `offers` lists the answers that what is typed may
    mean, on a screen that has room for them: the chosen one is taken for it, unless `scans` takes it as it stands.
    `behind` was asked before it and is not answered yet: it is asked again once this one is done with.
    `action` is the id of the action whose key asks it: that key once more takes what is typed, as Enter does.
    Something `waits` for the answer, such as goods for their weight: no other key leaves it behind, and with a typed
    answer the key takes that along.
    """

    title: str
    hint: str
    apply: Callable[[str], object]
    empty: bool = False
    scans: Callable[[str], bool] = lambda _text: False
    secret: bool = False
    offers: Callable[[str], Listing | None] = lambda _typed: None
    behind: OpenQuestion | None = None
    action: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that waits for another one to be done with, and what was typed of its answer."""

    prompt: Prompt
    typed: str


@dataclass(frozen=True, slots=True)
class Instead:
    """Another answer, offered in the place of one that is none: it stands on the line, for Enter to take it."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the till says about the last thing done. `bad` stays until something succeeds."""

    text: str
    kind: Literal["bad", "good", "faint"] = "faint"

    @property
    def mark(self) -> str:
        """The kind without any colour."""
        return {"bad": "✗ ", "good": "✓ ", "faint": ""}[self.kind]
