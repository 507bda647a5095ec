"""Buy X get Y: against a plain oracle that handles one piece at a time, and the cases one can name."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pos.domain.cart import Cart
from pos.domain.catalog import BuyXGetYCoupon, Rules
from pos.domain.money import round_half_up
from pos.domain.pricing import price
from tests.domain.builders import NOON, cart, coupon, line, percent, priced, product, rules, why
from tests.domain.strategies import CATEGORIES, SKUS, percentages, prices


@dataclass(frozen=True)
class Piece:
    line: int
    worth: int
    may_be_bought: bool
    may_be_given: bool


def _fits(pieces: list[Piece], buy: int, get: int) -> bool:
    """Whether `buy` and `get` different pieces can be found, tried with every split of those that may be either."""
    either = sum(piece.may_be_bought and piece.may_be_given for piece in pieces)
    bought_only = sum(piece.may_be_bought and not piece.may_be_given for piece in pieces)
    given_only = sum(piece.may_be_given and not piece.may_be_bought for piece in pieces)
    return any(bought_only + split >= buy and given_only + either - split >= get for split in range(either + 1))


def _gifts(pieces: list[Piece], rule: BuyXGetYCoupon) -> list[Piece]:
    buy, get = rule.buy, rule.get
    times = 0
    while times != rule.max_applications and _fits(pieces, (times + 1) * buy, (times + 1) * get):
        times += 1
    buy, get, left = times * buy, times * get, list(pieces)
    for piece in sorted(pieces, key=lambda piece: (-piece.worth, piece.line)):
        others = [other for other in left if other is not piece]
        if buy and piece.may_be_bought and _fits(others, buy - 1, get):
            left, buy = others, buy - 1
    givable = [piece for piece in left if piece.may_be_given]
    return sorted(givable, key=lambda piece: (piece.worth, piece.line))[:get]


@st.composite
def offers(draw: st.DrawFn) -> tuple[Rules, Cart, BuyXGetYCoupon]:
    goods = [product(sku, draw(prices), category=draw(st.sampled_from(CATEGORIES))) for sku in SKUS]
    some = st.sets(st.sampled_from(SKUS), max_size=4).map(lambda chosen: tuple(sorted(chosen)))
    rule = coupon(
        "G",
        "buy_x_get_y",
        buy=draw(st.integers(1, 3)),
        get=draw(st.integers(1, 3)),
        get_discount=draw(percentages),
        max_applications=draw(st.none() | st.integers(1, 3)),
        products=draw(some),
        buy_products=draw(some),
        get_products=draw(some),
        get_categories=draw(st.sampled_from(((), ("x",)))),
    )
    entries = draw(st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 5)), max_size=5))
    assert isinstance(rule, BuyXGetYCoupon)
    return rules(goods, coupons=[rule]), cart(*entries, coupons=("G",)), rule


@given(offers())
def test_as_an_oracle_that_takes_one_piece_at_a_time(drawn: tuple[Rules, Cart, BuyXGetYCoupon]) -> None:
    shop, entered, rule = drawn

    def in_pool(sku: str, skus: tuple[str, ...], categories: tuple[str, ...]) -> bool:
        if not skus and not categories:
            skus = rule.products
        return sku in skus or shop.products[sku].category in categories or not (skus or categories)

    pieces = [
        Piece(
            entry.line,
            shop.products[entry.sku].price,
            in_pool(entry.sku, rule.buy_products, rule.buy_categories),
            in_pool(entry.sku, rule.get_products, rule.get_categories),
        )
        for entry in entered.lines
        for _ in range(int(entry.quantity))
    ]
    gifts = _gifts(pieces, rule)
    found = priced(entered, shop)
    exact = sum(gift.worth for gift in gifts) * Fraction(rule.get_discount) / 100
    assert found.discount_total == round_half_up(exact)
    for entry in found.lines:
        taken = sum(discount.amount for discount in entry.discounts)
        worth = sum(gift.worth for gift in gifts if gift.line == entry.line)
        assert abs(taken - worth * Fraction(rule.get_discount) / 100) < 1


def _amounts(shop: Rules, entered: Cart) -> list[int]:
    return [sum(discount.amount for discount in entry.discounts) for entry in priced(entered, shop).lines]


def test_the_dearest_are_bought_and_the_cheapest_are_gifts() -> None:
    goods = [product("A", 500), product("B", 300), product("C", 100)]
    shop = rules(goods, coupons=[coupon("G", "buy_x_get_y", buy=2, get=1)])
    assert _amounts(shop, cart(("C", 1), ("A", 1), ("B", 1), coupons=("G",))) == [100, 0, 0]
    assert _amounts(shop, cart(("C", 2), ("A", 2), ("B", 2), coupons=("G",))) == [200, 0, 0]


def test_ties_go_in_line_order() -> None:
    goods = [product("A", 100), product("B", 100), product("C", 100)]
    shop = rules(goods, coupons=[coupon("G", "buy_x_get_y", buy=1, get=1)])
    assert _amounts(shop, cart(("A", 1), ("B", 1), ("C", 1), coupons=("G",))) == [0, 100, 0]


def test_a_gifts_discount_is_split_with_ties_in_line_order() -> None:
    goods = [product("H", 30), product("L", 10, tax="vat"), product("T", 100)]
    rule = coupon("G", "buy_x_get_y", buy=2, get=2, get_discount=25, buy_products=["T"], get_products=["H", "L"])
    shop = rules(goods, taxes={"vat": "20"}, coupons=[rule])
    found = priced(cart(("H", 1), ("L", 1), ("T", 2), coupons=("G",)), shop)
    assert [entry.discounts[0].amount if entry.discounts else 0 for entry in found.lines] == [8, 2, 0]
    assert (found.tax, found.total) == (2, 232)


def test_bought_and_given_apart_leave_gifts_for_the_overlap() -> None:
    goods = [product("A", 900, category="x"), product("B", 100, category="y")]
    rule = coupon("G", "buy_x_get_y", buy=1, get=1, get_products=("A",))
    shop = rules(goods, coupons=[rule])
    assert _amounts(shop, cart(("A", 1), ("B", 1), coupons=("G",))) == [900, 0]
    assert _amounts(shop, cart(("A", 2), ("B", 1), coupons=("G",))) == [900, 0]


def test_a_share_of_the_gift_and_a_cap_on_applications() -> None:
    goods = [product("A", 999)]
    rule = coupon("G", "buy_x_get_y", buy=1, get=1, get_discount="50", max_applications=2)
    found = priced(cart(("A", 9), coupons=("G",)), rules(goods, coupons=[rule]))
    assert found.discount_total == 999
    assert why(found.discounts[0]) == "Buy 1 get 1 at 50 % off"


def test_weighed_goods_take_no_part() -> None:
    goods = [product("A", 999, unit="kg"), product("B", 100)]
    shop = rules(goods, coupons=[coupon("G", "buy_x_get_y", buy=1, get=1)])
    found = priced(cart(("A", 2), ("A", 3), ("B", 1), coupons=("G",)), shop)
    assert found.discount_total == 0
    assert why(found.coupons[0]) == "not enough on the ticket to buy 1 and get 1"


def test_a_piece_serves_once_across_coupons() -> None:
    rules_of_two = [
        coupon("G1", "buy_x_get_y", buy=1, get=1, stackable=True, max_applications=1),
        coupon("G2", "buy_x_get_y", buy=1, get=1, stackable=True),
    ]
    shop = rules([product("A", 100)], coupons=rules_of_two)
    three = priced(cart(("A", 3), coupons=("G1", "G2")), shop)
    assert [item.amount for item in three.coupons] == [100, 0]
    four = priced(cart(("A", 4), coupons=("G1", "G2")), shop)
    assert [item.amount for item in four.coupons] == [100, 100]


def test_a_general_discount_between_two_lowers_the_free_part_in_proportion() -> None:
    shop = rules(
        [product("A", 100)],
        coupons=[
            coupon("G1", "buy_x_get_y", buy=1, get=1, get_discount="50", stackable=True, max_applications=1),
            coupon("P", value="10", stackable=True, priority=1),
            coupon("G2", "buy_x_get_y", buy=1, get=1, stackable=True, priority=2),
        ],
    )
    found = priced(cart(("A", 4), coupons=("G1", "G2", "P")), shop)
    assert [(item.code, item.amount) for item in found.coupons] == [("G1", 50), ("P", 35), ("G2", 90)]


def test_what_was_taken_off_a_line_before_lowers_its_gifts() -> None:
    entered = cart(line(1, "A", 2, discount=percent(50)), line(2, "B", 1), coupons=("G",))
    goods = [product("A", 300), product("B", 200)]
    assert _amounts(rules(goods, coupons=[coupon("G", "buy_x_get_y", buy=2, get=1)]), entered) == [300 + 150, 0]


def test_a_hundred_thousand_pieces_are_counted_not_listed() -> None:
    goods = [product("A", 777), product("B", 333)]
    shop = rules(goods, coupons=[coupon("G", "buy_x_get_y", buy=3, get=2)])
    entered = cart(("A", 100_000), ("B", 99_999), coupons=("G",))
    found = price(entered, shop, NOON)
    assert found.discount_total == 199_999 // 5 * 2 * 333


def test_a_gift_of_parts_of_a_unit_never_goes_below_zero() -> None:
    """One minor unit over three pieces: a gift's part is a fraction, its discount is whole."""
    goods = [product(sku, 1) for sku in "ABC"]
    entered = cart(*(line(number, sku, 3, discount=percent(67)) for number, sku in enumerate("ABC", 1)), coupons=("G",))
    shop = rules(goods, coupons=[coupon("G", "buy_x_get_y", buy=1, get=2)])
    assert priced(entered, shop).discount_total == 6 + 2
