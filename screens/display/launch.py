"""Opening the customer's display on a terminal, with the settings that are in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from screens.display.app import DisplayApp
from screens.kit.till_listener import run_listening_app

if TYPE_CHECKING:
    from pos.settings.sources import Sources


def run_display(sources: Sources, usual_store: Callable[[], Path], *, training: bool = False) -> int:
    """Show the till on the store and lane of the settings, or the training till; the exit code.

    Raises TillError `settings_invalid`, `channel_unusable`.
    """

    return run_listening_app(
        lambda channel, settings: DisplayApp(channel, settings=settings),
        sources,
        usual_store,
        training=training,
        mouse=False,
    )
