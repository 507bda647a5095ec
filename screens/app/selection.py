"""Which line of the ticket is the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos.domain.sale import Sale


def chosen_after(before: Sale | None, after: Sale, chosen: int | None) -> int | None:
    """The number of the line that changed; else of the line that was chosen, or of its neighbour if it is gone."""
    same = before is not None and before.ticket == after.ticket
    known = {line.line: line for line in before.lines} if before is not None and same else {}
    changed = [
        line.line
        for line in after.lines
        if (old := known.get(line.line)) is None or (old.quantity, old.unit_price) != (line.quantity, line.unit_price)
    ]
    numbers = [line.line for line in after.lines]
    if changed:
        return changed[-1]
    if chosen in numbers:
        return chosen
    earlier = [number for number in numbers if chosen is not None and number < chosen]
    return earlier[-1] if earlier else numbers[0] if numbers else None
