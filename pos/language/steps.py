"""A step of the till as a value: what was refused, or waits for an approval, can be told again as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from pos.till.till import Till

Result = TypeVar("Result", covariant=True)


@dataclass(frozen=True, slots=True)
class TillStep(Generic[Result]):
    """One thing to be done at a till. It holds what was typed and chosen, and does nothing until it is called.

    `verb` is the word of the language that comes to the same: its row in the table says which right the step needs.
    What takes time is an awaitable, made anew by each call.
    """

    verb: str
    do: Callable[[Till], Result]

    def __call__(self, till: Till) -> Result:
        """Do it. Raises TillError."""
        return self.do(till)
