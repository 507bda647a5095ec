"""Whether an `expect` of a flow can ever hold: its field is one of a sale's, and its value one that the field takes."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.model import Value
from pos.domain.sale import Sale
from pos.language.queries import SHAPES


def check_expectation(field: str, value: str) -> None:
    """Raises TillError `expectation_failed` for a field that no sale has, or a value that it never has."""
    kind: Any = Sale
    optional = False
    head, *parts = field.split(".")
    if head in SHAPES and (head == "checks" or len(parts) > 1):
        # Between them stand a code, or a ticket's number, of which only the till knows whether they are there.
        kind, parts = SHAPES[head] if parts else int, parts[-1:]
    else:
        parts = [head, *parts]
    for part in parts:
        kind, optional = _inside(kind, part, field)
    if optional and value.casefold() == "none":
        return
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if value.casefold() not in choices:
            text = N_("{field} is never {value}. It is one of {choices}.")
            raise _never(text, field=field, value=value, choices=", ".join(choices))
    elif kind is not str and not _is_number(value):
        raise _never(N_("{field} is a number, and never {value}."), field=field, value=value)


def _inside(kind: Any, part: str, field: str) -> tuple[Any, bool]:
    """What a part of a field's name is of the one before it, and whether it may be empty."""
    if get_origin(kind) is tuple:
        return get_args(kind)[0], False
    if not (isinstance(kind, type) and issubclass(kind, Value)) or part not in kind.model_fields:
        raise _never(N_("The sale has no field {field}."), field=field)
    inner = kind.model_fields[part].annotation
    if get_origin(inner) in (UnionType, Union):
        some = [one for one in get_args(inner) if one is not NoneType]
        # A choice of values is a reason, which a sale tells as a sentence.
        kind = str if len(some) > 1 and isinstance(some[0], type) and issubclass(some[0], Value) else some[0]
        return kind, len(some) < len(get_args(inner))
    return inner, False


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _never(text: str, **named: str) -> TillError:
    return TillError("expectation_failed", lazy(text, **named), field=named["field"])
