"""Days that are closed while lanes sell: what a till counts on stays in hand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import SequentialIds
from pos.domain.errors import TillError
from pos.domain.reservations import Reservation
from pos.language.script_runner import ScriptRunner
from pos.stores.embedded.store import EmbeddedStore
from pos.till.till import Till
from tests.stores import samples
from tests.till.support import CAKE, GOOD_CARD, NOON, POOR_CARD, HandClock, catalog_file, counter


async def test_days_closed_between_two_tries_to_pay_do_not_make_a_paid_ticket_an_open_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The power fails after the sale, before the lane forgets its ticket; other lanes closed days meanwhile."""
    with counter() as at:
        at.till.add(CAKE)
        with pytest.raises(TillError):
            await at.till.pay_card(POOR_CARD)
        await at.till.flush()
        open_ticket = at.store.get("tickets", "1")
        reserve = at.store.reserve

        def reserve_after_two_days(wanted: Reservation) -> Reservation:
            for name in ("a", "b", "c"):
                at.store.commit(samples.reservation(name, lane="2"), samples.sale(name), NOON)
                at.store.close_day("day")
            return reserve(wanted)

        monkeypatch.setattr(at.store, "reserve", reserve_after_two_days)
        assert (await at.till.pay_card(GOOD_CARD)).state == "paid"
        await at.till.flush()
        assert open_ticket is not None
        assert open_ticket["ticket"] == at.sale.ticket
        at.store.write({("tickets", "1"): open_ticket})
        with counter(at.store) as again:
            assert again.sale.lines == ()
            assert again.sale.ticket != at.sale.ticket


@pytest.fixture
def own_till(tmp_path: Path) -> Iterator[Till]:
    """A till whose store is its own, so that it closes its days."""
    till = open_till(tmp_path / "shop", catalog=catalog_file(), clock=HandClock(NOON), ids=SequentialIds())
    yield till
    till.close()


def closed(till: Till) -> list[str]:
    store = till._services.store
    assert isinstance(store, EmbeddedStore)
    return [day.name for day in store.days()]


SERVED = {
    "paid in cash": ["pay cash"],
    "paid by card": [f"pay card {GOOD_CARD}"],
    "paid, then looked at": ["pay cash", "print", "say hello"],
    "paid, then another begun and given up": ["pay cash", "TEA", "void all"],
    "paid, the next one set aside": ["pay cash", "TEA", "hold"],
}


@pytest.mark.parametrize("lines", SERVED.values(), ids=SERVED)
async def test_the_day_is_closed_once_nobody_is_being_served(own_till: Till, lines: list[str]) -> None:
    assert await ScriptRunner(own_till, io.StringIO()).run(["add TEA", *lines, "wait 24h"])
    assert closed(own_till) == ["2026-11-22"]


@pytest.mark.parametrize("lines", [["TEA"], ["TEA", f"pay card {GOOD_CARD} 1"], ["coupon TEN"], ["member M1"]], ids=str)
async def test_the_day_stays_open_while_somebody_is_being_served(own_till: Till, lines: list[str]) -> None:
    assert await ScriptRunner(own_till, io.StringIO()).run(["add TEA", "pay cash", *lines, "wait 24h"])
    assert closed(own_till) == []


@pytest.mark.parametrize("line", ["TEA", "say good morning", "recall"])
async def test_the_day_is_closed_by_the_next_days_first_line_too(own_till: Till, line: str) -> None:
    """A program that sells line by line for days never says `wait`."""
    runner = ScriptRunner(own_till, io.StringIO(), keep_going=True)
    assert await runner.run(["add TEA", "pay cash"])
    clock = own_till._services.clock
    assert isinstance(clock, HandClock)
    clock.turn(24 * 3600)
    await runner.run([line])
    assert closed(own_till) == ["2026-11-22"]
    await runner.run(["TEA", "pay cash"])
    assert [order.sale.receipt for order in await own_till.recent_orders(2)] == ["1-1-2", "1-1-1"]
