"""What the programs beside a till have in common: they find it, listen to it, and speak its language."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pos.domain.i18n import _, use_language
from pos.settings import early_settings
from screens.terminal.app import TerminalApp
from screens.terminal.run import run

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.ipc.listener import Heard
    from pos.ipc.messages import Hello
    from pos.settings.model import Settings
    from pos.settings.sources import Sources

Channel = Callable[[], Path]
"""Finds a till's socket, in a thread, after the settings were read there. Raises TillError."""


@dataclass(frozen=True, slots=True)
class TillListener:
    """Listens for an app: `adopt` is told the settings, `hear` what the till says, `fail` why nothing can be heard."""

    channel: Channel
    settings: Callable[[], Settings] | None
    adopt: Callable[[Settings], None]
    hear: Callable[[Heard], None]
    fail: Callable[[TillError], None]

    async def listen(self) -> None:
        """Listen as long as the app runs."""
        from pos.domain.errors import TillError
        from pos.ipc.listener import listen
        from pos.worker import run_in_thread

        try:
            if self.settings is not None:
                self.adopt(await run_in_thread(self.settings))
            path = await run_in_thread(self.channel)
        except TillError as error:
            self.fail(error)
            return
        async with aclosing(listen(path)) as messages:
            async for message in messages:
                self.hear(message)


def speak_as(hello: Hello) -> None:
    """Say and write everything as the till does."""
    from pos.locales import language_of

    try:
        use_language(language_of(hello.language, hello.locale))
    except ValueError:
        # A till of another version may speak what this program does not.
        use_language(language_of())


class ListeningApp(Protocol):
    """An app that listens, as far as its opening is concerned."""

    wanted: str
    """Which till is waited for, in a sentence."""

    @property
    def failure(self) -> Exception | None:
        """Why nothing can be shown; the app has ended then."""
        ...


def run_listening_app(
    make: Callable[[Channel, Callable[[], Settings]], ListeningApp],
    sources: Sources,
    usual_store: Callable[[], Path],
    *,
    training: bool,
    mouse: bool,
) -> int:
    """Run an app beside the till on the store and lane of the settings, or beside the training till; the exit code.

    Raises TillError `settings_invalid`, `channel_unusable`, `store_unusable`.
    """
    read: list[Settings] = []

    def settings() -> Settings:
        from pos.settings.loading import load

        found = load(sources).settings
        read[:] = [found]
        return found

    def channel() -> Path:
        from pos.ipc.socket_paths import channel_to

        (found,) = read
        lane, store = found.till.lane, None if training else found.till.store or usual_store()
        if training:
            listening_app.wanted = _("Waiting for training to begin.")
        else:
            listening_app.wanted = _("Waiting for till {lane} of the store {store}.", lane=lane, store=store)
        return channel_to(store, lane)

    listening_app = make(channel, settings)
    app = listening_app
    assert isinstance(app, TerminalApp)
    theme = early_settings(sources.file, sources.environ).theme
    if theme in app.available_themes:
        app.theme = theme
    status = run(app, mouse=mouse)
    if listening_app.failure is not None:
        raise listening_app.failure
    return status
