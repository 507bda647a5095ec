"""Waiting for what another thread or process does: for as long as it takes, within a bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 60.0
"""Seconds after which what does not become true is given up."""


def until(true: Callable[[], object], what: str) -> None:
    """Ask until it is true; AssertionError tells `what` did not come to be."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.002)
