"""What every test relies on: one copy of the program, and an environment that says nothing about colours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import pos
import screens

HERE = Path(__file__).resolve().parent.parent

for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL", "TEXTUAL_ANIMATIONS", "FORCE_COLOR", "COLORTERM"):
    os.environ.pop(name, None)


def pytest_sessionstart() -> None:
    """Stop when an installed copy of the program would be tested instead of this one, or mixed with it."""
    strays = [package.__file__ for package in (pos, screens) if not _is_ours(package.__file__)]
    if strays:
        pytest.exit(f"These tests would run against {strays[0]}. Run `python3 -m pytest` in {HERE} instead.", 4)


def _is_ours(file: str | None) -> bool:
    return file is not None and Path(file).resolve().is_relative_to(HERE)
