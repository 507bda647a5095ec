"""Help and menu, which change places by their keys."""

from __future__ import annotations

from typing import Final

from screens.kit import actions
from screens.kit.base_screen import TillScreen

PAIR: Final = ("help", "menu")


class PairedScreen(TillScreen):
    """F1 and F10 change between help and menu of the screen below, and close their own."""

    def act(self, action: actions.Action) -> None:
        """Do an action; of the two that change places: close this screen, and open the other one."""
        if action.id in PAIR:
            self.app.pop_screen()
            if action.id != self.KIND:
                self.host.front.act(action)
        else:
            super().act(action)
