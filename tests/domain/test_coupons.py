"""When a coupon is refused, when it stands at nothing, and what it counts as used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pos.domain.cart import Cart
from pos.domain.catalog import Coupon, Rules
from pos.domain.counters import coupon_uses
from pos.domain.coupons import admit, coupon_claims, stock_claims
from pos.domain.errors import TillError
from pos.domain.pricing import price
from pos.domain.reservations import Claim
from tests.domain.builders import NOON, cart, coupon, line, priced, product, rules, why

GOODS = [product("A", 1000, category="x"), product("K", 1000, unit="kg")]


def shop(*coupons: Coupon, **fields: Any) -> Rules:
    return rules(GOODS, coupons=coupons, **fields)


def enter(code: str, entered: Cart, by: Rules, now: datetime = NOON) -> Coupon:
    return admit(code, entered, price(entered, by, now), by, now)


def refused(code: str, entered: Cart, by: Rules, now: datetime = NOON) -> TillError:
    with pytest.raises(TillError) as error:
        enter(code, entered, by, now)
    return error.value


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"active": False}, "coupon_inactive", "is switched off"),
        ({"starts": "2025-06-16"}, "coupon_not_started", "is valid from 2025-06-16"),
        ({"ends": "2025-06-14"}, "coupon_expired", "expired after 2025-06-14"),
        ({"ends": "2025-06-15T11:59:59"}, "coupon_expired", "expired after 2025-06-15 11:59"),
        ({"max_uses": 7}, "coupon_exhausted", "has been used up (7 of 7)"),
        ({"max_uses": 0}, "coupon_exhausted", "has been used up (0 of 0)"),
        ({"max_uses_per_member": 1}, "coupon_needs_member", "is for members only. Attach the member first."),
        ({"min_order": 2501}, "coupon_below_minimum", "needs goods for 5.01 more (minimum 25.01)"),
        ({"min_quantity": 3}, "coupon_below_minimum", "needs 1 more of what it applies to (minimum 3)"),
        ({"min_quantity": 2, "categories": ("none",)}, "coupon_below_minimum", "needs 2 more"),
    ],
)
def test_a_condition_refuses_and_takes_effect_later(fields: dict[str, Any], code: str, says: str) -> None:
    by = shop(coupon("c", value=10, **fields), used={coupon_uses("c"): 7})
    entered = cart(("A", 2))
    error = refused("C", entered, by)
    assert error.code == code
    assert says in error.message
    assert error.message.startswith("Coupon C ")
    assert error.message.endswith(".")
    standing = priced(entered.model_copy(update={"coupons": ("C",)}), by).coupons[0]
    assert standing.amount == 0
    assert f"Coupon C {why(standing)}" in error.message


def test_codes_ignore_case() -> None:
    assert enter("save", cart(("A", 1)), shop(coupon("Save", value=10))).code == "Save"


def test_an_unknown_code() -> None:
    assert refused("NOPE", cart(("A", 1)), shop()).code == "coupon_unknown"


def test_the_same_coupon_twice() -> None:
    by = shop(coupon("C", value=10, stackable=True))
    assert refused("c", cart(("A", 1), coupons=("C",)), by).code == "coupon_already_applied"


@pytest.mark.parametrize(("one", "other"), [(True, False), (False, True), (False, False)])
def test_coupons_combine_only_if_all_say_so(one: bool, other: bool) -> None:
    by = shop(coupon("C", value=10, stackable=one), coupon("D", value=10, stackable=other))
    error = refused("D", cart(("A", 1), coupons=("C",)), by)
    assert (error.code, error.message) == (
        "coupon_not_stackable",
        "Coupon D cannot be combined with C. Take C off first.",
    )


def test_stackable_coupons_combine() -> None:
    by = shop(coupon("C", value=10, stackable=True), coupon("D", value=10, stackable=True))
    assert enter("D", cart(("A", 1), coupons=("C",)), by).code == "D"


def test_a_members_uses_are_counted_apart() -> None:
    by = shop(coupon("C", value=10, max_uses_per_member=2), used={coupon_uses("C"): 9, coupon_uses("C", "M"): 2})
    error = refused("C", cart(("A", 1), member="M"), by)
    assert error.code == "coupon_exhausted"
    assert "by this member" in error.message
    assert enter("C", cart(("A", 1), member="N"), by).code == "C"


def test_the_catalogs_own_count_is_not_added() -> None:
    assert enter("C", cart(("A", 1)), shop(coupon("C", value=10, max_uses=3, used=3))).code == "C"


def test_a_minimum_is_reached_when_equal() -> None:
    by = shop(coupon("C", value=10, min_order=2000, min_quantity=2))
    assert enter("C", cart(("A", 2)), by).code == "C"


def test_the_minimum_order_is_the_whole_tickets_before_anything_is_taken_off() -> None:
    by = shop(coupon("C", value=10, min_order=3000, categories=("x",)), members={"M": 50})
    assert enter("C", cart(("A", 1), ("K", "2.000"), member="M"), by).code == "C"


def test_a_weighed_line_counts_as_one() -> None:
    by = shop(coupon("C", value=10, min_quantity=3))
    assert enter("C", cart(("A", 2), ("K", "0.2")), by).code == "C"
    assert refused("C", cart(("A", 1), ("K", "5")), by).code == "coupon_below_minimum"


def test_one_that_finds_nothing_is_admitted_and_stands_at_nothing() -> None:
    by = shop(coupon("C", value=10, categories=("none",)))
    assert enter("C", cart(("A", 1)), by).code == "C"
    found = priced(cart(("A", 1), coupons=("C",)), by)
    assert (found.coupons[0].amount, why(found.coupons[0])) == (0, "nothing on the ticket that it applies to")
    assert coupon_claims(found, cart(("A", 1), coupons=("C",)), by) == ()


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2025, 6, 10, 3, 59, tzinfo=UTC), "coupon_not_started"),
        (datetime(2025, 6, 10, 4, 0, tzinfo=UTC), None),
        (datetime(2025, 6, 13, 3, 59, 59, tzinfo=UTC), None),
        (datetime(2025, 6, 13, 4, 0, tzinfo=UTC), "coupon_expired"),
    ],
)
def test_the_last_day_is_included_in_the_shops_zone(now: datetime, code: str | None) -> None:
    by = shop(coupon("C", value=10, starts="2025-06-10", ends="2025-06-12"), timezone="America/New_York")
    if code is None:
        assert enter("C", cart(("A", 1)), by, now).code == "C"
    else:
        assert refused("C", cart(("A", 1)), by, now).code == code


@pytest.mark.parametrize(
    ("ends", "expired"),
    [
        ("2025-06-15", False),
        ("2025-06-15T00:00:00", True),
        ("2025-06-15T12:00:00", True),
        ("2025-06-15T14:00:00", False),
        ("2025-06-15T12:00:00Z", False),
        ("2025-06-15T13:59:59+02:00", True),
    ],
)
def test_a_point_in_time_without_a_zone_is_in_the_shops(ends: str, expired: bool) -> None:
    by = shop(coupon("C", value=10, ends=ends), timezone="Europe/Berlin")
    found = price(cart(("A", 1), coupons=("C",)), by, NOON)
    assert (found.coupons[0].amount == 0) is expired


def test_the_hour_that_repeats_is_told_apart() -> None:
    before, after = (datetime(2025, 10, 26, hour, minute, tzinfo=UTC) for hour, minute in ((0, 29), (1, 15)))
    for ends in ("2025-10-26T00:30:00Z", "2025-10-26T02:30:00"):
        by = shop(coupon("C", value=10, ends=ends), timezone="Europe/Berlin")
        assert price(cart(("A", 1), coupons=("C",)), by, before).discount_total == 100
        assert price(cart(("A", 1), coupons=("C",)), by, after).discount_total == 0


def test_the_first_and_the_last_moment_there_are() -> None:
    fields = {"starts": "0001-01-01T00:00:00", "ends": "9999-12-31T23:59:59"}
    for zone in ("America/New_York", "Asia/Tokyo"):
        assert enter("C", cart(("A", 1)), shop(coupon("C", value=10, **fields), timezone=zone)).code == "C"


def test_a_coupon_that_gives_something_claims_a_use() -> None:
    by = shop(
        coupon("C", value=10, stackable=True, max_uses=100),
        coupon("D", value=10, stackable=True),
        coupon("E", value=10, stackable=True, max_uses_per_member=2),
    )
    entered = cart(("A", 1), coupons=("C", "D", "E"), member="M")
    assert coupon_claims(priced(entered, by), entered, by) == (
        Claim(counter="uses:C", amount=1, floor=-100),
        Claim(counter="uses:D", amount=1, floor=None),
        Claim(counter="uses:E", amount=1, floor=None),
        Claim(counter="uses:E:M", amount=1, floor=-2),
    )


def test_stock_is_claimed_by_sku_over_all_lines() -> None:
    goods = [
        product("A", 1, stock=5),
        product("K", 1, unit="kg", stock="2.5"),
        product("O", 1, stock=0, oversell=True),
        product("U", 1),
    ]
    entered = cart(("A", 2), ("K", "0.250"), line(3, "A", 1, price=5), ("U", 1), ("K", "1.001"), ("O", 3))
    assert stock_claims(entered, rules(goods)) == (
        Claim(counter="stock:A", amount=3, floor=0),
        Claim(counter="stock:K", amount=1251, floor=0),
        Claim(counter="stock:O", amount=3, floor=None),
    )
