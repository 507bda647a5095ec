"""Held tickets and members' carts: nothing lost, taken up at one till only, priced afresh."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult, GatewayUnknown
from pos.domain.ticket_records import BEGUN
from tests.till.fault_injection import Killed
from tests.till.support import BREAD, CAKE, GOOD_CARD, LAMP, TEA, Counter, code, counter


async def test_a_held_ticket_keeps_its_number_and_is_priced_afresh() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.apply_coupon("TODAY")
        held = await at.till.hold("ada")
        assert (held.state, held.total) == ("held", 150)
        at.clock.advance(24 * 3600)
        again = await at.till.recall("ADA")
        assert (again.ticket, again.total, again.coupons[0].amount) == (held.ticket, 300, 0)
        assert at.till.held_tickets() == ()


async def test_the_only_held_ticket_needs_no_name() -> None:
    with counter() as at:
        at.till.add(BREAD)
        await at.till.hold()
        assert len((await at.till.recall()).lines) == 1


async def test_what_cannot_be_held_or_recalled() -> None:
    with counter() as at:
        assert await code(at.till.hold()) == "empty_ticket"
        assert await code(at.till.recall()) == "unknown_ticket"
        at.till.add(BREAD)
        await at.till.hold("a")
        at.till.add(TEA)
        assert await code(at.till.hold("a")) == "name_taken"
        assert await code(at.till.recall("a")) == "ticket_not_empty"
        await at.till.hold("b")
        assert await code(at.till.recall("c")) == "unknown_ticket"
        assert await code(at.till.recall()) == "unknown_ticket"
        assert [held.name for held in at.till.held_tickets()] == ["a", "b"]


async def test_a_held_ticket_is_taken_up_at_one_till_only() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        one.till.add(LAMP)
        await one.till.hold("lamp")
        assert [line.sku for line in (await two.till.recall("lamp")).lines] == [LAMP]
        assert await code(one.till.recall("lamp")) == "unknown_ticket"
        assert (await two.till.pay_cash()).receipt == "2-1-1"


async def test_a_members_cart_waits_for_them_and_merges() -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(2))
        at.till.add(TEA)
        await at.till.attach_member("m1")
        await at.till.hold()
        at.till.add(CAKE)
        at.till.add(BREAD)
        sale = await at.till.attach_member("M1")
        assert {line.sku: line.quantity for line in sale.lines} == {CAKE: 2, TEA: 1, BREAD: 1}
        assert (sale.member, sale.member_name) == ("M1", "Ada")
        assert at.store.get("carts", "M1") is None


async def test_a_merge_is_clamped_to_what_is_free_and_says_so() -> None:
    with counter(settings={"cart_merge": "sum"}) as at:
        at.till.add(CAKE, Decimal(3))
        await at.till.attach_member("M1")
        await at.till.hold()
        at.till.add(CAKE, Decimal(2))
        sale = await at.till.attach_member("M1")
        assert [line.quantity for line in sale.lines] == [4]
        assert "4 instead of 5" in at.events[-1].text


async def test_members_come_and_go() -> None:
    with counter() as at:
        at.till.add(BREAD)
        assert await code(at.till.attach_member("M9")) == "unknown_member"
        assert (await at.till.attach_member("M1")).total == 285
        assert at.till.detach_member().total == 300
        with pytest.raises(TillError):
            at.till.detach_member()


async def test_names_that_differ_by_case_only_are_one() -> None:
    with counter() as at:
        at.till.add(BREAD)
        await at.till.hold("anna")
        at.till.add(TEA)
        assert await code(at.till.hold("ANNA")) == "name_taken"
        await at.till.hold("anton")
        assert [line.sku for line in (await at.till.recall("Anna")).lines] == [BREAD]


async def test_a_saved_cart_keeps_all_it_held_and_is_clamped_when_it_is_taken() -> None:
    with counter(settings={"cart_merge": "sum"}) as at:
        for _ in range(2):
            at.till.add(CAKE, Decimal(3))
            await at.till.attach_member("M1")
            if at.store.get("carts", "M1") is None and at.sale.items < 4:
                await at.till.hold("by name" if not at.till.held_tickets() else None)
        at.till.next_ticket()
        await at.till.recall("by name")
        await at.till.hold()
        sale = await at.till.attach_member("M1")
        assert [line.quantity for line in sale.lines] == [4]
        assert "4 instead of 6" in at.events[-1].text


async def test_nothing_that_was_entered_is_dropped_by_a_recall() -> None:
    with counter() as at:
        at.till.add(BREAD)
        await at.till.hold("a")
        await at.till.attach_member("M1")
        assert await code(at.till.recall("a")) == "ticket_not_empty"
        assert at.sale.member == "M1"


async def test_a_line_that_is_not_sold_any_more_is_left_out_and_named() -> None:
    with counter() as before:
        for sku in (BREAD, LAMP):
            before.till.add(sku)
        before.till.apply_coupon("TEN")
        await before.till.hold("ada")
        before.till.add(LAMP)
        before.till.add(TEA)
        await before.till.flush()
    before.store.write({("products", LAMP): None, ("coupons", "TEN"): None})
    with counter(before.store, ids=before.ids) as at:
        assert tuple(map(str, at.till.notices)) == (
            "Line 1, 1 of LAMP, was left out: the catalog does not have it any more.",
        )
        assert [line.sku for line in at.sale.lines] == [TEA]
        await at.till.pay_cash()
        sale = await at.till.recall("ada")
        assert [(line.line, line.sku) for line in sale.lines] == [(1, BREAD)]
        assert at.events[-1].text == "Line 2, 1 of LAMP, was left out: the catalog does not have it any more."
        assert at.till.void().lines == ()


async def test_a_members_cart_is_taken_without_what_is_not_sold_any_more() -> None:
    with counter() as before:
        before.till.add(LAMP)
        before.till.add(TEA)
        await before.till.attach_member("M1")
        await before.till.hold()
    before.store.write({("products", LAMP): None})
    with counter(before.store, ids=before.ids) as at:
        at.till.add(CAKE)
        assert {line.sku for line in (await at.till.attach_member("M1")).lines} == {CAKE, TEA}
        assert "LAMP" in at.events[-1].text


async def test_a_ticket_of_nothing_that_is_still_sold_is_taken_up_empty() -> None:
    with counter() as before:
        before.till.add(LAMP)
        await before.till.hold()
    before.store.write({("products", LAMP): None})
    with counter(before.store, ids=before.ids) as at:
        assert (await at.till.recall()).lines == ()
        assert at.till.held_tickets() == ()
        assert at.till.add(TEA).items == 1


async def test_kills_at_two_starts_never_leave_a_ticket_on_the_screen_that_is_set_aside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with counter() as before:
        before.till.add(CAKE, Decimal(2))
        before.gateway.script("timeout after")
        with pytest.raises(TillError):
            await before.till.pay_card(GOOD_CARD, 300)
        before.till.add(LAMP)
        before.gateway.script("timeout before")
        with pytest.raises(TillError):
            await before.till.pay_card(GOOD_CARD)
    parked, _lamp = (held.attempts[0].attempt for held in before.store.open_reservations())
    find = before.gateway.find

    async def silent_about_the_first(attempt: str) -> ChargeResult | None:
        if attempt == parked:
            raise GatewayUnknown
        return await find(attempt)

    def killed(*_: object, **_named: object) -> None:
        raise Killed

    with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
        monkeypatch.setattr(before.gateway, "find", silent_about_the_first)
        monkeypatch.setattr(before.store, "release", killed)
        with pytest.raises(Killed):
            await at.till.recover()
        monkeypatch.undo()
    with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
        await at.till.recover()
        assert (at.sale.ticket, at.sale.state) == ("1-1", "part_paid")
        assert [held.ticket for held in at.till.held_tickets()] == ["1-2"]
    with counter(before.store, gateway=before.gateway, ids=before.ids) as at:
        assert at.sale.lines == ()


async def test_a_name_that_a_ticket_was_given_is_no_later_tickets_number() -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(3))
        await at.till.hold("1-2")
        at.till.add(BREAD)
        at.gateway.script("timeout before")
        with pytest.raises(TillError):
            await at.till.pay_card(GOOD_CARD)
        at.till.add(TEA)
        await at.till.wait(1)
        at.till.void_all()
        assert [line.sku for line in (await at.till.recall("1-2")).lines] == [CAKE]
        assert [held.lines for held in at.till.held_tickets()] == [1]


async def test_names_numbers_of_tickets_and_of_members_are_one_kind() -> None:
    with counter() as at, counter(at.store, lane="A", ids=at.ids) as other:
        other.till.add(TEA)
        await other.till.flush()
        for _ in range(2):
            at.till.add(BREAD)
            await at.till.pay_cash()
        at.till.add(CAKE)
        for name in ("1-1", "1-2", "a-1", "m1"):
            assert await code(at.till.hold(name)) == "name_taken"
        assert [line.sku for line in at.sale.lines] == [CAKE]
        assert (await at.till.hold("1-3")).state == "held"
        assert [held.name for held in at.till.held_tickets()] == ["1-3"]


async def test_a_ticket_is_set_aside_by_itself_beside_one_that_has_its_number_for_a_name() -> None:
    with counter() as at, counter(at.store, lane="2", gateway=at.gateway, ids=at.ids) as other:
        at.till.add(CAKE)
        await at.till.hold("2-1")
        other.till.add(LAMP)
        other.gateway.script("timeout before")
        with pytest.raises(TillError):
            await other.till.pay_card(GOOD_CARD)
        await other.till.recover()
        assert {held.name: held.ticket for held in at.till.held_tickets()} == {"2-1": "1-1", "2-1 (2)": "2-1"}
        assert "set aside as 2-1 (2)" in other.events[-1].text
        assert [line.sku for line in (await at.till.recall("2-1 (2)")).lines] == [LAMP]


@pytest.mark.parametrize("member", [None, "M1"])
async def test_two_lanes_that_set_aside_at_once_lose_nothing(member: str | None) -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        for at, sku in ((one, CAKE), (two, LAMP)):
            at.till.add(sku)
            if member is not None:
                await at.till.attach_member(member)
        name = "later" if member is None else None
        told = await asyncio.gather(one.till.hold(name), two.till.hold(name), return_exceptions=True)
        if member is None:
            assert [type(answer) for answer in told].count(TillError) == 1
            left = one if isinstance(told[0], TillError) else two
            assert left.sale.state == "open"
            await left.till.hold("too")
            assert {held.name for held in one.till.held_tickets()} == {"later", "too"}
        else:
            one.till.add(TEA)
            assert {line.sku for line in (await one.till.attach_member("M1")).lines} == {CAKE, LAMP, TEA}


def notices(at: Counter) -> list[str]:
    """What a cashier was told beside the sale."""
    return [event.text for event in at.events if event.event == "notice"]


ELSEWHERE = "Ada (M1) has ticket {} open at lane {} too: ask which of both goes on."


async def test_a_members_ticket_that_is_open_on_another_lane_is_told_on_the_second() -> None:
    with counter() as one, counter(one.store, lane="FRONT", ids=one.ids) as two:
        one.till.add(BREAD)
        await one.till.attach_member("M1")
        two.till.add(TEA)
        assert (await two.till.attach_member("m1")).member == "M1"
        assert (notices(one), notices(two)) == ([], [ELSEWHERE.format("1-1", "1")])
        await one.till.pay_cash()
        two.till.detach_member()
        await two.till.attach_member("M1")
        assert len(notices(two)) == 1
        await two.till.flush()
        await two.till.hold("later")
        one.till.next_ticket()
        await one.till.attach_member("M1")
        await two.till.recall("later")
        assert notices(two)[1:] == [ELSEWHERE.format("1-2", "1")]
        assert notices(one) == []


async def test_a_members_ticket_that_is_being_paid_or_was_left_open_is_told_too() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        one.till.add(CAKE)
        await one.till.attach_member("M1")
        await one.till.pay_cash(100)
        await two.till.attach_member("M1")
        assert notices(two) == [ELSEWHERE.format("1-1", "1")]
        two.till.add(TEA)
        await two.till.flush()
        with counter(one.store, gateway=one.gateway, ids=one.ids) as again:
            await again.till.recover()
            assert (again.sale.ticket, notices(again)) == ("1-1", [ELSEWHERE.format("2-1", "2")])
        with counter(one.store, lane="2", ids=one.ids) as again:
            assert tuple(map(str, again.till.notices)) == (ELSEWHERE.format("1-1", "1"),)


async def test_a_members_ticket_that_an_earlier_version_left_open_is_told_too() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        one.till.add(BREAD)
        await one.till.attach_member("M1")
        await one.till.flush()
        # Earlier versions did not note which tickets were begun.
        one.store.write({(BEGUN, "1-1"): None})
        await two.till.attach_member("M1")
        assert notices(two) == [ELSEWHERE.format("1-1", "1")]


async def test_a_members_saved_cart_is_taken_on_one_lane_and_the_other_is_told() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        one.till.add(CAKE)
        await one.till.attach_member("M1")
        await one.till.hold()
        told = await asyncio.gather(one.till.attach_member("M1"), two.till.attach_member("M1"))
        assert sorted(len(sale.lines) for sale in told) == [0, 1]
        assert notices(one) + notices(two)


async def test_a_name_and_a_reason_are_kept_without_controls() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.discount(1, ManualDiscount(percent=Decimal(10), reason="dented\x1b[2J"))
        await at.till.hold("A\x1b[2Jda\u202e")
        assert list(at.store.keys("held")) == ["A [2Jda"]
        document = at.store.get("held", "A [2Jda") or {}
        assert document["cart"]["lines"][0]["discount"]["reason"] == "dented [2J"
        assert (await at.till.recall("A\x1b[2Jda\u202e")).items == 1
        await at.till.hold("\x1b")
        assert list(at.store.keys("held")) == ["A [2Jda"]
