"""A lane that is taken over from a till that is dead, or only seems so: no payment is charged or ended by both."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pos.__main__ import main
from pos.clock_and_ids import SequentialIds
from pos.domain.errors import TillError
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.stores.redis import lane_journal
from pos.stores.redis.location import ServerLocation
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.store import LaneStore
from pos.stores.redis.taking_over import take_over
from pos.till.catalog_loading import load_catalog
from tests.servers.proxy import Proxy
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import until
from tests.stores.redis.lanes import OnServer
from tests.stores.redis.stopped_till import STOPPED
from tests.till.support import GOOD_CARD, NOON, TEA, Counter, HandClock, catalog_file, counter

STOCK = "stock:TEA"


@dataclass
class Shop:
    """A till of lane 1 that is going to die, the bank of both, and the machine that will take the lane."""

    store: LaneStore
    proxy: Proxy
    there: OnServer
    bank: MockGateway
    where: ServerLocation
    journals: Path
    """Of the machine whose till dies."""
    ids: SequentialIds = field(default_factory=SequentialIds)

    def till(self, store: LaneStore) -> Any:
        """A till of the lane on a store, with the one bank."""
        return counter(store, gateway=self.bank, ids=self.ids)

    def dies(self) -> None:
        """The till is cut off, and its last sign is a minute old."""
        self.proxy.refuse()
        until(lambda: self.store.link.state == "away", "the till believes that the server is there")
        self.silence()

    def silence(self) -> None:
        self.there.client.hset(self.there.key("lane", "1"), "seen", "1000000000000")

    def wakes(self) -> None:
        """The till reaches the server again, and is told."""
        self.proxy.let_pass()
        until(lambda: self.store.lost and not self.store.undelivered, "the till was not told")

    def take(self, *, force: bool = False) -> LaneStore:
        taken = self.where.take_over("desk", force=force)
        assert isinstance(taken.store, LaneStore)
        return taken.store

    def in_step(self, store: LaneStore) -> None:
        until(lambda: store.link.state == "online" and not store.undelivered, "the till is not in step")

    def review(self) -> list[dict[str, str]]:
        found: Any = self.there.client.xrange(self.there.key("review"))
        return [{name.decode(): value.decode() for name, value in fields.items()} for _id, fields in found]

    @property
    def charged(self) -> int:
        return self.bank.ledger.captured_total()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    name = new_shop()
    with Proxy(shared_server()) as proxy, shared_server().client() as client:
        store = lane_store(tmp_path / "a", name, url=proxy.url(name), timeout=0.5)
        load_catalog(store, catalog_file(), demo=True)
        bank = MockGateway(HandClock(NOON), Ledger(), ids=SequentialIds())
        options = ServerOptions(journals=tmp_path / "b", timeout=0.5)
        where = ServerLocation(shared_server().url(name), options, "1")
        yield Shop(store, proxy, OnServer(client, name), bank, where, tmp_path / "a")
        store.close()


async def charged_without_answer(at: Counter, answer: str) -> None:
    at.till.add(TEA)
    at.gateway.script(answer)
    with pytest.raises(TillError) as told:
        await at.till.pay_card(GOOD_CARD)
    assert told.value.code == "payment_unknown"


async def test_a_charge_that_landed_becomes_the_takers_order(shop: Shop) -> None:
    with shop.till(shop.store) as dead:
        await charged_without_answer(dead, "timeout after")
        shop.dies()
        store = shop.take()
        with shop.till(store) as taker:
            assert [held.sale.ticket for held in taker.till.checking()] == ["1-1"]
            await taker.till.recover()
            assert taker.till.checking() == ()
            assert (await taker.till.find_order("1-2-1")).sale.total == 220
            shop.in_step(store)
            shop.wakes()
            assert dead.till.checking() == ()
            await dead.till.recover()
            assert list(shop.store.orders()) == []
            dead.till.next_ticket()
            dead.till.add(TEA)
            with pytest.raises(TillError) as told:
                await dead.till.pay_cash()
            assert told.value.code == "lane_refused"
            assert "taken over by desk as number 2" in str(told.value)
        store.close()
    assert (shop.charged, shop.there.counts(STOCK), len(shop.there.orders()), shop.review()) == (220, (9, 0), 1, [])


async def test_a_charge_that_never_landed_is_void_for_ever(shop: Shop) -> None:
    with shop.till(shop.store) as dead:
        await charged_without_answer(dead, "timeout before")
        shop.dies()
        store = shop.take()
        with shop.till(store) as taker:
            await taker.till.recover()
            assert (taker.till.sale.ticket, taker.till.sale.items) == ("1-1", 1)
            shop.in_step(store)
            await shop.bank.land_late()
            shop.wakes()
            await dead.till.recover()
            assert dead.till.checking() == ()
            # The ticket goes on at the taker, under numbers of its own.
            await taker.till.pay_card(GOOD_CARD)
            assert taker.sale.receipt == "1-2-1"
            taker.till.next_ticket()
            assert taker.till.sale.ticket == "1-200002"
            shop.in_step(store)
        store.close()
    assert (shop.charged, shop.there.counts(STOCK), len(shop.there.orders()), shop.review()) == (220, (9, 0), 1, [])


async def test_what_was_sold_without_the_server_is_handed_in_late_once(shop: Shop, tmp_path: Path) -> None:
    with shop.till(shop.store) as dead:
        shop.dies()
        dead.till.add(TEA)
        await dead.till.pay_cash()
        shop.take().close()
        shop.wakes()
    [entry] = shop.review()
    assert (entry["what"], entry["receipt"], entry["ended"]) == ("late", "1-1-1", "")
    shop.store.close()
    # Begun again, it knows that it is not to sell before it has asked, and hands nothing in twice.
    shop.proxy.refuse()
    shop.store = lane_store(tmp_path / "a", shop.there.shop, url=shop.proxy.url(shop.there.shop), timeout=0.5)
    with shop.till(shop.store) as dead:
        dead.till.add(TEA)
        with pytest.raises(TillError) as told:
            await dead.till.pay_cash()
        assert told.value.code == "lane_refused"
        shop.wakes()
    assert (len(shop.review()), shop.there.counts(STOCK), len(shop.there.orders())) == (1, (9, 0), 1)


@pytest.mark.parametrize("first", ["taker", "dead"])
async def test_a_payment_that_both_wrote_down_is_listed_and_counted_once(shop: Shop, first: str) -> None:
    """The dead till was only cut off: it cannot know of the taker, and the gateway says to both that it is paid."""
    with shop.till(shop.store) as dead:
        await charged_without_answer(dead, "timeout after")
        shop.dies()
        store = shop.take()
        with shop.till(store) as taker:
            await dead.till.recover()
            assert [order.receipt for order in shop.store.orders()] == ["1-1-1"]
            if first == "dead":
                shop.wakes()
            await taker.till.recover()
            shop.in_step(store)
            shop.wakes()
            assert [order.receipt for order in store.orders()] == ["1-2-1"]
        store.close()
    found = {entry["what"]: entry["receipt"] for entry in shop.review()}
    assert found == ({"twice": "1-1-1"} if first == "taker" else {"late": "1-1-1", "twice": "1-2-1"})
    assert (shop.charged, shop.there.counts(STOCK), len(shop.there.orders())) == (220, (9, 0), 1)
    receipts = [shop.there.client.get(shop.there.key("receipt", number)) for number in ("1-1-1", "1-2-1")]
    assert receipts == [shop.there.orders()[0].encode()] * 2


async def test_an_order_of_a_payment_that_was_given_back_says_so(shop: Shop) -> None:
    """Cut off, the till takes the money that the taker has found nothing of, and has made void."""
    with shop.till(shop.store) as dead:
        await charged_without_answer(dead, "timeout before")
        shop.dies()
        store = shop.take()
        with shop.till(store) as taker:
            await taker.till.recover()
            shop.in_step(store)
        store.close()
        held = shop.store.reservation("1-1/1")
        assert held is not None
        shop.store.commit(held, held.sale, NOON)
        shop.wakes()
    [entry] = shop.review()
    assert (entry["what"], entry["ended"]) == ("late", "released")


async def test_a_payment_that_only_the_dead_till_knows_is_listed(shop: Shop) -> None:
    """It was cut off after it had told of the first one."""
    with shop.till(shop.store) as dead:
        dead.till.add(TEA)
        await dead.till.pay_card(GOOD_CARD, 100)
        shop.in_step(shop.store)
        shop.dies()
        dead.gateway.script("timeout after")
        with pytest.raises(TillError):
            await dead.till.pay_card(GOOD_CARD, 50)
        store = shop.take()
        [held] = store.open_reservations()
        assert len(held.attempts) == 1
        shop.wakes()
        store.close()
    [entry] = shop.review()
    assert (entry["what"], entry["ticket"], entry["amount"]) == ("payment", "1-1", "50")
    charge = shop.bank.ledger.charge(entry["attempt"])
    assert charge is not None
    assert charge.kept == 50
    [told] = shop.where.review()
    assert "took 0.50 for ticket 1-1" in str(told.sentence)


async def test_a_taker_that_dies_between_the_lane_and_its_payments_goes_on(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_of: object) -> None:
        raise KeyboardInterrupt

    with shop.till(shop.store) as dead:
        await charged_without_answer(dead, "timeout after")
        shop.dies()
        with monkeypatch.context() as patch:
            patch.setattr(lane_journal.LaneJournal, "take_in", lambda *_of: (_ for _ in ()).throw(ValueError))
            patch.setattr("pos.stores.redis.store.FIRST_WAIT", 0.2)
            with pytest.raises(TillError):
                shop.take()
        store = lane_store(tmp_path / "b", shop.there.shop)
        with shop.till(store) as taker:
            until(lambda: store.open_reservations(), "nothing was taken in")
            await taker.till.recover()
            assert [order.receipt for order in store.orders()] == ["1-2-1"]
            shop.in_step(store)
        store.close()
        shop.wakes()
    assert (shop.there.counts(STOCK), shop.charged) == ((9, 0), 220)


def test_a_till_that_is_alive_keeps_its_lane(shop: Shop) -> None:
    with pytest.raises(TillError) as told:
        shop.take()
    assert (told.value.code, "Close it" in str(told.value)) == ("lane_refused", True)
    assert not shop.where.folder.exists()


def test_a_till_that_is_alive_is_told_at_once_and_waited_for(shop: Shop) -> None:
    waited: list[float] = []
    taken = take_over(shop.where, "desk", force=True, wait=waited.append)
    until(lambda: shop.store.lost, "the till was not told")
    assert waited == [shop.store.link.fresh_for]
    with pytest.raises(TillError) as told:
        take_over(ServerLocation(shop.where.address.name, shop.where.options, "9"), "desk", force=True)
    assert "No till has opened lane 9" in str(told.value)
    taken.store.close()
    [status] = shop.where.lanes()
    assert (status.state, status.taken_by, status.fence) == ("taken_over", "desk", 2)


async def test_the_journal_that_is_here_is_kept_and_handed_in(shop: Shop) -> None:
    here = ServerLocation(shop.proxy.url(shop.there.shop), ServerOptions(journals=shop.journals, timeout=0.5), "1")
    with pytest.raises(TillError) as told:
        here.take_over("desk", force=True)
    assert told.value.code == "store_in_use"
    with shop.till(shop.store) as dead:
        shop.dies()
        dead.till.add(TEA)
        await dead.till.pay_cash()
    shop.store.close()
    shop.proxy.let_pass()
    with pytest.raises(TillError) as told:
        here.take_over("desk", force=False)
    assert "is on this machine" in str(told.value)
    taken = here.take_over("desk", force=True)
    assert (Path(taken.aside or "").name, taken.handed_in) == ("lane-1.before-1", 1)
    taken.store.close()
    assert [(entry["what"], entry["receipt"]) for entry in shop.review()] == [("late", "1-1-1")]


def started(shop: Shop) -> subprocess.Popen[str]:
    """The till of that lane in a process of its own."""
    url = shop.proxy.url(shop.there.shop)
    command = [sys.executable, "-m", "tests.stores.redis.stopped_till", url, str(shop.journals)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


async def test_a_till_that_was_stopped_while_it_charged_does_not_end_the_payment(shop: Shop) -> None:
    shop.store.close()
    with started(shop) as stopped:
        assert stopped.stdin is not None
        assert stopped.stdout is not None
        word, attempt, amount = json.loads(stopped.stdout.readline())
        assert word == "charge"
        card = await shop.bank.tokenize(GOOD_CARD)
        answer = await shop.bank.charge(attempt, amount, card.token)
        os.kill(stopped.pid, signal.SIGSTOP)
        await asyncio.sleep(STOPPED)
        shop.silence()
        store = shop.take()
        with shop.till(store) as taker:
            await taker.till.recover()
            assert [order.receipt for order in store.orders()] == ["1-2-1"]
            shop.in_step(store)
        os.kill(stopped.pid, signal.SIGCONT)
        stopped.stdin.write(answer.model_dump_json() + "\n")
        stopped.stdin.flush()
        assert json.loads(stopped.stdout.readline()) == {"code": "payment_unknown", "open": [], "orders": 0}
        assert stopped.wait(20) == 0
        store.close()
    assert (shop.charged, len(shop.there.orders()), shop.review()) == (220, 1, [])


def test_the_command_tells_what_became_of_each_payment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulated gateway's books go on in the new journal's folder."""
    url = shared_server().url(new_shop())
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[lanes]\njournals = "{tmp_path}/journals"\n')
    common = ["--store", url, "--settings", str(settings)]
    script = tmp_path / "script"
    script.write_text("gateway timeout after\nadd MILK-1L\npay card 4242424242424242\n")
    assert main(["run", str(script), "--keep-going", "--timeout", "0.1", *common]) == 1
    capsys.readouterr()
    assert main(["lanes", "take-over", "1", *common]) == 2
    assert "is on this machine" in capsys.readouterr().err
    assert main(["lanes", "take-over", "1", "--force", *common]) == 0
    told = capsys.readouterr().out
    assert "Lane 1 is this machine's now." in told
    assert re.search(r"Ticket 1-1: \S+ was charged, and is receipt 1-2-1\.", told)
    assert main(["lanes", "take-over", "1", "--force", *common]) == 2
    assert "was taken over by" in capsys.readouterr().err
    # What was here is here still: the lane's till can be opened.
    assert main(["run", str(script), "--keep-going", "--timeout", "0.1", *common]) == 1
    assert "lane_refused" not in capsys.readouterr().err
