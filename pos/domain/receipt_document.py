"""A receipt as a document: what stands on it, as data. How it is set, and on what, is for a rendering to say.

Its words are in the receipt's language and safe to print as they are: one line each, without anything that a terminal
or a printer obeys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

FigureKind = Literal["subtotal", "discount", "tax", "total", "tax_included", "rounding", "tender", "change"]
"""What an amount is. The subtotal, discounts (below zero) and taxes that are added make the total; that with the
rounding is what the tenders come to, less the change. A tax that the prices include is told, and not added."""


class Amount(NamedTuple):
    """Minor units of the receipt's currency, and the same as it is written there."""

    minor: int
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A label and its amount."""

    kind: FigureKind
    label: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Item:
    """One thing sold: its amount at its price, before what the totals take off.

    `quantity` tells how many and at which price, `1.264 kg × 1.99/kg`; empty where one was sold at its list price.
    `discounts` are those of this line alone; the totals have their sum.
    """

    name: str
    amount: Amount
    quantity: str = ""
    discounts: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDocument:
    """What stands on the receipt of one order, from its head to its foot."""

    order: str
    """The order's id."""
    number: str
    """The receipt's number."""
    at: datetime
    """When it was sold, in the shop's zone."""
    copy: bool
    """Whether it was printed before, so that this one is a copy; its `marks` say so."""
    training: bool
    """Whether nothing was sold: it is no receipt; its `marks` say so."""
    currency: str
    marks: tuple[str, ...]
    """What has to be seen at both ends, above all else and below it."""
    shop: str
    title: str
    """The receipt's number, as it is told."""
    moment: str
    """When it was sold, as it is told."""
    details: tuple[str, ...]
    """What else it is known by: its ticket, the member."""
    items: tuple[Item, ...]
    totals: tuple[Figure, ...]
    payments: tuple[Figure, ...]
    thanks: str
    barcode: str
    """What a scanner reads, in ASCII: the number; empty if it has other signs."""
