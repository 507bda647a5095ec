"""A guest's cart into a member's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from pos.domain.cart import Cart, CartLine
from pos.domain.merge import merge
from pos.domain.message import Message
from pos.domain.reasons import out_of_date
from tests.domain.builders import cart, line, off, percent, product, rules

OVER = out_of_date(code="coupon_expired", day=date(2026, 1, 31))


def _quantities(merged: Cart) -> dict[str, int]:
    return {entry.sku: int(entry.quantity) for entry in merged.lines}


def said(notices: Iterable[Message]) -> tuple[str, ...]:
    return tuple(map(str, notices))


@pytest.mark.parametrize(("rule", "quantity"), [("max", 5), ("sum", 7), ("guest", 2)])
def test_the_shops_rule(rule: str, quantity: int) -> None:
    shop = rules([product("A", 1), product("B", 1), product("C", 1)], cart_merge=rule)
    merged, notices = merge(cart(("A", 2), ("B", 1)), cart(("A", 5), ("C", 3)), shop, {})
    assert list(_quantities(merged).items()) == [("A", quantity), ("B", 1), ("C", 3)]
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
        ("A", Decimal(1), 9),
        ("A", Decimal(1), None),
        ("A", Decimal(2), None),
        ("K", Decimal("0.5"), None),
    ]


@pytest.mark.parametrize(("rule", "lines"), [
    ("max", [(3, 3, percent(10))]),
    ("sum", [(1, 2, None), (3, 3, percent(10))]),
    ("guest", [(1, 2, None)]),
])  # fmt: skip
def test_a_discounted_line_follows_the_rule_with_its_discount(rule: str, lines: list[object]) -> None:
    shop = rules([product("A", 1000, name="Apple"), product("B", 1)], cart_merge=rule)
    saved = cart(line(1, "A", 3, discount=percent(10)), member="M")
    merged, notices = merge(cart(("A", 2), ("B", 1)), saved, shop, {})
    assert [(entry.line, entry.quantity, entry.discount) for entry in merged.lines if entry.sku == "A"] == lines
    left_out = "Apple: 10 % off in the saved cart was left out, as this ticket's line counts."
    assert said(notices) == ((left_out,) if rule == "guest" else ())


@pytest.mark.parametrize(
    ("guest", "saved", "counts", "told"),
    [
        (line(1, "A", 2, discount=off(50)), line(1, "A", 3), line(2, "A", 3), "0.50 off was left out, as the saved"),
        (line(1, "A", 3), line(1, "A", 2, discount=off(50)), line(1, "A", 3), "0.50 off in the saved cart was left"),
        (line(1, "A", 2, discount=off(50)), line(1, "A", 2), line(1, "A", 2, discount=off(50)), ""),
        (line(1, "A", 2), line(1, "A", 2, discount=off(50)), line(2, "A", 2, discount=off(50)), ""),
        (
            line(1, "A", 2, discount=off(5)),
            line(1, "A", 2, discount=off(50)),
            line(2, "A", 2, discount=off(50)),
            "0.05",
        ),
    ],
)
def test_max_takes_the_lines_of_the_cart_with_more(
    guest: CartLine, saved: CartLine, counts: CartLine, told: str
) -> None:
    shop = rules([product("A", 1000, name="Apple")])
    merged, notices = merge(cart(guest), cart(saved), shop, {})
    assert merged.lines == (counts,)
    assert (bool(notices), told in " ".join(map(str, notices))) == (bool(told), True)


def test_a_coupon_that_is_left_out_is_told_and_one_that_is_over_displaces_none() -> None:
    shop = rules([product("A", 1)])
    guest, saved = cart(("A", 1), coupons=("G",)), cart(("A", 1), coupons=("M",))
    kept, told = merge(guest, saved, shop, {})
    assert (kept.coupons, said(told)) == (("M",), ("Coupon G was left out: the saved cart has M.",))
    kept, told = merge(guest, saved, shop, {}, {"M": OVER})
    assert kept.coupons == ("G",)
    assert said(told) == ("Coupon M of the saved cart was left out: it expired after 2026-01-31.",)
    kept, told = merge(guest, saved, shop, {}, {"M": OVER, "G": OVER})
    assert (kept.coupons, len(told)) == (("M",), 1)
    assert merge(guest, guest, shop, {})[1] == ()


def test_a_ticket_discount_that_is_left_out_is_told() -> None:
    shop = rules([product("A", 1)])
    guest, saved = cart(("A", 1), discount=off(5)), cart(("A", 1), discount=percent(10))
    merged, told = merge(guest, saved, shop, {})
    assert merged.discount == percent(10)
    assert said(told) == ("0.05 off on this whole ticket was left out: the saved cart has 10 % off.",)
    assert merge(guest, guest, shop, {})[1] == ()


def test_lines_under_the_same_manual_discount_are_one() -> None:
    shop = rules([product("A", 1)], cart_merge="sum")
    merged, _ = merge(cart(line(1, "A", discount=percent(5))), cart(line(1, "A", discount=percent(5))), shop, {})
    assert _quantities(merged) == {"A": 2}


@pytest.mark.parametrize(
    ("rule", "lines"),
    [("max", [(1, 2), (2, 2)]), ("sum", [(1, 2), (2, 2), (3, 3)]), ("guest", [(1, 2), (2, 2)])],
)
def test_an_amount_off_a_line_is_that_lines_own(rule: str, lines: list[object]) -> None:
    """As one line, a customer who was given 0.50 off twice would get it once."""
    shop = rules([product("A", 1000)], cart_merge=rule)
    twice = cart(line(1, "A", 2, discount=off(50)), line(2, "A", 2, discount=off(50)))
    merged, notices = merge(twice, cart(line(1, "A", 3, discount=off(50))), shop, {})
    assert [(entry.line, int(entry.quantity)) for entry in merged.lines] == lines
    assert [entry.discount for entry in merged.lines] == [off(50)] * len(lines)
    assert notices == ()


@pytest.mark.parametrize(("rule", "quantity"), [("max", 4), ("sum", 5), ("guest", 4)])
def test_equal_lines_count_together(rule: str, quantity: int) -> None:
    shop = rules([product("A", 1)], cart_merge=rule)
    twice = cart(line(1, "A", 2, discount=percent(5)), line(2, "A", 2, discount=percent(5)))
    once = cart(line(1, "A", 1, discount=percent(5)))
    merged, _ = merge(twice, once, shop, {})
    assert [(entry.line, int(entry.quantity)) for entry in merged.lines] == [(1, quantity)]
    assert merged.last_line == 2
    other_way, _ = merge(once, twice, shop, {})
    assert _quantities(other_way) == {"A": quantity if rule != "guest" else 1}


def test_equal_lines_of_one_cart_alone_stay() -> None:
    twice = cart(line(1, "A", 2, discount=percent(5)), line(2, "A", 2, discount=percent(5)))
    merged, _ = merge(twice, cart(("B", 1)), rules([product("A", 1), product("B", 1)]), {})
    assert [(entry.line, entry.sku) for entry in merged.lines] == [(1, "A"), (2, "A"), (3, "B")]
    assert merged.quantity_of("A") == 4


def test_the_open_ticket_keeps_its_numbers_and_the_others_are_fresh() -> None:
    shop = rules([product("A", 1), product("B", 1), product("C", 1)])
    guest = cart(line(2, "A"), line(4, "B")).model_copy(update={"last_line": 5, "latest": 2})
    merged, _ = merge(guest, cart(line(1, "C"), line(2, "B", 3), line(9, "C", price=5)), shop, {})
    assert [(entry.line, entry.sku, int(entry.quantity)) for entry in merged.lines] == [
        (2, "A", 1),
        (4, "B", 3),
        (6, "C", 1),
        (7, "C", 1),
    ]
    assert (merged.last_line, merged.latest) == (7, 7)


def test_the_latest_line_stays_if_none_is_appended() -> None:
    shop = rules([product("A", 1), product("B", 1)])
    guest = cart(("A", 1), ("B", 1)).model_copy(update={"latest": 1})
    merged, _ = merge(guest, cart(("B", 2)), shop, {})
    assert (merged.last_line, merged.latest) == (2, 1)
    without, _ = merge(guest, cart(("B", 2)), shop, {"A": Decimal(0)})
    assert (without.last_line, without.latest) == (2, 2)
    nothing, _ = merge(guest, cart(("B", 2)), shop, {"A": Decimal(0), "B": Decimal(0)})
    assert (nothing.lines, nothing.last_line, nothing.latest) == ((), 2, 0)


def test_a_voided_ticket_gives_no_number_again() -> None:
    merged, _ = merge(Cart(last_line=3), cart(("A", 1), ("B", 1)), rules([product("A", 1), product("B", 1)]), {})
    assert [entry.line for entry in merged.lines] == [4, 5]
    assert (merged.last_line, merged.latest) == (5, 5)


def test_a_cart_alone_keeps_its_numbers() -> None:
    shop = rules([product("A", 1)])
    alone = cart(line(2, "A"), line(5, "A", price=3)).model_copy(update={"latest": 2})
    assert merge(alone, Cart(member="M"), shop, {})[0] == alone.model_copy(update={"member": "M"})
    assert merge(Cart(), alone, shop, {})[0] == alone


def test_it_is_cut_down_to_what_is_free_and_says_so() -> None:
    goods = [product("A", 1, name="Apple"), product("B", 1, name="Bread"), product("O", 1, oversell=True)]
    goods.append(product("K", 1, name="Cheese", unit="kg"))
    guest = cart(("A", 9), ("B", 1), ("O", 9), ("K", "0.8"))
    free = {"A": Decimal(4), "B": Decimal(0), "O": Decimal(0), "K": Decimal("0.5"), "C": None}
    merged, notices = merge(guest, cart(("A", 1)), rules(goods), free)
    assert _quantities(merged) == {"A": 4, "O": 9}
    assert said(notices) == (
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
