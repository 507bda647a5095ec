"""The shop's catalog as the till reads it from its store: by code, by name, by category, with what is free."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final, TypeVar

from pos.domain.catalog import Member, Product, Rules, Tax, kept_coupon
from pos.domain.code_index import CodeIndex
from pos.domain.counters import stock_counter
from pos.domain.i18n import _
from pos.domain.model import Value
from pos.domain.money import exponent_of
from pos.domain.ports import Document, ShopView
from pos.domain.progress import Tell, counted_off, silent
from pos.domain.search import SearchHits, SearchIndex
from pos.domain.spelling import folded
from pos.domain.stock import uncounted
from pos.domain.time_zones import shop_zone
from pos.stores.records import FAULTS, SHOP, not_understood, shop_of

THROWAWAY: Final = "throwaway"
"""The mark of a store that a script made with a catalog of its own: no shop's, so that time and cards may be faked."""

Record = TypeVar("Record", bound=Value)


class RecordTable(Mapping[str, Record]):
    """One table of the store as validated records, each decoded when it is first asked for."""

    def __init__(self, view: ShopView, name: str, read: Callable[[Document], Record]) -> None:
        self._view = view
        self._name = name
        self._read = read
        self._known: dict[str, Record] = {}
        self._changes = 0
        view.subscribe(self._changed)

    def __getitem__(self, key: str) -> Record:
        found = self._known.get(key)
        if found is not None:
            return found
        changes, document = self._changes, self._view.get(self._name, key)
        if document is None:
            raise KeyError(key)
        try:
            found = self._known[key] = self._read(document)
        except FAULTS:
            raise not_understood(self._name, key) from None
        if changes != self._changes:
            # It was changed while it was read.
            self._known.pop(key, None)
        return found

    @property
    def changes(self) -> int:
        """How often a record has changed."""
        return self._changes

    def _changed(self, table: str | None, key: str | None) -> None:
        if table not in (None, self._name):
            return
        self._changes += 1
        if table is None or key is None:
            self._known.clear()
        else:
            self._known.pop(key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._view.keys(self._name))

    def __len__(self) -> int:
        return len(self._view.keys(self._name))


class Named(RecordTable[Record]):
    """A table that is asked by what people type: a name is found however it is spelled, as it is before all else."""

    def __getitem__(self, key: str) -> Record:
        try:
            return super().__getitem__(key)
        except KeyError:
            return super().__getitem__(self._spellings[folded(key)])

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return {folded(key): key for key in reversed(list(self))}

    def _changed(self, table: str | None, key: str | None) -> None:
        super()._changed(table, key)
        if table in (None, self._name):
            vars(self).pop("_spellings", None)


class Required(RecordTable[Record]):
    """A table in which every name is that other records have: one that is missing is a fault of the store."""

    def __getitem__(self, key: str) -> Record:
        try:
            return super().__getitem__(key)
        except KeyError:
            raise not_understood(self._name, key) from None


class Uses(Mapping[str, int]):
    """How often each counter of coupon uses was used, open holds included."""

    def __init__(self, view: ShopView) -> None:
        self._view = view

    def __getitem__(self, name: str) -> int:
        counter = self._view.counter(name)
        return counter.held - counter.on_hand

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Availability:
    """A product's stock: on hand, held and free in its unit, all None if it is not counted."""

    on_hand: Decimal | None
    held: Decimal | None
    free: Decimal | None
    low: bool
    out: bool


@dataclass(frozen=True, slots=True)
class ProductIndex:
    """All products by code, by category, and as texts to search, from one reading of the store."""

    codes: CodeIndex
    categories: dict[str, tuple[str, ...]]
    entries: list[tuple[str, str, str]]
    seen: dict[str, int]
    """Of each product what of its record is in here, as a number that another record is not likely to have."""

    @classmethod
    def of(cls, documents: Iterable[tuple[str, Document]]) -> ProductIndex:
        """The listing of products by SKU. Categories that look alike are one, in the spelling of the first."""
        codes, entries = CodeIndex(), []
        names: dict[str, str] = {}
        groups: dict[str, list[str]] = {}
        seen: dict[str, int] = {}
        for sku, document in documents:
            try:
                seen[sku] = _seen(document)
                category = document.get("category") or _("Other")
                if category not in names:
                    names[category] = names.setdefault(folded(category), category)
                category = names[category]
                codes.add(sku, document.get("barcodes", ()))
                entries.append((sku, document["name"], category))
            except FAULTS:
                raise not_understood("products", sku) from None
            groups.setdefault(category, []).append(sku)
        return cls(codes, {name: tuple(group) for name, group in groups.items()}, entries, seen)

    def is_of(self, sku: str, document: Document | None) -> bool:
        """Whether it would be the same if a product's record were this one: a price is not in it."""
        try:
            return self.seen.get(sku) == (None if document is None else _seen(document))
        except FAULTS:
            return False


def _seen(document: Document) -> int:
    return hash((document["name"], document.get("category"), tuple(document.get("barcodes", ()))))


class Catalog:
    """What is sold here. Cheap to make; codes and names are indexed when first needed, or by `prepare`.

    What changes in the store is read anew, but for the shop's own rules: they count from the next start.

    Raises TillError `time_zone_missing` if this machine does not know the shop's zone.
    """

    def __init__(self, view: ShopView) -> None:
        self._view = view
        shop = view.get(SHOP, SHOP) or {}
        self.demo, self.throwaway = bool(shop.get("demo", False)), bool(shop.get(THROWAWAY, False))
        try:
            self.shop = shop_of(shop)
        except FAULTS:
            raise not_understood(SHOP, SHOP) from None
        self.zone = shop_zone(self.shop.timezone)
        self.exponent = exponent_of(self.shop.currency)
        self.products = RecordTable(view, "products", Product.model_validate)
        self.members = Named(view, "members", Member.model_validate)
        self.coupons = Named(view, "coupons", kept_coupon)
        taxes = Required(view, "taxes", Tax.model_validate)
        self._priced = (self.products, taxes, self.members, self.coupons)
        self.rules = Rules(
            shop=self.shop,
            products=self.products,
            taxes=taxes,
            coupons=self.coupons,
            members=self.members,
            used=Uses(view),
            exponent=self.exponent,
        )
        self._changes = 0
        """How often what is listed has changed."""
        self._known_listing: tuple[int, ProductIndex] | None = None
        self._known_index: tuple[ProductIndex, SearchIndex] | None = None
        self._known_members: tuple[int, SearchIndex] | None = None
        """The members by name and number, and how often one had changed when they were listed."""
        self._preferred: Mapping[str, int] = {}
        self._ranked: tuple[SearchIndex, SearchIndex] | None = None
        """The index that it is made of, and the one that ranks what is sold often first."""
        view.subscribe(self._changed)

    @property
    def changes(self) -> int:
        """Another number once a record that a price is made of has changed, at whatever till."""
        return sum(table.changes for table in self._priced)

    def prepare(self, tell: Tell = silent) -> None:
        """Build every index now, so that no key has to wait for one: codes, then names; `tell` hears how far it is."""
        listing, known = self._listed(tell), self._known_index
        if known is None or known[0] is not listing:
            entries = counted_off(listing.entries, len(listing.entries), "names", tell)
            self._known_index = listing, SearchIndex(entries, codes=True)
            self._rank(self._known_index[1])

    def find(self, code: str) -> Product | None:
        """The product with this barcode, PLU or SKU, however it is spelled, with whatever a scanner puts around it."""
        sku = self._listing.codes.find(code)
        return self.products[sku] if sku is not None else None

    def is_known(self, code: str) -> bool:
        """Whether a product has this code."""
        return self._listing.codes.find(code) is not None

    def is_named(self, text: str) -> bool:
        """Whether a product, a member or a coupon has this code, so that it is no card's number."""
        return self.is_known(text) or text in self.members or text in self.coupons

    def member(self, number: str) -> Member | None:
        """The member with this number, however it is spelled."""
        return self.members.get(number)

    def find_members(self, text: str, limit: int = 50) -> tuple[str, ...]:
        """The numbers of the members with a word in their name, or their number, that begins so: nothing is guessed."""
        hits = self._member_index.search(text, limit, near=False)
        return tuple(hit.key for hit in hits.found if hit.fit != "guess")

    def prepare_members(self) -> None:
        """Build the index of members' names now, so that no key has to wait for it. Any thread may."""
        _ = self._member_index

    def search(self, text: str, limit: int = 50) -> SearchHits:
        """The SKUs whose name, SKU or category match what was typed, best first; see `prefer`."""
        return self._index.search(text, limit)

    def prefer(self, weights: Mapping[str, int]) -> None:
        """Let what fits equally well come by these weights from now on, by SKU: how often each is sold."""
        self._preferred, self._ranked = weights, None

    @property
    def size(self) -> int:
        """How many products there are."""
        return len(self._listing.entries)

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """The SKUs of each category, categories and products in the catalog's order."""
        return self._listing.categories

    def availability(self, product: Product) -> Availability:
        """The product's stock as it stands."""
        if product.stock is None:
            return Availability(None, None, None, low=False, out=False)
        counter = self._view.counter(stock_counter(product.sku))
        on_hand, held, free = (uncounted(amount, product) for amount in (counter.on_hand, counter.held, counter.free))
        low = product.low_stock is not None and free <= product.low_stock
        return Availability(on_hand, held, free, low=low, out=free <= 0 and not product.oversell)

    def _changed(self, table: str | None, key: str | None) -> None:
        if table not in (None, "products"):
            return
        known = self._known_listing
        if key is None or known is None or not known[1].is_of(key, self._view.get("products", key)):
            self._changes += 1

    def _listed(self, tell: Tell = silent) -> ProductIndex:
        known, changes = self._known_listing, self._changes
        if known is None or known[0] != changes:
            # With the count from before: what changes meanwhile makes it old at once.
            rows = counted_off(self._view.items("products"), len(self.products), "codes", tell)
            known = self._known_listing = changes, ProductIndex.of(rows)
        return known[1]

    @property
    def _listing(self) -> ProductIndex:
        return self._listed()

    @property
    def _member_index(self) -> SearchIndex:
        known, changes = self._known_members, self.members.changes
        if known is None or known[0] != changes:
            # With the count from before: what changes meanwhile makes it old at once.
            rows = self._view.items("members")
            index = SearchIndex(((number, str(document.get("name") or "")) for number, document in rows), codes=True)
            known = self._known_members = changes, index
        return known[1]

    @property
    def _index(self) -> SearchIndex:
        self.prepare()
        assert self._known_index is not None
        index = self._known_index[1]
        return self._ranked[1] if self._ranked is not None and self._ranked[0] is index else self._rank(index)

    def _rank(self, index: SearchIndex) -> SearchIndex:
        ranked = index.weighed(self._preferred)
        self._ranked = index, ranked
        return ranked
