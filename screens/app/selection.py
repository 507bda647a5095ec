"""Which line of the ticket is the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.ticket.touched import changed_line

if TYPE_CHECKING:
    from pos.domain.sale import Sale


def chosen_after(before: Sale | None, after: Sale, chosen: int | None) -> int | None:
    """The number of the line that changed; else of the line that was chosen, or of its neighbour if it is gone."""
    changed = changed_line(before, after)
    numbers = [line.line for line in after.lines]
    if changed is not None:
        return changed
    if chosen in numbers:
        return chosen
    earlier = [number for number in numbers if chosen is not None and number < chosen]
    return earlier[-1] if earlier else numbers[0] if numbers else None
