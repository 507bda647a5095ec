"""What must be so once a simulation is over: over the shop's server, the bank's ledger, and all who asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pos.domain.i18n import N_, _
from pos.domain.reservations import Order
from pos.domain.tenders import tender_of
from pos.payments.ledger import Charge
from pos.stores.health_report import HealthCheck

EXAMINED: Final = ("held", "floors", "receipts", "orders", "stock", "review")
"""The checks of `pos doctor` that are laws here."""
TOLD: Final = 3
"""So many faults of a law are told one by one."""


class Law(NamedTuple):
    """A law by its name for programs, whether it was kept, and what was seen."""

    name: str
    kept: bool
    told: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every law, and how many were sold and asked for."""

    laws: tuple[Law, ...]
    sold: int
    asked: int

    @property
    def clean(self) -> bool:
        """Whether all were kept."""
        return all(law.kept for law in self.laws)

    @property
    def sentence(self) -> str:
        """The last line."""
        if self.clean:
            text = N_("All laws kept: {asked} asked, {sold} sold, nothing twice, lost or left held.")
            return _(text, sold=self.sold, asked=self.asked)
        broken = ", ".join(law.name for law in self.laws if not law.kept)
        return _("Broken: {laws}", laws=broken)

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        return {"ok": self.clean, "laws": [law._asdict() for law in self.laws]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """All that is known in the end. Amounts are minor units.

    `units` is what there was of what is sold, `on_hand` what is left, `held` what is still held of each counter, `open`
    the reservations that are not over. `ends` is what became of each request, by its order's id, `checks` what the
    doctor found. `able` is how many people could pay for a unit, None where nobody can tell. `silent` are the lanes of
    those who were killed, perhaps before they could tell what they had sold. `alone` says that tills have sold without
    their server, where two of them may sell the same last unit: that is listed, for somebody to look at.
    """

    units: int
    on_hand: int
    held: Mapping[str, int]
    open: Sequence[str]
    orders: Sequence[Order]
    charges: Sequence[Charge]
    ends: Mapping[str, str]
    checks: Sequence[HealthCheck]
    able: int | None = None
    silent: frozenset[str] = frozenset()
    alone: bool = False

    def verdict(self) -> Verdict:
        """Every law."""
        quantity = sum(int(line.quantity) for order in self.orders for line in order.sale.lines)
        laws = (
            self._sold(quantity),
            _law("once", self._once(), _("each order is there once, and each that was told of")),
            _law("charges", self._charges(), _("each charge that was kept has one order")),
            _law("nothing-held", self._held(), _("nothing is held")),
            _law("ended", self._unended(), _("each request came to its end")),
            *(
                Law(check.name, check.ok, check.detail)
                for check in self.checks
                if check.name in EXAMINED and not (self.alone and check.name == "floors")
            ),
        )
        return Verdict(laws, quantity, len(self.ends))

    def _sold(self, quantity: int) -> Law:
        """As many are sold as there were, or as people could pay; and so many less are there."""
        faults = []
        wanted = quantity if self.able is None else min(self.units, self.able)
        if quantity != wanted:
            faults.append(_("{sold} were sold, and {wanted} should have been", sold=quantity, wanted=wanted))
        if self.on_hand != self.units - quantity:
            text = _(
                "{left} of {units} are left although {sold} were sold",
                left=self.on_hand,
                units=self.units,
                sold=quantity,
            )
            faults.append(text)
        return _law("sold", faults, _("{sold} of {units} are sold", sold=quantity, units=self.units))

    def _once(self) -> Iterator[str]:
        """An order for each request that is told as paid, and for no other."""
        many = Counter(order.id for order in self.orders)
        paid = {order for order, state in self.ends.items() if state == "paid"}
        told = paid | {order.id for order in self.orders if order.lane in self.silent}
        yield from (
            _("order {id} is there {count} times", id=name, count=count) for name, count in many.items() if count > 1
        )
        yield from (_("order {id} was told as paid and is not there", id=name) for name in sorted(paid - many.keys()))
        yield from (_("order {id} is there and was not told as paid", id=name) for name in sorted(many.keys() - told))

    def _charges(self) -> Iterator[str]:
        """Money that was kept is that of one order, and what an order was paid by was kept."""
        kept = {charge.attempt: charge.kept for charge in self.charges if charge.kept}
        used: Counter[str] = Counter()
        for order in self.orders:
            for payment in order.sale.payments:
                if payment.state != "captured" or tender_of(payment).behind != "gateway":
                    continue
                used[payment.attempt] += 1
                if kept.get(payment.attempt) != payment.amount:
                    yield _(
                        "order {id} was paid by {attempt}, which was not charged", id=order.id, attempt=payment.attempt
                    )
        yield from (
            _("{attempt} was charged, and is of no order", attempt=name) for name in sorted(kept.keys() - used.keys())
        )
        yield from (
            _("{attempt} pays {count} orders", attempt=name, count=count) for name, count in used.items() if count > 1
        )
        yield from (
            _("{attempt} was never decided", attempt=charge.attempt)
            for charge in self.charges
            if charge.state == "asked"
        )

    def _held(self) -> Iterator[str]:
        yield from (
            _("{count} of {counter} are held", count=many, counter=name) for name, many in self.held.items() if many
        )
        yield from (_("{id} is open", id=name) for name in self.open)

    def _unended(self) -> Iterator[str]:
        yield from (
            f"{name}: {state}" for name, state in self.ends.items() if state in ("pending", "stuck", "checking")
        )


def _law(name: str, faults: Iterator[str] | Sequence[str], kept: str) -> Law:
    found = list(faults)
    if not found:
        return Law(name, True, kept)
    more = [_("and {count} more", count=len(found) - TOLD)] if len(found) > TOLD else []
    return Law(name, False, "; ".join((*found[:TOLD], *more)))
