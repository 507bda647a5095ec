"""JSON as it is printed for other programs."""

from __future__ import annotations

import json


def json_text(value: object, *, indent: int | None = None) -> str:
    """A JSON value in ASCII, without controls: in one line for every reader, or in one of each `indent`."""
    separators = (",", ":") if indent is None else None
    return json.dumps(value, indent=indent, separators=separators, allow_nan=False).replace("\x7f", "\\u007f")
