"""All about what is chosen in the palette, beside its list where there is room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pos.domain.i18n import N_, _, number_text, percent_text
from pos.domain.terminal_text import clean
from screens.kit import actions
from screens.palette.search import ACTIONS, HELD, ORDERS, PaletteEntry
from screens.render.rows import BLANK, Piece, Row, row, wrapped
from screens.ticket.paper import clean_line

if TYPE_CHECKING:
    from pos.till.catalog import Catalog
    from pos.till.till import Till

DOES = {ACTIONS: N_("⏎ does it"), HELD: N_("⏎ takes it up"), ORDERS: N_("⏎ opens it")}
ADDS = N_("⏎ adds one")


def enter_does(entry: PaletteEntry) -> str:
    """What Enter does with an entry, or why it does nothing now, as a caption."""
    return _("not now") if entry.off else _(DOES.get(entry.section, ADDS))


def detail_rows(till: Till, cap: Callable[[str], str], entry: PaletteEntry, columns: int) -> Sequence[Row]:
    """An entry's name in full, and what there is to know of it; `cap` names an action's key."""
    if entry.order is not None:
        paper = till.receipt_of(entry.order, width=min(columns, 42)).splitlines()
        return [row(clean_line(line)) for line in paper]
    rows = [row(Piece(line, "strong")) for line in wrapped(entry.text, columns)]
    rows += [BLANK, *(row(line) for line in wrapped(entry.about, columns))]
    if entry.off:
        rows += [BLANK, *(row(Piece(line, "warn")) for line in wrapped(f"– {entry.off}", columns))]
    more: Sequence[str] = ()
    if entry.section == ACTIONS:
        more = _action(entry, cap)
    elif entry.section != HELD:
        more = _product(entry, till.catalog)
    rows += [BLANK, *(row(Piece(line, "faint")) for text in more for line in wrapped(text, columns))]
    return rows


def _action(entry: PaletteEntry, cap: Callable[[str], str]) -> Sequence[str]:
    word = actions.by_id(entry.subject).word
    key = cap(entry.subject)
    return [_("Key: {key}", key=key), *([_("Word: {word}", word=f"/{word}")] if word else [])]


def _product(entry: PaletteEntry, catalog: Catalog) -> Sequence[str]:
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
