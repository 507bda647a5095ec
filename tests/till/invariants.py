"""The laws of stock and money, told of a store and of the bank's own ledger: each raises AssertionError when broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pos.domain.catalog import Product
from pos.domain.sale import Sale
from pos.domain.stock import counted
from pos.domain.ticket_records import lost
from pos.payments.ledger import Ledger
from tests.till.support import AnyStore


def stock_is_conserved(store: AnyStore, had: Mapping[str, int], products: Mapping[str, Product]) -> None:
    """On hand and sold is what there `had` been, in a counter's units; nothing is held that no open ticket holds."""
    open_holds, orders = store.open_reservations(), tuple(store.orders())
    for sku, first in had.items():
        stock = store.counter(f"stock:{sku}")
        lines = ((order, line) for order in orders for line in order.sale.lines if line.sku == sku)
        sold = [line.quantity if order.refunds is None else -line.quantity for order, line in lines]
        held = sum(claim.amount for hold in open_holds for claim in hold.claims if claim.counter == stock.name)
        assert stock.on_hand + counted(sum(sold, Decimal(0)), products[sku]) == first
        assert stock.held == held
        assert stock.free >= 0


def coupon_uses_are_counted(store: AnyStore, code: str, *, before: int = 0, most: int) -> None:
    """As many uses as orders that gained by a coupon, besides those `before`; never more than `most`."""
    used = -store.counter(f"uses:{code}").on_hand
    gained = [order for order in store.orders() if any(c.code == code and c.amount for c in order.sale.coupons)]
    assert used == before + len(gained) <= most


def money_agrees(store: AnyStore, ledger: Ledger) -> None:
    """Every capture that stands has one order or an open ticket; every sale is paid in full, rounding included."""
    orders = tuple(order for order in store.orders() if order.refunds is None)
    for order in orders:
        standing = [payment for payment in order.sale.payments if payment.state == "captured"]
        assert sum(payment.amount for payment in standing) == order.sale.paid
        assert order.sale.paid == order.sale.total + order.sale.cash_rounding
        assert order.sale.due == 0
    sold = [payment.attempt for order in orders for payment in order.sale.payments if payment.state == "captured"]
    assert len(set(sold)) == len(sold)
    charged = {charge.attempt: charge.kept for charge in ledger.charges()}
    for order in orders:
        for payment in order.sale.payments:
            if payment.tender == "card" and payment.state == "captured":
                assert charged[payment.attempt] == payment.amount
            assert payment.state not in ("pending", "unknown")
    pending = {attempt.attempt for hold in store.open_reservations() for attempt in hold.attempts}
    for charge in ledger.charges():
        if charge.kept:
            assert (charge.attempt in sold) != (charge.attempt in pending)


def no_ticket_is_lost(store: AnyStore) -> None:
    """Every ticket that was begun has ended, or is on a screen, set aside, or held by a payment."""
    assert lost(store, [hold.sale.ticket for hold in store.open_reservations()]) == ()


def tickets_are_sold_once(store: AnyStore) -> None:
    """No ticket became two orders."""
    tickets = [order.sale.ticket for order in store.orders()]
    assert len(set(tickets)) == len(tickets)


def receipts_have_no_gap(store: AnyStore, lanes: Iterable[str]) -> None:
    """Each lane counts 1, 2, 3."""
    receipts = [order.receipt for order in store.orders()]
    for lane in lanes:
        mine = [receipt for receipt in receipts if receipt.startswith(f"{lane}-")]
        assert mine == [f"{lane}-1-{number}" for number in range(1, len(mine) + 1)]


def taken_at_the_due_shown(before: Sale, after: Sale) -> None:
    """A tender that was taken of a ticket between two sights of it was taken of the due that was seen first."""
    known = {payment.attempt for payment in before.payments}
    if after.ticket != before.ticket or all(payment.attempt in known for payment in after.payments):
        return
    others = [payment.amount for payment in after.payments if payment.attempt in known and payment.state == "captured"]
    assert after.total - sum(others) == before.due, "a tender was taken at a due that was not shown"


def adds_up(sale: Sale) -> None:
    """The lines of a ticket add up to its total, and what is due follows."""
    assert sum(line.total for line in sale.lines) == sale.total
    assert sale.due == sale.total + sale.cash_rounding - sale.paid
