"""A guest's cart into a member's."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos.domain.cart import Cart
from pos.domain.merge import merge
from tests.domain.build import cart, line, off, percent, product, rules


def _quantities(merged: Cart) -> dict[str, int]:
    return {entry.sku: int(entry.quantity) for entry in merged.lines}


@pytest.mark.parametrize(("rule", "quantity"), [("max", 5), ("sum", 7), ("guest", 2)])
def test_the_shops_rule(rule: str, quantity: int) -> None:
    shop = rules([product("A", 1), product("B", 1), product("C", 1)], cart_merge=rule)
    merged, notices = merge(cart(("A", 2), ("B", 1)), cart(("A", 5), ("C", 3)), shop, {})
    assert _quantities(merged) == {"A": quantity, "C": 3, "B": 1}
    assert notices == ()


def test_max_is_the_default_and_a_product_may_differ() -> None:
    shop = rules([product("A", 1, cart_merge="sum"), product("B", 1)])
    merged, _ = merge(cart(("A", 2), ("B", 2)), cart(("A", 3), ("B", 3)), shop, {})
    assert _quantities(merged) == {"A": 5, "B": 3}


def test_weighed_and_price_changed_lines_are_appended() -> None:
    shop = rules([product("K", 1, unit="kg"), product("A", 1)])
    guest = cart(("K", "0.5"), line(2, "A", 1, price=9), line(3, "A", 1, discount=percent(5)), line(4, "A", 2))
    merged, _ = merge(guest, cart(("K", "0.5"), ("A", 1)), shop, {})
    assert [(entry.sku, entry.quantity, entry.price) for entry in merged.lines] == [
        ("K", Decimal("0.5"), None),
        ("A", Decimal(2), None),
        ("K", Decimal("0.5"), None),
        ("A", Decimal(1), 9),
        ("A", Decimal(1), None),
    ]


def test_lines_under_the_same_manual_discount_are_one() -> None:
    shop = rules([product("A", 1)], cart_merge="sum")
    merged, _ = merge(cart(line(1, "A", discount=percent(5))), cart(line(1, "A", discount=percent(5))), shop, {})
    assert _quantities(merged) == {"A": 2}


def test_numbers_are_fresh_and_never_given_again() -> None:
    shop = rules([product("A", 1), product("B", 1)])
    guest = cart(line(2, "A")).model_copy(update={"last_line": 4})
    merged, _ = merge(guest, cart(line(7, "B")), shop, {})
    assert [entry.line for entry in merged.lines] == [8, 9]
    assert (merged.last_line, merged.latest) == (9, 9)


def test_a_cart_alone_keeps_its_numbers() -> None:
    shop = rules([product("A", 1)])
    alone = cart(line(2, "A"), line(5, "A", price=3))
    assert merge(alone, Cart(member="M"), shop, {})[0].lines == alone.lines
    assert merge(Cart(), alone, shop, {})[0].lines == alone.lines


def test_it_is_cut_down_to_what_is_free_and_says_so() -> None:
    goods = [product("A", 1, name="Apple"), product("B", 1, name="Bread"), product("O", 1, oversell=True)]
    goods.append(product("K", 1, name="Cheese", unit="kg"))
    guest = cart(("A", 9), ("B", 1), ("O", 9), ("K", "0.8"))
    free = {"A": Decimal(4), "B": Decimal(0), "O": Decimal(0), "K": Decimal("0.5"), "C": None}
    merged, notices = merge(guest, cart(("A", 1)), rules(goods), free)
    assert _quantities(merged) == {"A": 4, "O": 9}
    assert notices == (
        "Apple: 4 instead of 9, as no more is free.",
        "Bread: 1 left out, as no more is free.",
        "Cheese: 0.8 kg left out, as no more is free.",
    )


def test_the_members_coupon_stays_and_the_guests_counts_only_without_one() -> None:
    shop = rules([product("A", 1)])
    guest = cart(("A", 1), coupons=("G",), discount=off(5))
    assert merge(guest, cart(("A", 1), coupons=("M",), member="1"), shop, {})[0].coupons == ("M",)
    merged, _ = merge(guest, cart(("A", 1), member="1"), shop, {})
    assert (merged.coupons, merged.member, merged.discount) == (("G",), "1", off(5))


def test_a_line_whose_product_is_gone_is_kept() -> None:
    merged, _ = merge(cart(("GONE", 1)), cart(("GONE", 1)), rules(), {"GONE": Decimal(0)})
    assert len(merged.lines) == 2
