"""Orders of every kind, priced and paid by the engine itself, for the laws of reports."""

from __future__ import annotations

from hypothesis import strategies as st

from pos.domain.catalog import CashRounding, Shop
from pos.domain.model import changed
from pos.domain.money import round_cash
from pos.domain.pricing import price
from pos.domain.reservations import Order
from pos.domain.sale import Payment
from pos.domain.settlement import opened, paid_in_full
from tests.domain.builders import NOON
from tests.domain.strategies import shops_with_carts

SHOP = Shop(currency="USD")
HANDED = (0, 1, 720)
"""What a customer hands over beyond what is due, minor units."""


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """A finished sale: a part of it by cards of which one is declined, the rest in cash, or all of it by card."""
    rules, cart = draw(shops_with_carts())
    mode, step = draw(st.sampled_from(("half_up", "up", "down"))), draw(st.sampled_from((1, 5, 20)))
    rounding = CashRounding.model_validate({"step": step, "mode": mode})
    sale = opened(price(cart, rules, NOON), "T1", None, SHOP)
    by_card = draw(st.sampled_from((0, sale.total)) | st.integers(0, sale.total))
    payments = [
        Payment(attempt="1", tender="card", state="declined", amount=sale.total, brand="visa", last4="9995"),
        Payment(
            attempt="2",
            tender="card",
            state="captured",
            amount=by_card,
            brand=draw(st.sampled_from(("visa", "amex", None))),
        ),
    ]
    rest, handed = round_cash(sale.total - by_card, rounding), draw(st.sampled_from(HANDED))
    if by_card < sale.total:
        payments.append(
            Payment(attempt="3", tender="cash", state="captured", amount=rest, tendered=rest + handed, change=handed)
        )
    paid = paid_in_full(sale, payments, rounding)
    return Order(id="o", receipt="1-1-1", reservation="r", lane="1", at=NOON, sale=paid)


def given_back(order: Order) -> Order:
    """The return of all of an order."""
    return changed(order, id=f"{order.id}-back", refunds=order.id)
