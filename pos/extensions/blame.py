"""Whose fault an error is: the installed package in whose code it came up."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import takewhile
from operator import eq
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from pos.domain.message import NOTHING, Message, lazy, raised
from pos.domain.terminal_text import clean
from pos.extensions.installed import LONGEST, loaded

if TYPE_CHECKING:
    from pos.extensions.installed import Extension


def place_of(error: BaseException) -> Message:
    """The package, module and line where an error came up: the innermost of another package; empty if there is none."""
    owners = {_top(extension.value.partition(":")[0]): extension for extension in loaded()}
    found = _in_file(error, owners) if isinstance(error, SyntaxError) else None
    trace = None if found is not None else error.__traceback__
    while trace is not None:
        module = _module(trace.tb_frame)
        if _top(module) in owners:
            found = _nearest(module), module, trace.tb_lineno
        trace = trace.tb_next
    if found is None:
        return NOTHING
    owner, module, line = found
    return lazy(
        "{package} {version} ({module}, line {line})",
        package=owner.package,
        version=owner.version,
        module=clean(module)[:LONGEST],
        line=line,
    )


def blamed(error: BaseException) -> Message:
    """An error that nobody expected, in a line: where it came up, if that is in another package, and what it says."""
    return with_place(raised(error), place_of(error))


def with_place(error: Message, place: Message) -> Message:
    """An error and where it came up, in a line; of no other package by itself."""
    return lazy("a fault of {place}: {error}", place=place, error=error) if place else error


def _in_file(error: SyntaxError, owners: Mapping[str, Extension]) -> tuple[Extension, str, int] | None:
    """Whose file cannot be read, a style sheet's included, and where."""
    # A package may raise one of its own, of which these can be anything.
    file = Path(str(error.filename or ""))
    for top, owner in owners.items():
        module = sys.modules.get(top)
        if any(Path(folder) in file.parents for folder in getattr(module, "__path__", ())):
            return owner, file.name, error.lineno if isinstance(error.lineno, int) else 0
    return None


def _nearest(module: str) -> Extension:
    """Whose module this is: packages of one maker may have the first part of its name in common."""
    parts = module.split(".")

    def shared(extension: Extension) -> int:
        own = extension.value.partition(":")[0].split(".")
        return sum(1 for _ in takewhile(bool, map(eq, own, parts)))

    return max(loaded(), key=shared)


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__") or "")


def _top(module: str) -> str:
    return module.partition(".")[0]
