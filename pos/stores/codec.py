"""Documents as bytes: one line of ASCII JSON each, the key first where the document has one."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

from pydantic_core import PydanticSerializationError

from pos.domain.model import Value
from pos.domain.ports import Document

KEY = "key"
"""The field that carries a record's key, so that whoever reads the files with stock TinyDB sees it."""

_KEY_FIRST = re.compile(rb'\{"key":"((?:[^"\\]|\\.)*)"')
_dumps = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_loads = json.JSONDecoder().raw_decode


_ESCAPED = "tillkey-json"


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return _dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(_ESCAPED, _escape)


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
    document: Document = _loads(row.decode())[0]
    return document


def no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, for `object_pairs_hook`. Raises ValueError for a name that is there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def body(value: Value, *, brief: bool = False, without: Mapping[str, set[str]] | None = None) -> bytes:
    """A value as one line, without a key; `brief` leaves out what has its default.

    `without` names fields of its fields' values that are left out too.
    """
    try:
        found: bytes = value.__pydantic_serializer__.to_json(value, exclude=without, exclude_defaults=brief)
    except PydanticSerializationError:
        # Half a character, as broken JSON from outside may hold, is no UTF-8: it is kept escaped.
        return text(value.model_dump(mode="json", exclude=without, exclude_defaults=brief))
    return found if found.isascii() else found.decode().encode("ascii", _ESCAPED)


def keyed(key: str, line: bytes) -> bytes:
    """A line from `body` with its key put in."""
    return b'{"key":' + encode_basestring_ascii(key).encode() + (line[1:] if line == b"{}" else b"," + line[1:])


@lru_cache(maxsize=64)
def quoted(value: str) -> bytes:
    """A table's name as JSON."""
    return encode_basestring_ascii(value).encode()


def text(value: object) -> bytes:
    """Any JSON value as one line."""
    if type(value) is int:
        # A tenth of what it takes the encoder to begin.
        return b"%d" % value
    return _dumps(value).encode("ascii")


def key_of(row: bytes) -> str | None:
    """The key in a line, without decoding the rest; None if the document has none."""
    found = _KEY_FIRST.match(row)
    return key_text(found[1]) if found else None


def key_text(raw: bytes) -> str:
    """A key from between its quotes in a line."""
    if b"\\" not in raw:
        return raw.decode()
    key: str = json.loads(b'"' + raw + b'"')
    return key
