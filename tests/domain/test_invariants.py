"""What holds for every shop and every cart."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.catalog import CashRounding, Rules
from pos.domain.locale_format import plain_money
from pos.domain.merge import merge
from pos.domain.money import parse_money, percent_of, round_cash, round_half_up, share
from pos.domain.pricing import price
from pos.domain.refunds import Refund, refund, split_over_payments
from pos.domain.reservations import Order
from pos.domain.sale import Payment, Priced, Sale
from tests.domain.builders import NOON, adds_up, rules, sale, why
from tests.domain.strategies import carts, coupons, percentages, prices, products, shops, shops_with_carts

amounts = st.integers(-(10**6), 10**6)


@given(amounts, st.lists(st.integers(0, 10**5), min_size=1))
def test_shares_add_up_and_lie_within_one_unit(amount: int, weights: list[int]) -> None:
    if not any(weights):
        return
    parts = share(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1
        assert weight or not part


@given(amounts, st.integers(1, 500), st.sampled_from(("half_up", "up", "down")))
def test_cash_is_a_multiple_of_the_step_and_near(amount: int, step: int, mode: str) -> None:
    cash = round_cash(amount, CashRounding.model_validate({"step": step, "mode": mode}))
    assert cash % step == 0
    assert abs(cash - amount) < step
    assert cash * amount >= 0
    if mode == "half_up":
        assert 2 * abs(cash - amount) <= step


@given(st.decimals(-(10**6), 10**6, places=4))
def test_half_goes_away_from_zero(value: Decimal) -> None:
    rounded = round_half_up(value)
    assert abs(rounded - value) <= Decimal("0.5")
    assert abs(rounded - value) < Decimal("0.5") or abs(rounded) > abs(value)
    assert round_half_up(-value) == -rounded
    assert round_half_up(Fraction(value)) == rounded


@given(st.integers(0, 10**12), st.integers(0, 4))
def test_money_is_read_as_it_is_written(amount: int, exponent: int) -> None:
    assert parse_money(plain_money(amount, exponent), exponent) == amount


def lines_add_up_to_the_totals(shop: Rules, cart: Cart, found: Priced) -> None:
    adds_up(found, shop)
    assert found.total >= 0
    assert sorted(item.code for item in found.coupons) == sorted(cart.coupons)
    assert all(why(item) for item in found.coupons)
    assert all(why(item) for item in found.discounts)


def a_price_is_what_validation_would_build(_shop: Rules, _cart: Cart, found: Priced) -> None:
    assert Priced.model_validate(found.model_dump()) == found
    assert found.lines == () or found.lines[0].model_fields_set == set(type(found.lines[0]).model_fields)


def json_changes_nothing(_shop: Rules, cart: Cart, found: Priced) -> None:
    charged = sale(found, due=found.total)
    order = Order(id="o", receipt="1-A-1", reservation="r", lane="1", at=NOON, sale=charged)
    for value in (cart, found, charged, order):
        text = value.model_dump_json()
        again = type(value).model_validate_json(text)
        assert again == value
        assert again.model_dump_json() == text


@given(shops_with_carts())
def test_what_holds_of_every_price(drawn: tuple[Rules, Cart]) -> None:
    """A cart takes longer to make than to judge: each law is tried on all that are made."""
    shop, cart = drawn
    for law in (lines_add_up_to_the_totals, a_price_is_what_validation_would_build, json_changes_nothing):
        law(shop, cart, price(cart, shop, NOON))


@st.composite
def reordered(draw: st.DrawFn) -> tuple[Rules, Cart, Cart]:
    """A shop whose roundings do not depend on which of two equal lines comes first, and a cart in two orders."""
    gift = draw(coupons("G1", scoped=False, stackable=True))
    others = [draw(coupons(code, scoped=False, stackable=True)) for code in ("P1", "F1")]
    shop = rules(
        draw(products(tax=st.just("all"))),
        taxes={"all": "8.875"},
        coupons=[gift.model_copy(update={"priority": -1}), *others],
        members={"M": draw(percentages)},
        tax_scope="order",
        tax_inclusive=draw(st.booleans()),
    )
    cart = draw(carts(shop)).model_copy(update={"coupons": ("P1", "F1", "G1")})
    return shop, cart, cart.model_copy(update={"lines": tuple(draw(st.permutations(cart.lines)))})


@given(reordered())
def test_the_order_of_lines_changes_no_total(drawn: tuple[Rules, Cart, Cart]) -> None:
    shop, cart, other = drawn
    one, two = price(cart, shop, NOON), price(other, shop, NOON)
    assert (one.subtotal, one.discount_total, one.tax, one.total) == (
        two.subtotal,
        two.discount_total,
        two.tax,
        two.total,
    )


@st.composite
def returns(draw: st.DrawFn) -> tuple[Sale, list[dict[int, Decimal]]]:
    """A finished sale paid by card and cash, and returns that in the end bring everything back."""
    shop, cart = draw(shops_with_carts())
    found = price(cart, shop, NOON)
    rounding = CashRounding.model_validate(
        {"step": draw(st.sampled_from((1, 5, 20, 100))), "mode": draw(st.sampled_from(("half_up", "up", "down")))}
    )
    by_card = draw(st.integers(0, found.total))
    cash = round_cash(found.total - by_card, rounding)
    payments = [
        Payment(attempt="cash", tender="cash", state="captured", amount=cash),
        Payment(attempt="card", tender="card", state="captured", amount=by_card),
        Payment(attempt="no", tender="card", state="declined", amount=by_card),
    ]
    charged = sale(found, payments=payments, cash_rounding=by_card + cash - found.total, paid=by_card + cash)
    left = {line.line: line.quantity for line in charged.lines}
    steps: list[dict[int, Decimal]] = []
    while left:
        chosen = draw(st.sets(st.sampled_from(sorted(left)), min_size=1))
        step = {}
        for number in chosen:
            unit = Decimal(1) if charged.lines[number - 1].unit == "each" else Decimal("0.001")
            step[number] = draw(st.integers(1, int(left[number] / unit)) | st.just(int(left[number] / unit))) * unit
            left[number] -= step[number]
        left = {number: quantity for number, quantity in left.items() if quantity}
        steps.append(step)
    return charged, steps[:25]


@given(returns())
def test_any_sequence_of_returns_adds_up_to_what_was_paid(drawn: tuple[Sale, list[dict[int, Decimal]]]) -> None:
    charged, steps = drawn
    before: list[Refund] = []
    given_back: Counter[str] = Counter()
    returned: Counter[int] = Counter()
    for step in steps:
        part = refund(charged, step, before)
        assert part.amount >= 0
        for line in part.lines:
            returned[line.line] += 1
            assert min(line.subtotal, line.net, line.tax, line.total, line.amount) >= 0
            assert line.net + line.tax == line.total
        for payment in split_over_payments(part.amount, charged.payments, given_back):
            given_back[payment.attempt] += payment.amount
        before.append(part)
    whole = {number: sum((step.get(number, Decimal(0)) for step in steps), Decimal(0)) for number in returned}
    if whole == {line.line: line.quantity for line in charged.lines}:
        assert sum(part.amount for part in before) == charged.paid
        assert sum(line.tax for part in before for line in part.lines) == charged.tax
        assert sum(line.subtotal for part in before for line in part.lines) == charged.subtotal
        taken = sum(item.amount for part in before for line in part.lines for item in line.discounts)
        assert taken == charged.discount_total
        assert given_back == Counter({item.attempt: item.amount for item in charged.payments[:2] if item.amount})
    else:
        assert sum(part.amount for part in before) <= charged.paid


@st.composite
def two_carts(draw: st.DrawFn) -> tuple[Rules, Cart, Cart]:
    shop = draw(shops())
    return shop, draw(carts(shop)), draw(carts(shop))


def merging_never_loses_an_article(shop: Rules, guest: Cart, member: Cart) -> None:
    merged, _ = merge(guest, member, shop, {})
    numbers = [line.line for line in merged.lines]
    assert len(set(numbers)) == len(numbers)
    assert all(number <= merged.last_line for number in numbers)
    assert {line.sku for line in merged.lines} == {line.sku for line in (*guest.lines, *member.lines)}
    if guest.lines:
        ours = [line for line in merged.lines if line.line <= guest.last_line]
        assert [(line.line, _kind(line)) for line in ours] == [
            (line.line, _kind(line)) for line in guest.lines if line.line in numbers
        ]
        assert merged.lines[: len(ours)] == tuple(ours)
    for line in (*guest.lines, *member.lines):
        if line.price is not None or shop.products[line.sku].weighed:
            alike = [item for item in merged.lines if _kind(item) == _kind(line)]
            assert any(item.quantity == line.quantity for item in alike)


def what_is_in_both_carts_follows_the_rule(shop: Rules, guest: Cart, member: Cart) -> None:
    merged, notices = merge(guest, member, shop, {})
    for sku, product in shop.products.items():
        ours, theirs, together = (_under_discounts(cart, sku, shop) for cart in (guest, member, merged))
        rule = product.cart_merge or shop.shop.cart_merge
        if rule == "sum" or not (ours and theirs):
            assert together == {kind: ours.get(kind, 0) + theirs.get(kind, 0) for kind in ours | theirs}
        elif rule == "guest":
            assert together == ours
        else:
            assert together in (ours, theirs)
            assert sum(together.values()) == max(sum(ours.values()), sum(theirs.values()))
        dropped = [kind for kind in ours | theirs if kind is not None and kind not in together]
        assert len([notice for notice in notices if str(notice).startswith(f"{product.name}: ")]) >= len(dropped)


def a_merged_cart_stays_within_what_is_free(shop: Rules, guest: Cart, member: Cart, stock: int) -> None:
    everything, _ = merge(guest, member, shop, {})
    merged, notices = merge(guest, member, shop, dict.fromkeys(shop.products, Decimal(stock)))
    assert all(merged.quantity_of(sku) <= stock for sku in shop.products)
    lost = len(everything.lines) - len(merged.lines)
    assert len(notices) >= lost
    if all(everything.quantity_of(sku) <= stock for sku in shop.products):
        assert [line.quantity for line in merged.lines] == [line.quantity for line in everything.lines]


@given(two_carts(), st.integers(0, 6))
def test_what_holds_of_every_merged_cart(drawn: tuple[Rules, Cart, Cart], stock: int) -> None:
    merging_never_loses_an_article(*drawn)
    what_is_in_both_carts_follows_the_rule(*drawn)
    a_merged_cart_stays_within_what_is_free(*drawn, stock)


@given(prices, percentages)
def test_a_percentage_is_never_more_than_the_whole(amount: int, share_of: Decimal) -> None:
    assert 0 <= percent_of(amount, share_of) <= amount


def _under_discounts(cart: Cart, sku: str, shop: Rules) -> dict[ManualDiscount | None, Decimal]:
    """How much of a thing a cart has at the catalog's price, by manual discount; nothing of weighed goods."""
    found: dict[ManualDiscount | None, Decimal] = {}
    for line in cart.lines:
        if line.sku == sku and line.price is None and not shop.products[sku].weighed:
            found[line.discount] = found.get(line.discount, Decimal(0)) + line.quantity
    return found


def _kind(line: CartLine) -> tuple[object, ...]:
    return line.sku, line.price, line.discount
