"""Reading a catalog file, with errors that name file, place and field, and filling an empty store from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pos.domain.catalog import COUPON_OPTIONS, Coupon, Product, Shop
from pos.domain.catalog_conflicts import CatalogFault
from pos.domain.catalog_file import CatalogFile, faults
from pos.domain.catalog_normalization import normalized
from pos.domain.counters import ESCAPED, NAMES, coupon_uses, stock_counter
from pos.domain.errors import TillError
from pos.domain.fault_words import fault_words
from pos.domain.i18n import N_
from pos.domain.message import Message, joined, lazy, lazy_plural, spelled_out, words_of
from pos.domain.ports import Document, Store
from pos.domain.progress import Progress, Tell, counted_off, silent
from pos.domain.stock import counted
from pos.files.input_files import given_text
from pos.stores.records import SHOP
from pos.till.catalog import THROWAWAY

MOST_FAULTS = 5
"""How many errors of a file are told at once."""

LARGEST: Final = 128_000_000
"""Bytes of a catalog: 100,000 products with all their fields are some 30,000,000, and reading them takes 12 times
that of memory."""
MOST_DIGITS: Final = 40
"""Digits of a whole number, of which no field takes more than 13; Python reads none of more than 4,300."""

Hear = Callable[[Sequence[Message]], None]
"""Told once of a file that is taken what in it has no effect, message by message; of a file without such, never."""

_LINE: Final = "{file}: {place}: {what}."
"""A fault in a line of its own, in every language."""

LONGEST_FIELD = 40
"""How many characters of a field's name are shown."""


def deaf(_told: Sequence[Message]) -> None:
    """Hears nothing."""


def read_catalog(path: Path, hear: Hear = deaf) -> CatalogFile:
    """The catalog in a JSON file. Raises TillError `catalog_invalid`, naming file, place and field."""
    try:
        text = given_text(path, LARGEST)
        data = json.loads(text, parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_fields)
    except OSError as error:
        message = lazy("{file}: cannot be read: {error}.", file=path, error=words_of(error))
        raise TillError("catalog_invalid", message) from None
    except UnicodeDecodeError as error:
        message = lazy("{file}: is not UTF-8 text (byte {number}).", file=path, number=error.start)
        raise TillError("catalog_invalid", message) from None
    except json.JSONDecodeError as error:
        text = N_("{file}: line {line}, column {column}: broken JSON: {error}.")
        message = lazy(text, file=path, line=error.lineno, column=error.colno, error=error.msg)
        raise TillError("catalog_invalid", message) from None
    except RecursionError:
        message = lazy("{file}: broken JSON: {error}.", file=path, error=lazy("it is nested too deeply"))
        raise TillError("catalog_invalid", message) from None
    except ValueError as error:
        message = lazy("{file}: broken JSON: {error}.", file=path, error=words_of(error))
        raise TillError("catalog_invalid", message) from None
    return parse_catalog(data, str(path), hear)


def parse_catalog(data: object, source: str, hear: Hear = deaf) -> CatalogFile:
    """A catalog from decoded JSON; `source` is named in what is told. Raises TillError `catalog_invalid`."""
    try:
        catalog = normalized(CatalogFile.model_validate(data))
    except ValidationError as error:
        found = [_found(item, data) for item in error.errors()]
    else:
        judged = list(faults(catalog))
        found = [fault for fault in judged if not fault.idle]
        if not found:
            if judged:
                hear([fault_line(source, fault) for fault in judged])
            return catalog
    lines = [fault_line(source, fault) for fault in found[:MOST_FAULTS]]
    if len(found) > MOST_FAULTS:
        more = len(found) - MOST_FAULTS
        lines.append(lazy_plural("{file}: and {count} more.", "{file}: and {count} more.", more, file=source))
    raise TillError("catalog_invalid", joined(lines, "\n"))


def fault_line(source: str, fault: CatalogFault) -> Message:
    """What is told of a fault: where, and what is wrong there."""
    return Message(_LINE, (("file", source), ("place", fault.place), ("what", fault.sentence)))


def load_catalog(
    store: Store, catalog: CatalogFile, *, demo: bool, throwaway: bool = False, tell: Tell = silent
) -> None:
    """Fill an empty store with a catalog; `tell` hears how far it is. Raises TillError `catalog_not_empty`.

    A store for a `demo`, or one that its maker will throw away, is marked as such.
    """
    mark = {THROWAWAY: True} if throwaway else {}
    shop = {**catalog.store.model_dump(mode="json"), "demo": demo, **mark}
    products = counted_off(catalog.products, len(catalog.products), "products", tell)
    tables = {SHOP: {SHOP: shop}, **tables_of(catalog, products), NAMES: {NAMES: ESCAPED}}
    counters = counters_of(catalog.products, catalog.coupons)
    tell(Progress("writing"))
    store.load(tables, counters)


def tables_of(catalog: CatalogFile, products: Iterable[Product] | None = None) -> dict[str, dict[str, Document]]:
    """The records of a catalog by table and key, but for the shop's rules; `products` are its own, if given."""
    return {
        "taxes": {tax.name: tax.model_dump(mode="json") for tax in catalog.taxes},
        "products": {
            item.sku: item.model_dump(mode="json", exclude_defaults=True)
            for item in (catalog.products if products is None else products)
        },
        "coupons": {item.code.upper(): item.model_dump(mode="json", exclude_defaults=True) for item in catalog.coupons},
        "members": {item.id: item.model_dump(mode="json") for item in catalog.members},
    }


def counters_of(products: Iterable[Product], coupons: Iterable[Coupon]) -> dict[str, int]:
    """What counters begin with: of products whose stock is counted, and of coupons that were used before."""
    stock = {stock_counter(item.sku): counted(item.stock, item) for item in products if item.stock is not None}
    return stock | {coupon_uses(item.code): -item.used for item in coupons if item.used}


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        text = N_("a number has {count} digits, and {most} at most are read: {number}…")
        raise ValueError(lazy(text, count=len(digits), most=MOST_DIGITS, number=digits[:MOST_DIGITS]))
    return int(digits)


def _no_constant(name: str) -> object:
    raise ValueError(lazy("{name} is no number", name=name))


def _fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = Counter(name for name, _value in pairs).most_common(1)[0][0]
        raise ValueError(lazy("the field {field} is there twice", field=_shown(twice)))
    return fields


def _found(item: ErrorDetails, data: object) -> CatalogFault:
    """One fault as its place and a sentence. Of a coupon, pydantic puts the type into the place, or leaves it out."""
    loc, kind = item["loc"], item["type"]
    if loc[:1] == ("coupons",) and len(loc) > _TAG:
        loc, coupon_type = (*loc[:_TAG], *loc[_TAG + 1 :]), loc[_TAG]
        if kind == "extra_forbidden" and loc[-1] in COUPON_OPTIONS:
            return CatalogFault(_place(loc, data), lazy("is no option of the type {type}", type=coupon_type))
    elif kind == "extra_forbidden" and loc[0] in Shop.model_fields:
        return CatalogFault(_place(loc, data), lazy("belongs in `store`"))
    elif kind in _TAG_FAULTS:
        loc = (*loc, "type")
    return CatalogFault(_place(loc, data), fault_words(item))


def _place(loc: tuple[int | str, ...], data: object) -> str | Message:
    """Where in the file: `products[3] (MILK-1L).price`."""
    text = ""
    for part in loc:
        if isinstance(part, str):
            text += f".{_shown(part)}" if text else _shown(part)
            data = data.get(part) if isinstance(data, dict) else None
            continue
        data = data[part] if isinstance(data, list) and part < len(data) else None
        text += f"[{part}]"
        name = next((data[key] for key in ("sku", "code", "id") if key in data), "") if isinstance(data, dict) else ""
        text += f" ({spelled_out(str(name))})" if name else ""
    return text or lazy("the file")


def _shown(field: str) -> str:
    """A field's name as it stands in a message, which is one line."""
    return spelled_out(field, LONGEST_FIELD)


_TAG: Final = 2
"""Where in the place of a coupon's fault its type stands."""
_TAG_FAULTS: Final = frozenset(("union_tag_invalid", "union_tag_not_found"))
