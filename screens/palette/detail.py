"""All about what is chosen in the palette, beside its list where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pos.domain.text import clean
from pos.domain.words import N_, _, number_text, percent_text
from screens.kit import actions
from screens.palette.search import ACTIONS, HELD, ORDERS, Entry
from screens.render.rows import BLANK, Piece, Row, row, wrapped
from screens.ticket.paper import clean_line

if TYPE_CHECKING:
    from screens.kit.host import Host

DOES = {ACTIONS: N_("⏎ does it"), HELD: N_("⏎ takes it up"), ORDERS: N_("⏎ opens it")}
ADDS = N_("⏎ adds one")


def enter_does(entry: Entry) -> str:
    """What Enter does with an entry."""
    return _("not now") if entry.off else _(DOES.get(entry.section, ADDS))


def detail_rows(app: Host, entry: Entry, columns: int) -> Sequence[Row]:
    """An entry's name in full, and what there is to know of it."""
    if entry.order is not None and app.till is not None:
        paper = app.till.receipt_of(entry.order, width=min(columns, 42)).splitlines()
        return [row(clean_line(line)) for line in paper]
    rows = [row(Piece(line, "strong")) for line in wrapped(entry.text, columns)]
    rows += [BLANK, *(row(line) for line in wrapped(entry.about, columns))]
    if entry.off:
        rows += [BLANK, *(row(Piece(line, "warn")) for line in wrapped(f"– {entry.off}", columns))]
    more = _action(app, entry) if entry.section == ACTIONS else () if entry.section == HELD else _product(app, entry)
    rows += [BLANK, *(row(Piece(line, "faint")) for text in more for line in wrapped(text, columns))]
    return rows


def _action(app: Host, entry: Entry) -> Sequence[str]:
    word = actions.by_id(entry.subject).word
    key = app.cap(entry.subject)
    return [_("Key: {key}", key=key), *([_("Word: {word}", word=f"/{word}")] if word else [])]


def _product(app: Host, entry: Entry) -> Sequence[str]:
    assert app.till is not None
    catalog = app.till.catalog
    product = catalog.products[entry.subject]
    stock, tax = catalog.availability(product), catalog.rules.taxes.get(product.tax or "")
    told = [_("Price: {price}", price=entry.end)]
    if stock.free is not None:
        told.append(_("Free: {amount}", amount=number_text(stock.free)))
    if tax is not None:
        told.append(_("Tax: {rate}", rate=percent_text(tax.rate)))
    told.append(_("SKU: {sku}", sku=clean(product.sku)))
    if product.barcodes:
        told.append(_("Barcodes: {codes}", codes=", ".join(clean(code) for code in product.barcodes)))
    return told
