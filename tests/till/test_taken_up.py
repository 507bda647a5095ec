"""What is told of a ticket or a member's cart that is taken up at another price, or without a coupon."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos.domain.errors import TillError
from tests.till.support import BREAD, CAKE, Counter, counter


def told(at: Counter) -> list[str]:
    return [event.text for event in at.events if event.event == "notice"]


async def test_a_ticket_that_costs_something_else_says_what_changed() -> None:
    goods = [
        {"sku": "A", "name": "Apple", "price": 300, "sale_price": 250, "sale_ends": "2026-11-22"},
        {"sku": "B", "name": "Bread", "price": 300, "sale_price": 250, "sale_ends": "2026-11-22"},
    ]
    with counter(products=goods) as at:
        at.till.add("A", Decimal(2))
        at.till.add("B")
        at.till.price(2, 100)
        at.till.apply_coupon("TODAY")
        await at.till.hold("ada")
        at.clock.advance(24 * 3600)
        assert (await at.till.recall()).total == 700
        assert told(at) == [
            "Apple costs 3.00 now, it was 2.50.",
            "Coupon TODAY takes nothing off now: expired after 2026-11-22.",
            "The total is 7.00 now, it was 3.00.",
        ]


async def test_a_ticket_that_costs_something_else_after_a_restart_says_so() -> None:
    with counter() as before:
        before.till.add(BREAD)
        before.till.apply_coupon("TODAY")
        await before.till.flush()
    with counter(before.store, ids=before.ids) as same:
        assert (same.sale.total, same.till.notices) == (150, ())
    document = before.store.get("coupons", "TODAY") or {}
    before.store.write({("coupons", "TODAY"): {**document, "ends": "2026-11-21"}})
    with counter(before.store, ids=before.ids) as at:
        assert tuple(map(str, at.till.notices)) == ("The total is 3.00 now, it was 1.50.",)
    document = before.store.get("tickets", "1") or {}
    del document["total"]
    before.store.write({("tickets", "1"): document})
    with counter(before.store, ids=before.ids) as at:
        assert (at.sale.total, at.till.notices) == (300, ())


async def test_a_ticket_that_costs_the_same_says_nothing_also_one_of_an_earlier_version() -> None:
    with counter() as at:
        at.till.add(BREAD)
        await at.till.hold("ada")
        await at.till.recall("ada")
        await at.till.hold("ada")
        document = at.store.get("held", "ada") or {}
        del document["shown"]
        at.store.write({("held", "ada"): document})
        assert (await at.till.recall("ada")).total == 300
        assert told(at) == []


async def test_a_ticket_whose_goods_are_gone_says_so_when_it_is_taken_up() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        one.till.add(CAKE, Decimal(4))
        await one.till.hold("ada")
        two.till.add(CAKE, Decimal(3))
        await two.till.pay_cash()
        await one.till.recall("ada")
        assert told(one) == ["Cake: 1 is free. Take fewer."]
        with pytest.raises(TillError) as refusal:
            one.till.set_quantity(1, Decimal(2))
        assert (refusal.value.code, one.sale.items) == ("out_of_stock", 4)
        assert one.till.set_quantity(1, Decimal(1)).items == 1


async def test_a_members_cart_says_what_its_lines_cost_now() -> None:
    goods = [{"sku": "A", "name": "Apple", "price": 300, "sale_price": 250, "sale_ends": "2026-11-22"}]
    with counter(products=goods) as at:
        at.till.add("A", Decimal(2))
        await at.till.attach_member("M2")
        await at.till.hold()
        at.clock.advance(24 * 3600)
        await at.till.attach_member("M2")
        assert told(at) == ["Apple costs 3.00 now, it was 2.50."]


async def saved_with(at: Counter, coupon: str) -> None:
    at.till.add(BREAD)
    at.till.apply_coupon(coupon)
    await at.till.attach_member("M2")
    await at.till.hold()


async def test_a_guests_coupon_that_is_left_out_is_told() -> None:
    with counter() as at:
        await saved_with(at, "TODAY")
        at.till.add(BREAD)
        at.till.apply_coupon("TEN")
        sale = await at.till.attach_member("M2")
        assert [coupon.code for coupon in sale.coupons] == ["TODAY"]
        assert told(at) == ["Coupon TEN was left out: the saved cart has TODAY."]


@pytest.mark.parametrize("how", ["expired", "used up", "gone"])
async def test_a_members_coupon_that_is_over_displaces_none(how: str) -> None:
    with counter() as at:
        await saved_with(at, "ONE" if how == "used up" else "TODAY")
        if how == "used up":
            at.till.add(BREAD)
            at.till.apply_coupon("ONE")
            await at.till.pay_cash()
        elif how == "gone":
            document = at.store.get("carts", "M2") or {}
            at.store.write({("carts", "M2"): {**document, "coupons": ["GONE"]}})
        else:
            at.clock.advance(24 * 3600)
        at.till.add(BREAD)
        at.till.apply_coupon("TEN")
        sale = await at.till.attach_member("M2")
        assert [(coupon.code, coupon.amount) for coupon in sale.coupons] == [("TEN", 30)]
        assert len([notice for notice in told(at) if "of the saved cart was left out: it " in notice]) == 1


async def test_setting_aside_for_a_member_says_what_is_left_out() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        for at, coupon in ((one, "TODAY"), (two, "TEN")):
            at.till.add(BREAD)
            at.till.apply_coupon(coupon)
            await at.till.attach_member("M2")
        await one.till.hold()
        await two.till.hold()
        assert "Coupon TEN was left out: the saved cart has TODAY." in told(two)


async def test_a_cart_that_an_earlier_version_saved_is_taken_up() -> None:
    with counter() as at:
        at.till.add(BREAD)
        await at.till.attach_member("M2")
        await at.till.hold()
        document = at.store.get("carts", "M2") or {}
        del document["shown"]
        at.store.write({("carts", "M2"): document})
        assert (await at.till.attach_member("M2")).items == 1
        assert told(at) == []
