"""Opening the manual on a terminal, with the settings that are in force; or its pages as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos.manual import Page
    from pos.settings.sources import Sources


def run_manual(pages: Sequence[Page], first: Page, sources: Sources) -> int:
    """Show the manual from a page on; the exit code. Wrong settings do not count: the manual tells how to mend them."""
    from pos.domain.errors import TillError
    from pos.settings.loading import load
    from screens.manual.app import ManualApp
    from screens.terminal.run import run

    app, mouse = ManualApp(pages, first), True
    try:
        screen = load(sources).settings.screen
    except TillError:
        pass
    else:
        mouse = screen.mouse
        app.wear(screen.theme, screen.themes)
    return run(app, mouse=mouse)


def manual_lines(page: Page, columns: int) -> Iterator[str]:
    """The lines of a page as plain text."""
    from screens.manual.plain import plain_lines

    return plain_lines(page, columns)
