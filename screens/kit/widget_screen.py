"""Screens of ordinary Textual widgets: the one that has the focus gets the keys, in the order in which they came."""

from __future__ import annotations

from screens.kit.base_screen import TillScreen
from screens.kit.input.bursts import Burst
from screens.terminal.keys import ESCAPE, Key


class WidgetScreen(TillScreen):
    """A screen with inputs, tables or plots of Textual's. Actions' keys and Escape mean what they mean everywhere.

    Every other key goes to the widget that has the focus, and the next one waits until all that follows from it is
    done: Enter may submit a form, and what is typed behind it belongs to the screen that comes then. TAB goes on to
    the next widget. Whatever is written in one piece is typed here too, since no widget knows a scan.
    """

    AUTO_FOCUS = "*"

    def press(self, key: Key) -> None:
        """Hand a key to the widget that has the focus."""
        if key == ESCAPE:
            self.back()
        else:
            self.host.hand_on(key)

    def meant(self, burst: Burst) -> int:
        """How many characters of a burst are typed here: all of them."""
        return len(burst.text)
