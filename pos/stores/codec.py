"""Documents as bytes: one line of ASCII JSON each, the key first where the document has one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pos.domain.ports import Document

KEY = "key"
"""The field that carries a record's key, so that whoever reads the files with stock TinyDB sees it."""

_KEY_FIRST = re.compile(rb'\{"key":"((?:[^"\\]|\\.)*)"')
_dumps = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_loads = json.JSONDecoder().raw_decode


def encode(document: Mapping[str, Any], key: str | None = None) -> bytes:
    """A document as one line. `key` is put in; without it a key that the document has of itself is moved first.

    Raises ValueError or TypeError for what is not JSON.
    """
    if key is not None:
        document = {KEY: key, **document}
    elif KEY in document:
        document = {KEY: document[KEY], **document}
    return _dumps(document).encode("ascii")


def decode(row: bytes) -> Document:
    """A new document from its line, with its key if it has one."""
    document: Document = _loads(row.decode("ascii"))[0]
    return document


def text(value: object) -> bytes:
    """Any JSON value as one line."""
    return _dumps(value).encode("ascii")


def key_of(row: bytes) -> str | None:
    """The key in a line, without decoding the rest; None if the document has none."""
    found = _KEY_FIRST.match(row)
    return key_text(found[1]) if found else None


def key_text(raw: bytes) -> str:
    """A key from between its quotes in a line."""
    if b"\\" not in raw:
        return raw.decode("ascii")
    key: str = json.loads(b'"' + raw + b'"')
    return key
