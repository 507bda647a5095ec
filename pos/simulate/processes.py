"""Processes of a simulation: they end with it, however it ends, and nobody's own settings count in them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pos.own_program import own_program, safe_paths
from pos.settings.origins import PREFIX

KEEPER: Final = 'read -r word || kill -s KILL "$0"'
"""Ends a process at the end of its input, unless it reads a word before: when the simulation ends, however it ends."""


class Kept:
    """A process that ends with the simulation."""

    def __init__(self, words: tuple[str, ...], folder: Path, complaints: Path, **options: Any) -> None:
        """This program with other arguments, in a folder, with what it complains of in a file."""
        with complaints.open("wb") as file:
            self.process = subprocess.Popen(
                own_program(*words), stderr=file, cwd=folder, env=environment(os.environ), **options
            )
        self._keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, str(self.process.pid)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def ended(self, seconds: float) -> None:
        """Wait until it has ended, by force after so many seconds; said again, nothing is left to do."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self._keeper.returncode is None:
            self._keeper.communicate(b"over\n")


def environment(outside: Mapping[str, str]) -> dict[str, str]:
    """An environment in which nobody's own settings count."""
    return {name: value for name, value in safe_paths(outside).items() if not name.startswith(PREFIX)}
