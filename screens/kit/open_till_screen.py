"""Screens that are there only while the till is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from screens.kit.base_screen import TillScreen

if TYPE_CHECKING:
    from screens.kit.host import TillHost


class OpenTillScreen(TillScreen):
    """A screen that is shown once the till is open: what it asks of the till is asked of one that is there."""

    @property
    def host(self) -> TillHost:
        """The app with its till."""
        return cast("TillHost", self.app)
