"""Keeps out what the one who runs the tests has set for themselves: colours, themes, languages, settings."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

KEPT_OUT: Final = (
    "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG",
    "COLUMNS", "LINES", "LANG", "LANGUAGE", "ESCDELAY",
)  # fmt: skip
PREFIXES: Final = ("TEXTUAL", "TILLKEY_", "LC_")
SPARED: Final = "TEXTUAL_SNAPSHOT_"
"""How the variables of pytest-textual-snapshot begin, with which it finds its own pictures again."""
FOLDERS: Final = (
    "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
    "APPDATA", "LOCALAPPDATA",
)  # fmt: skip
"""Where a user's settings, stores and sockets are looked for."""

_inside = 0


def keep_out() -> None:
    """Forget for good what the one who runs the tests has set for colours, themes, languages and the till."""
    for name in tuple(os.environ):
        if name in KEPT_OUT or (name.startswith(PREFIXES) and not name.startswith(SPARED)):
            del os.environ[name]


@contextmanager
def plain_surroundings() -> Iterator[None]:
    """Nothing from outside changes what is drawn, as long as this lasts; afterwards all is as before.

    Settings and stores are looked for in an empty folder. One inside another changes nothing.
    """
    global _inside
    if _inside:
        _inside += 1
        try:
            yield
        finally:
            _inside -= 1
        return
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="tillkey-test-") as empty:
        _inside = 1
        keep_out()
        os.environ.update(dict.fromkeys((*FOLDERS, "HOME"), empty))
        try:
            yield
        finally:
            _inside = 0
            os.environ.clear()
            os.environ.update(before)
