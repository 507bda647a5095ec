"""Reading what is on the server: the catalog, the counters and the carts, in pieces that hold nobody else up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from pos.domain.message import Message, lazy
from pos.domain.ports import Document
from pos.domain.reservations import Reservation
from pos.domain.ticket_records import SAVED_CARTS, SET_ASIDE
from pos.stores import codec
from pos.stores.redis.away import ServerAway
from pos.stores.redis.carts import cart_id, from_fields, table_and_key
from pos.stores.redis.counts import Count, StreamId
from pos.stores.redis.keys import KINDS, Keys
from pos.stores.redis.resp import pieces, stream_id, text_of, written_id

CARTS: Final = (SET_ASIDE, SAVED_CARTS)
"""The tables of carts."""
PIECE: Final = 2000
"""So many records are asked for at once."""
QUEUED: Final = ""
"""In the place of a lane: the checkouts that are queued, whichever worker has them."""
BEGINNING: Final = (0, 0)
T = TypeVar("T")

Key = tuple[str, str]
"""Table and key of a record."""


class Asked(Protocol):
    """A connection, see `pos.stores.redis.client`."""

    def ask(self, *command: str | bytes | int) -> Any:
        """The answer to one command."""
        ...

    def ask_each(self, commands: list[tuple[str | bytes | int, ...]]) -> list[Any]:
        """The answers to several."""
        ...


class CartOnServer(NamedTuple):
    """A cart as it may be taken up: its record and its version; or why it cannot be."""

    record: Document | None
    version: int
    fault: Message | None = None


class Loaded(NamedTuple):
    """What the server has of records: by table and key; of carts with their versions."""

    records: dict[str, dict[str, Document]]
    versions: dict[Key, int]
    faults: dict[Key, Message]


def last_change(client: Asked, keys: Keys) -> StreamId:
    """The place of the last change."""
    found = client.ask("XREVRANGE", keys.changes, "+", "-", "COUNT", 1)
    return stream_id(found[0][0]) if found else BEGINNING


def goes_on(client: Asked, keys: Keys, after: StreamId) -> bool:
    """Whether the stream still has this change, and so every one after it.

    It has not if it was cut off by many others, or lost by a server that others wrote to since.
    """
    here = written_id(after)
    return bool(client.ask("XRANGE", keys.changes, here, here))


def all_counts(client: Asked, keys: Keys) -> dict[str, Count]:
    """Every counter on the server."""
    on_hand, held = (dict(_scanned(client, key)) for key in (keys.on_hand, keys.held))
    return {text_of(name): (int(on_hand.get(name, 0)), int(held.get(name, 0))) for name in {**on_hand, **held}}


def all_records(client: Asked, keys: Keys) -> dict[str, dict[str, Document]]:
    """The catalog on the server, each kind in its order."""
    return {kind: records_of(client, keys, kind) for kind in KINDS}


def records_of(client: Asked, keys: Keys, kind: str) -> dict[str, Document]:
    """The records of a kind on the server, in their order."""
    found = {text_of(key): value for key, value in _scanned(client, keys(kind))}
    order = {text_of(each): n for n, each in enumerate(client.ask("ZRANGE", keys.order_of(kind), 0, -1))}
    last = len(order)
    names = sorted(found, key=lambda key: (order.get(key, last), key))
    return {key: _document(kind, found[key]) for key in names}


def wrong_kinds(client: Asked, keys: Iterable[str], kind: str) -> dict[str, str]:
    """Which of these keys hold something else, and what."""
    names = list(keys)
    found = client.ask_each([("TYPE", name) for name in names]) if names else []
    said = {name: text_of(each) for name, each in zip(names, found, strict=True)}
    return {name: each for name, each in said.items() if each not in (kind, "none")}


def listed_open(keys: Keys, lane: str) -> str:
    """The key of the ids of a lane's open reservations, or of those of queued checkouts."""
    return keys.queue_open if lane == QUEUED else keys.open(lane)


def open_reservations(client: Asked, keys: Keys) -> Iterator[tuple[str, list[str]]]:
    """The open reservations: a lane, or `QUEUED`, and some of their ids, again and again."""
    for lane in (*(text_of(each) for each in client.ask("SMEMBERS", keys.lanes)), QUEUED):
        cursor: int | bytes = 0
        while True:
            cursor, some = client.ask("SSCAN", listed_open(keys, lane), cursor, "COUNT", PIECE)
            if some:
                yield lane, [text_of(name) for name in some]
            if int(cursor) == 0:
                break


def all_carts(client: Asked, keys: Keys, lane: str) -> dict[Key, CartOnServer]:
    """Every cart that this lane may take up."""
    ids = [text_of(each) for each in client.ask("ZRANGE", keys.carts, 0, -1)]
    found: dict[Key, CartOnServer] = {}
    for some in pieces(ids, 200):
        answers = client.ask_each([("HGETALL", keys.cart(each)) for each in some])
        for each, answer in zip(some, answers, strict=True):
            with suppress(ValueError):
                if answer:
                    found[table_and_key(each)] = cart_on_server(each, answer, lane)
    return found


def changed_records(
    client: Asked, keys: Keys, lane: str, changed: Iterable[Key]
) -> tuple[dict[Key, Document | None], dict[Key, CartOnServer]]:
    """What stands on the server now of records that changed: of the catalog, and of carts."""
    names = list(dict.fromkeys(changed))
    of_catalog = [name for name in names if name[0] in KINDS]
    of_carts = [name for name in names if name[0] in CARTS]
    records: dict[Key, Document | None] = {}
    carts: dict[Key, CartOnServer] = {}
    for some in pieces(of_catalog, PIECE):
        answers = client.ask_each([("HGET", keys(kind), key) for kind, key in some])
        records |= {
            name: None if answer is None else _document(name[0], answer)
            for name, answer in zip(some, answers, strict=True)
        }
    for some in pieces(of_carts, 200):
        answers = client.ask_each([("HGETALL", keys.cart(cart_id(*name))) for name in some])
        for name, answer in zip(some, answers, strict=True):
            carts[name] = cart_on_server(cart_id(*name), answer, lane)
    return records, carts


def open_on_server(client: Asked, keys: Keys, lane: str) -> list[Reservation]:
    """What the server holds for a lane. Raises ServerAway for what is no reservation: somebody has to look at it."""
    names = [text_of(each) for each in client.ask("SMEMBERS", keys.open(lane))]
    found = []
    for some in pieces(sorted(names), 200):
        documents = client.ask_each([("HGET", keys.reservation(name), "document") for name in some])
        for name, document in zip(some, documents, strict=True):
            if document is not None:
                try:
                    found.append(Reservation.model_validate_json(document))
                except ValueError:
                    reason = lazy("what the server keeps under {key} is not a shop's", key=keys.reservation(name)[:60])
                    raise ServerAway(reason) from None
    return found


def cart_on_server(name: str, answer: list[bytes], lane: str) -> CartOnServer:
    """A cart from its fields; one that another lane is taking up is not there for this one."""
    fields = {answer[place]: answer[place + 1] for place in range(0, len(answer) - 1, 2)}
    if not fields or text_of(fields.get(b"owner", b"")) not in ("", lane):
        return CartOnServer(None, 0)
    try:
        version = int(fields.get(b"version", b"0"))
        _table, _key, record = from_fields(name, fields)
    except ValueError as error:
        fault = error.args[0] if error.args and isinstance(error.args[0], Message) else None
        return CartOnServer(None, 0, fault or lazy("the cart {name} on the server is none", name=name[:60]))
    return CartOnServer(record, version)


def _document(kind: str, text: bytes) -> Document:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or codec.KEY in document:
        raise ServerAway(lazy("what the server keeps in {kind} is no record of a shop", kind=kind))
    return document


def _scanned(client: Asked, key: str) -> Iterator[tuple[bytes, bytes]]:
    cursor: int | bytes = 0
    while True:
        cursor, some = client.ask("HSCAN", key, cursor, "COUNT", PIECE)
        yield from ((some[place], some[place + 1]) for place in range(0, len(some) - 1, 2))
        if int(cursor) == 0:
            return


def loaded(catalog: Mapping[str, dict[str, Document]], carts: Mapping[Key, CartOnServer]) -> Loaded:
    """The catalog and the carts as records by table, with the carts' versions and what is wrong with some."""
    records: dict[str, dict[str, Document]] = {**catalog, **{table: {} for table in CARTS}}
    for (table, key), cart in carts.items():
        if cart.record is not None:
            records[table][key] = cart.record
    versions = {name: cart.version for name, cart in carts.items() if cart.record is not None}
    return Loaded(records, versions, {name: cart.fault for name, cart in carts.items() if cart.fault is not None})
