"""Carts that a web shop wrote: merged as any other, taken once, and what cannot be taken is told."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from pos.domain.errors import TillError
from pos.stores.redis.carts import cart_id, from_fields
from tests.till.support import BREAD, CAKE, LAMP, TEA, TOMATO, Counter, counter


def web_cart(at: Counter, member: str = "M1", **fields: str) -> None:
    """Write a member's cart as a web shop does, a field for each `line_1` or `coupon_1`."""
    hash_fields = {name.replace("_", ":"): value for name, value in fields.items()} | {"version": "1"}
    table, key, record = from_fields(cart_id("carts", member), hash_fields)
    at.store.write({(table, key): record})


def told(at: Counter) -> list[str]:
    """What the cashier was told beside the sale."""
    return [str(event.text) for event in at.events if event.event == "notice"]


def line(sku: str, quantity: object = 1) -> str:
    return f'{{"sku":"{sku}","quantity":{quantity}}}'


@pytest.mark.parametrize(("rule", "cakes"), [("max", 3), ("sum", 5), ("guest", 2)])
async def test_it_is_merged_by_the_shops_rule_at_the_prices_of_now(rule: str, cakes: int) -> None:
    with counter(settings={"cart_merge": rule}) as at:
        web_cart(at, line_1=line(CAKE, 3), line_2='{"sku":"TEA"}')
        at.till.add(CAKE, Decimal(2))
        at.till.add(BREAD)
        sale = await at.till.attach_member("m1")
        free = min(cakes, 4)
        assert {each.sku: each.quantity for each in sale.lines} == {CAKE: free, TEA: 1, BREAD: 1}
        assert (sale.member, sale.subtotal) == ("M1", free * 500 + 200 + 300)
        assert told(at) == (["Cake: 4 instead of 5, as no more is free."] if cakes > free else [])
        assert at.till.add(LAMP).lines[-1].line == len(sale.lines) + 1
        assert (await at.till.pay_cash()).state == "paid"


async def test_the_members_coupon_stays_however_it_is_written() -> None:
    with counter() as at:
        web_cart(at, line_1=line(TEA, 5), coupon_1=" ten", coupon_2="Ten")
        at.till.add(BREAD)
        at.till.apply_coupon("ONE")
        sale = await at.till.attach_member("M1")
        assert [(coupon.code, coupon.amount) for coupon in sale.coupons] == [("TEN", 130)]
        assert told(at) == ["Coupon ONE was left out: the saved cart has TEN."]
        with pytest.raises(TillError, match="on the ticket already"):
            at.till.apply_coupon("ten")


async def test_a_coupon_that_nobody_knows_gives_way_to_one_that_counts() -> None:
    with counter() as at:
        web_cart(at, line_1=line(TEA), coupon_1="nope")
        at.till.add(BREAD)
        at.till.apply_coupon("ONE")
        assert [coupon.code for coupon in (await at.till.attach_member("M1")).coupons] == ["ONE"]
        assert told(at) == ["Coupon NOPE of the saved cart was left out: it is not known any longer."]


async def test_alone_it_is_listed_with_the_reason_and_takes_nothing_off() -> None:
    with counter() as at:
        web_cart(at, line_1=line(TEA), coupon_1="nope", coupon_2="ten")
        coupons = {coupon.code: coupon.amount for coupon in (await at.till.attach_member("M1")).coupons}
        assert coupons == {"NOPE": 0, "TEN": 20}
        assert [coupon.code for coupon in at.till.remove_coupon("nope").coupons] == ["TEN"]


async def test_what_cannot_be_taken_is_told_and_the_rest_is_merged() -> None:
    with counter() as at:
        web_cart(
            at,
            line_1=line("GONE", 2),
            line_2=line(CAKE, 1.5),
            line_3=line(BREAD, 100_000),
            line_4=line(TOMATO, 0.412),
            line_5=line(TEA, 40),
            line_6=line(TOMATO, '"7"'),
            line_7=line(LAMP, '"1.0"'),
        )
        sale = await at.till.attach_member("M1")
        assert [(each.line, each.sku, each.quantity) for each in sale.lines] == [
            (4, TOMATO, Decimal("0.412")),
            (5, TEA, 10),
            (7, LAMP, 1),
        ]
        assert told(at) == [
            "Line 1, 2 of GONE, was left out: the catalog does not have it any more.",
            "Line 2 was left out. Cake is sold by the piece: 1.5 is not a whole number.",
            "Line 3 was left out. 100,000 of Bread is too many: at most 99,999 a line.",
            "Green Tea: 10 instead of 40, as no more is free.",
            "Vine Tomatoes: 7 kg left out, as no more is free.",
        ]
        assert at.till.void().lines[-1].sku == TEA
        assert (await at.till.pay_cash()).state == "paid"


async def test_a_cart_of_which_nothing_is_left_puts_the_member_on_the_ticket() -> None:
    with counter() as at:
        web_cart(at, line_1=line(CAKE, 0.5))
        sale = await at.till.attach_member("M1")
        assert (sale.member, sale.lines) == ("M1", ())
        assert at.till.add(TEA).lines[0].line == 2


async def test_both_together_are_no_more_than_a_line_holds() -> None:
    with counter(settings={"cart_merge": "sum"}) as at:
        web_cart(at, line_1=line(BREAD, 60_000))
        at.till.add(BREAD, Decimal(50_000))
        assert (await at.till.attach_member("M1")).lines[0].quantity == 99_999
        assert told(at) == ["Bread: 99,999 instead of 110,000, as a line holds no more."]


async def test_it_is_taken_once_at_one_till_only() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        web_cart(one, line_1=line(LAMP))
        sales = await asyncio.gather(one.till.attach_member("M1"), two.till.attach_member("M1"))
        assert sorted(len(sale.lines) for sale in sales) == [0, 1]
        assert one.store.get("carts", "M1") is None


async def test_one_for_a_member_that_does_not_exist_waits_for_them() -> None:
    with counter() as at:
        web_cart(at, "M9", line_1=line(TEA))
        with pytest.raises(TillError) as refused:
            await at.till.attach_member("M9")
        assert refused.value.code == "unknown_member"
        at.store.write({("members", "M9"): {"id": "M9", "name": "Edsger"}})
        assert [each.sku for each in (await at.till.attach_member("M9")).lines] == [TEA]


async def test_a_cart_set_aside_later_is_put_into_it() -> None:
    with counter() as at:
        at.till.add(BREAD)
        await at.till.attach_member("M1")
        web_cart(at, line_1=line(TEA, 2), line_2=line(CAKE, 0.5), coupon_1="ten")
        await at.till.hold()
        assert told(at) == ["Line 2 was left out. Cake is sold by the piece: 0.5 is not a whole number."]
        sale = await at.till.attach_member("M1")
        assert {each.sku: each.quantity for each in sale.lines} == {BREAD: 1, TEA: 2}
        assert [coupon.code for coupon in sale.coupons] == ["TEN"]


async def test_nobody_else_is_put_on_the_ticket_by_it() -> None:
    with counter() as at:
        record: dict[str, Any] = from_fields("member:M2", {"line:1": line(TEA)})[2]
        at.store.write({("carts", "M1"): record})
        assert (await at.till.attach_member("M1")).member == "M1"


async def test_a_record_that_is_no_cart_is_told_and_stays() -> None:
    with counter() as at:
        at.store.write({("carts", "M1"): {"lines": "none"}})
        at.till.add(TEA)
        with pytest.raises(TillError, match="The record “M1” in the store's table carts cannot be understood") as no:
            await at.till.attach_member("M1")
        assert no.value.code == "store_damaged"
        assert (at.sale.member, at.sale.state, at.store.get("carts", "M1")) == (None, "open", {"lines": "none"})
        assert (await at.till.attach_member("M2")).member == "M2"


async def test_a_ticket_set_aside_by_another_program_is_taken_up_as_far_as_it_can_be() -> None:
    with counter() as at:
        fields = {"ticket": "7-1", "at": "2026-11-22T11:00:00Z", "line:1": line(TEA, 2), "line:2": line(CAKE, 0.5)}
        table, key, record = from_fields("ticket:Ada", {**fields, "coupon:1": "ten"})
        at.store.write({(table, key): record})
        sale = await at.till.recall("ada")
        assert [(each.sku, each.quantity) for each in sale.lines] == [(TEA, Decimal(2))]
        assert [coupon.code for coupon in sale.coupons] == ["TEN"]
        assert told(at) == ["Line 2 was left out. Cake is sold by the piece: 0.5 is not a whole number."]
