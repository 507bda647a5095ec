"""The payment screen of a shop with a queue: the card waits, the next customer is served, and the till is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.message import lazy
from pos.domain.queue_options import QueueOptions
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.testing import Cashier, open_till_app
from pos.testing.defaults import NOW
from pos.till.catalog_loading import parse_catalog
from pos.till.till import Till
from screens.testing.snapshots import Snap
from tests.screens.shop import BREAD, MILK, SMALL
from tests.screens.test_snapshots import FULL
from tests.till.queue_double import QueueDouble

GOOD = "4242424242424242"
SIZES = ("80x24", "120x30")


@asynccontextmanager
async def at_queue(
    queue: QueueDouble | None = None, *, always: bool = False, catalog: Any = SMALL, **screen: Any
) -> AsyncIterator[tuple[Cashier, QueueDouble]]:
    """A cashier at a till whose shop has a queue."""
    line = queue or QueueDouble()

    def opening() -> Till:
        clock, ids = FrozenClock(NOW), SequentialIds()
        goods = parse_catalog(catalog, "the test's catalog") if catalog is not None else None
        gateway = MockGateway(clock, Ledger(None), ids=ids)
        return open_till(
            catalog=goods, clock=clock, ids=ids, gateway=gateway, queue=line, queueing=QueueOptions(always=always)
        )

    async with open_till_app(opening=opening, **screen) as cashier:
        yield cashier, line


async def looks(cashier: Cashier) -> None:
    """What the clock does each second."""
    await cashier.app._keep_time()
    await cashier.settled()


async def test_q_queues_the_card_and_the_next_customer_is_served() -> None:
    async with at_queue() as (cashier, line):
        await cashier.keys(f"{MILK}\n<f12>q").sees("Ticket 1-1 is queued, place 1. Serve the next customer.")
        assert (cashier.kind, cashier.app.queued) == ("sale", 1)
        await cashier.keys(f"{BREAD}\n").sees("◔ 1 queued")
        assert cashier.sale.ticket == "1-2"
        line.ends("1-1", state="paid", receipt="W1-q1-1")
        await looks(cashier)
        await cashier.sees("Ticket 1-1 is paid: receipt W1-q1-1.").sees_not("queued")
        assert cashier.sale.ticket == "1-2"


async def test_k_charges_at_once_unless_the_till_is_set_to_queue() -> None:
    async with at_queue() as (cashier, line):
        await cashier.keys(f"{MILK}\n<f12>k").waits_until(lambda: cashier.kind == "receipt")
        assert line.requests == []
    async with at_queue(always=True) as (cashier, line):
        await cashier.keys(f"{MILK}\n<f12>k").sees("Ticket 1-1 is queued, place 1.")
        await cashier.keys(f"{MILK}\n<f12>{GOOD}k").sees("Ticket 1-2 is queued, place 2.")
        assert [request.card.last4 for request in line.requests] == ["", "4242"]


async def test_a_typed_amount_is_charged_at_once_also_where_cards_are_queued() -> None:
    async with at_queue(always=True) as (cashier, line):
        await cashier.keys(f"{MILK}\n<f12>1.00k").sees("1.00 taken, 0.49 still due.")
        await cashier.keys("q").sees("only a whole ticket can be queued")
        await cashier.keys("k").waits_until(lambda: cashier.kind == "receipt")
        assert line.requests == []


async def test_an_amount_is_not_queued() -> None:
    async with at_queue() as (cashier, line):
        await cashier.keys(f"{MILK}\n<f12>1.00q").sees("leave the amount out")
        assert (cashier.kind, line.requests) == ("payment", [])


async def test_a_full_queue_leaves_the_ticket_and_says_how_long_to_wait() -> None:
    async with at_queue() as (cashier, line):
        line.most = 0
        await cashier.keys(f"{MILK}\n<f12>q").sees("NOT QUEUED").sees("Wait 7 seconds. K charges at once.")
        await cashier.keys("k").waits_until(lambda: cashier.kind == "receipt")
    async with at_queue(always=True) as (cashier, line):
        line.most = 0
        await cashier.keys(f"{MILK}\n<f12>k").sees("NOT QUEUED").sees("K behind a typed amount")
        await cashier.keys("1.49k").waits_until(lambda: cashier.kind == "receipt")


async def test_a_queue_that_is_away_is_told_of_and_nothing_is_lost() -> None:
    async with at_queue() as (cashier, line):
        line.away = "queue_away"
        await cashier.keys(f"{MILK}\n<f12>q").sees("Ticket 1-1 goes into the queue by itself").sees("Nobody answers.")
        line.away = ""
        await looks(cashier)
        await cashier.keys("<f9>").sees("queued, place 1")


async def test_what_was_not_charged_is_seen_after_the_next_scans_until_it_is_taken_up() -> None:
    async with at_queue() as (cashier, line):
        await cashier.keys(f"{MILK}\n<f12>q{BREAD}\n<f12>q{BREAD}\n")
        line.ends("1-1", state="declined", decline_code="insufficient_funds")
        await looks(cashier)
        await cashier.keys(f"{MILK}\n").sees("◔ 1 queued").sees("! 1 unpaid")
        await cashier.keys("<f9>").sees("Ticket 1-1 was not charged, and is set aside as 1-1: Not enough")
        await cashier.keys("<escape><f7>\n").waits_until(lambda: cashier.sale.state == "held")
        await cashier.keys("<f8>\n").waits_until(lambda: cashier.sale.ticket == "1-1").sees_not("unpaid")


@pytest.mark.parametrize(
    ("language", "told"), [("en", "do not charge it again."), ("de", "nicht noch einmal kassieren.")]
)
async def test_that_nobody_charges_it_again_is_told_before_a_long_reason(language: str, told: str) -> None:
    reason = "The server is away: no answer from the server at a-shop-with-a-long-name.example.com:16379. " * 2
    async with at_queue(language=language) as (cashier, line):
        line.away, line.reason = "server_away", reason
        await cashier.keys(f"{MILK}\n<f12>q")
        assert told in " ".join(each.strip("▌│ ") for each in cashier.text("line").splitlines())


@pytest.mark.parametrize("always", [False, True])
async def test_customers_in_one_burst_are_queued_one_after_the_other(always: bool) -> None:
    async with at_queue(always=always) as (cashier, line):
        key = "k" if always else "q"
        await cashier.burst(f"{MILK}\n<f12>{key}" * 10 + f"{MILK}\n" * 3).waits_until(lambda: len(line.requests) == 10)
        await cashier.waits_until(lambda: cashier.sale.items == 3)
        assert [request.ticket for request in line.requests] == [f"1-{number}" for number in range(1, 11)]
        assert cashier.sale.ticket == "1-11"


async def test_a_shop_without_a_queue_says_so(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>q").sees("This shop has no queue")
    assert cashier.kind == "payment"


@pytest.mark.till(catalog="demo", training=True)
async def test_training_queues_nothing_and_says_so(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>q").sees("In training nothing is queued:")
    await cashier.keys("<escape>/pay card reader --queued\n").sees("In training nothing is queued")


async def test_the_language_queues_too() -> None:
    async with at_queue() as (cashier, line):
        await cashier.keys(f"{MILK}\n/pay card reader --queued\n").sees("Ticket 1-1 is queued, place 1.")
        assert len(line.requests) == 1


async def test_enter_in_the_list_asks_and_a_queued_ticket_is_not_taken_up() -> None:
    async with at_queue() as (cashier, line):
        await cashier.keys(f"{MILK}\n<f12>q<f9>").sees("Open payments").sees("since").sees("queued, place 1")
        await cashier.keys("\n").sees("Not charged yet.")
        await cashier.keys("<ctrl+t>").sees("This one is in the queue")
        line.ends("1-1", state="declined", decline_code="insufficient_funds")
        await cashier.keys("\n").sees("No payment is being checked.")


async def test_what_is_queued_looks_like_it(snap: Snap) -> None:
    async with at_queue(catalog=None) as (cashier, line):
        await cashier.keys(f"{FULL}<f12>")
        await snap("queue_payment", sizes=SIZES)
        await cashier.keys("q")
        await snap("queued_next", sizes=SIZES)
        await cashier.keys(f"BREAD-RYE\n<f12>{GOOD}q")
        await cashier.keys("2*MILK-1L\n")
        await snap("queued_serving", sizes=SIZES)
        line.away = "queue_away"
        await cashier.keys("<f12>q")
        await cashier.keys("<f9>")
        await snap("queued_checks", sizes=SIZES)
        line.away = ""
        line.ends("1-2", state="stuck", words=lazy("The bank is confused."))
        await looks(cashier)
        await cashier.keys("<down>")
        await snap("queued_stuck", sizes=SIZES)
        await cashier.keys("<escape>MILK-1L\n")
        line.ends("1-1", state="declined", decline_code="insufficient_funds")
        await looks(cashier)
        await snap("queued_declined", sizes=SIZES)


async def test_a_till_that_queues_looks_like_it(snap: Snap) -> None:
    async with at_queue(catalog=None, always=True) as (cashier, _line):
        await cashier.keys(f"{FULL}<f12>")
        await snap("queue_usual", sizes=SIZES)


async def test_a_full_queue_looks_like_it(snap: Snap) -> None:
    async with at_queue(catalog=None) as (cashier, line):
        line.most = 0
        await cashier.keys(f"{FULL}<f12>q")
        await snap("queue_full", sizes=SIZES)
