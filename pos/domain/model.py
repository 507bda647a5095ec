"""What every value of the domain is: immutable, strict about its fields, and built when first used."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer


class Value(BaseModel):
    """An immutable record that refuses unknown fields. Its validator is built on first use, to start fast."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


Built = TypeVar("Built", bound=Value)
_put_fields = BaseModel.__dict__["__dict__"].__set__
_put_names = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_put_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_put_private = BaseModel.__dict__["__pydantic_private__"].__set__


def trusted(kind: type[Built], fields: dict[str, Any]) -> Built:
    """A value of `kind` from all its fields, known to be right: no validation, and half of its cost.

    `fields` becomes the value's own; for what the domain itself has computed, never for what came from outside.
    """
    value = object.__new__(kind)
    _put_fields(value, fields)
    _put_names(value, _names(kind))
    _put_extra(value, None)
    _put_private(value, None)
    return value


@cache
def _names(kind: type[Value]) -> set[str]:
    return set(kind.model_fields)


def _decimal(value: object) -> object:
    """A Decimal from a string, an integer or a Decimal; a float or a bool is left to be refused."""
    if isinstance(value, bool | float):
        raise ValueError('must be a whole number or a decimal string such as "8.875", not a float')
    return Decimal(value) if isinstance(value, int) else value


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros: Decimal("10.50") is "10.5"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quantity_json(value: Decimal) -> int | str:
    return int(value) if value == value.to_integral_value() else decimal_text(value)


Percent = Annotated[Decimal, BeforeValidator(_decimal), PlainSerializer(decimal_text, return_type=str)]
"""An exact percentage: Decimal("8.875") is 8.875 %. JSON: a decimal string."""

Quantity = Annotated[Decimal, BeforeValidator(_decimal), PlainSerializer(_quantity_json)]
"""Pieces or a weight. JSON: an integer if it is whole, else a decimal string."""
