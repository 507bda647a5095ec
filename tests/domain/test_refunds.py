"""What a return gives back, and to which payment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.domain.errors import TillError
from pos.domain.refunds import PaymentRefund, Refund, refund, split_over_payments
from pos.domain.sale import Payment, Sale
from tests.domain.builders import cart, coupon, line, off, percent, priced, product, rules, sale


def sold(quantity: int = 3, **shop: Any) -> Sale:
    """Three at 3.33, 1.00 off the line, 10 % by coupon, 8.875 % tax."""
    by = rules([product("A", 333, tax="t")], taxes={"t": "8.875"}, coupons=[coupon("C", value="10")], **shop)
    return sale(priced(cart(line(1, "A", quantity, discount=off(100)), coupons=("C",)), by))


def test_each_recorded_amount_is_refunded_in_proportion() -> None:
    charged = sold()
    whole = charged.lines[0]
    assert (whole.subtotal, whole.net, whole.tax) == (999, 809, 72)
    assert [item.amount for item in whole.discounts] == [100, 90]
    parts: list[Refund] = []
    for _ in range(3):
        parts.append(refund(charged, {1: Decimal(1)}, parts))
    lines = [part.lines[0] for part in parts]
    assert [part.subtotal for part in lines] == [333, 333, 333]
    assert [[item.amount for item in part.discounts] for part in lines] == [[33, 30], [34, 30], [33, 30]]
    assert [part.tax for part in lines] == [24, 24, 24]
    assert [part.total for part in lines] == [294, 293, 294]
    assert sum(part.amount for part in parts) == charged.total == 881


def test_tax_included_goes_back_within_the_price() -> None:
    charged = sold(tax_inclusive=True)
    part = refund(charged, {1: Decimal(2)}).lines[0]
    assert part.total == part.subtotal - sum(item.amount for item in part.discounts)
    assert (part.net + part.tax, part.total) == (part.total, 539)


def test_cash_rounding_goes_back_with_the_lines() -> None:
    charged = sold().model_copy(update={"cash_rounding": -1})
    first = refund(charged, {1: Decimal(2)})
    assert (first.lines[0].cash_rounding, first.amount) == (-1, 586)
    second = refund(charged, {1: Decimal(1)}, [first])
    assert (second.lines[0].cash_rounding, first.amount + second.amount) == (0, 880)


def test_weighed_goods_go_back_in_any_part() -> None:
    charged = sale(priced(cart(("K", "1.500")), rules([product("K", 1000, unit="kg")])))
    first = refund(charged, {1: Decimal("0.333")})
    assert first.amount == 333
    assert refund(charged, {1: Decimal("1.167")}, [first]).amount == 1167


def test_a_price_never_takes_money_back() -> None:
    """A hundred pieces with one minor unit left of them: rounded apart, the second return would cost the customer."""
    charged = sale(priced(cart(line(1, "A", 20, price=1, discount=off(19))), rules([product("A", 1)])))
    parts: list[Refund] = []
    for _ in range(20):
        parts.append(refund(charged, {1: Decimal(1)}, parts))
    assert sum(part.amount for part in parts) == 1
    assert min(part.amount for part in parts) == 0


@pytest.mark.parametrize(
    ("quantities", "code"),
    [
        ({1: Decimal(0)}, "bad_quantity"),
        ({1: Decimal(-1)}, "bad_quantity"),
        ({1: Decimal("0.5")}, "bad_quantity"),
        ({1: Decimal(4)}, "bad_quantity"),
        ({2: Decimal(1)}, "unknown_line"),
    ],
)
def test_what_cannot_be_returned(quantities: dict[int, Decimal], code: str) -> None:
    with pytest.raises(TillError) as refused:
        refund(sold(), quantities)
    assert refused.value.code == code


def test_no_more_than_was_sold_in_all() -> None:
    charged = sold()
    first = refund(charged, {1: Decimal(2)})
    with pytest.raises(TillError, match="more than the 1 that"):
        refund(charged, {1: Decimal(2)}, [first])


def _paid(attempt: str, tender: str, amount: int, state: str = "captured") -> Payment:
    return Payment.model_validate({"attempt": attempt, "tender": tender, "state": state, "amount": amount})


def test_card_before_cash_and_never_more_than_each_captured() -> None:
    payments = [
        _paid("a", "cash", 500),
        _paid("b", "card", 300),
        _paid("c", "card", 200),
        _paid("d", "card", 900, "declined"),
    ]
    assert split_over_payments(600, payments, {"b": 50}) == (
        PaymentRefund(attempt="b", amount=250),
        PaymentRefund(attempt="c", amount=200),
        PaymentRefund(attempt="a", amount=150),
    )
    assert split_over_payments(0, payments, {}) == ()
    with pytest.raises(TillError, match="More would go back"):
        split_over_payments(951, payments, {"b": 50})


def test_a_free_line_gives_nothing_back() -> None:
    charged = sale(priced(cart(line(1, "A", 2, discount=percent(100))), rules([product("A", 500)])))
    assert refund(charged, {1: Decimal(1)}).amount == 0
