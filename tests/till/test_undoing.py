"""Changes of the ticket taken back and made again: in order, in words, on record, and never once it is paid."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest

from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.domain.ticket_records import SAVED_CARTS
from pos.till.catalog_editing import edited_catalog
from pos.till.one_change import Word, one_change
from pos.till.till import Till
from tests.till.support import (
    BREAD,
    CAKE,
    GOOD_CARD,
    LAMP,
    POOR_CARD,
    TEA,
    TOMATO,
    Counter,
    code,
    counter,
    lines,
    new_store,
    words,
)

CHANGED: list[tuple[str, Callable[[Till], object]]] = [
    ("add 1 Green Tea", lambda till: till.add(TEA)),
    ("add 2 Cake", lambda till: till.add(CAKE, Decimal(2))),
    ("add 0.5 Vine Tomatoes", lambda till: till.add(TOMATO, Decimal("0.5"))),
    ("quantity 3 of Green Tea", lambda till: till.set_quantity(1, Decimal(3))),
    ("quantity 2 of Green Tea", lambda till: till.one_fewer(1)),
    ("void 2 Green Tea", lambda till: till.set_quantity(1, Decimal(0))),
    ("void 0.5 Vine Tomatoes", lambda till: till.void()),
    ("discount on 2 Cake", lambda till: till.discount(2, ManualDiscount(percent=Decimal(10)))),
    ("discount on the ticket", lambda till: till.discount_ticket(ManualDiscount(amount=100))),
    ("price of 2 Cake", lambda till: till.price(2, 450)),
    ("coupon TEN", lambda till: till.apply_coupon("ten")),
    ("coupon TEN taken off", lambda till: till.remove_coupon("TEN")),
    ("void the whole ticket", lambda till: till.void_all()),
]


async def test_every_kind_of_change_is_taken_back_and_made_again_in_words() -> None:
    with counter() as at:
        seen = [at.sale]
        for _words, change in CHANGED:
            change(at.till)
            seen.append(at.sale)
        for told, _change in reversed(CHANGED):
            assert str(at.till.undoable) == told
            undone = await at.till.undo()
            assert str(undone.change) == told
            seen.pop()
            assert undone.sale == at.sale == seen[-1]
        assert at.till.undoable is None
        assert await words(at.till.undo()) == "Nothing to undo."
        assert [str((await at.till.redo()).change) for _ in CHANGED] == [told for told, _change in CHANGED]
        assert await words(at.till.redo()) == "Nothing to redo."
        assert at.kinds().count("undone") == at.kinds().count("redone") == len(CHANGED)


async def test_a_member_is_put_on_and_taken_off_again() -> None:
    with counter() as at:
        at.till.add(TEA)
        await at.till.attach_member("M1")
        at.till.detach_member()
        assert str((await at.till.undo()).change) == "member taken off"
        assert at.sale.member == "M1"
        assert str((await at.till.undo()).change) == "member Ada (M1)"
        assert at.sale.member is None
        assert at.sale.discount_total == 0


async def test_a_new_change_forgets_what_was_taken_back() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        await at.till.undo()
        assert str(at.till.redoable) == "add 1 Cake"
        at.till.add(BREAD)
        assert at.till.redoable is None
        assert await code(at.till.redo()) == "nothing_to_undo"
        assert lines(at.sale) == [(1, TEA, Decimal(1)), (2, BREAD, Decimal(1))]


async def test_lines_have_their_numbers_again_and_the_latest_is_the_same() -> None:
    with counter() as at:
        for sku in (TEA, CAKE, BREAD):
            at.till.add(sku)
        at.till.add(TEA)
        at.till.void(2)
        await at.till.undo()
        assert lines(at.sale) == [(1, TEA, Decimal(2)), (2, CAKE, Decimal(1)), (3, BREAD, Decimal(1))]
        assert at.till.latest_line == 1
        at.till.void(2)
        assert [line.line for line in at.sale.lines] == [1, 3]


async def test_what_changes_nothing_is_no_change() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.discount(1, None)
        at.till.set_quantity(1, Decimal(1))
        assert str((await at.till.undo()).change) == "add 1 Green Tea"


async def test_a_refused_step_leaves_nothing_to_undo() -> None:
    with counter() as at:
        at.till.add(TEA)
        with pytest.raises(TillError):
            at.till.add("NOPE")
        assert str((await at.till.undo()).change) == "add 1 Green Tea"


async def test_all_that_one_word_changes_is_taken_back_at_once() -> None:
    with counter() as at:
        at.till.add(TEA)
        with one_change(Word("breakfast")):
            at.till.add(TEA)
            at.till.add(BREAD)
            at.till.apply_coupon("TEN")
        with one_change(Word("breakfast")):
            at.till.add(BREAD)
        assert str((await at.till.undo()).change) == "add 1 Bread"
        assert str((await at.till.undo()).change) == "breakfast"
        assert (lines(at.sale), at.sale.coupons) == ([(1, TEA, Decimal(1))], ())
        await at.till.redo()
        assert lines(at.sale) == [(1, TEA, Decimal(2)), (2, BREAD, Decimal(1))]


async def test_prices_are_those_of_now() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.apply_coupon("TODAY")
        at.till.void_all()
        at.clock.advance(24 * 3600)
        sale = (await at.till.undo()).sale
        assert (sale.total, sale.coupons[0].amount) == (300, 0)


async def test_stock_that_was_sold_elsewhere_is_told() -> None:
    with counter() as at, counter(at.store, lane="2") as other:
        at.till.add(LAMP)
        at.till.void()
        other.till.add(LAMP)
        await other.till.pay_cash()
        await at.till.undo()
        assert [line.sku for line in at.sale.lines] == [LAMP]
        assert [str(event.words) for event in at.events if event.event == "notice"] == [
            "Lava Lamp: none is free. Offer another one."
        ]


async def test_what_left_the_catalog_comes_back_to_no_ticket() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(BREAD)
        at.till.void(2)
        with edited_catalog(at.store, "the shop") as draft:
            del draft.products[BREAD]
        assert await words(at.till.undo()) == ("void Bread cannot be undone: the catalog does not have BREAD any more.")
        assert (await code(at.till.undo()), len(at.sale.lines)) == ("undo_refused", 1)


async def test_a_line_that_left_the_catalog_itself_stands_in_the_way_of_no_other_change() -> None:
    store = new_store()
    with counter(store) as at:
        at.till.add(TEA)
        at.till.add(BREAD)
        at.till.add(CAKE)
        with edited_catalog(store, "the shop") as draft:
            del draft.products[BREAD]
        at.till.refresh()
        assert [str((await at.till.undo()).change) for _ in range(2)] == ["add 1 Cake", "add 1 Bread"]
    with counter(store) as again:
        assert [line.sku for line in again.sale.lines] == [TEA]
        assert await words(again.till.redo()) == (
            "add 1 Bread cannot be redone: the catalog does not have BREAD any more."
        )
        assert str((await again.till.undo()).change) == "add 1 Green Tea"


@pytest.mark.parametrize("tender", ["cash", "card"])
async def test_a_finished_sale_is_never_opened_again(tender: str) -> None:
    with counter() as at:
        at.till.add(TEA)
        paid = await (at.till.pay_cash() if tender == "cash" else at.till.pay_card(GOOD_CARD))
        assert await words(at.till.undo()) == "Nothing to undo. Ticket 1-1 is paid, and stays as it is."
        assert (at.sale, at.till.undoable) == (paid, None)
        at.till.add(CAKE)
        await at.till.undo()
        assert (at.sale.ticket, await code(at.till.undo())) == ("1-2", "nothing_to_undo")


async def test_nothing_is_undone_while_a_card_is_charged_and_again_after_a_decline() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        told: list[str] = []

        async def meanwhile() -> None:
            while at.sale.state != "charging" and not told:
                told.append(await words(at.till.undo()))

        paying = asyncio.ensure_future(at.till.pay_card(POOR_CARD))
        await asyncio.sleep(0)
        await meanwhile()
        assert await code(paying) == "payment_declined"
        assert told == ["A payment, or another step, is under way: nothing is undone until it has ended."]
        assert str((await at.till.undo()).change) == "add 1 Cake"
        assert (await at.till.pay_card(GOOD_CARD)).total == 220


async def test_a_part_payment_is_abandoned_before_anything_is_undone() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        await at.till.pay_card(GOOD_CARD, 100)
        assert (await words(at.till.undo())).startswith("A payment stands on ticket 1-1")
        assert (await code(at.till.redo()), at.till.undoable) == ("ticket_frozen", None)
        await at.till.abandon()
        assert lines((await at.till.undo()).sale) == [(1, TEA, Decimal(1))]


async def test_a_ticket_set_aside_begins_anew_with_its_recall() -> None:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        await at.till.undo()
        await at.till.hold("ada")
        assert await words(at.till.undo()) == "Nothing to undo. Ticket “ada” is set aside: it can be taken up again."
        await at.till.recall("ada")
        assert await words(at.till.undo()) == "Nothing to undo."
        assert await words(at.till.redo()) == "Nothing to redo."
        at.till.add(BREAD)
        assert lines((await at.till.undo()).sale) == [(1, TEA, Decimal(1))]


async def saved(at: Counter) -> object:
    await at.till.flush()
    return at.store.get(SAVED_CARTS, "M1")


async def with_saved_cart(at: Counter) -> object:
    """Two teas wait for Ada; the record of that."""
    await at.till.attach_member("M1")
    at.till.add(TEA, Decimal(2))
    await at.till.hold()
    return await saved(at)


async def test_the_cart_that_waited_for_a_member_waits_again() -> None:
    with counter() as at:
        record = await with_saved_cart(at)
        at.till.add(BREAD)
        await at.till.attach_member("M1")
        assert (await saved(at), len(at.sale.lines)) == (None, 2)
        assert str((await at.till.undo()).change) == "member Ada (M1)"
        assert (await saved(at), at.sale.member) == (record, None)
        assert lines(at.sale) == [(1, BREAD, Decimal(1))]
        await at.till.redo()
        assert (await saved(at), len(at.sale.lines), at.sale.member) == (None, 2, "M1")


async def test_a_cart_that_waits_since_is_not_written_over() -> None:
    with counter() as at, counter(at.store, lane="2") as other:
        await with_saved_cart(at)
        await at.till.attach_member("M1")
        await other.till.attach_member("M1")
        other.till.add(CAKE)
        await other.till.hold()
        record = await saved(at)
        assert await words(at.till.undo()) == (
            "member Ada (M1) cannot be undone: another cart was set aside for this member since."
        )
        assert (await saved(at), at.sale.member) == (record, "M1")


async def test_a_cart_that_was_taken_elsewhere_is_not_taken_twice() -> None:
    with counter() as at, counter(at.store, lane="2") as other:
        await with_saved_cart(at)
        await at.till.attach_member("M1")
        await at.till.undo()
        await other.till.attach_member("M1")
        assert await code(at.till.redo()) == "undo_refused"
        assert at.sale.lines == ()
