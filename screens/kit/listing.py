"""What the drawer below the line can list: hits, categories and their products, commands, tickets set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _, moment_text, number_text, percent_text
from pos.domain.terminal_text import clean, width
from screens.kit.filtering import ALL_AGAIN
from screens.render.parts import Part, window
from screens.render.rows import Piece, Row, left, right, sentence, uncut
from screens.render.tags import HitTag

if TYPE_CHECKING:
    from pos.domain.catalog import Product
    from pos.till.catalog import Catalog
    from pos.till.parking import HeldTicket
    from screens.kit.filtering import Fitting
    from screens.kit.values import Formatting


ROOMY: Final = 60
"""From so many columns on what stands beside a name keeps its place, whatever is listed."""
GUESS: Final = "≈ "
NEAR: Final = N_("Nothing is called so: ↓ chooses what comes near.")
"""What Enter says of guesses as long as no arrow has chosen one."""
"""Stands before what only comes near to what was typed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: what it stands for, its text, and two short columns with what kind the last one is."""

    key: str
    text: str
    first: str = ""
    second: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with its frame's title and note. `item` makes an entry when it is seen."""

    title: str
    keys: Sequence[str]
    item: Callable[[str], Item]
    note: str = ""
    empty: str = ""
    enter: str = N_("↑↓ choose · ⏎ add")
    """How to choose an entry, and what Enter does with it."""
    guesses: frozenset[str] = frozenset()
    """The entries that a slip was forgiven for: they are chosen by an arrow only."""
    by_arrow: frozenset[str] = frozenset()
    """Others that are chosen by an arrow only."""
    typed: str = ""
    """What they were found by: its letters are marked in their texts."""
    beyond: int = 0
    """How many more there are that are too many to be listed."""
    least: tuple[int, int] = (0, 0)
    """How wide the two short columns are at least where there is room, so that they stay where they are."""

    @property
    def hint(self) -> str:
        """How to choose, if there is anything to choose."""
        return _(self.enter) if self.keys else ""

    def filtered(self, typed: str, found: Fitting) -> Listing:
        """Those of the entries that fit what is typed; a name that only comes near is a guess."""
        guesses = frozenset(found.keys) if found.guessed else frozenset[str]()
        note = _(ALL_AGAIN, found=len(found.keys), all=len(self.keys))
        return replace(self, keys=found.keys, guesses=guesses, typed=typed, note=note)

    def key(self, index: int) -> str | None:
        """What the entry at an index stands for, None beyond the list."""
        return self.keys[index] if 0 <= index < len(self.keys) else None


def listing_rows(listing: Listing, chosen: int | None, columns: int, lines: int) -> Part:
    """The entries around the chosen one, their columns as wide as they need to be."""
    if not listing.keys:
        return Part(tuple(sentence(listing.empty, columns)))
    many = len(listing.keys)
    first = window(many, lines, chosen if chosen is not None else 0)
    keys = listing.keys[first : first + lines]
    items = [listing.item(key) for key in keys]
    least = listing.least if columns >= ROOMY else (0, 0)
    firsts = max((least[0], *(width(item.first) for item in items)))
    seconds = max((least[1], *(width(item.second) for item in items)))
    gaps = (1 if firsts else 0) + (1 if seconds else 0)
    rows = []
    for index, (key, item) in enumerate(zip(keys, items, strict=True), start=first):
        room = columns - firsts - seconds - gaps if item.first or item.second else columns
        text = clean(item.text)
        guess = key in listing.guesses
        pieces = [Piece(GUESS, "faint")] if guess else []
        pieces += marked(text, listing.typed if not guess else "", room - len(GUESS) if guess else room)
        if firsts and room < columns:
            pieces += [Piece(" "), right(item.first, firsts)]
        if seconds and room < columns:
            pieces += [Piece(" "), right(item.second, seconds, item.kind)]
        rows.append(Row(tuple(pieces), "chosen" if index == chosen else "", HitTag(key, uncut(text, room))))
    below = many - first - len(rows) + listing.beyond
    return Part(tuple(rows), first, below, first, many + listing.beyond, lines)


def as_guess(text: str, *, guess: bool) -> str:
    """An entry's text, behind a mark if it only comes near to what was typed."""
    return f"{GUESS}{text}" if guess else text


def marked(text: str, typed: str, columns: int, kind: str = "") -> list[Piece]:
    """A text of a kind at the left of so many columns, the letters marked that were typed."""
    from pos.domain.matched_letters import matched_letters

    shown = left(text, columns).text
    pieces, at = [], 0
    for start, end in matched_letters(typed, text) if typed else ():
        if end <= len(shown) and shown[start:end] == text[start:end]:
            pieces += [Piece(shown[at:start], kind), Piece(shown[start:end], f"{kind}+match" if kind else "match")]
            at = end
    return [piece for piece in (*pieces, Piece(shown[at:], kind)) if piece.text]


def product_item(catalog: Catalog, wording: Formatting, sku: str) -> Item:
    """A product with its price now and what is free of it."""
    from pos.domain.pricing.steps import catalog_price

    product = catalog.products[sku]
    price = wording.money(catalog_price(product, wording.now))
    free, kind = _stock(catalog, product)
    return Item(sku, product.name, f"{price}/{product.unit}" if product.weighed else price, free, kind)


def _stock(catalog: Catalog, product: Product) -> tuple[str, str]:
    stock = catalog.availability(product)
    if stock.free is None:
        return "", ""
    if stock.out:
        return _("out"), "bad"
    free = amount_text(stock.free)
    return (_("low {free}", free=free), "strong") if stock.low else (free, "")


def amount_text(amount: Decimal) -> str:
    """A quantity in at most a few columns: weights to one decimal."""
    return number_text(amount if amount == int(amount) else Decimal(f"{amount:.1f}"))


def _least() -> tuple[int, int]:
    """What the columns of products' prices and stocks take at least: a price by weight, and what is low."""
    return 8, width(_("low {free}", free="00"))


def hits_listing(catalog: Catalog, wording: Formatting, text: str) -> Listing:
    """What a typed text finds."""
    hits = catalog.search(text)
    about = {"found": hits.fitting or hits.total, "all": number_text(Decimal(catalog.size))}
    if hits.corrected:
        note = _("nearest to what was typed, {found} of {all}", **about)
    elif hits.fitting < hits.total:
        note = _("{found} of {all}, then the nearest", **about)
    else:
        note = _("{found} of {all}", **about)
    return Listing(
        _("Catalog"),
        hits.keys,
        lambda sku: product_item(catalog, wording, sku),
        note,
        _("Nothing has such a name: type fewer letters, or Esc and → to browse."),
        guesses=frozenset(hit.key for hit in hits.found if hit.fit == "guess"),
        typed=text,
        beyond=hits.total - len(hits.keys),
        least=_least(),
    )


def categories_listing(catalog: Catalog) -> Listing:
    """The shop's categories."""
    groups = catalog.categories
    return Listing(
        _("Catalog"),
        tuple(groups),
        lambda name: Item(name, name, str(len(groups[name]))),
        empty=_("This shop has no products yet: `pos --store FOLDER --catalog FILE` brings them."),
        enter=N_("↑↓ choose · ⏎ open"),
    )


def products_listing(catalog: Catalog, wording: Formatting, category: str) -> Listing:
    """The products of a category as a list; Enter adds one to the ticket."""
    products = catalog.categories[category]
    return Listing(
        category, products, lambda sku: product_item(catalog, wording, sku), least=_least(),
        enter=N_("↑↓ choose · ⏎ add"),
    )  # fmt: skip


def goods_text(ticket: HeldTicket, products: Mapping[str, Product]) -> str:
    """The first thing on a ticket that is set aside, and how many lines there are besides it."""
    product = products.get(ticket.first)
    first = clean(product.name if product is not None else ticket.first)
    return f"{first} +{ticket.lines - 1}" if ticket.lines > 1 else first


def held_listing(held: Sequence[HeldTicket], wording: Formatting, products: Mapping[str, Product]) -> Listing:
    """The tickets that are set aside: by name, with what is on them, what they come to, and since when."""
    named = {ticket.name: ticket for ticket in held}

    def item(name: str) -> Item:
        ticket = named[name]
        total = wording.money(ticket.total) if ticket.total is not None else ""
        clock = moment_text(ticket.at.astimezone(wording.now.tzinfo), "clock")
        return Item(name, f"{name} · {goods_text(ticket, products)}", total, clock, "faint")

    return Listing(
        _("Take up which ticket?"), tuple(named), item,
        empty=_("No ticket is set aside under such a name: type fewer letters, or Esc."),
        enter=N_("↑↓ choose · ⏎ take up"),
    )  # fmt: skip


def members_listing(catalog: Catalog, typed: str) -> Listing | None:
    """The members whose name or number begins so; None as long as nothing is typed."""
    found = catalog.find_members(typed)
    if not found and not typed:
        return None

    def item(number: str) -> Item:
        member = catalog.members[number]
        return Item(number, member.name, number, f"−{percent_text(member.discount)}" if member.discount else "")

    return Listing(
        _("Members"),
        found,
        item,
        empty=_("No member has such a name or number: type fewer letters, or scan the card."),
        enter=N_("↑↓ choose · ⏎ take"),
        typed=typed,
    )
