"""Where the settings of this run are read from. Nothing heavy is loaded until they are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pos.domain.errors import TillError
from pos.domain.message import Message, lazy
from pos.settings.origins import settings_file

OPTIONS: Final = {
    "till.store": "--store",
    "till.catalog": "--catalog",
    "till.lane": "--lane",
    "till.latency": "--latency",
    "till.timeout": "--timeout",
    "log.file": "--log",
}
"""The settings that the command line has an option for."""

CheckKeys = Callable[[Mapping[str, str]], Iterable[tuple[str, Message]]]
"""What is wrong with the keys of actions: pairs of an action and what is wrong, in words for whoever reads them."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where settings are read from: a file (None: the usual one), variables, and options of the command line.

    `options` has names of settings, such as `till.lane`, and values; `check_keys` says what is wrong with keys.
    """

    file: Path | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    options: Mapping[str, object] = field(default_factory=dict)
    check_keys: CheckKeys | None = None

    @property
    def path(self) -> Path:
        """The settings file, which may not exist. Raises TillError `settings_invalid` if there is no place for one."""
        path, _named = settings_file(self.environ, self.file)
        if path is None:
            text = lazy("You have no home folder on this machine: name the settings file with --settings FILE.")
            raise TillError("settings_invalid", text)
        return path

    @property
    def folder(self) -> Path | None:
        """Where the settings file lies; None if there is no place for one."""
        path, _named = settings_file(self.environ, self.file)
        return path.parent if path is not None else None
