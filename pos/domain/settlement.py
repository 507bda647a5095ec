"""What has been paid of a sale and what is still due, in minor units, as pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pos.domain.catalog import CashRounding, Member, Shop
from pos.domain.errors import TillError
from pos.domain.message import Money, lazy
from pos.domain.model import changed, trusted
from pos.domain.money import round_cash
from pos.domain.sale import Payment, Priced, Sale, SaleState
from pos.domain.tenders import Tender, tender_of

_sale: Final = trusted(Sale)


def opened(priced: Priced, ticket: str, member: Member | None, shop: Shop, name: str | None = None) -> Sale:
    """An unpaid sale from a priced cart; `name` is what the ticket is called in place of its number, if anything."""
    return _sale(
        **{name: getattr(priced, name) for name in Priced.model_fields},
        ticket=ticket,
        member=member.id if member else None,
        member_name=member.name if member else None,
        ticket_name=name,
        currency=shop.currency,
        due=priced.total,
        cash_due=round_cash(priced.total, shop.cash_rounding),
    )


def with_payments(sale: Sale, payments: Iterable[Payment], state: SaleState, rounding: CashRounding) -> Sale:
    """The sale in `state` with these payments; only captured ones count."""
    payments = tuple(payments)
    standing = [payment for payment in payments if payment.state == "captured"]
    paid = sum(payment.amount for payment in standing)
    due = sale.total + sale.cash_rounding - paid
    return changed(
        sale,
        state=state,
        payments=payments,
        paid=paid,
        due=due,
        cash_due=round_cash(due, rounding),
        change=sum(payment.change for payment in standing),
    )


def payment_by(
    tender: Tender, sale: Sale, amount: int | None, attempt: str, rounding: CashRounding, exponent: int
) -> Payment:
    """The payment that `amount` minor units of a tender make, None being exactly what is due in it.

    It settles what is due, or is a part payment; in cash that is a multiple of the coins' step.
    Raises TillError `nothing_due`, `bad_amount`, `payment_too_much`, `cash_step`.
    """
    due, given = tender.due(sale), amount
    if tender.settles == "exactly" and due == 0:
        raise TillError("nothing_due", lazy("Nothing is due: finish the ticket with cash."))
    if given is None:
        given = due
    elif given <= 0 < due:
        raise TillError("bad_amount", tender.said(tender.not_positive))
    if tender.settles == "in_cash" and given % rounding.step and given < due:
        step = Money(rounding.step, exponent)
        raise TillError("cash_step", lazy("Cash here comes in steps of {step}: take another amount.", step=step))
    if tender.over == "refused" and given > due:
        raise TillError("payment_too_much", tender.said(tender.too_much, amount=Money(due, exponent)))
    counted, changes = min(given, due), tender.over == "change"
    return Payment(
        attempt=attempt,
        tender=tender.name,
        state="pending" if tender.behind == "gateway" else "captured",
        amount=counted,
        tendered=given if changes else None,
        change=given - counted if changes else 0,
    )


def settles(sale: Sale, payment: Payment) -> bool:
    """Whether this payment ends what is due in its tender."""
    return payment.amount >= tender_of(payment).due(sale)


def paid_in_full(sale: Sale, payments: Iterable[Payment], rounding: CashRounding) -> Sale:
    """The finished sale: the last payment, if it settles in cash, rounds what was due by the shop's rule."""
    payments = tuple(payments)
    standing = [payment for payment in payments if payment.state == "captured"]
    paid = sum(payment.amount for payment in standing)
    in_cash = bool(standing) and tender_of(standing[-1]).settles == "in_cash"
    rounded = changed(sale, cash_rounding=paid - sale.total if in_cash else 0)
    return with_payments(rounded, payments, "paid", rounding)
