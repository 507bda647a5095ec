"""The tenders: what a sale can be paid with, a row each. What differs is asked of the row, never of a name.

A new tender is a row here, and one of `pos.domain.counters` where a counter stands behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pos.domain.i18n import N_, _
from pos.domain.message import Message, joined, lazy, verbatim
from pos.domain.terminal_text import clean

if TYPE_CHECKING:
    from pos.domain.counters import CounterKind
    from pos.domain.sale import Payment, Sale


@dataclass(frozen=True, slots=True)
class Tender:
    """One way to pay. `name` stands in records and in the language (`pay NAME`), `label` is what people call it.

    `behind` it is what has the money: the `drawer`, the `gateway`, which is asked and may decline or not answer, or a
    `counter` of the store, of the kind `counter`; nothing that is known of a tender that has no row. It `settles` what
    is due exactly, or as it is rounded for coins, which it then is a multiple of in parts. Of more than is due it gives
    `change`, or it is refused. `refunds` orders what goes back, the lowest first.

    The sentences know `{amount}`, `{tender}`, the label, and `{card}`, what was paid with as far as it is known.
    """

    name: str
    label: str
    behind: Literal["drawer", "gateway", "counter", "unknown"]
    settles: Literal["exactly", "in_cash"] = "exactly"
    over: Literal["change", "refused"] = "refused"
    refunds: int = 1
    counter: str = ""
    counts: CounterKind | None = None
    """What there is to know of its counters, if their kind has no row of its own."""
    usage: str = ""
    """How it is said behind `pay`."""
    key: str = ""
    """Its usual key on the payment screen; none if it is only said."""
    title: str = ""
    """Its label where it stands alone, as on that key; the same if empty."""
    help: str = ""
    """What its key does, for the help."""
    unread: str = ""
    """What was paid with while its number is not known; the label if empty."""
    part_paid: str = N_("{amount} by {tender}")
    hand_back: str = N_("Give {amount} back by {tender}.")
    """What the cashier is asked to do with what is in the drawer."""
    given_back: str = N_("{amount} given back to {card}")
    paid: str = N_("Paid by {tender}")
    """What the customer is shown."""
    unwritten: str = N_("{tender}: charged, but the sale could not be written down: {error} It is being checked.")
    not_positive: str = N_("{tender}: the amount is above zero.")
    too_much: str = N_("Only {amount} is due, and {tender} pays no more.")

    @property
    def named(self) -> str:
        """Its title in the language in use."""
        return _(self.title or self.label)

    @property
    def numbered(self) -> bool:
        """Whether it is told by a number, such as a card's."""
        return self.behind in ("gateway", "counter")

    def counter_of(self, number: str) -> str:
        """The name of the counter that stands behind it for a number, however that is written.

        Raises LookupError for a tender without one: a fault of the program that asks.
        """
        from pos.domain.counters import counter_name
        from pos.domain.spelling import folded

        if self.behind != "counter":
            raise LookupError(f"no counter is behind {self.name}")
        return counter_name(self.counter, folded(number))

    def due(self, sale: Sale) -> int:
        """What is due of a sale in this tender, minor units."""
        return sale.cash_due if self.settles == "in_cash" else sale.due

    def said(self, text: str, **values: object) -> Message:
        """One of its sentences."""
        return lazy(text, tender=lazy(self.label), **values)


_ROWS: Final = (
    Tender(
        name="cash",
        label=N_("cash"),
        behind="drawer",
        settles="in_cash",
        over="change",
        refunds=2,
        usage="cash [20.00]",
        key="c",
        title=N_("Cash"),
        help=N_("Take the typed amount or the chosen note in cash, else exactly what is due."),
        not_positive=N_("Type how much cash was given, or leave the amount out if it is exact."),
        part_paid=N_("{amount} in cash"),
        hand_back=N_("Give {amount} back in cash."),
        given_back=N_("{amount} given back in cash"),
        paid=N_("Paid in cash"),
    ),
    Tender(
        name="card",
        label=N_("card"),
        behind="gateway",
        usage="card NUMBER|reader [AMOUNT]",
        key="k",
        title=N_("Card"),
        help=N_("Charge the typed amount, or all that is due, to a card."),
        unread=N_("the card reader"),
        part_paid=N_("{amount} by card"),
        paid=N_("Paid by card"),
        unwritten=N_("The card was charged, but the sale could not be written down: {error} It is being checked."),
        not_positive=N_("A card is charged an amount above zero."),
        too_much=N_("Only {amount} is due: a card cannot be charged more."),
    ),
)

TENDERS: Final[dict[str, Tender]] = {tender.name: tender for tender in _ROWS}
"""Every tender, by name."""


def tender_named(name: str) -> Tender:
    """A tender by its name. One that has no row, as in the records of a version that has it, is called by its name.

    It is kept and shown as it was paid; nothing is known that could be asked about it or give it back.
    """
    return TENDERS.get(name) or Tender(name=name, label=name, behind="unknown", refunds=3)


def tender_of(payment: Payment) -> Tender:
    """The tender that a payment was made with; one that this version does not have is a plain one of its name."""
    return tender_named(payment.tender)


def instrument(payment: Payment) -> Message:
    """What was paid with, as it may be shown: brand and last four digits where they are known, else the label."""
    label = lazy(tender_of(payment).label)
    if not payment.last4:
        return label
    return joined((payment.brand or label, f"••{payment.last4}"))


def paid_with(payment: Payment) -> str:
    """What was paid with, as a row about it begins: the card as it may be shown, else the tender's name."""
    return clean(str(instrument(payment)) if payment.last4 else tender_of(payment).named)


def asked_by(payment: Payment) -> Message:
    """What the gateway was asked to charge: brand and last four digits, or the reader that has the card."""
    tender = tender_of(payment)
    if payment.last4 or not tender.unread:
        return instrument(payment)
    return lazy(tender.unread) if payment.brand in (None, "reader") else verbatim(str(payment.brand))
