"""Opening the till on a terminal, with the settings that are in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.message import joined
from pos.settings import early_settings
from screens.app.till_app import TillApp
from screens.terminal.run import run

if TYPE_CHECKING:
    from pos.extensions.installed import Groups
    from pos.settings.loading import InForce
    from pos.settings.model import Settings
    from pos.settings.sources import Sources
    from pos.till.till import Till

LATENCY: Final = 0.8
"""Seconds that the simulated gateway takes if nothing else is said, so that one sees a card being charged."""


def _copied(usual_store: Callable[[], Path]) -> Path | None:
    """The store whose shop is trained on; None if there is none."""
    try:
        folder = usual_store()
    except TillError:
        return None
    return folder if folder.is_dir() else None


def _extended() -> Groups:
    """What may be added to a till with a screen."""
    from screens.extensions import groups

    return groups()


def run_app(
    sources: Sources,
    usual_store: Callable[[], Path],
    *,
    training: bool = False,
    trust: bool = False,
    metrics: int | None = None,
) -> int:
    """Open the till on this terminal; the exit code, once it is closed.

    The settings are read behind the first frame, which takes their theme at a glance. `usual_store` finds the store's
    folder if they name none. For `training` a copy of what is there is opened. `trust` is as in `server_options`;
    `metrics` is the port on which they are served. Raises the TillError of what was wrong after the screen has told it:
    the terminal keeps it.
    """
    read: list[InForce] = []

    def settings() -> Settings:
        from pos.extensions.installed import load_extensions
        from pos.settings.loading import load

        # Settings may name the keys of their actions.
        load_extensions(_extended)
        found = load(sources)
        read[:] = [found]
        if found.settings.log.file is not None:
            from pos.log import open_log

            store = found.settings.till.store or _copied(usual_store)
            open_log(found.settings.log.file, store=store, training=training, on_screen=True)
        return found.settings

    def opened() -> Till:
        from pos.bootstrap import open_till
        from pos.extensions.installed import left_out, told_in_short
        from pos.settings.queue import queue_options
        from pos.settings.server import server_options

        (found,) = read
        missing = told_in_short(left_out())
        till = found.settings.till
        named = found.origin("till.catalog").kind == "option"
        try:
            made = open_till(
                till.store or (_copied(usual_store) if training else usual_store()),
                catalog=till.catalog if named else None,
                usual_catalog=till.catalog,
                lane=till.lane,
                gateway=till.gateway,
                printer=till.printer,
                latency=LATENCY if till.latency is None else till.latency,
                timeout=till.timeout,
                decide_after=till.decide_after,
                tell=app.hear,
                training=training,
                server=server_options(found.settings, trust=trust),
                queueing=queue_options(found.settings),
            )
        except TillError as error:
            # What is missing may be the store's own kind.
            raise TillError(error.code, joined((error.words, *missing)), **error.details) from None
        made.notices += missing
        if metrics is not None:
            from pos.log import hear_refusals
            from pos.metrics import serve_metrics

            served, told = serve_metrics(made, metrics)
            made.notices += (told,) if told else ()
            if served is not None:
                hear_refusals(served.refused)
        return made

    def channel(till: Till) -> Path:
        from pos.ipc.socket_paths import channel_path

        return channel_path(None if till.training else till.place, till.lane)

    app = TillApp(opened, settings=settings, channel=channel)
    app.sources, app.training = sources, training
    theme = early_settings(sources.file, sources.environ).theme
    if theme in app.available_themes:
        app.theme = theme
    try:
        status = run(app)
    finally:
        app.close_till()
    if app.failure is not None:
        raise app.failure
    return status
