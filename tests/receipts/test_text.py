from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.catalog import Shop
from pos.domain.reasons import amount_off, told
from pos.domain.reservations import Order
from pos.domain.sale import Discount, Payment, Sale, SaleLine, TaxTotal
from pos.domain.terminal_text import width
from pos.receipts.document import receipt_document
from pos.receipts.layout import NARROWEST
from pos.receipts.text import receipt_text

SHOP = Shop(name="Corner Shop", currency="USD", timezone="America/New_York")
TENTH = Discount(step="line_discount", code=None, amount=100, reason=told(code="told", text="10 % off"))
COUPON = Discount(step="coupon", code="SAVE2", amount=200, reason=amount_off(code="coupon_amount", amount=200))


def line(number: int, name: str, **fields: Any) -> SaleLine:
    values = {"list_price": fields["unit_price"], "quantity": 1, "net": 0, "tax": 0, "total": 0} | fields
    return SaleLine(line=number, sku=f"S{number}", name=name, **values)


def order(**fields: Any) -> Order:
    values: dict[str, Any] = {"ticket": "17", "state": "paid", "order": "order-1", "receipt": "1-1-42"}
    return Order(
        id="order-1",
        receipt="1-1-42",
        reservation="17/1",
        lane="1",
        at=datetime(2026, 3, 14, 18, 5, tzinfo=UTC),
        sale=Sale(**(values | fields)),
    )


SOLD = order(
    member="M1",
    member_name="Ada Lovelace",
    lines=(
        line(1, "Espresso beans 1 kg", unit_price=1000, list_price=1250, subtotal=1000, discounts=(TENTH,)),
        line(2, "Bananas, loose", quantity=Decimal("1.264"), unit="kg", unit_price=199, subtotal=252),
        line(3, "Sourdough bread", quantity=2, unit_price=450, subtotal=900, discounts=(COUPON,)),
        line(4, "牛乳 1L \x1b[31m[bold]", unit_price=189, subtotal=189),
    ),
    subtotal=2341,
    discounts=(TENTH, COUPON),
    discount_total=300,
    taxes=(TaxTotal(name="Food", rate=Decimal("8.875"), net=2041, tax=181),),
    tax=181,
    total=2222,
    cash_rounding=-2,
    payments=(
        Payment(attempt="a1", tender="card", state="declined", amount=2222, brand="visa", last4="9995"),
        Payment(attempt="a2", tender="card", state="captured", amount=1000, brand="visa", last4="4242"),
        Payment(attempt="a3", tender="cash", state="captured", amount=1220, tendered=2000, change=780),
    ),
    paid=2220,
    change=780,
)

RECEIPT = """\
               Corner Shop

Receipt 1-1-42            2026-03-14 14:05
Ticket 17
Member Ada Lovelace
------------------------------------------
Espresso beans 1 kg                  10.00
  1 × 10.00 (was 12.50)
  10 % off: -1.00
Bananas, loose                        2.52
  1.264 kg × 1.99/kg
Sourdough bread                       9.00
  2 × 4.50
牛乳 1L [bold]                        1.89
------------------------------------------
Subtotal                             23.41
Line discounts                       -1.00
Coupon SAVE2, 2.00 off               -2.00
Tax Food 8.875 % on 20.41             1.81
TOTAL USD                            22.22
Cash rounding                        -0.02
------------------------------------------
VISA ••4242                          10.00
CASH                                 20.00
Change                                7.80

                Thank you!
"""


def text_of(sold: Order, shop: Shop = SHOP, width: int = 42, **said: Any) -> str:
    return receipt_text(receipt_document(sold, shop, **said), width)


def test_a_receipt_in_full() -> None:
    assert text_of(SOLD, SHOP) == RECEIPT


def test_tax_that_is_included_stands_below_the_total() -> None:
    sold = order(
        lines=(line(1, "Tea", unit_price=1190, subtotal=1190),),
        subtotal=1190,
        taxes=(TaxTotal(name="VAT", rate=Decimal(19), net=1000, tax=190),),
        tax=190,
        tax_inclusive=True,
        total=1190,
        currency="EUR",
        payments=(Payment(attempt="a1", tender="card", state="captured", amount=1190, brand="amex", last4="0005"),),
    )
    lines = text_of(sold, Shop(name="Tea", currency="EUR", timezone="Europe/Berlin"), width=32).splitlines()
    assert "Receipt 1-1-42  2026-03-14 19:05" in lines
    start = lines.index("Subtotal                   11.90")
    assert lines[start : start + 5] == [
        "Subtotal                   11.90",
        "TOTAL EUR                  11.90",
        "incl. VAT 19 % on 10.00     1.90",
        "-" * 32,
        "AMEX ••0005                11.90",
    ]


@pytest.mark.parametrize(("exponent", "amount"), [(0, "2,341"), (2, "23.41"), (3, "2.341")])
def test_every_currency_has_its_decimals(exponent: int, amount: str) -> None:
    assert any(row.split() == ["Subtotal", amount] for row in text_of(SOLD, SHOP, exponent=exponent).splitlines())


def test_nothing_to_pay_needs_no_payment() -> None:
    rows = text_of(order(), SHOP).splitlines()
    assert "TOTAL USD                             0.00" in rows
    assert rows[-1].strip() == "Thank you!"


def test_too_narrow_is_refused() -> None:
    with pytest.raises(ValueError, match="24"):
        text_of(SOLD, SHOP, width=NARROWEST - 1)


NAMES = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\x1b\u202e\u200d\u0301牛🥐[] "), min_size=1, max_size=200
)
AMOUNTS = st.integers(-(10**14), 10**14)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    amount = draw(AMOUNTS)
    step, reason = draw(st.sampled_from(["line_discount", "coupon"])), told(code="told", text=draw(NAMES))
    discount = Discount(step=step, code=None, amount=amount, reason=reason)
    lines = [
        line(
            number,
            draw(NAMES),
            unit=draw(st.sampled_from(["each", "kg"]) | NAMES),
            quantity=draw(st.decimals(1, 10**9, places=3)),
            unit_price=draw(AMOUNTS),
            list_price=draw(AMOUNTS),
            subtotal=draw(AMOUNTS),
            discounts=(discount,),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    paid = Payment(
        attempt="a1",
        tender=draw(st.sampled_from(["cash", "card"])),
        state="captured",
        amount=amount,
        brand=draw(st.none() | NAMES),
        last4=draw(st.none() | NAMES),
    )
    tax = TaxTotal(name=draw(NAMES), rate=Decimal("8.875"), net=draw(AMOUNTS), tax=draw(AMOUNTS))
    return order(
        ticket=draw(NAMES),
        member=draw(NAMES),
        lines=tuple(lines),
        subtotal=draw(AMOUNTS),
        discounts=(discount,),
        discount_total=amount,
        taxes=(tax,),
        total=draw(AMOUNTS),
        cash_rounding=draw(AMOUNTS),
        payments=(paid,),
    )


@given(orders(), NAMES, st.integers(NARROWEST, 60))
def test_no_name_breaks_a_column(sold: Order, name: str, columns: int) -> None:
    text = text_of(sold, Shop(name=name), width=columns)
    assert text.endswith("\n")
    for row in text.removesuffix("\n").split("\n"):
        assert row == "" or row.isprintable()
        assert width(row) <= columns
        assert row == row.rstrip()


@given(orders())
def test_amounts_end_at_the_right_edge_and_are_never_cut(sold: Order) -> None:
    rows = text_of(sold, SHOP).splitlines()
    for amount in (sold.sale.subtotal, sold.sale.total, *(each.subtotal for each in sold.sale.lines)):
        text = f"{'-' if amount < 0 else ''}{abs(amount) // 100:,}.{abs(amount) % 100:02}"
        assert any(row.endswith(f" {text}") and width(row) == 42 for row in rows)
