"""Rights at a till: which words of the language need one is said by their rows, who has it by the port `Rights`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pos.domain.ports import Rights


class Everyone:
    """The port `Rights` of a shop that trusts whoever is at its till with everything."""

    def allows(self, _actor: str | None, _right: str) -> bool:
        """Yes."""
        return True


USUAL: Final[Rights] = Everyone()
"""The rights of a shop that says nothing else."""
