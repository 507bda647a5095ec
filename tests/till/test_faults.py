"""A disk that fails: the ticket stays, it is said what to do, selling goes on, no step is believed or done twice."""

from __future__ import annotations

import errno
from collections.abc import Awaitable
from decimal import Decimal
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.store import open_store
from pos.till.catalog_loading import load_catalog
from tests.stores.samples import FaultyDisk, fault
from tests.till.fault_injection import Trouble
from tests.till.support import BREAD, CAKE, GOOD_CARD, LAMP, Counter, catalog_file, counter

LOST_OR_LANDED = pytest.mark.parametrize("lands", [False, True], ids=["lost", "landed"])
ALWAYS = 1000


async def refusal(step: Awaitable[object]) -> TillError:
    with pytest.raises(TillError) as refused:
        await step
    return refused.value


async def broken(at: Counter, *, lands: bool = False, step: int = 1, lasting: int = ALWAYS) -> Trouble:
    """A disk that fails from a step on; what was begun before is written."""
    await at.till.flush()
    return Trouble(at.store, at.gateway, "disk", step, lands=lands, lasting=lasting)


def orders(at: Counter) -> list[str]:
    return [order.receipt for order in at.store.orders()]


async def begun(at: Counter, sku: str = CAKE) -> None:
    at.till.add(sku)
    await at.till.flush()


@LOST_OR_LANDED
async def test_a_disk_that_fails_once_is_not_even_noticed(lands: bool) -> None:
    with counter() as at:
        await begun(at)
        await broken(at, lands=lands, step=1, lasting=1)
        assert (await at.till.pay_cash()).receipt == "1-1-1"
        assert (orders(at), at.stock(CAKE)) == (["1-1-1"], (3, 0))


@LOST_OR_LANDED
async def test_a_full_disk_keeps_the_ticket_and_it_is_paid_once(lands: bool) -> None:
    with counter() as at:
        await begun(at)
        disk = await broken(at, lands=lands, step=1)
        error = await refusal(at.till.pay_cash(2000))
        assert error.code == "store_unusable"
        assert error.message == "Ticket 1-1 is kept, for this could not be written down. No space left on device."
        assert ([line.sku for line in at.sale.lines], at.sale.state) == ([CAKE], "open")
        with pytest.raises(TillError) as frozen:
            at.till.add(BREAD)
        assert frozen.value.code == "ticket_frozen"
        assert (await refusal(at.till.recover())).code == "store_unusable"
        assert (await refusal(at.till.pay_cash())).code == "store_unusable"
        disk.over()
        assert (await at.till.pay_cash()).state == "paid"
        assert (orders(at), at.stock(CAKE)) == (["1-1-1"], (3, 0))
        assert at.sale.payments[0].tendered == (2000 if lands else 500)
        assert at.till.add(BREAD).ticket == "1-2"


async def test_a_sale_that_was_written_after_all_is_shown_as_paid_by_itself() -> None:
    with counter() as at:
        await begun(at)
        disk = await broken(at, lands=True, step=1)
        await refusal(at.till.pay_cash())
        disk.over()
        assert [found.outcome for found in await at.till.recover()] == ["committed"]
        assert (at.sale.state, at.sale.receipt) == ("paid", "1-1-1")
        assert at.till.add(BREAD).ticket == "1-2"


async def test_a_sale_that_was_not_written_can_be_changed_again() -> None:
    with counter() as at:
        await begun(at)
        disk = await broken(at, step=1)
        await refusal(at.till.pay_cash())
        disk.over()
        assert [found.outcome for found in await at.till.recover()] == ["released"]
        assert len(at.till.add(BREAD).lines) == 2
        assert (await at.till.pay_cash()).total == 800


@LOST_OR_LANDED
async def test_a_charge_that_could_not_be_written_down_is_never_asked_for(lands: bool) -> None:
    with counter() as at:
        await begun(at, LAMP)
        disk = await broken(at, lands=lands, step=1)
        assert (await refusal(at.till.pay_card(GOOD_CARD))).code == "store_unusable"
        assert (at.sale.state, at.gateway.ledger.charges()) == ("open", ())
        disk.over()
        at.gateway.script("down")
        assert (await at.till.pay_cash()).state == "paid"
        assert (at.stock(LAMP), at.store.open_reservations(), len(orders(at))) == ((0, 0), (), 1)


@LOST_OR_LANDED
async def test_a_part_in_cash_that_could_not_be_written_down_does_not_count(lands: bool) -> None:
    with counter() as at:
        await begun(at)
        await at.till.pay_cash(100)
        disk = await broken(at, lands=lands, step=1)
        await refusal(at.till.pay_cash(200))
        disk.over()
        assert [found.outcome for found in await at.till.recover()] == ["part_paid"]
        assert (at.sale.state, at.sale.paid) == ("part_paid", 100)
        assert (await at.till.abandon()).state == "open"


@LOST_OR_LANDED
async def test_a_captured_charge_is_being_checked_until_it_is_written_down(lands: bool) -> None:
    with counter() as at:
        await begun(at)
        disk = await broken(at, lands=lands, step=2)
        assert (await refusal(at.till.pay_card(GOOD_CARD))).code == "payment_unknown"
        assert at.sale.state == "checking"
        found = await at.till.recover()
        disk.over()
        at.gateway.script("down")
        found += await at.till.recover()
        assert found[-1].outcome == "committed"
        assert (at.sale.state, orders(at)) == ("paid", ["1-1-1"])


async def test_no_money_is_taken_while_nobody_knows_of_a_charge_that_is_given_back() -> None:
    with counter() as at:
        await begun(at)
        await at.till.pay_card(GOOD_CARD, 200)
        silent = Trouble(at.store, at.gateway, "gateway", 1, lands=True, lasting=ALWAYS)
        assert (await refusal(at.till.abandon())).code == "payment_unknown"
        assert (at.sale.state, at.sale.paid) == ("part_paid", 0)
        assert await at.till.recover() == ()
        assert at.sale.state == "part_paid"
        assert (await refusal(at.till.pay_cash())).code == "payment_unknown"
        assert (at.sale.state, len(orders(at))) == ("checking", 0)
        silent.over()
        assert (await at.till.recover())[0].outcome == "released"
        await at.till.recall()
        assert (await at.till.pay_cash()).paid == 500
        assert at.gateway.ledger.captured_total() == 0


@LOST_OR_LANDED
async def test_a_ticket_is_set_aside_once_or_kept(lands: bool) -> None:
    with counter() as at:
        await begun(at)
        disk = await broken(at, lands=lands)
        assert (await refusal(at.till.hold("ada"))).code == "store_unusable"
        assert at.sale.state == "open"
        disk.over()
        assert await at.till.recover() == ()
        assert [held.name for held in at.till.held_tickets()] == (["ada"] if lands else [])
        assert at.sale.state == ("held" if lands else "open")
        if lands:
            await at.till.recall()
        assert (await at.till.pay_cash()).receipt == "1-1-1"
        assert at.till.held_tickets() == ()


@LOST_OR_LANDED
async def test_a_ticket_that_was_being_taken_up_is_not_lost(lands: bool) -> None:
    with counter() as at:
        await begun(at)
        await at.till.hold("ada")
        disk = await broken(at, lands=lands)
        assert (await refusal(at.till.recall("ada"))).code == "store_unusable"
        disk.over()
        if lands:
            await at.till.recover()
        else:
            await at.till.recall("ada")
        assert [line.sku for line in at.sale.lines] == [CAKE]
        assert (await at.till.pay_cash()).receipt == "1-1-1"


@LOST_OR_LANDED
async def test_a_members_cart_is_taken_once(lands: bool) -> None:
    with counter(settings={"cart_merge": "sum"}) as at:
        await begun(at)
        await at.till.attach_member("M1")
        await at.till.hold()
        await begun(at)
        disk = await broken(at, lands=lands)
        assert (await refusal(at.till.attach_member("M1"))).code == "store_unusable"
        disk.over()
        assert (await at.till.attach_member("M1")).lines[0].quantity == Decimal(2)
        assert at.store.get("carts", "M1") is None


async def test_edits_that_could_not_be_written_are_told_at_the_next_payment() -> None:
    with counter() as at:
        disk = await broken(at)
        at.till.add(CAKE)
        assert (await refusal(at.till.pay_cash())).code == "store_unusable"
        disk.over()
        assert at.till.add(BREAD).items == 2
        assert (await at.till.pay_cash()).state == "paid"


async def test_an_error_of_the_program_in_a_payment_is_found_out_by_id() -> None:
    with counter() as at:
        await begun(at)

        async def charge(*_: object) -> None:
            raise RuntimeError("a bug")

        at.gateway.charge = charge  # type: ignore[assignment, method-assign]
        with pytest.raises(RuntimeError):
            await at.till.pay_card(GOOD_CARD)
        assert [found.outcome for found in await at.till.rescue()] == ["released"]
        assert (at.sale.state, at.stock(CAKE)) == ("open", (4, 0))


async def test_a_till_on_an_open_store_believes_nothing_of_a_step_that_failed(tmp_path: Path) -> None:
    disk = FaultyDisk()
    store = open_store(tmp_path / "shop", disk=disk)
    load_catalog(store, catalog_file(), demo=True)
    with counter(store) as at:
        await begun(at)
        disk.faults = {"sync": fault(errno.EIO), "replace": fault(errno.EIO)}
        assert (await refusal(at.till.hold("later"))).code == "store_unusable"
    with pytest.raises(TillError, match="Input/output error"), counter(store):
        pass
    disk.faults = {}
    with counter(store) as again:
        assert (again.sale.lines, [held.name for held in again.till.held_tickets()]) == ((), ["later"])
    store.close()
