"""A ticket that was set aside under a name keeps it while it is open, and is called by it in whatever is said."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.domain.ticket_records import OPEN_TICKETS, SET_ASIDE, free_name, given_name
from pos.stores.embedded.store import open_store
from pos.till.catalog_loading import load_catalog
from tests.servers.settling import delivered
from tests.servers.shared import new_shop
from tests.till.support import BREAD, CAKE, TEA, Counter, catalog_file, counter, new_store
from tests.till.test_undo_on_a_server import till_on


async def named(at: Counter, name: str = "Anna") -> None:
    """A ticket with a tea, set aside under a name and taken up again."""
    at.till.add(TEA)
    await at.till.hold(name)
    await at.till.recall(name)


def held(at: Counter) -> list[str]:
    return [ticket.name for ticket in at.till.held_tickets()]


async def test_it_is_called_by_its_name_after_recall_and_keeps_it_when_it_is_set_aside_again() -> None:
    with counter() as at:
        await named(at)
        assert (at.till.sale.ticket, at.till.sale.ticket_name, str(at.till.sale.called)) == ("1-1", "Anna", "“Anna”")
        at.till.add(CAKE)
        sale = await at.till.hold()
        assert (held(at), sale.ticket_name) == (["Anna"], "Anna")
        await at.till.recall()
        await at.till.hold("table 5")
        assert held(at) == ["table 5"]
        await at.till.recall()
        order = await at.till.find_order((await at.till.pay_cash()).order)
        assert "Ticket “table 5”" in at.till.receipt_of(order)


async def test_its_number_is_no_name_of_a_ticket() -> None:
    with counter() as at:
        at.till.add(TEA)
        await at.till.hold()
        sale = await at.till.recall()
        assert (sale.ticket_name, str(sale.called)) == (None, "1-1")
        assert "name" not in (at.store.get(OPEN_TICKETS, "1") or {})["cart"]


async def test_a_till_opened_again_knows_it_and_what_waits_has_it_as_its_key_only(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        load_catalog(store, catalog_file(), demo=True)
        with counter(store) as at:
            await named(at)
            await at.till.flush()
    with closing(open_store(tmp_path)) as store, counter(store) as at:
        assert at.till.sale.ticket_name == "Anna"
        await at.till.hold()
        assert "name" not in (at.store.get(SET_ASIDE, "Anna") or {})["cart"]


async def test_nobody_elses_ticket_has_the_name_of_one_that_was_voided_and_undo_brings_it_back() -> None:
    with counter() as at:
        await named(at)
        for take_off in (at.till.void_all, at.till.void):
            take_off()
            assert (at.till.sale.ticket_name, at.till.sale.lines) == (None, ())
            await at.till.undo()
            assert at.till.sale.ticket_name == "Anna"
        at.till.void_all()
        at.till.add(BREAD)
        await at.till.hold()
        assert held(at) == ["1-1"]


async def test_a_name_that_another_till_has_given_meanwhile_is_not_taken_from_it() -> None:
    with counter() as one, counter(one.store, lane="2", ids=one.ids) as two:
        await named(one)
        two.till.add(CAKE)
        await two.till.hold("anna")
        with pytest.raises(TillError, match="“Anna” already"):
            await one.till.hold("Anna")
        await one.till.hold()
        assert held(one) == ["anna", "Anna (2)"]


async def test_what_is_said_of_it_says_its_name() -> None:
    with counter() as at:
        await named(at)
        await at.till.pay_cash(100)
        with pytest.raises(TillError, match="Ticket “Anna” is paid in part"):
            at.till.add(CAKE)
        await at.till.abandon()
        assert at.till.sale.ticket_name == "Anna"
        await at.till.hold()
        with pytest.raises(TillError, match="Ticket “Anna” is set aside"):
            await at.till.undo()
        await at.till.recall()
        await at.till.pay_cash(100)
        assert (await at.till.take("anna")).ticket_name == "Anna"


async def test_tills_of_a_server_have_the_name_too_and_so_has_one_that_is_opened_again(tmp_path: Path) -> None:
    shop = new_shop()
    with till_on(tmp_path / "1", shop, "1") as one, till_on(tmp_path / "2", shop, "2") as two:
        one.till.add(TEA)
        await one.till.hold("Anna")
        delivered([one.store, two.store])  # type: ignore[list-item]
        assert (await two.till.recall("anna")).ticket_name == "Anna"
        await two.till.flush()
    with till_on(tmp_path / "2", shop, "2") as two:
        assert two.till.sale.ticket_name == "Anna"
        sale = await two.till.pay_cash()
        found = await two.till.find_order(sale.order)
        assert found.sale.ticket_name == "Anna"


def test_names_that_are_given_and_free() -> None:
    assert [given_name(name, "1-7") for name in ("1-7", "1-7 (2)", "Anna", "1-70", "x" * 101)] == [
        None, None, "Anna", "1-70", None,
    ]  # fmt: skip
    store = new_store()
    assert free_name(store, "1-7") == "1-7"
    assert free_name(store, "1-7", "Anna") == "Anna"
    assert free_name(store, "1-7", "x" * 100) == "1-7"
