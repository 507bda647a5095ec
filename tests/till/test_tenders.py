"""Tenders that the program does not have: all that is done with one is asked of its row in the table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest

from pos.domain.counters import COUNTERS
from pos.domain.errors import TillError
from pos.domain.refunds import split_over_payments
from pos.language.redaction import redacted
from pos.maintenance.orders import as_json, as_row
from pos.reports import tenders
from pos.stores.invariants import held_by_claims
from tests.till.other_tenders import STAMPS_LEFT, other_tenders, say
from tests.till.support import BREAD, CAKE, GOOD_CARD, POOR_CARD, AnyStore, counter, new_store


@pytest.fixture(autouse=True)
def more_tenders() -> Iterator[ExitStack]:
    """The till knows the other tenders, until this is closed."""
    with ExitStack() as known:
        known.enter_context(other_tenders())
        yield known


def balance(store: AnyStore) -> tuple[int, int]:
    """What a stamp book has, and what of it is held."""
    found = store.counter(STAMPS_LEFT)
    return found.on_hand, found.held


def with_stamps(amount: int) -> AnyStore:
    """The small shop's store, with a stamp book in it."""
    store = new_store()
    store.write({("counters", STAMPS_LEFT): {"on_hand": amount, "held": 0}})
    return store


async def test_a_sale_is_paid_printed_and_exported() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await say(at.till, f"pay wallet {GOOD_CARD}")
        assert (at.sale.state, at.sale.payments[0].tender, at.sale.change) == ("paid", "wallet", 0)
        order = await at.till.find_order()
        assert "VISA ••4242" in await at.till.receipt()
        assert "visa ••4242 5.00" in as_row(order, at.till.catalog.shop)
        assert json.loads(as_json(order))["sale"]["payments"][0]["tender"] == "wallet"
        assert at.store.order(order.id) == order


async def test_what_is_no_card_is_printed_and_listed_by_its_label() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await say(at.till, "pay cheque")
        assert "CHEQUE" in await at.till.receipt()
        assert "cheque 5.00" in as_row(await at.till.find_order(), at.till.catalog.shop)


async def test_a_report_tells_each_by_its_title_in_the_order_of_the_table() -> None:
    with counter(with_stamps(700)) as at:
        for line in ("pay book 777", "pay cheque", f"pay wallet {GOOD_CARD}", "pay cash"):
            at.till.add(CAKE)
            await say(at.till, line)
        found = tenders.count(at.store.orders(), at.till.catalog.shop)
        assert [each.label for each in found.tenders] == ["Cash", "Wallet visa", "Cheque", "stamp book"]
        assert (found.net, {each.net for each in found.tenders}) == (2000, {500})


async def test_parts_are_paid_and_given_back() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await say(at.till, f"pay wallet {GOOD_CARD} 1.00")
        await say(at.till, "pay cheque 2.00")
        assert (at.sale.state, at.sale.due) == ("part_paid", 200)
        assert at.events[-1].text == "2.00 by cheque"
        await at.till.abandon()
        assert [charge.state for charge in at.gateway.ledger.charges()] == ["voided"]
        told = [event.text for event in at.events if event.event == "voided"]
        assert told == ["1.00 given back to visa ••4242", "2.00 given back to cheque"]
        assert (at.sale.state, at.stock(CAKE)) == ("open", (4, 0))


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("pay cheque 6.00", "payment_too_much", "Only 5.00 is due, and cheque pays no more."),
        ("pay cheque 0.00", "bad_amount", "cheque: the amount is above zero."),
        (f"pay wallet {POOR_CARD}", "payment_declined", "Not enough funds. Not charged. Ask for another card or cash."),
        ("pay beads 5.00", "bad_command", "Type it as: pay cash"),
        ("pay book 777", "tender_short", "stamp book 777: 0 free now, fewer than were asked for."),
    ],
)
async def test_what_cannot_be_taken_is_refused_and_nothing_is_held(line: str, code: str, told: str) -> None:
    with counter() as at:
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await say(at.till, line)
        assert refusal.value.code == code
        assert refusal.value.message.startswith(told)
        assert (at.sale.state, at.stock(CAKE), at.store.open_reservations()) == ("open", (4, 0), ())


@pytest.mark.parametrize(("answer", "state"), [("timeout after", "paid"), ("timeout before", "held")])
async def test_one_without_an_answer_is_recovered(answer: str, state: str) -> None:
    with counter() as at:
        at.till.add(CAKE)
        at.till.gateway(answer)
        with pytest.raises(TillError) as refusal:
            await say(at.till, f"pay wallet {GOOD_CARD}")
        assert refusal.value.code == "payment_unknown"
        await at.till.recover()
        assert (at.sale.state, at.sale.lines[0].sku) == (state, CAKE)


async def test_a_number_behind_it_is_hidden() -> None:
    assert GOOD_CARD not in redacted(f"pay wallet {GOOD_CARD} 1.00")
    assert "777777" not in redacted("pay book 777777")


async def test_refunds_go_back_in_the_order_of_the_table() -> None:
    with counter() as at:
        at.till.add(CAKE)
        for line in ("pay cash 1.00", f"pay wallet {GOOD_CARD} 2.00", "pay cheque"):
            await say(at.till, line)
        parts = split_over_payments(500, at.sale.payments, {})
        assert [part.amount for part in parts] == [200, 200, 100]


async def test_a_counter_behind_a_tender_is_taken_from_with_the_sale() -> None:
    with counter(with_stamps(700)) as at:
        at.till.add(CAKE)
        await say(at.till, "pay book 777")
        assert (at.sale.state, balance(at.store)) == ("paid", (200, 0))
        assert "STAMP BOOK ••777" in await at.till.receipt()
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await say(at.till, "pay book 777")
        assert refusal.value.message == "stamp book 777: 200 free now, fewer than were asked for."
        await say(at.till, "pay cash 1.00")
        with pytest.raises(TillError):
            await say(at.till, "pay book 777 3.00")
        assert (at.sale.state, at.sale.due, balance(at.store)) == ("part_paid", 400, (200, 0))
        await say(at.till, "pay book 777 2.00")
        assert balance(at.store) == (200, 200)
        await say(at.till, "pay cash")
        assert (at.sale.state, balance(at.store)) == ("paid", (0, 0))


async def test_a_counter_behind_a_tender_gets_back_what_is_given_back() -> None:
    with counter(with_stamps(700)) as at:
        at.till.add(CAKE)
        await say(at.till, "pay book 777 1.00")
        await say(at.till, "pay cash 1.00")
        await say(at.till, "pay book 777 2.00")
        assert balance(at.store) == (700, 300)
        assert held_by_claims(at.store.view)[STAMPS_LEFT] == 300
        await at.till.abandon()
        assert (at.sale.state, balance(at.store)) == ("open", (700, 0))


async def left_behind(line: str, more_tenders: ExitStack, store: AnyStore | None = None, answer: str = "") -> AnyStore:
    """A store in which another version left a ticket that is paid in part, or not known to be, by its own tender."""
    store = store or new_store()
    with counter(store) as at:
        at.till.add(CAKE)
        if answer:
            at.till.gateway(answer)
            with pytest.raises(TillError):
                await say(at.till, line)
        else:
            await say(at.till, line)
    more_tenders.close()
    return store


async def test_an_order_by_a_tender_of_another_version_is_kept_and_shown(more_tenders: ExitStack) -> None:
    with counter(await left_behind("pay cheque", more_tenders)) as at:
        order = await at.till.find_order()
        assert "CHEQUE" in await at.till.receipt()
        assert "cheque 5.00" in as_row(order, at.till.catalog.shop)
        assert split_over_payments(500, order.sale.payments, {})[0].amount == 500
        at.till.add(BREAD)
        with pytest.raises(TillError) as refusal:
            await at.till.pay("cheque")
        assert refusal.value.code == "tender_unknown"


async def test_a_part_by_a_tender_of_another_version_stands_until_the_rest_is_paid(
    more_tenders: ExitStack,
) -> None:
    with counter(await left_behind("pay cheque 2.00", more_tenders)) as at:
        await at.till.take()
        with pytest.raises(TillError) as refusal:
            await at.till.abandon()
        assert refusal.value.code == "tender_unknown"
        assert "cheque" in refusal.value.message
        assert at.sale.state == "part_paid"
        sale = await at.till.pay_cash()
        assert (sale.state, sale.paid, at.stock(CAKE)) == ("paid", 500, (3, 0))


async def test_a_counter_behind_a_tender_of_another_version_is_taken_from_all_the_same(
    more_tenders: ExitStack,
) -> None:
    with counter(await left_behind("pay book 777 2.00", more_tenders, with_stamps(700))) as at:
        assert held_by_claims(at.store.view)[STAMPS_LEFT] == 200
        await at.till.take()
        await at.till.pay_cash()
        assert (at.sale.state, balance(at.store)) == ("paid", (500, 0))


async def test_the_gateway_is_not_asked_about_a_tender_of_another_version(more_tenders: ExitStack) -> None:
    with counter(await left_behind(f"pay wallet {GOOD_CARD}", more_tenders, answer="timeout after")) as at:
        found = await at.till.recover()
        assert [each.outcome for each in found] == ["unknown"]
        assert at.stock(CAKE) == (4, 1)
        assert [held.state for held in at.till.checking()] == ["charging"]


async def test_a_counter_of_no_kind_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(COUNTERS, "stamps")
    with counter() as at:
        at.till.add(CAKE, Decimal(1))
        with pytest.raises(TillError) as refusal:
            await say(at.till, "pay book 777")
        assert refusal.value.message == "stamps:777: 0 free now, fewer than were asked for."
