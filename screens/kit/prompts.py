"""A question that the scan line asks in place, so that the keys of a burst still go where they should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked, how to answer, and what is done with the answer, which raises TillError for what is none.

    `empty`: Enter alone is an answer too.
    `scans` says whether a scanned text may be the answer, such as a member's card.
    `secret`: the answer is taken as it is typed, and never drawn.
    """

    title: str
    hint: str
    apply: Callable[[str], object]
    empty: bool = False
    scans: Callable[[str], bool] = lambda _text: False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What the till says about the last thing done. `bad` stays until something succeeds."""

    text: str
    kind: Literal["bad", "good", "faint"] = "faint"

    @property
    def mark(self) -> str:
        """The kind without any colour."""
        return {"bad": "✗ ", "good": "✓ ", "faint": ""}[self.kind]
