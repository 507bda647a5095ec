"""Opening the inspector on a terminal of its own, with the settings that are in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos.domain.words import _
from pos.settings import first_look
from screens.watching.app import WatchApp

if TYPE_CHECKING:
    from pos.settings.model import Settings
    from pos.settings.sources import Sources


def run_inspector(sources: Sources, usual_store: Path, *, training: bool = False) -> int:
    """Watch the till on the store and lane of the settings, or the training till; the exit code.

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
        store, lane = found.till.store or usual_store, found.till.lane
        if training:
            app.wanted = _("Waiting for training to begin.")
        else:
            app.wanted = _("Waiting for till {lane} of the store {store}.", lane=lane, store=store)
        return channel_path(None if training else store, lane)

    app = WatchApp(channel, settings=settings)
    app.sources = sources
    theme = first_look(sources.file, sources.environ).theme
    if theme in app.available_themes:
        app.theme = theme
    result = app.run()
    if app.failure is not None:
        raise app.failure
    return result if result is not None else app.return_code or 0
