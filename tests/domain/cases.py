"""Figures that other engines assert and that follow our rules; each case keeps its id and its source."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Case:
    id: str
    source: str
    input: dict[str, Any]
    expected: dict[str, Any]


def _every(_: Case) -> bool:
    return True


def cases(name: str, which: Callable[[Case], bool] = _every) -> pytest.MarkDecorator:
    """The cases of a file as a parameter `case` of a test: every one, or those that are `which` the test is for."""
    text = (Path(__file__).parent / "vectors" / f"{name}.json").read_text("utf-8")
    found = [Case(**item) for item in json.loads(text, parse_float=Decimal)]
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in found if which(case)])
