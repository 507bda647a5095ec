"""What the palette finds: actions, products, tickets that are set aside and receipts, and what Enter does with each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from pos.domain.i18n import N_, _, moment_text, plural
from pos.domain.terminal_text import clean
from screens.kit import actions, availability
from screens.kit.filtering import best
from screens.kit.host import Navigation, OpenTill
from screens.kit.listing import product_item
from screens.kit.values import Formatting

if TYPE_CHECKING:
    from datetime import tzinfo

    from pos.domain.reservations import Order
    from pos.till.parking import HeldTicket
    from screens.kit.actions import Action
    from screens.palette.receipts import PaletteReceipts

ACTIONS: Final = N_("ACTIONS")
PRODUCTS: Final = N_("PRODUCTS")
HELD: Final = N_("SET ASIDE")
ORDERS: Final = N_("RECEIPTS")
NOT_NOW: Final = N_("NOT NOW")
SECTIONS: Final = {ACTIONS: "▪", PRODUCTS: "+", HELD: "↺", ORDERS: "≡", NOT_NOW: "–"}
"""The sections in their order, each with its mark."""

MOST_PRODUCTS: Final = 20
GOODS: Final = ("sale", "cart", "coupon")
"""The screens from which products can be added, and tickets and receipts opened: where no money is being taken."""
ITSELF: Final = ("palette", "back")


class Known(availability.TillStanding, Formatting, OpenTill, Protocol):
    """What the palette finds among: the till, how it stands, and how things are worded."""


class Doer(Navigation, Protocol):
    """What does what is chosen."""

    def take_up(self, name: str) -> None:
        """Take up the ticket that was set aside under a name."""
        ...

    def show_receipt(self, order: Order) -> None:
        """The receipt of an order on its own screen."""
        ...


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One thing that can be done: its name, more about it, two short columns, and what does it; `off`: why not now.

    Texts are cleaned. `subject` is the action's id, the product's SKU, the ticket's name or the order's id.
    """

    section: str
    subject: str
    text: str
    about: str
    end: str
    do: Callable[[Doer], None]
    off: str = ""
    state: str = ""
    kind: str = ""
    guess: bool = False
    """Whether a slip was forgiven to find it."""
    order: Order | None = None
    """The order whose receipt it is."""

    @property
    def meant(self) -> tuple[str, str]:
        """What it stands for, whatever is told of it."""
        return (self.section, self.subject)

    @property
    def shown_in(self) -> str:
        """The section where it stands: what cannot be done now comes last."""
        return NOT_NOW if self.off else self.section


class PaletteHits(NamedTuple):
    """Entries that fit what was typed, and whether a slip was forgiven for it."""

    entries: Sequence[PaletteEntry]
    corrected: bool = False


class PaletteSearch:
    """Finds over a screen of a kind, for as long as the palette is open: what no typing changes is looked up once."""

    def __init__(self, app: Known, kind: str, receipts: PaletteReceipts | None) -> None:
        """`receipts` are those at hand; None where none can be opened."""
        self._app = app
        self._kind = kind
        self._receipts = receipts

    def find(self, typed: str) -> tuple[PaletteEntry, ...]:
        """All that fits what was typed, by sections; what cannot be done now is at the end."""
        groups = [_actions(self._app, self._kind, typed)]
        if self._kind in GOODS:
            groups += [_products(self._app, typed), _held(self._app, typed, self._tickets)]
        if self._receipts is not None:
            groups.append(_orders(self._app, typed, self._receipts))
        if any(group.entries and not group.corrected for group in groups):
            groups = [group for group in groups if not group.corrected]
        order = list(SECTIONS)
        found = (
            replace(entry, guess=True) if group.corrected else entry for group in groups for entry in group.entries
        )
        return tuple(sorted(found, key=lambda entry: order.index(entry.shown_in)))

    @cached_property
    def _tickets(self) -> Mapping[str, HeldTicket]:
        return {ticket.name: ticket for ticket in self._app.till.held_tickets()}


def _actions(app: Known, kind: str, typed: str) -> PaletteHits:
    """By name and word, else by what they do."""
    offered = {action.id: action for action in actions.on_screen(kind) if action.id not in ITSELF}
    if not typed:
        return PaletteHits([_action(app, action) for action in offered.values()])
    names = {key: f"{_(action.label)} {action.label} {action.word}" for key, action in offered.items()}
    abouts = {key: f"{names[key]} {_(action.help)}" for key, action in offered.items()}
    hits = best(typed, names, abouts)
    return PaletteHits([_action(app, offered[key]) for key in hits.keys], hits.guessed)


def _action(app: Known, action: Action) -> PaletteEntry:
    return PaletteEntry(
        ACTIONS,
        action.id,
        _(action.label),
        _(action.help),
        app.cap(action.id),
        lambda app: app.front.act(action),
        action.reason(app) or "",
    )


def _products(app: Known, typed: str) -> PaletteHits:
    catalog = app.till.catalog
    known = catalog.find(typed) if typed else None
    # As on the scan line, digits alone are a code and no part of a name.
    searched = len(typed) >= 2 and any(char.isalpha() for char in typed)
    hits = catalog.search(typed, MOST_PRODUCTS) if searched else None
    skus = dict.fromkeys([*([known.sku] if known is not None else []), *(hits.keys if hits is not None else ())])
    return PaletteHits([_product(app, sku) for sku in skus], hits is not None and hits.corrected and known is None)


def _product(app: Known, sku: str) -> PaletteEntry:
    item, product = product_item(app.till.catalog, app, sku), app.till.catalog.products[sku]
    return PaletteEntry(
        PRODUCTS, sku, clean(item.text), clean(product.category or ""), item.first, partial(_add, sku=sku),
        state=item.second, kind=item.kind,
    )  # fmt: skip


def _add(app: Doer, *, sku: str) -> None:
    """Put a product on the ticket, as the home screen does; of a weighed one the weight is asked."""
    app.home()
    app.front.add_hit(sku)


def _held(app: Known, typed: str, held: Mapping[str, HeldTicket]) -> PaletteHits:
    off = availability.needs_held(app) or ""
    if not typed:
        return PaletteHits([_ticket(ticket, app.now.tzinfo, off) for ticket in held.values()])
    hits = best(typed, {name: f"{name} {ticket.ticket}" for name, ticket in held.items()})
    return PaletteHits([_ticket(held[name], app.now.tzinfo, off) for name in hits.keys], hits.guessed)


def _ticket(ticket: HeldTicket, zone: tzinfo | None, off: str) -> PaletteEntry:
    at = ticket.at.astimezone(zone)
    lines = plural("{count} line", "{count} lines", ticket.lines)
    return PaletteEntry(
        HELD,
        ticket.name,
        _("Ticket {ticket}", ticket=ticket.called),
        _("{lines}, set aside at {time}", lines=lines, time=moment_text(at, "clock")),
        "",
        partial(_take_up, name=ticket.name),
        off,
    )


def _take_up(app: Doer, *, name: str) -> None:
    app.home()
    app.take_up(name)


def _orders(wording: Formatting, typed: str, receipts: PaletteReceipts) -> PaletteHits:
    return PaletteHits([_order(wording, order) for order in receipts.find(typed)])


def _order(wording: Formatting, order: Order) -> PaletteEntry:
    at = order.at.astimezone(wording.now.tzinfo)
    items = plural("{count} item", "{count} items", order.sale.items)
    named = {"moment": moment_text(at, "stamp"), "items": items, "member": clean(order.sale.member_name or "")}
    about = N_("{moment}, {items}, {member}") if order.sale.member_name else N_("{moment}, {items}")
    return PaletteEntry(
        ORDERS,
        order.id,
        _("Receipt {number}", number=order.receipt),
        _(about, **named),
        wording.money(order.sale.total),
        lambda app: app.show_receipt(order),
        order=order,
    )
