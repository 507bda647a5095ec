"""What is to be said, as data: a text of the catalogue and the facts that it names.

Words are made of it where it is shown, in the language of whoever reads it there: the same message is German on a
till's screen and English in its log. `lazy` and `lazy_plural` are what `_` and `plural` are for words that are shown
at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from pos.domain.addresses import without_passwords
from pos.domain.i18n import Language, _, current_language, moment_text, number_text, percent_text, wording
from pos.domain.locale_format import Style, plain_money
from pos.domain.terminal_text import clean

LONGEST_REASON: Final = 200
"""How much of what somebody else's program says is told."""
_NAME: Final = re.compile(r"\{(\w+)\}")
_COUNT: Final = "count"


class Number(NamedTuple):
    """A quantity, or another number, that is written as the locale writes it."""

    number: Decimal

    def __str__(self) -> str:
        return number_text(self.number)


class Percentage(NamedTuple):
    """A percentage."""

    percent: Decimal

    def __str__(self) -> str:
        return percent_text(self.percent)


class Money(NamedTuple):
    """Minor units of a currency with so many decimals."""

    amount: int
    exponent: int

    def __str__(self) -> str:
        return current_language().locale_format.number(plain_money(self.amount, self.exponent))


class When(NamedTuple):
    """A day, or a moment in the zone in which it is to be read, and how much of it is written."""

    at: date
    style: Style

    def __str__(self) -> str:
        return moment_text(self.at, self.style)


@dataclass(frozen=True, slots=True)
class Message:
    """A text and what stands in the place of its `{names}`; `str` says it in the language in use.

    If there is one for `many`, the value `count` chooses between both.
    """

    text: str
    values: tuple[tuple[str, Fact], ...] = ()
    many: str = ""

    def __str__(self) -> str:
        facts = dict(self.values)
        text = current_language().ngettext(self.text, self.many, self._count) if self.many else _(self.text)
        return _NAME.sub(lambda name: str(facts.get(name[1], name[0])), text) if facts else text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def _count(self) -> int:
        return next((value for name, value in self.values if name == _COUNT and isinstance(value, int)), 0)

    def said_in(self, language: Language) -> str:
        """The message in another language than the one in use."""
        with wording(language):
            return str(self)


Fact = str | int | Number | Percentage | Money | When | Message
"""What a message may name: what is the same in every language, or what each language writes in its own way."""

_FACTS: Final = (str, int, Number, Percentage, Money, When, Message)


def lazy(text: str, /, **values: object) -> Message:
    """A text for the catalogue that is said later. A Decimal is a number; any other object is named as it is now."""
    return Message(text, _facts(values))


def lazy_plural(one: str, many: str, count: int, /, **values: object) -> Message:
    """One of two texts by a count, said later; `{count}` is the count."""
    return Message(one, _facts({_COUNT: count, **values}), many)


def verbatim(text: str) -> Message:
    """What is said like this in every language: a name, or the words of another program."""
    return Message("{text}", (("text", text),)) if text else NOTHING


def joined(parts: Iterable[Fact], by: str = " ") -> Message:
    """Several messages, names or numbers one behind the other; of what is empty, nothing."""
    told = [part for part in parts if part or isinstance(part, int)]
    text, names = _row(len(told), by)
    return Message(text, tuple(zip(names, told, strict=True)))


def words_of(error: Exception) -> Message:
    """What an error says: the message that it was raised with, else its text, which is the same in every language."""
    words = getattr(error, "words", None) or next(iter(error.args), None)
    return words if isinstance(words, Message) else verbatim(getattr(error, "strerror", None) or str(error))


def raised(error: BaseException) -> Message:
    """What another package raised, as it may stand in a sentence: its type and what it says, without a full stop."""
    try:
        said = str(error)
    except Exception:
        # It fails even to say what it is.
        said = ""
    told = ": ".join(filter(None, (type(error).__name__, without_passwords(said))))
    return verbatim(clean(told).rstrip(".: ")[:LONGEST_REASON])


def quoted(text: str, most: int = 40) -> Message:
    """A name from outside as a sentence repeats it: in quotation marks, and as `spelled_out`."""
    return lazy("“{text}”", text=spelled_out(text, most))


def spelled_out(text: str, most: int = 40) -> str:
    """A name from outside in one line, only its beginning if it is long; what cannot be printed is told, as `\\n`."""
    seen = text if text.isprintable() else "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
    return seen if len(seen) <= most else f"{seen[:most]}…"


@lru_cache(maxsize=64)
def _row(many: int, by: str) -> tuple[str, tuple[str, ...]]:
    """A text of so many names, and the names."""
    names = tuple(f"part{number}" for number in range(many))
    return by.join(f"{{{name}}}" for name in names), names


NOTHING: Final = Message("")


def _facts(values: dict[str, object]) -> tuple[tuple[str, Fact], ...]:
    # A list: a generator costs twice as much for so few.
    return tuple([(name, value if isinstance(value, _FACTS) else _fact(value)) for name, value in values.items()])


def _fact(value: object) -> Fact:
    return Number(value) if isinstance(value, Decimal) else str(value)
