"""Opening the inspector on a terminal of its own, with the settings that are in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from screens.inspector_app.app import InspectorApp
from screens.kit.till_listener import Channel, run_listening_app

if TYPE_CHECKING:
    from pos.settings.model import Settings
    from pos.settings.sources import Sources


def run_inspector(sources: Sources, usual_store: Callable[[], Path], *, training: bool = False) -> int:
    """Watch the till on the store and lane of the settings, or the training till; the exit code.

    Raises TillError `settings_invalid`, `channel_unusable`.
    """

    def made(channel: Channel, settings: Callable[[], Settings]) -> InspectorApp:
        app = InspectorApp(channel, settings=settings)
        app.sources = sources
        return app

    return run_listening_app(made, sources, usual_store, training=training, mouse=True)
