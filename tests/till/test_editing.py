"""Scanning, changing and voiding lines: what is refused, and that a refusal changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest

from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.till.till import Till
from tests.domain.builders import why
from tests.till.support import BREAD, CAKE, LAMP, TEA, TEA_GTIN, TOMATO, counter


def refused(till: Till, action: Callable[[], object]) -> TillError:
    before = till.sale
    with pytest.raises(TillError) as refusal:
        action()
    assert till.sale == before
    return refusal.value


def test_a_scan_adds_to_the_line_of_the_same_thing() -> None:
    with counter() as at:
        at.till.add(TEA_GTIN)
        at.till.add(CAKE)
        sale = at.till.add(TEA, Decimal(2))
    assert [(line.line, line.sku, int(line.quantity)) for line in sale.lines] == [(1, TEA, 3), (2, CAKE, 1)]
    assert (sale.subtotal, sale.tax, sale.total, sale.due) == (1100, 60, 1160, 1160)


def test_a_code_is_known_in_every_spelling() -> None:
    with counter() as at:
        at.till.add("tea")
        at.till.add("0" + TEA_GTIN)
        assert at.sale.lines[0].quantity == 2


def test_each_weighing_is_a_line_of_its_own() -> None:
    with counter() as at:
        at.till.add("4664", Decimal("0.412"))
        sale = at.till.add(TOMATO, Decimal("0.5"))
    assert [(line.quantity, line.total) for line in sale.lines] == [(Decimal("0.412"), 165), (Decimal("0.5"), 200)]


def test_a_discounted_line_is_not_added_to() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.discount(1, ManualDiscount(percent=Decimal(50)))
        sale = at.till.add(TEA)
        assert [(line.line, line.total) for line in sale.lines] == [(1, 110), (2, 220)]
        assert at.till.discount(1, None).total == 440


def test_a_typed_price_replaces_the_catalogs_until_it_is_taken_back() -> None:
    with counter() as at:
        at.till.add(BREAD)
        assert at.till.price(1, 250).total == 250
        assert at.till.price(1, None).total == 300


def test_line_numbers_are_never_given_again() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        at.till.void(2)
        assert [line.line for line in at.till.add(BREAD).lines] == [1, 3]


def test_a_void_without_a_number_takes_what_was_added_last() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        at.till.add(TEA)
        assert [line.sku for line in at.till.void().lines] == [CAKE]
        assert at.till.void().lines == ()
        assert refused(at.till, at.till.void).code == "empty_ticket"


def test_void_all_empties_the_ticket_and_keeps_counting_lines() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.apply_coupon("TEN")
        assert at.till.void_all().coupons == ()
        assert at.till.add(CAKE).lines[0].line == 2


@pytest.mark.parametrize(
    ("code", "quantity", "expected"),
    [
        ("NOPE", None, "unknown_code"),
        ("4006381333932", None, "bad_check_digit"),
        (TEA, "0", "bad_quantity"),
        (TEA, "-1", "bad_quantity"),
        (TEA, "1.5", "bad_quantity"),
        (BREAD, "100000", "bad_quantity"),
        (TOMATO, None, "bad_quantity"),
        (TOMATO, "0.4125", "bad_quantity"),
        (TEA, "11", "out_of_stock"),
        (LAMP, "2", "out_of_stock"),
        (TOMATO, "5.001", "out_of_stock"),
    ],
)
def test_what_cannot_be_added(code: str, quantity: str | None, expected: str) -> None:
    with counter() as at:
        at.till.add(BREAD)
        amount = Decimal(quantity) if quantity else None
        assert refused(at.till, lambda: at.till.add(code, amount)).code == expected


def test_a_refused_quantity_says_what_is_free() -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(3))
        refusal = refused(at.till, lambda: at.till.add(CAKE, Decimal(2)))
        assert refusal.message == "Cake: 4 are free, 3 on this ticket already. Take fewer."
        assert refusal.details == {"sku": CAKE, "free": "4"}
        assert refused(at.till, lambda: at.till.set_quantity(1, Decimal(5))).code == "out_of_stock"
        assert at.till.set_quantity(1, Decimal(4)).items == 4


def test_what_is_not_counted_never_runs_out() -> None:
    with counter() as at:
        assert at.till.add(BREAD, Decimal(99_999)).items == 99_999
        assert refused(at.till, lambda: at.till.add(BREAD)).code == "bad_quantity"


def test_an_unknown_line_is_named() -> None:
    with counter() as at:
        at.till.add(TEA)
        assert refused(at.till, lambda: at.till.set_quantity(7, Decimal(1))).code == "unknown_line"
        assert refused(at.till, lambda: at.till.void(7)).message == "There is no line 7 on this ticket; its lines: 1."


def test_a_member_gets_their_discount_and_a_coupon_its_reason() -> None:
    with counter() as at:
        at.till.add(BREAD, Decimal(2))
        sale = at.till.apply_coupon("ten")
        assert [(coupon.code, coupon.amount) for coupon in sale.coupons] == [("TEN", 60)]
        assert at.till.remove_coupon("ten").total == 600
        assert refused(at.till, lambda: at.till.remove_coupon("TEN")).code == "coupon_not_applied"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("NIX", "coupon_unknown"), ("OLD", "coupon_expired"), ("BIG", "coupon_below_minimum")],
)
def test_a_coupon_that_does_not_count_is_refused(code: str, expected: str) -> None:
    with counter() as at:
        at.till.add(BREAD)
        assert refused(at.till, lambda: at.till.apply_coupon(code)).code == expected


def test_coupons_that_do_not_stack_are_refused() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.apply_coupon("TEN")
        assert refused(at.till, lambda: at.till.apply_coupon("ONE")).code == "coupon_not_stackable"
        assert refused(at.till, lambda: at.till.apply_coupon("TEN")).code == "coupon_already_applied"


def test_a_coupon_whose_minimum_is_lost_stays_at_nothing() -> None:
    with counter() as at:
        at.till.add(BREAD, Decimal(10))
        assert at.till.apply_coupon("BIG").total == 2500
        sale = at.till.set_quantity(1, Decimal(2))
        assert (sale.total, sale.coupons[0].amount) == (600, 0)
        assert "24.00" in why(sale.coupons[0])


def test_a_broken_off_ticket_is_there_after_a_restart() -> None:
    with counter() as at:
        at.till.add(TEA, Decimal(3))
        at.till.apply_coupon("TEN")
        before = at.sale
    with counter(at.store, ids=at.ids) as again:
        assert again.sale == before
        assert again.till.add(CAKE).lines[1].line == 2


def test_a_quantity_of_nothing_takes_the_line_off() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(TOMATO, Decimal("0.5"))
        assert [line.sku for line in at.till.set_quantity(1, Decimal(0)).lines] == [TOMATO]
        assert at.till.set_quantity(2, Decimal("0.000")).lines == ()
        assert [event.event for event in at.events][-2:] == ["removed", "removed"]
        assert refused(at.till, lambda: at.till.set_quantity(2, Decimal(0))).code == "unknown_line"
        at.till.add(TEA)
        assert refused(at.till, lambda: at.till.set_quantity(3, Decimal(-1))).code == "bad_quantity"
        assert refused(at.till, lambda: at.till.add(TEA, Decimal(0))).code == "bad_quantity"


def test_fewer_than_before_are_refused_too_if_they_are_not_free() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        one.till.add(TEA, Decimal(10))
        two.till.add(TEA, Decimal(9))
        asyncio.run(two.till.pay_cash())
        assert (
            refused(one.till, lambda: one.till.set_quantity(1, Decimal(2))).message
            == "Green Tea: 1 is free. Take fewer."
        )
        assert one.till.set_quantity(1, Decimal(10)).items == 10
        assert one.till.set_quantity(1, Decimal(1)).items == 1


def test_one_fewer_goes_down_to_what_is_free_and_says_so() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        one.till.add(TEA, Decimal(10))
        one.till.price(1, 100)
        one.till.add(CAKE, Decimal(2))
        assert one.till.one_fewer(2).items == 11
        two.till.add(TEA, Decimal(7))
        asyncio.run(two.till.pay_cash())
        assert one.till.one_fewer(1).lines[0].quantity == 3
        assert one.events[-1].text == "Green Tea: 3 instead of 10, as no more is free."
        assert one.till.one_fewer(1).lines[0].quantity == 2
        assert one.events[-1].event == "changed"
        two.till.add(TEA, Decimal(3))
        asyncio.run(two.till.pay_cash())
        assert refused(one.till, lambda: one.till.one_fewer(1)).code == "out_of_stock"


def test_a_price_is_the_whole_lines_and_says_of_how_many() -> None:
    with counter() as at:
        at.till.add(BREAD, Decimal(6))
        at.till.add(BREAD, Decimal(10))
        assert at.till.price(1, 255).total == 16 * 255
        assert [event.text for event in at.events[-2:]] == ["price of 16 Bread", "16 Bread: each costs 2.55 now."]
        at.till.discount(1, ManualDiscount(percent=Decimal(10)))
        assert at.events[-1].text == "discount on 16 Bread"
        sale = at.till.add(BREAD, Decimal(2))
        assert [(int(line.quantity), line.unit_price) for line in sale.lines] == [(16, 255), (2, 300)]
        at.till.price(2, 255)
        assert at.events[-1].text == "2 Bread: each costs 2.55 now."
        at.till.price(2, None)
        assert at.events[-1].text == "2 Bread: each costs 3.00 now."
        at.till.price(2, 255)
        assert len(at.till.add(BREAD).lines) == 3
        at.till.price(3, 100)
        assert at.events[-1].text == "price of Bread"
