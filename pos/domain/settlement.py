"""What has been paid of a sale and what is still due, in minor units, as pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pos.domain.catalog import CashRounding, Member, Shop
from pos.domain.errors import TillError
from pos.domain.model import changed, trusted
from pos.domain.money import format_money, round_cash
from pos.domain.sale import Payment, Priced, Sale, SaleState
from pos.domain.words import _

_sale: Final = trusted(Sale)


def opened(priced: Priced, ticket: str, member: Member | None, shop: Shop) -> Sale:
    """An unpaid sale from a priced cart."""
    return _sale(
        **{name: getattr(priced, name) for name in Priced.model_fields},
        ticket=ticket,
        member=member.id if member else None,
        member_name=member.name if member else None,
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


def cash_payment(sale: Sale, tendered: int | None, attempt: str, rounding: CashRounding, exponent: int) -> Payment:
    """The payment that `tendered` minor units of cash make, None being exactly what is due in cash.

    Enough cash settles and gives change; less is a part payment, a multiple of the coins' step.
    Raises TillError `bad_amount`, `cash_step`.
    """
    if tendered is None:
        tendered = sale.cash_due
    elif tendered <= 0 < sale.cash_due:
        message = _("Type how much cash was given, or leave the amount out if it is exact.")
        raise TillError("bad_amount", message)
    if tendered % rounding.step and tendered < sale.cash_due:
        step = format_money(rounding.step, exponent)
        raise TillError("cash_step", _("Cash here comes in steps of {step}: take another amount.", step=step))
    amount = min(tendered, sale.cash_due)
    return Payment(
        attempt=attempt, tender="cash", state="captured", amount=amount, tendered=tendered, change=tendered - amount
    )


def settles(sale: Sale, payment: Payment) -> bool:
    """Whether this payment ends what is due: in cash against `cash_due`, else exactly."""
    return payment.amount >= (sale.cash_due if payment.tender == "cash" else sale.due)


def paid_in_full(sale: Sale, payments: Iterable[Payment], rounding: CashRounding) -> Sale:
    """The finished sale: the last payment, if cash, rounds what was due by the shop's rule."""
    payments = tuple(payments)
    standing = [payment for payment in payments if payment.state == "captured"]
    paid = sum(payment.amount for payment in standing)
    in_cash = bool(standing) and standing[-1].tender == "cash"
    rounded = changed(sale, cash_rounding=paid - sale.total if in_cash else 0)
    return with_payments(rounded, payments, "paid", rounding)
