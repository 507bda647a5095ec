"""What every value of the domain is: immutable, strict about its fields, and built when first used."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Annotated, Any, Final, ParamSpec, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
)
from pydantic_core import CoreSchema, core_schema

from pos.domain.i18n import N_
from pos.domain.locale_format import decimal_text
from pos.domain.message import lazy


class Value(BaseModel):
    """An immutable record that refuses unknown fields. Its validator is built on first use, to start fast."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


Built = TypeVar("Built", bound=Value)
Fields = ParamSpec("Fields")
_put_fields = BaseModel.__dict__["__dict__"].__set__
_put_names = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_put_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_put_private = BaseModel.__dict__["__pydantic_private__"].__set__


def trusted(kind: Callable[Fields, Built]) -> Callable[Fields, Built]:
    """The constructor of a class of values, its fields checked by the type checker alone: half of the cost.

    For what the domain itself has computed, never for what came from outside.
    """
    if not (isinstance(kind, type) and issubclass(kind, Value)):
        raise TypeError(f"{kind!r} is no class of values")
    new, made = object.__new__, cast(type[Built], kind)
    names, many = set(made.model_fields), len(made.model_fields)

    def construct(*_none: Fields.args, **fields: Fields.kwargs) -> Built:
        value = new(made)
        _put_fields(value, fields if len(fields) == many else _completed(made, fields))
        _put_names(value, names)
        _put_extra(value, None)
        _put_private(value, None)
        return value

    return construct


def _completed(kind: type[Value], fields: dict[str, Any]) -> dict[str, Any]:
    """All fields in the order of their class, in which they are written out, with the defaults of those left out."""
    known = kind.model_fields
    if wrong := fields.keys() - known.keys() or {n for n in known if known[n].is_required()} - fields.keys():
        raise TypeError(f"{kind.__name__} has other fields: {', '.join(sorted(wrong))}")
    return {**{name: field.get_default(call_default_factory=True) for name, field in known.items()}, **fields}


@cache
def _names_of(kind: type[Value]) -> set[str]:
    return set(kind.model_fields)


def changed(value: Built, **fields: Any) -> Built:
    """A copy with other fields, known to be right: `model_copy` at a fraction of its cost.

    The type checker knows the fields of each class by a plugin of its own, see `[tool.mypy]`.
    """
    kind = type(value)
    held = value.__dict__ | fields
    if len(held) != len(value.__dict__):
        raise TypeError(f"{kind.__name__} has other fields: {', '.join(sorted(fields.keys() - value.__dict__.keys()))}")
    copy: Built = object.__new__(kind)
    _put_fields(copy, held)
    _put_names(copy, _names_of(kind))
    _put_extra(copy, None)
    _put_private(copy, None)
    return copy


def _instant(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValueError(lazy("must be a moment with its distance from UTC"))
    return moment


Instant = Annotated[datetime, BeforeValidator(_instant)]
"""A point in time that is known in every zone; one at the ends of the calendar has no date in some."""


def _list(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise ValueError(lazy("must be a list"))
    return value


def _is_none(value: object) -> bool:
    return value is None


Actor = Annotated[str | None, Field(exclude_if=_is_none)]
"""Who did something; None where nobody signs in, and then it is not written out."""


LIST: Final = BeforeValidator(_list)
"""Makes a tuple's field refuse anything but a list, in plain words."""


@lru_cache(maxsize=4096)
def _quantity_json(value: Decimal) -> int | str:
    return int(value) if value == value.to_integral_value() else decimal_text(value)


_LONGEST: Final = 1000
"""A Decimal with a larger exponent than that, either way, is not written out."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A field's exact decimals: up to 10 to the power of `digits`, with at most `decimals` after the point.

    JSON: an integer or a decimal string without exponent, in the loader as in the schema; never a float. Below zero
    only if `signed`.
    """

    digits: int
    decimals: int
    signed: bool = False

    @property
    def pattern(self) -> str:
        """The regular expression of the decimal strings within these bounds."""
        sign, digits, decimals = "-?" if self.signed else "", self.digits, self.decimals
        highest, others = f"10{{{digits}}}", f"[0-9]{{1,{digits}}}"
        if decimals:
            highest, others = rf"{highest}(\.0{{1,{decimals}}})?", rf"{others}(\.[0-9]{{1,{decimals}}})?"
        return f"^{sign}({highest}|{others})$"

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest value."""
        highest: int = 10**self.digits
        return (-highest if self.signed else 0), highest

    def checked(self, value: object) -> Decimal:
        """The value of an integer, a decimal string or a Decimal. Raises ValueError, saying what is wrong with it."""
        low, high = self.bounds
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return Decimal(value)
        text = _plain(value)
        if text is None:
            if isinstance(value, float):
                raise ValueError(lazy("must be a whole number or a decimal string such as “8.875”, not a float"))
            raise ValueError(lazy("must be a whole number or a decimal string such as “8.875”"))
        if not re.fullmatch(self.pattern, text):
            bounds = N_("must be from {low} to {high} with at most {decimals} decimals")
            text = bounds if self.decimals else N_("must be a whole number of minor units, from {low} to {high}")
            raise ValueError(lazy(text, low=low, high=high, decimals=self.decimals))
        return Decimal(text)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """What pydantic validates the field by. Records have few different numbers: each is looked at once."""
        known = lru_cache(maxsize=4096, typed=True)(self.checked)

        def decimal(value: object) -> Decimal:
            return known(value) if type(value) in (str, int) else self.checked(value)

        return core_schema.no_info_plain_validator_function(decimal)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """A whole number within the bounds, or a text with decimals."""
        low, high = self.bounds
        whole = {"type": "integer", "minimum": low, "maximum": high}
        return {"anyOf": [whole, {"type": "string", "pattern": self.pattern}]}


def _plain(value: object) -> str | None:
    """A number's text without exponent; "" if that is too long to write, None for what is no exact number."""
    if isinstance(value, str):
        return value if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else None
    if isinstance(value, Decimal) and value.is_finite():
        return decimal_text(value) if abs(int(value.as_tuple().exponent)) <= _LONGEST else ""
    return "" if isinstance(value, int) and not isinstance(value, bool) else None


Percent = Annotated[Decimal, Exact(3, 100), PlainSerializer(lru_cache(maxsize=4096)(decimal_text), return_type=str)]
"""An exact percentage, 0 to 1000: Decimal("8.875") is 8.875 %. JSON: a decimal string."""

Quantity = Annotated[Decimal, Exact(9, 3, signed=True), PlainSerializer(_quantity_json)]
"""Pieces or a weight. JSON: an integer if it is whole, else a decimal string."""

Level = Annotated[Decimal, Exact(27, 3, signed=True), PlainSerializer(_quantity_json)]
"""What sales and returns have made of a quantity: more, or further below zero, than one of them may be."""
