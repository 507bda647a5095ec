"""How high the list below the scan line is: as its entries need, and never lower while it is typed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from screens.kit.listing import Listing


EMPTY: Final = 2
"""Lines for what stands in a list that has no entry."""


class Drawer(NamedTuple):
    """A list that is open, by its title, and the lines that it takes; none is open at first."""

    title: str = ""
    lines: int = 0

    def opened(self, listing: Listing | None, height: int, line: int) -> Drawer:
        """The drawer for a list, None for no list, on a screen of so many lines whose scan line takes so many.

        It only grows as long as the same list is narrowed down: what stands below would jump with every letter.
        """
        if listing is None:
            return Drawer()
        most = min(max(height * 3 // 8, 2), room_below(height, line))
        before = self.lines if self.title == listing.title else 0
        return Drawer(listing.title, min(max(1 + (len(listing.keys) or EMPTY), before), most))


def room_below(height: int, line: int) -> int:
    """The lines below the bar and a scan line of so many lines, on a screen of so many."""
    return max(height - 1 - line, 0)
