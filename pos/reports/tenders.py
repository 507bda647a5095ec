"""What was paid with: each tender, a card by its brand, with what was taken and the change that was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _
from pos.domain.tenders import TENDERS, tender_named
from pos.reports.report import Cells, Counted, Money, Report, sign

if TYPE_CHECKING:
    from pos.domain.catalog import Shop
    from pos.domain.reservations import Order


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid by one tender, of one brand if it has one: how often, what was taken, and what of it stayed."""

    tender: str
    brand: str | None
    count: int
    taken: int
    change: int
    net: int

    @property
    def label(self) -> str:
        """What people call it: "Card visa"."""
        return " ".join((tender_named(self.tender).named, *([self.brand] if self.brand else [])))


@dataclass(frozen=True, slots=True)
class TenderTotals(Counted):
    """What orders were paid with, in the order of the table of tenders; `net` is all that stayed."""

    tenders: tuple[Paid, ...]
    net: int

    def rows(self, money: Money) -> Iterator[Cells]:
        """See `Counted`."""
        yield "", _("Payments"), _("Taken"), _("Change"), _("Net")
        for each in self.tenders:
            yield each.label, str(each.count), money(each.taken), money(each.change), money(each.net)
        many, change = sum(each.count for each in self.tenders), sum(each.change for each in self.tenders)
        yield _("Total"), str(many), money(self.net + change), money(change), money(self.net)


def count(orders: Iterable[Order], _shop: Shop) -> TenderTotals:
    """What orders were paid with, as far as it was not given back before they were."""
    sums: dict[tuple[str, str | None], Counter[str]] = {}
    for order in orders:
        times = sign(order)
        for payment in order.sale.payments:
            if payment.state == "captured":
                of = sums.setdefault((payment.tender, payment.brand), Counter())
                of["count"] += 1
                of["change"] += times * payment.change
                of["net"] += times * payment.amount
    places = {name: place for place, name in enumerate(TENDERS)}
    found = tuple(
        Paid(tender, brand, of["count"], of["net"] + of["change"], of["change"], of["net"])
        for (tender, brand), of in sums.items()
    )
    ordered = sorted(found, key=lambda each: (places.get(each.tender, len(places)), each.tender, each.brand or ""))
    return TenderTotals(tuple(ordered), net=sum(each.net for each in ordered))


REPORT: Final = Report("tenders", N_("Payments"), count)
