"""Filling a shop on a server from a file or a store, and what of it differs from a shop that sells already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from pos.domain.catalog import Coupon, Product, kept_coupon
from pos.domain.catalog_conflicts import CatalogFault
from pos.domain.catalog_file import CatalogFile
from pos.domain.counters import COUNTERS as KINDS
from pos.domain.counters import ESCAPED, NAMES, counter_limit, coupon_uses, stock_counter
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.json_text import json_text
from pos.domain.message import Message, joined, lazy, lazy_plural, quoted
from pos.domain.ports import Document, Store
from pos.domain.progress import Progress, Tell, counted_off, silent
from pos.domain.stock import uncounted
from pos.domain.ticket_records import SAVED_CARTS, SET_ASIDE
from pos.stores.catalog_changes import Change, Rows, changes_between
from pos.stores.operations import COUNTERS, LANES
from pos.stores.records import MARKS, SHOP, naming_faults
from pos.till.catalog_editing import (
    lists_of,
    require_enough,
    require_same_counting,
    require_same_limits,
    rules_of,
)
from pos.till.catalog_loading import Hear, counters_of, deaf, fault_line, parse_catalog, read_catalog, tables_of

TRIES: Final = 5
"""How often what differs is looked for again if somebody else changes it meanwhile."""
LASTING: Final = ("currency", "tax_inclusive")
"""What of a shop's rules says what its prices mean: it stays while the shop is there."""
LONGEST_VALUE: Final = 40
"""Characters of a field's value that are told."""
_COUNTED: Final = {"products": "stock", "coupons": "used"}
"""The field of a record that says where its counter begins."""


class SharedShop(Protocol):
    """A shop on a server, see `pos.stores.redis.filling`."""

    name: str
    there: bool
    unfinished: bool
    records: Rows
    counts: Mapping[str, tuple[int, int]]

    def read(self) -> None:
        """Read what is there."""
        ...

    def store(self) -> Store:
        """What was read, in memory."""
        ...

    def change(self, changes: Iterable[Change], tell: Tell = silent) -> bool:
        """Make changes; False if somebody else was there first."""
        ...

    def bring(
        self, counters: Mapping[str, int], carts: Mapping[tuple[str, str], Document], series: Mapping[str, int]
    ) -> None:
        """Bring what is there once."""
        ...

    def finish(self) -> None:
        """Say that all is there."""
        ...


@dataclass(frozen=True, slots=True)
class Goods:
    """What a shop is to have: records by table and key, and what its counters begin with; `source` is where it is from.

    `others` are counters that no record says anything of, `carts` those that wait, by table and key, `series` the last
    series of receipts of each lane.
    """

    source: str
    catalog: CatalogFile
    tables: Rows
    counters: Mapping[str, int]
    others: Mapping[str, int]
    carts: Mapping[tuple[str, str], Document]
    series: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, or would be: records that were `added`, `changed` and taken away (`gone`).

    `listed` says what differs and, of a shop that was there, what is new, a sentence each; `records_left` and
    `stock_left` how much of it was left for want of `force` and `stock`. `first` says that no shop was there.
    """

    first: bool
    added: int
    changed: int
    gone: int
    listed: tuple[Message, ...]
    records_left: int
    stock_left: int


def goods_of(catalog: CatalogFile, source: str, tell: Tell = silent) -> Goods:
    """What a catalog has; `source` is named in what is told."""
    return _goods(catalog, source, {"demo": False}, tell)


def goods_of_file(path: Path, hear: Hear = deaf, tell: Tell = silent) -> Goods:
    """What is in a catalog's file. Raises TillError `catalog_invalid`."""
    tell(Progress("catalog"))
    return goods_of(read_catalog(path, hear), str(path), tell)


def goods_of_store(store: Store, name: str, tell: Tell = silent) -> Goods:
    """What another store has now: its catalog, what is on hand, the coupons' uses, carts, and series of receipts.

    `stock` and `used` in its records become what is on hand and used now: the sales before are not the new shop's.
    Raises TillError `store_unusable` if there is no shop in it, or something is being paid.
    """
    view = store.view
    shop = view.get(SHOP, SHOP)
    if shop is None:
        raise TillError("store_unusable", lazy("There is no shop in {folder} yet.", folder=name))
    if held := len(view.open_reservations()):
        text = lazy_plural(
            "{count} payment is open in {folder}: end it at its till first, then say it again.",
            "{count} payments are open in {folder}: end them at their tills first, then say it again.",
            held,
            folder=name,
        )
        raise TillError("store_unusable", text)
    tell(Progress("catalog"))
    rows = {table: dict(view.items(table)) for table in ("taxes", "products", "coupons", "members")}
    on_hand: dict[str, int] = {}
    with naming_faults(view, "products", "coupons"):
        for sku, row in rows["products"].items():
            product = Product.model_validate(row)
            if product.stock is not None:
                on_hand[stock_counter(sku)] = amount = view.counter(stock_counter(sku)).on_hand
                row["stock"] = str(uncounted(max(amount, 0), product))
        for row in rows["coupons"].values():
            used = -view.counter(coupon_uses(kept_coupon(row).code)).on_hand
            row["used"] = max(used, 0)
    rules = {field: value for field, value in shop.items() if field not in MARKS}
    catalog = parse_catalog({"store": rules, **lists_of(rows)}, name)
    goods = _goods(catalog, name, {mark: shop[mark] for mark in MARKS if mark in shop}, tell)
    lasting = tuple(f"{kind}:" for kind, row in KINDS.items() if not row.of_orders)
    others = {
        key: view.counter(key).on_hand
        for key in view.keys(COUNTERS)
        if key.startswith(lasting) and key not in goods.counters and view.counter(key).on_hand
    }
    carts = {(table, key): row for table in (SET_ASIDE, SAVED_CARTS) for key, row in view.items(table)}
    series = {lane: int(row["series"]) for lane, row in view.items(LANES) if str(row["series"]).isdecimal()}
    return Goods(name, catalog, goods.tables, {**goods.counters, **on_hand}, others, carts, series)


def prewarm(
    shop: SharedShop,
    goods: Goods,
    *,
    force: bool = False,
    stock: bool = False,
    check: bool = False,
    tell: Tell = silent,
) -> Outcome:
    """Fill a shop on a server, or bring one that sells in step, as far as that is asked for.

    What is new is added. What differs is left, unless `force`; so is what came in, and how often coupons were used
    before, unless `stock`: then what is on hand moves by as much. With `check` nothing is done, and what would be is
    told. Raises TillError `server_away`, and `catalog_invalid` for what would count wrong what was sold.
    """
    for _try in range(TRIES):
        tell(Progress("store"))
        shop.read()
        first, found = not shop.there, _found(shop, goods)
        taken = [each if first else _taken(each, force=force, stock=stock) for each in found]
        chosen = [each for each in taken if each is not None]
        if not first and chosen:
            _require_sound(shop, goods, chosen, whole=len(chosen) == len(found))
        if check or _done(shop, goods, chosen, tell):
            break
    else:
        text = N_("The catalog of {place} is being changed by somebody else all the time: say it again.")
        raise TillError("store_in_use", lazy(text, place=shop.name))
    return Outcome(
        first=first,
        added=sum(each.before is None for each in chosen),
        changed=sum(each.before is not None and each.after is not None for each in chosen),
        gone=sum(each.after is None for each in chosen),
        listed=() if first else tuple(_sentence(each, goods.source, shop.counts) for each in _new_last(found)),
        records_left=0 if first or force else sum(map(_is_of_the_record, found)),
        stock_left=0 if first or stock else sum(map(_is_of_the_counter, found)),
    )


def _done(shop: SharedShop, goods: Goods, changes: list[Change], tell: Tell) -> bool:
    """Make changes; False if somebody else changed the catalog meanwhile."""
    if changes and not shop.change(changes, tell):
        return False
    if not shop.there:
        # Later, a till may have taken up what waited.
        shop.bring(goods.others, goods.carts, goods.series)
    shop.finish()
    return True


def _found(shop: SharedShop, goods: Goods) -> list[Change]:
    """All that differs; in a shop that is there, what was sold is no difference."""
    if not shop.there:
        on_hand = {name: count[0] for name, count in shop.counts.items()}
        return list(changes_between(shop.records, goods.tables, on_hand, goods.counters))
    differing = {
        table: [row for key, row in shop.records[table].items() if goods.tables[table].get(key) != row]
        for table in _COUNTED
    }
    had: dict[str, int] = {}
    if any(differing.values()):
        with naming_faults(shop.store().view, *_COUNTED):
            products = [Product.model_validate(row) for row in differing["products"]]
            had = counters_of(products, [kept_coupon(row) for row in differing["coupons"]])
    return list(changes_between(shop.records, goods.tables, had, goods.counters))


def _taken(change: Change, *, force: bool, stock: bool) -> Change | None:
    """What is made of a difference; None: nothing."""
    before, after = change.before, change.after
    if before is None:
        return change
    if after is None:
        return change if force else None
    field = _COUNTED.get(change.table)
    record = {name: value for name, value in (after if force else before).items() if name != field}
    if field in (counted := after if stock else before):
        record |= {field: counted[field]}
    return (
        None
        if record == before
        else Change(change.table, change.key, change.before, record, change.move if stock else None)
    )


def _is_of_the_record(change: Change) -> bool:
    """Whether a record differs by more than where its counter begins, or is to go."""
    if change.before is None:
        return False
    return change.after is None or _plain(change, change.before) != _plain(change, change.after)


def _is_of_the_counter(change: Change) -> bool:
    """Whether a record differs by where its counter begins."""
    field, before, after = _COUNTED.get(change.table), change.before, change.after
    return field is not None and before is not None and after is not None and before.get(field) != after.get(field)


def _plain(change: Change, record: Document) -> Document:
    return {name: value for name, value in record.items() if name != _COUNTED.get(change.table)}


def _require_sound(shop: SharedShop, goods: Goods, changes: list[Change], *, whole: bool) -> None:
    """Raises TillError `catalog_invalid` for changes that would count wrong what was sold, or leave a catalog at odds.

    `whole`: nothing differs after them.
    """
    source, view = goods.source, shop.store().view
    for each in changes:
        if each.table == SHOP and each.before is not None and each.after is not None:
            _require_same_rules(each.before, each.after, source)
    had, has = _read((each.table, each.before) for each in changes), _read((each.table, each.after) for each in changes)
    require_same_counting({product.sku: product for product in had[0]}, has[0], source)
    require_same_limits(view, had[1], has[1], source)
    moved: dict[tuple[str, str], Document | None] = {}
    for each in changes:
        if each.move:
            on_hand, held = shop.counts.get(each.counter, (0, 0))
            moved[COUNTERS, each.counter] = {"on_hand": on_hand + each.move, "held": held}
    rules = rules_of(*has)
    limited = (name for name in shop.counts if has[1] and counter_limit(name, rules) is not None)
    names = dict.fromkeys((*(name for _table, name in moved), *limited))
    require_enough(view, names, moved, rules_of(*had), rules, source)
    if not whole and any(each.before is None for each in changes):
        _require_agreement(shop, changes)


def _require_same_rules(before: Document, after: Document, source: str) -> None:
    for field in LASTING:
        if before.get(field) != after.get(field):
            told = lazy("stays as it is, as what was sold would mean something else: open another shop for it")
            raise TillError("catalog_invalid", fault_line(source, CatalogFault(".".join(("store", field)), told)))


def _require_agreement(shop: SharedShop, changes: list[Change]) -> None:
    """Raises TillError `catalog_invalid` if what is new does not go with what is left as it is."""
    tables = {table: dict(rows) for table, rows in shop.records.items()}
    for each in changes:
        if each.after is None:
            tables[each.table].pop(each.key, None)
        else:
            tables[each.table][each.key] = each.after
    rules = {field: value for field, value in tables[SHOP][SHOP].items() if field not in MARKS}
    parse_catalog({"store": rules, **lists_of(tables)}, shop.name)


def _read(records: Iterable[tuple[str, Document | None]]) -> tuple[list[Product], list[Coupon]]:
    """The products and coupons among records, each with its table."""
    found = [(table, record) for table, record in records if record is not None]
    return (
        [Product.model_validate(record) for table, record in found if table == "products"],
        [kept_coupon(record) for table, record in found if table == "coupons"],
    )


def _new_last(changes: list[Change]) -> list[Change]:
    return sorted(changes, key=lambda each: each.before is None)


def _sentence(change: Change, source: str, known: Mapping[str, tuple[int, int]]) -> Message:
    """What differs, as the shop has it and as it would be."""
    before, after = change.before, change.after
    name = joined((change.table, quoted(change.key)))
    if before is None:
        return joined((name, lazy("is new")), ": ")
    if after is None:
        return joined((name, lazy("is not in {file}", file=source)), ": ")
    fields = [field for field in {**before, **after} if before.get(field) != after.get(field)]
    facts: list[str | Message] = [f"{field} {_shown(before, field)} → {_shown(after, field)}" for field in fields]
    if change.move:
        on_hand = known.get(change.counter, (0, 0))[0]
        facts.append(lazy("on hand {before} → {after}", before=on_hand, after=on_hand + change.move))
    return joined((name, joined(facts, ", ")), ": ")


def _shown(record: Document, field: str) -> str:
    """The value of a field as a line has room for it."""
    text = json_text(record[field]) if field in record else "–"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _goods(catalog: CatalogFile, source: str, marks: Mapping[str, Any], tell: Tell) -> Goods:
    shop = {**catalog.store.model_dump(mode="json"), **marks}
    products = counted_off(catalog.products, len(catalog.products), "products", tell)
    tables = {SHOP: {SHOP: shop}, **tables_of(catalog, products), NAMES: {NAMES: ESCAPED}}
    return Goods(source, catalog, tables, counters_of(catalog.products, catalog.coupons), {}, {}, {})
