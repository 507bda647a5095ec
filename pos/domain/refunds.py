"""What a return gives back: each recorded amount in proportion, so that any sequence of returns adds up to the sale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.model import Quantity, Value, changed
from pos.domain.money import round_half_up, share
from pos.domain.sale import Discount, Payment, Sale, SaleLine
from pos.domain.tenders import tender_of


class LineRefund(Value):
    """What is given back for a quantity of one line: its recorded amounts in minor units, signed as they were charged.

    The sums hold as they do on the line, with each of its discounts in its order, down to those of 0.
    """

    line: int
    quantity: Quantity = Decimal(0)
    subtotal: int = 0
    discounts: tuple[Discount, ...] = ()
    net: int = 0
    tax: int = 0
    total: int = 0
    cash_rounding: int = 0

    @property
    def amount(self) -> int:
        """The money that goes back: the total with its part of the cash rounding."""
        return self.total + self.cash_rounding

    def __add__(self, other: LineRefund) -> LineRefund:
        """Two refunds of the same line as one."""
        return _combined(self, other, 1) if self.quantity else other

    def __sub__(self, other: LineRefund) -> LineRefund:
        """What this refund of a line has more than an earlier one."""
        return _combined(self, other, -1)


class Refund(Value):
    """What one return gives back, line by line."""

    lines: tuple[LineRefund, ...]

    @property
    def amount(self) -> int:
        """The money that goes back, in minor units."""
        return sum(line.amount for line in self.lines)


class PaymentRefund(Value):
    """What goes back to one payment, in minor units."""

    attempt: str
    amount: int


def refund(sale: Sale, quantities: Mapping[int, Decimal], before: Iterable[Refund] = ()) -> Refund:
    """What the return of `quantities` (by line number) gives back, after the refunds that were made `before`.

    Each recorded amount is round(amount * K / n) less what was given back before, K being all units returned with
    these and n the units sold. The sale's cash rounding counts as an amount of its lines, split by their totals.
    Pieces go back whole, weighed goods in any part. Raises TillError `unknown_line`, `bad_quantity`.
    """
    roundings = share(sale.cash_rounding, [line.total for line in sale.lines]) if sale.total else (0,) * len(sale.lines)
    lines = {line.line: (line, rounding) for line, rounding in zip(sale.lines, roundings, strict=True)}
    done: dict[int, LineRefund] = {}
    for earlier in before:
        for part in earlier.lines:
            done[part.line] = done[part.line] + part if part.line in done else part
    parts = []
    for number, quantity in quantities.items():
        if number not in lines:
            raise TillError("unknown_line", lazy("The order has no line {number}.", number=number))
        line, rounding = lines[number]
        earlier_parts = done.get(number, LineRefund(line=number))
        inclusive = sale.tax_inclusive
        parts.append(refund_line(line, quantity, earlier_parts, tax_inclusive=inclusive, cash_rounding=rounding))
    return Refund(lines=tuple(parts))


def refund_line(
    line: SaleLine, quantity: Decimal, before: LineRefund, *, tax_inclusive: bool, cash_rounding: int = 0
) -> LineRefund:
    """What `quantity` more of a line gives back; `before` is the sum of its refunds so far. The rule is `refund`'s.

    `tax_inclusive` is its sale's.
    """
    returned = before.quantity + quantity
    _check_quantity(line, quantity, returned)
    part = Fraction(returned) / Fraction(line.quantity)
    discounts = tuple(_part_of_discount(discount, part) for discount in line.discounts)
    taken_off = sum(discount.amount for discount in discounts)
    tax = round_half_up(line.tax * part)
    tax_in_price = tax if tax_inclusive else 0
    # Rounded apart, tiny amounts could take money back from the customer; the price gives way by a unit.
    net = _within(before.net, round_half_up(line.subtotal * part) - taken_off - tax_in_price, line.net)
    total = net + tax
    amount = _within(before.amount, total + round_half_up(cash_rounding * part), line.total + cash_rounding)
    so_far = LineRefund(
        line=line.line,
        quantity=returned,
        subtotal=net + tax_in_price + taken_off,
        discounts=discounts,
        net=net,
        tax=tax,
        total=total,
        cash_rounding=amount - total,
    )
    return so_far - before


def split_over_payments(
    amount: int, payments: Iterable[Payment], refunded: Mapping[str, int]
) -> tuple[PaymentRefund, ...]:
    """Which payments an amount goes back to: in their tenders' order, then their own, none beyond what it captured.

    `refunded` is what went back to each attempt before. Raises TillError `bad_amount` for more than is left of all.
    """
    captured = [payment for payment in payments if payment.state == "captured"]
    parts = []
    for payment in sorted(captured, key=lambda payment: tender_of(payment).refunds):
        taken = min(amount, payment.amount - refunded.get(payment.attempt, 0))
        if taken > 0:
            parts.append(PaymentRefund(attempt=payment.attempt, amount=taken))
            amount -= taken
    if amount > 0:
        raise TillError("bad_amount", lazy("More would go back than was paid and has not been given back yet."))
    return tuple(parts)


def _check_quantity(line: SaleLine, quantity: Decimal, returned: Decimal) -> None:
    if quantity <= 0:
        text = N_("{quantity} of {name}: what is returned is above zero.")
    elif line.unit == "each" and quantity != quantity.to_integral_value():
        text = N_("{name} was sold by the piece: {quantity} is not a whole number.")
    elif returned > line.quantity:
        text = N_("{quantity} of {name} are more than the {left} that can still be returned.")
    else:
        return
    left = line.quantity - returned + quantity
    raise TillError("bad_quantity", lazy(text, quantity=quantity, name=line.name, left=left))


def _part_of_discount(discount: Discount, part: Fraction) -> Discount:
    return changed(discount, amount=round_half_up(discount.amount * part))


def _combined(one: LineRefund, other: LineRefund, sign: int) -> LineRefund:
    if not other.quantity:
        return one
    discounts = tuple(
        changed(discount, amount=discount.amount + sign * more.amount)
        for discount, more in zip(one.discounts, other.discounts, strict=True)
    )
    return LineRefund(
        line=one.line,
        quantity=one.quantity + sign * other.quantity,
        subtotal=one.subtotal + sign * other.subtotal,
        discounts=discounts,
        net=one.net + sign * other.net,
        tax=one.tax + sign * other.tax,
        total=one.total + sign * other.total,
        cash_rounding=one.cash_rounding + sign * other.cash_rounding,
    )


def _within(least: int, amount: int, most: int) -> int:
    return max(least, min(amount, most))
