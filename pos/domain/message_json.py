"""Messages as JSON has them, for a reader in another program: the text, and its facts by name."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from pos.domain.locale_format import Style
from pos.domain.message import Fact, Message, Money, Number, Percentage, When, verbatim

DEEPEST: Final = 8
"""How many messages may stand within one another."""


def message_data(message: Message) -> dict[str, Any]:
    """A message as JSON has it; texts and whole numbers stand for themselves, other facts as objects."""
    data: dict[str, Any] = {"text": message.text}
    if message.many:
        data["many"] = message.many
    if message.values:
        data["values"] = {name: _fact_data(fact) for name, fact in message.values}
    return data


def message_of(data: object, depth: int = DEEPEST) -> Message:
    """The message of what JSON has; a text alone is one that is the same in every language. Raises ValueError."""
    match data:
        case Message():
            return data
        case str():
            return verbatim(data)
        case {"text": str(text), **rest} if depth:
            values, many = rest.get("values", {}), rest.get("many", "")
            if isinstance(values, dict) and isinstance(many, str):
                return Message(text, tuple((str(name), _fact(value, depth)) for name, value in values.items()), many)
    raise ValueError("no message")


def _fact_data(fact: Fact) -> Any:
    match fact:
        case Message():
            return message_data(fact)
        case Number(number):
            return {"number": str(number)}
        case Percentage(percent):
            return {"percent": str(percent)}
        case Money(amount, exponent):
            return {"amount": amount, "exponent": exponent}
        case When(at, style):
            return {"moment" if isinstance(at, datetime) else "day": at.isoformat(), "style": style}
    return fact


def _fact(data: object, depth: int) -> Fact:
    match data:
        case str() | int():
            return data
        case {"number": str(number)}:
            return Number(_decimal(number))
        case {"percent": str(percent)}:
            return Percentage(_decimal(percent))
        case {"amount": int(amount), "exponent": int(exponent)} if 0 <= exponent < 10:
            return Money(amount, exponent)
        case {"moment": str(at), "style": str(style)}:
            return When(datetime.fromisoformat(at), _style(style))
        case {"day": str(at), "style": str(style)}:
            return When(date.fromisoformat(at), _style(style))
    return message_of(data, depth - 1)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("no number") from None
    if not number.is_finite() or number.adjusted() > 30:
        raise ValueError("no number")
    return number


def _style(text: str) -> Style:
    style: Style
    for style in get_args(Style):
        if style == text:
            return style
    raise ValueError("no style")
