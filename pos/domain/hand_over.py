"""What is to be given back from a lane's drawer, as it is on record until somebody says that it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pos.domain.ports import Document

HAND_OVER: Final = "to_hand_over"
"""The table of what is to be handed over, by the lane's name: `amounts`, minor units by tender."""


def amounts_of(record: Document) -> Mapping[str, int]:
    """The amounts of a record, minor units by tender. Raises ValueError for what is none."""
    amounts = record.get("amounts", {})
    if not all(name and type(amount) is int and amount > 0 for name, amount in amounts.items()):
        raise ValueError("amounts above zero by tender belong there")
    return {str(name): int(amount) for name, amount in amounts.items()}
