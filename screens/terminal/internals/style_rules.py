"""Style sheets that the apps of one process read once."""

from __future__ import annotations

from functools import lru_cache

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.style import Style


class SharedRules(Stylesheet):
    """Style sheets that take over the rules which one of this process has read: Textual's read them anew for each app.

    Rules depend on the theme's variables: those of the last few sets of variables are kept.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._take_over()

    def set_variables(self, variables: dict[str, str]) -> None:
        """Have the rules for these variables."""
        # Textual's own forgets those of the variables before: here others may need them.
        self._parse_cache, self._style_parse_cache = LRUCache(1), LRUCache(1)
        super().set_variables(variables)
        self._take_over()

    def _take_over(self) -> None:
        self._parse_cache, self._style_parse_cache = _read_with(frozenset(self._variables.items()))


@lru_cache(8)
def _read_with(
    _variables: frozenset[tuple[str, str]],
) -> tuple[LRUCache[tuple[object, ...], list[RuleSet]], LRUCache[str, Style]]:
    return LRUCache(256), LRUCache(4096)


def share_rules() -> None:
    """Let the apps of this process, from now on, take over one another's style rules."""
    from textual import app
    from textual.css import stylesheet

    for module in (app, stylesheet):
        vars(module)["Stylesheet"] = SharedRules
