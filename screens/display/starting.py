"""Opening the customer's display on a terminal, with the settings that are in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos.domain.words import _
from pos.settings import first_look
from screens.display.app import DisplayApp

if TYPE_CHECKING:
    from pos.settings.model import Settings
    from pos.settings.sources import Sources


def run_display(sources: Sources, usual_store: Path, *, training: bool = False) -> int:
    """Show the till on the store and lane of the settings, or the training till; the exit code.

    Raises TillError `settings_invalid`, `channel_unusable`.
    """
    read: list[Settings] = []

    def settings() -> Settings:
        from pos.settings.loading import load

        found = load(sources).settings
        read[:] = [found]
        return found

    def channel() -> Path:
        from pos.live.places import channel_path

        (found,) = read
        store = found.till.store or usual_store
        if training:
            app.wanted = _("Waiting for training to begin.")
        else:
            app.wanted = _("Waiting for till {lane} of the store {store}.", lane=found.till.lane, store=store)
        return channel_path(None if training else store, found.till.lane)

    app = DisplayApp(channel, settings=settings)
    theme = first_look(sources.file, sources.environ).theme
    if theme in app.available_themes:
        app.theme = theme
    result = app.run(mouse=False)
    if app.failure is not None:
        raise app.failure
    return result if result is not None else app.return_code or 0
