"""Keys for an app that is no till: each is pressed once all that follows from the one before is drawn."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.events import Key
from textual.keys import _character_to_key

from screens.driver.idle import PATIENCE, wait_until
from screens.driver.keyboard import parsed
from screens.terminal.internals.errors import is_over
from screens.terminal.internals.settling import answered, is_settled, paint_now


async def press(app: App[Any], *keys: str) -> None:
    """Press keys by their names, or what they type."""
    for key in keys:
        for event in [Key(_character_to_key(key), key)] if len(key) == 1 else parsed(f"<{key}>"):
            app.post_message(event)
        await rest(app)


async def rest(app: App[Any]) -> None:
    """Wait until all that was said to an app is done and drawn."""

    def at_rest() -> bool:
        paint_now(app)
        return is_settled(app)

    await answered(app)
    assert await wait_until(lambda: is_over(app) or at_rest(), PATIENCE)
