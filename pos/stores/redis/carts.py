"""Carts as the server has them: a HASH each, with a field a line, which other programs may read and write.

What comes from there may be anything: it becomes a record as a till writes one, or a ValueError that says what is
wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn

from pydantic import ValidationError

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.cart_edits import MOST_LINES
from pos.domain.coupons import MOST_COUPONS
from pos.domain.fault_words import fault_words
from pos.domain.i18n import N_
from pos.domain.json_text import json_text
from pos.domain.message import Message, joined, lazy, quoted, words_of
from pos.domain.ports import Document
from pos.domain.repricing import QuotedPrices
from pos.domain.spelling import CONTROLS, is_blank
from pos.domain.ticket_records import SAVED_CARTS, SET_ASIDE, SetAside, kept_cart

Fields = Mapping[bytes, bytes] | Mapping[str, str]
"""A HASH as a client of the server hands it out."""
SERVER_FIELDS: Final = frozenset({"version", "owner", "by"})
"""What the server's own functions keep in a cart's HASH; no record has it."""
LARGEST: Final = 1_000_000
"""Bytes of a cart's fields together. A thousand lines with a discount each, and what they were shown to cost, are some
100,000."""

_KINDS: Final = {SET_ASIDE: "ticket", SAVED_CARTS: "member"}
_TABLES: Final = {kind: table for table, kind in _KINDS.items()}
_NUMBERED: Final = re.compile(r"(line|coupon):0{0,8}([1-9][0-9]{0,8})", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_FRACTION: Final = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,12}", re.ASCII)
_MOST_DIGITS: Final = 24
_MOST: Final = {"line": MOST_LINES, "coupon": MOST_COUPONS}
_NEEDED: Final = {SET_ASIDE: ("ticket", "at"), SAVED_CARTS: ()}
_ASIDE: Final = (*_NEEDED[SET_ASIDE], "unpaid")
"""The fields of a ticket that is set aside, which no member's cart has."""
_LONGEST: Final = 1000
"""Characters of a code, a number or a name, as of those of the catalog."""
_MOST_SHOWN: Final = 60
"""How many characters of a cart's or a field's name a message repeats."""


def cart_id(table: str, key: str) -> str:
    """What a cart is called on the server: `ticket:NAME` for a ticket set aside, `member:NUMBER` for a member's cart.

    Raises ValueError for a table that has no carts.
    """
    if table not in _KINDS:
        raise ValueError(f"no carts are in the table {table}")
    return f"{_KINDS[table]}:{key}"


def table_and_key(cart: str) -> tuple[str, str]:
    """The table and the key of the record that a cart on the server is. Raises ValueError with a Message."""
    kind, _colon, key = cart.partition(":")
    if kind not in _TABLES or is_blank(key) or CONTROLS.search(key):
        text = N_("{cart} is no name of a cart: such are ticket:NAME and member:NUMBER.")
        raise ValueError(lazy(text, cart=_quoted(cart)))
    return _TABLES[kind], key


def to_fields(table: str, key: str, record: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the HASH of a record, but for those of the server. Raises ValueError for what is no such record."""
    fields: dict[str, str] = {}
    if table == SET_ASIDE:
        aside = SetAside.model_validate(record)
        cart, shown = aside.cart, aside.shown
        fields |= {"ticket": aside.ticket, "at": record["at"], **({"unpaid": "1"} if aside.unpaid else {})}
    else:
        cart, shown = kept_cart(record)
    numbers = [line.line for line in cart.lines]
    if numbers != sorted(set(numbers)):
        raise ValueError(f"the lines of the cart {cart_id(table, key)!r} do not stand in the order of their numbers")
    for line in cart.lines:
        fields[f"line:{line.line:04}"] = json_text(
            line.model_dump(mode="json", exclude={"line"}, exclude_defaults=True)
        )
    fields |= {f"coupon:{number}": code for number, code in enumerate(cart.coupons, 1)}
    if cart.member is not None:
        fields["member"] = cart.member
    if cart.discount is not None:
        fields["discount"] = json_text(cart.discount.model_dump(mode="json", exclude_defaults=True))
    last = numbers[-1] if numbers else 0
    fields |= {name: str(number) for name in ("last_line", "latest") if (number := getattr(cart, name)) != last}
    if shown is not None:
        fields["shown"] = json_text(shown.model_dump(mode="json"))
    return fields


def from_fields(cart: str, fields: Fields) -> tuple[str, str, Document]:
    """The table, the key and the record of a cart of the server, as a till would have written it.

    A line needs its `sku` only, a ticket that is set aside its `ticket` and `at` too; all else is filled in. What is
    sold is not looked at. Raises ValueError with a Message that names the cart and the field, as it may be shown.
    """
    table, key = table_and_key(cart)
    found, numbered = _read(cart, table, _texts(cart, fields))
    for name in _NEEDED[table]:
        if name not in found:
            raise _fault(cart, name, lazy("is missing"))
    if table == SAVED_CARTS and found.get("member", key) != key:
        raise _fault(cart, "member", lazy("is not the member whose cart it is"))
    lines = tuple(line for _number, line in sorted(numbered["line"].items()))
    last = lines[-1].line if lines else 0
    entered = Cart(
        lines=lines,
        coupons=tuple(code for _number, code in sorted(numbered["coupon"].items())),
        member=key if table == SAVED_CARTS else found.get("member"),
        discount=found.get("discount"),
        last_line=max(found.get("last_line", 0), last),
        latest=latest if (latest := found.get("latest")) in numbered["line"] else last,
    ).model_dump(mode="json")
    shown = {"shown": found["shown"]} if "shown" in found else {}
    if table == SAVED_CARTS:
        return table, key, {**entered, **shown}
    unpaid = {"unpaid": True} if found.get("unpaid") else {}
    record = {"ticket": found["ticket"], "at": found["at"], "cart": entered, **shown, **unpaid}
    try:
        SetAside.model_validate(record)
    except ValueError:
        raise _fault(cart, "at", lazy("must be a moment with its distance from UTC")) from None
    return table, key, record


def _read(cart: str, table: str, texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, dict[int, Any]]]:
    """The values of a cart's fields by name, and those of its lines and coupons by number."""
    found: dict[str, Any] = {}
    numbered: dict[str, dict[int, Any]] = {"line": {}, "coupon": {}}
    for field, text in texts.items():
        with _naming(cart, field):
            if (name := _NUMBERED.fullmatch(field)) is not None:
                kind, number = name[1], int(name[2])
                if number in numbered[kind]:
                    raise ValueError(lazy("has the number of another one"))
                if len(numbered[kind]) == _MOST[kind]:
                    raise ValueError(lazy("is one more than the {most} there can be", most=Decimal(_MOST[kind])))
                numbered[kind][number] = _line(number, text) if kind == "line" else _plain(text).upper()
            elif field in _READ and (table == SET_ASIDE or field not in _ASIDE):
                found[field] = _READ[field](text)
            elif field not in SERVER_FIELDS:
                raise ValueError(lazy("is an unknown field"))
    return found, numbered


def _texts(cart: str, fields: Fields) -> dict[str, str]:
    """Names and values as text."""
    if sum(len(name) + len(value) for name, value in fields.items()) > LARGEST:
        text = N_("Cart {cart} holds more than {most} bytes: no till wrote it.")
        raise ValueError(lazy(text, cart=_quoted(cart), most=Decimal(LARGEST)))
    texts = {}
    for name, value in fields.items():
        field = name if isinstance(name, str) else name.decode("utf-8", "backslashreplace")
        try:
            texts[field] = value if isinstance(value, str) else value.decode()
        except UnicodeDecodeError:
            raise _fault(cart, field, lazy("is no text in UTF-8")) from None
    return texts


def _line(number: int, text: str) -> CartLine:
    value = _object(text)
    if "line" in value:
        raise ValueError(joined(("line", lazy("is an unknown field"))))
    line = CartLine.model_validate({"quantity": 1, **value, "line": number})
    _plain(line.sku)
    _check(line.discount)
    return line


def _discount(text: str) -> ManualDiscount:
    discount = ManualDiscount.model_validate(_object(text))
    _check(discount)
    return discount


def _check(discount: ManualDiscount | None) -> None:
    if discount is None:
        return
    if (discount.percent is None) == (discount.amount is None):
        raise ValueError(lazy("a discount has either `percent` or `amount`"))
    if discount.reason is not None:
        _seen(discount.reason)


def _shown(text: str) -> dict[str, Any]:
    shown = QuotedPrices.model_validate(_object(text), strict=True).model_dump(mode="json")
    for name in (*shown["prices"], *shown["coupons"]):
        _seen(name)
    return shown


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise ValueError(lazy("is no number of a line"))
    return int(text)


def _plain(text: str) -> str:
    """A code, a name or a number of somebody. Raises ValueError for a blank one, and for what cannot be seen."""
    if is_blank(text):
        raise ValueError(lazy("is blank"))
    if len(text) > _LONGEST:
        raise ValueError(lazy("is longer than {most} characters", most=Decimal(_LONGEST)))
    return _seen(text)


def _seen(text: str) -> str:
    if CONTROLS.search(text):
        raise ValueError(lazy("has characters that cannot be seen"))
    return text


def _object(text: str) -> dict[str, Any]:
    """An object of JSON, its numbers exact. Raises ValueError."""
    try:
        value = json.loads(
            text, object_pairs_hook=_names_once, parse_int=_whole, parse_float=_fraction, parse_constant=_no_number
        )
    except (json.JSONDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ValueError(lazy("is no object of JSON, such as {example}", example='{"sku":"MILK-1L","quantity":2}'))
    return value


def _names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(lazy("has a name twice"))
    return found


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= _MOST_DIGITS else _no_number(digits)


def _fraction(digits: str) -> Decimal:
    return Decimal(digits) if _FRACTION.fullmatch(digits) else _no_number(digits)


def _no_number(_digits: str) -> NoReturn:
    raise ValueError(lazy("has a number with an exponent, or with too many digits"))


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(lazy("must be 1, or is left out"))
    return text == "1"


_READ: Final = {
    "member": _plain,
    "discount": _discount,
    "shown": _shown,
    "last_line": _count,
    "latest": _count,
    "ticket": _plain,
    "at": _plain,
    "unpaid": _flag,
}
"""What makes a value of the text of each field that has no number."""


@contextmanager
def _naming(cart: str, field: str) -> Iterator[None]:
    """What is wrong with a field is told with its name and its cart's."""
    try:
        yield
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(_name(str(part)) for part in fault["loc"])
        raise _fault(cart, field, joined((place, fault_words(fault)))) from None
    except ValueError as error:
        raise _fault(cart, field, words_of(error)) from None


def _fault(cart: str, field: str, fault: Message) -> ValueError:
    text = N_("Cart {cart} cannot be read: its field {field} {fault}.")
    return ValueError(lazy(text, cart=_quoted(cart), field=_quoted(field), fault=fault))


def _name(text: str) -> str:
    return text if text.isascii() and text.isidentifier() and len(text) <= _MOST_SHOWN else _quoted(text)


def _quoted(text: str) -> str:
    """A name from outside as a sentence repeats it: in one piece, and what cannot be seen is spelled out."""
    return str(quoted(text, _MOST_SHOWN))


def as_set_aside(record: Document, key: str) -> Document:
    """A member's cart as a ticket that is set aside, where another cart is the member's."""
    cart = {name: value for name, value in record.items() if name != "shown"}
    shown = {"shown": record["shown"]} if record.get("shown") else {}
    return {"ticket": key, "at": datetime.now(UTC).isoformat(), "cart": cart, **shown}
