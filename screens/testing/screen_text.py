"""What is on the screen, as someone who looks at it reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.terminal.internals.drawing import strips, within

if TYPE_CHECKING:
    from screens.app.till_app import TillApp

__tracebackhide__ = True

SOON = 2.0
"""Seconds for which a text is waited for on a screen that is at rest: only a timer could still bring it."""
_FRAME = str.maketrans(dict.fromkeys("│▌╭╮╰╯─┃━┌┐└┘", " "))


def screen_text(app: TillApp, panel: str | None = None) -> str:
    """What is drawn on the screen, line by line, or in one panel by its id.

    Raises AssertionError if the screen in front has no such panel.
    """
    if panel is None:
        return "\n".join(strip.text for strip in strips(app))
    from screens.render.panel import Panel

    found = list(app.screen.query(f"#{panel}").results(Panel))
    if not found:
        there = ", ".join(str(item.id) for item in app.screen.query(Panel) if item.id)
        raise AssertionError(f"This screen has no panel {panel!r}. It has: {there}.")
    with within(app):
        return "\n".join(item.render_line(y).text for item in found if item.display for y in range(item.size.height))


def is_seen(wanted: str, text: str) -> bool:
    """Whether a text is read on the screen: on one line, or over several lines within frames; upper case or not."""
    wanted = wanted.casefold()
    return wanted in text.casefold() or " ".join(wanted.split()) in _flat(text.casefold())


def check_theme(app: TillApp, theme: str) -> None:
    """Raise ValueError, with the names there are, if there is no such theme."""
    if theme not in app.available_themes:
        raise ValueError(f"{theme!r} is no theme: say one of {', '.join(sorted(app.available_themes))}")


def place_of(wanted: str, app: TillApp) -> tuple[int, int] | None:
    """Column and line of the middle of a text on the screen, as it is written; None if it is not there."""
    from pos.domain.terminal_text import width

    for line, strip in enumerate(strips(app)):
        before, found, _ = strip.text.partition(wanted)
        if found:
            return width(before) + width(wanted) // 2, line
    return None


def _flat(text: str) -> str:
    return " ".join(text.translate(_FRAME).split())
