"""What the till shows: the cart with every step of its price, its payments and its state, in one immutable value."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, field_serializer

from pos.domain.locale_format import decimal_text
from pos.domain.message import Message, quoted, verbatim
from pos.domain.model import Percent, Quantity, Value, trusted
from pos.domain.reasons import Reason
from pos.domain.terminal_text import clean

SaleState = Literal["open", "held", "charging", "part_paid", "checking", "queued", "paid"]


LONGEST_CALLED: Final = 30
"""How many characters of a ticket's name a sentence repeats."""


def ticket_called(number: str, name: str | None) -> Message:
    """What people call a ticket: its name in quotation marks if it has one, else its number."""
    return quoted(clean(name), LONGEST_CALLED) if name else verbatim(clean(number))


class Discount(Value):
    """What one step took off, a positive amount in minor units, with the reason.

    `step` is the pipeline's name of it (`line_discount`, `coupon`, `ticket_discount`, `membership`), `code` the
    coupon's code or the member's number.
    """

    step: str
    code: str | None
    amount: int
    reason: Reason


class SaleLine(Value):
    """One priced line. `subtotal` follows from `unit_price`; `net` is without tax, `total` with it; minor units."""

    line: int
    sku: str
    name: str
    quantity: Quantity
    unit: str = "each"
    list_price: int
    unit_price: int
    subtotal: int
    discounts: tuple[Discount, ...] = ()
    net: int
    tax: int
    total: int
    tax_name: str | None = None
    tax_rate: Percent | None = None

    @field_serializer("quantity")
    def _quantity(self, quantity: Decimal) -> int | str:
        return int(quantity) if self.unit == "each" else decimal_text(quantity)


class TaxTotal(Value):
    """The tax of one rate over all lines: its name, rate in percent, taxed amount and tax in minor units."""

    name: str
    rate: Percent
    net: int
    tax: int


class SaleCoupon(Value):
    """A coupon on the ticket: what it takes off in all, and if nothing, why."""

    code: str
    amount: int
    reason: Reason


class Payment(Value):
    """One tender's attempt, as it stands, in minor units.

    `amount` counts towards the due; `change` is what was handed back of `tendered`. `tender` is the name of one of
    `pos.domain.tenders`, or of one that another version had when it was paid.
    """

    attempt: str
    tender: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    state: Literal["pending", "captured", "declined", "unknown", "voided", "refunded"]
    amount: int
    tendered: int | None = None
    change: int = 0
    brand: str | None = None
    last4: str | None = None
    decline_code: str | None = None

    @property
    def given(self) -> int:
        """What was handed over, change not yet taken off."""
        return self.amount if self.tendered is None else self.tendered


class Priced(Value):
    """The price of a cart: lines and totals in minor units, before any payment.

    `tax_inclusive` is the shop's rule for its prices when it was priced. Tax added: total = subtotal - discount_total
    + tax. Tax included: total = subtotal - discount_total.
    """

    lines: tuple[SaleLine, ...] = ()
    subtotal: int = 0
    discounts: tuple[Discount, ...] = ()
    discount_total: int = 0
    taxes: tuple[TaxTotal, ...] = ()
    tax: int = 0
    tax_inclusive: bool = False
    total: int = 0
    coupons: tuple[SaleCoupon, ...] = ()


_priced: Final = trusted(Priced)


class Sale(Priced):
    """The ticket as the screens draw it and as `--json` prints it. Amounts in minor units.

    `ticket_name` is the name under which it was set aside, if it has one.
    `due` is exact, `cash_due` is what would settle it in cash; `cash_rounding` is set once cash settled it.
    """

    ticket: str
    state: SaleState = "open"
    cash_rounding: int = 0
    payments: tuple[Payment, ...] = ()
    paid: int = 0
    due: int = 0
    cash_due: int = 0
    change: int = 0
    member: str | None = None
    member_name: str | None = None
    ticket_name: str | None = None
    order: str | None = None
    receipt: str | None = None
    currency: str = Field(default="USD")

    @property
    def called(self) -> Message:
        """What people call the ticket: its name in quotation marks, else its number."""
        return ticket_called(self.ticket, self.ticket_name)

    @property
    def priced(self) -> Priced:
        """The sale without its payments and its state: what pricing alone has found."""
        return _priced(**{name: getattr(self, name) for name in Priced.model_fields})

    @property
    def standing(self) -> tuple[Payment, ...]:
        """The payments that count."""
        return tuple(payment for payment in self.payments if payment.state == "captured")

    @property
    def items(self) -> int:
        """How many things are on the ticket: pieces, and each weighing as one."""
        return sum(int(line.quantity) if line.unit == "each" else 1 for line in self.lines)

    @property
    def editable(self) -> bool:
        """Whether lines may be changed: nothing is being charged and nothing stands paid."""
        return self.state == "open"
