"""Whether a record is what the program keeps in its table: nothing of another one is believed or shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Final, TypeVar

from pos.domain.catalog import Member, Product, Shop, Tax, kept_coupon
from pos.domain.errors import TillError
from pos.domain.hand_over import HAND_OVER, amounts_of
from pos.domain.i18n import _
from pos.domain.message import lazy, quoted
from pos.domain.money import exponent_of
from pos.domain.ports import Document, RecordReader
from pos.domain.printed_receipts import PRINTED, numbers_of
from pos.domain.queued_tickets import QueuedTicket
from pos.domain.reservations import Order, Reservation
from pos.domain.ticket_changes import CHANGES, TicketChange, ticket_and_number
from pos.domain.ticket_records import (
    BEGUN,
    OPEN_TICKETS,
    QUEUED,
    SAVED_CARTS,
    SET_ASIDE,
    OpenTicket,
    SetAside,
    kept_cart,
)
from pos.stores import codec, count_limits, operations
from pos.stores.closed_days import DAYS, ClosedDay
from pos.stores.tables import RowChange, Tables, without_key

SHOP: Final = "shop"
"""The table of the shop's rules, and the key of its one record."""
MARKS: Final = ("demo", "throwaway")
"""What a shop's record says besides its rules: whether its store is a demo's, or a script's own."""

_LARGEST: Final = 10**24
"""No amount on record is larger, in minor units or in what a counter counts: a price is up to 10**12, a line 10**9."""
_ROOM: Final = 1000
"""So many times larger is what a till still opens on, since it adds to what the doctor calls well."""
_CHOSEN: Final = frozenset({"max_uses", "priority", "floor"})
"""What a shop may choose without a limit in its catalog, and the limit of a claim that comes of it."""
_LARGEST_CHOSEN: Final = 10**1000
"""It can still be read and written: Python does both up to 4300 digits."""
_DEEPEST: Final = 16
"""So many values in one another are still a record."""
_LANE: Final = re.compile(r"[^\s/]{1,40}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,11}")
_SERIES: Final = re.compile(rf"Q?{_NUMBER.pattern}|[A-Z]{{1,12}}")
"""A number, behind a Q for a worker of the queue; a word for training, whose receipts are on no record."""
_BODY: Final = re.compile(rb'\{"key":"(?:[^"\\]|\\.)*",')
_TO_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER: Final = b"0" * 20
"""So many digits, all taken for zeros, may be a number beyond what a record has, or a part of an id."""
Charged = TypeVar("Charged", Order, Reservation)
FAULTS: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What reading a record raises if it is not what belongs there."""


def not_understood(table: str, key: str) -> TillError:
    """The error for a record that is not what the program keeps in its table."""
    message = lazy(
        "The record {key} in the store's table {table} cannot be understood. Nothing was changed. "
        "Say `pos doctor` to see what is wrong, or put back a backup.",
        key=quoted(key),
        table=table,
    )
    return TillError("store_damaged", message, table=table, key=key[:40])


def shop_of(document: Document) -> Shop:
    """A shop's rules from their record. Raises ValueError."""
    shop = Shop.model_validate({name: value for name, value in document.items() if name not in MARKS})
    exponent_of(shop.currency)
    return shop


def order_of(document: Document) -> Order:
    """An order from its record. Raises ValueError."""
    _plain(document, _LARGEST * _ROOM)
    order = Order.model_validate(document)
    _check_order(order)
    return order


def _check_order(order: Order) -> None:
    series, _dash, number = order.receipt.removeprefix(f"{order.lane}-").partition("-")
    if not (order.receipt.startswith(f"{order.lane}-") and _SERIES.fullmatch(series) and _NUMBER.fullmatch(number)):
        raise ValueError("a receipt's number has its lane, its series and a number")
    _exponent(order.sale.currency)


def reservation_of(document: Document) -> Reservation:
    """A reservation from its record. Raises ValueError."""
    _plain(document, _LARGEST * _ROOM)
    reservation = Reservation.model_validate(document)
    _exponent(reservation.sale.currency)
    return reservation


def written_order(row: bytes) -> Order | None:
    """The order of a row that stands as this program writes it: nothing in it is of another kind, too large or double.

    Three times as fast as `order_of`. None: the row is to be looked at as any other.
    """
    order = _written(Order, row)
    try:
        if order is not None:
            _check_order(order)
    except ValueError:
        return None
    return order


def _written(kind: type[Charged], row: bytes, *, brief: bool = False) -> Charged | None:
    """A value whose row is what the program would write of it again, with its id for a key."""
    head = _BODY.match(row)
    if head is None or _LONG_NUMBER in row.translate(_TO_ZEROS):
        return None
    try:
        value = kind.model_validate_json(body := b"{" + row[head.end() :])
        return value if codec.body(value, brief=brief) == body and codec.key_of(row) == value.id else None
    except FAULTS:
        return None


def _named(key: str, name: str) -> None:
    if key != name:
        raise ValueError("the record has another one's key")


_exponent = cache(exponent_of)


def _lane(key: str) -> None:
    if not (_LANE.fullmatch(key) and key.isprintable()):
        raise ValueError("no lane has such a name")


def _shop(key: str, document: Document) -> None:
    _named(key, SHOP)
    shop_of(document)


def _by_name(read: Callable[[Document], Any], field: str, key: str, document: Document) -> None:
    _named(key, getattr(read(document), field))


def _coupon(key: str, document: Document) -> None:
    _named(key, kept_coupon(document).code.upper())


def _counter(_key: str, document: Document) -> None:
    _numbers(document, ("on_hand", "held"), -_LARGEST * _ROOM)


def _counts(key: str, document: Document) -> None:
    _lane(key)
    _numbers(document, ("series", "last"), 0)


def _numbers(document: Document, names: tuple[str, ...], lowest: int) -> None:
    if set(document) != set(names) or not all(type(each) is int and lowest <= each for each in document.values()):
        raise ValueError("so many numbers belong there, and nothing else")


def _on_lane(key: str, document: Document) -> None:
    _lane(key)
    OpenTicket.model_validate(document)


def _to_hand_over(key: str, document: Document) -> None:
    _lane(key)
    amounts_of(document)


def _change(key: str, document: Document) -> None:
    _ticket, number = ticket_and_number(key)
    if number < 1:
        raise ValueError("the first change of a ticket is number 1")
    TicketChange.model_validate(document)


def _day(key: str, document: Document) -> None:
    ClosedDay.of(key, document)


def _nothing(_key: str, document: Document) -> None:
    if document:
        raise ValueError("only that it is there is on record")


_KINDS: Final[Mapping[str, Callable[[str, Document], object]]] = {
    SHOP: _shop,
    "taxes": partial(_by_name, Tax.model_validate, "name"),
    "products": partial(_by_name, Product.model_validate, "sku"),
    "coupons": _coupon,
    "members": partial(_by_name, Member.model_validate, "id"),
    operations.COUNTERS: _counter,
    operations.LANES: _counts,
    OPEN_TICKETS: _on_lane,
    SET_ASIDE: lambda _key, document: SetAside.model_validate(document),
    SAVED_CARTS: lambda _key, document: kept_cart(document),
    QUEUED: lambda _key, document: QueuedTicket.model_validate(document),
    BEGUN: _nothing,
    CHANGES: _change,
    HAND_OVER: _to_hand_over,
    PRINTED: lambda _key, document: numbers_of(document),
    operations.ORDERS: partial(_by_name, order_of, "id"),
    operations.RESERVATIONS: partial(_by_name, reservation_of, "id"),
    operations.ENDED: partial(_by_name, reservation_of, "id"),
    DAYS: _day,
}
TABLES: Final = tuple(_KINDS)
"""The tables whose records are known; others may hold anything that is JSON."""
AT_HAND: Final = (
    SHOP,
    operations.LANES,
    OPEN_TICKETS,
    SET_ASIDE,
    QUEUED,
    BEGUN,
    HAND_OVER,
    operations.RESERVATIONS,
    DAYS,
)
"""The tables that are read whenever a till opens. They are short: what a shop sells and has sold is not in them."""


def understood(table: str, key: str, document: Document, *, room: bool = True) -> bool:
    """Whether a document can be a record of a table: with `room`, one to whose numbers a till can add for ever."""
    try:
        _plain(document, _LARGEST if room else _LARGEST * _ROOM)
        _KINDS[table](key, document)
        if room and not all(
            count_limits.is_count(number, count_limits.MEASURE) for number in _numbers_of(table, document)
        ):
            return False
    except FAULTS:
        return False
    return True


def understood_records(tables: Tables, name: str) -> Iterator[tuple[str, Document]]:
    """The records of a table that are what belongs there, by key."""
    broken = {row_id for row_id, _told in _broken(tables, name)}
    table = tables.table(name)
    return ((key, without_key(table.rows[row_id])) for key, row_id in tuple(table.ids.items()) if row_id not in broken)


def require(tables: Tables, names: Iterable[str] = AT_HAND) -> None:
    """Raise TillError `store_damaged` if a record of these tables, those that every till reads, is not what belongs."""
    for name in names:
        for _row_id, key in _broken(tables, name, room=False):
            raise not_understood(name, key)


@contextmanager
def naming_faults(records: RecordReader, *names: str) -> Iterator[None]:
    """While records of these tables are read as they stand: TillError `store_damaged` for one that is stumbled over."""
    try:
        yield
    except FAULTS:
        for name in names:
            for key, document in records.items(name):
                if not understood(name, key, document, room=False):
                    raise not_understood(name, key) from None
        raise


def broken_records(tables: Tables, names: Iterable[str] | None = None) -> list[str]:
    """Records that are not what belongs in these tables, in all if none are named, as parts of a sentence."""
    wanted = other_tables(tables) if names is None else names
    return [named(name, key) for name in wanted for _row_id, key in _broken(tables, name)]


def other_tables(tables: Tables, *names: str) -> list[str]:
    """The names of all tables that may have records, but for some."""
    wanted = (*TABLES, *(name for name, _table in tables if name not in _KINDS))
    return [name for name in wanted if name not in names]


def _broken(tables: Tables, name: str, *, room: bool = True) -> Iterator[tuple[int, str]]:
    """The rows of a table that are not what belongs there, by id, each with its key; with the id if it has none."""
    if name == operations.ORDERS:
        yield from ((row_id, found) for row_id, found in orders_in(tables, room=room) if isinstance(found, str))
        return
    table = tables.table(name)
    for row_id, row in table.rows.items():
        if name == operations.ENDED and (ended := _written(Reservation, row, brief=True)) is not None:
            sound = table.ids.get(ended.id) == row_id and not (room and row_id > count_limits.MEASURE)
            if sound and _is_currency(ended.sale.currency):
                continue
        if (wrong := _wrong(tables, name, row_id, row, room=room)) is not None:
            yield row_id, wrong


def orders_in(tables: Tables, *, room: bool = True) -> Iterator[tuple[int, Order | str]]:
    """The orders in these tables by the ids of their rows, each read once; for what is none its key, or the id."""
    table = tables.table(operations.ORDERS)
    for row_id, row in table.rows.items():
        order = written_order(row)
        if order is not None and table.ids.get(order.id) == row_id and (not room or _has_room(row_id, order)):
            yield row_id, order
        elif (wrong := _wrong(tables, operations.ORDERS, row_id, row, room=room)) is not None:
            yield row_id, wrong
        else:
            yield row_id, order_of(without_key(row))


def _has_room(row_id: int, order: Order) -> bool:
    try:
        numbers = (row_id, *map(int, order.receipt.rsplit("-", 2)[1:]))
    except ValueError:
        return False
    return all(number <= count_limits.MEASURE for number in numbers)


def _is_currency(code: str) -> bool:
    try:
        _exponent(code)
    except ValueError:
        return False
    return True


def _wrong(tables: Tables, name: str, row_id: int, row: bytes, *, room: bool) -> str | None:
    """The key of a row that is not what belongs in a table, its id if it has none; None if it belongs there."""
    try:
        document = json.loads(row, object_pairs_hook=codec.no_doubles, parse_constant=_no_number)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or (room and row_id > count_limits.MEASURE):
        return str(row_id)
    if name not in _KINDS:
        return None
    key = document.pop(codec.KEY, None)
    if not isinstance(key, str) or tables.table(name).ids.get(key) != row_id:
        return str(row_id)
    return None if understood(name, key, document, room=room) else key


def sift(tables: Tables) -> list[str]:
    """Take away what cannot be understood, or has no key; the parts of a sentence that name it."""
    found = []
    for name in TABLES:
        for row_id, row in tuple(tables.table(name).rows.items()):
            key = codec.key_of(row)
            try:
                document = codec.decode(row)
                document.pop(codec.KEY, None)
            except FAULTS:
                key = None
            if key is None or not understood(name, key, document):
                found.append(named(name, key or str(row_id)))
                tables.apply([RowChange(name, row_id, None)])
    return found


def named(table: str, key: str) -> str:
    """A record that cannot be understood, as it is told."""
    return _("{table}: {key} cannot be understood", table=table, key=quoted(key))


def _numbers_of(table: str, document: Document) -> Iterable[object]:
    """The numbers in a record that are counted up from: series, receipts and tickets."""
    match table:
        case operations.LANES:
            return document.values()
        case "tickets":
            return (document.get("next", 1),)
        case operations.ORDERS:
            return map(int, document["receipt"].rsplit("-", 2)[1:])
    return ()


def _plain(value: Document | list[Any], largest: int, depth: int = 0) -> None:
    """Raise ValueError for what is in no record of the program: fractions, and numbers or depths beyond all measure."""
    if depth > _DEEPEST:
        raise ValueError("no record is so deep")
    # Each value that is no container is looked at here: a call for every one costs more than all other validation.
    for name, each in value.items() if isinstance(value, dict) else enumerate(value):
        kind = type(each)
        if kind is int:
            if abs(each) > (_LARGEST_CHOSEN if name in _CHOSEN else largest):
                raise ValueError("no record has such a number")
        elif kind is dict or kind is list:
            _plain(each, largest, depth + 1)
        elif kind is float:
            raise ValueError("no record has a fraction")


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")
