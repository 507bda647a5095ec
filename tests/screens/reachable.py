"""What an object holds, near or far: whatever Python itself would keep alive with it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, Final

PROGRAM: Final = (ModuleType, CodeType, BuiltinFunctionType, type)
"""What is written, not held."""


def texts_within(root: object) -> Iterator[str]:
    """Every text that can be reached from an object, keys and frames included, but what modules hold by themselves."""
    seen = {id(vars(module)) for module in [*sys.modules.values()]}
    waiting: list[Any] = [root]
    while waiting:
        found = waiting.pop()
        if isinstance(found, PROGRAM) or id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, str | bytes | bytearray):
            yield found if isinstance(found, str) else found.decode("latin-1")
        elif isinstance(found, FunctionType):
            waiting += [found.__closure__, found.__defaults__, found.__kwdefaults__, found.__dict__]
        else:
            waiting += gc.get_referents(found)
