"""Where the files are that come with the program: the demo shop and its scripts."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def data_folder() -> Path:
    """The folder of bundled data: inside the installed package, or beside it in a checkout."""
    installed = _HERE / "_data"
    return installed if installed.is_dir() else _HERE.parent / "data"
