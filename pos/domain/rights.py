"""Rights at a till: which words of the language need one is said by their rows, who has it by the port `Rights`."""

from __future__ import annotations


class Everyone:
    """The port `Rights` of a shop that trusts whoever is at its till with everything."""

    def allows(self, _actor: str | None, _right: str) -> bool:
        """Yes."""
        return True
