"""Published test numbers, amounts and decline codes, each with its source."""

import json
from pathlib import Path
from typing import Any


def _read(name: str) -> Any:
    return json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


VECTORS: list[dict[str, Any]] = _read("cards.json")
DECLINE_CODES: list[str] = _read("decline_codes.json")["codes"]


def vectors(source: str, field: str) -> list[dict[str, Any]]:
    """The rows whose source begins with `source` and whose input has `field`."""
    return [row for row in VECTORS if row["source"].startswith(source) and field in row["input"]]
