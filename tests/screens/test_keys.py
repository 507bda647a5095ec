from __future__ import annotations

from threading import Event

import pytest
from textual import events

from pos.clock_and_ids import FrozenClock
from pos.testing import NOW, Bank, Cashier, open_till_app
from pos.testing.opening import make_till
from pos.till.till import Till
from screens.driver.keyboard import parsed
from screens.kit.input.bursts import Burst
from screens.kit.input.intake import Intake
from screens.terminal.keys import ENTER, ESCAPE, Key, keys_of, timed
from tests.screens.shop import BREAD, MILK, SMALL


class Host:
    """Takes keys, unless it is occupied."""

    def __init__(self) -> None:
        self.occupied = False
        self.taken: list[str] = []
        self.occupied_after: str | None = None

    def take(self, key: Key) -> None:
        self.taken.append(key.name)
        if key.name == self.occupied_after:
            self.occupied = True

    def urgent(self, key: Key) -> bool:
        return key.name == "f1"

    def kept(self) -> None:
        pass


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        (events.Key("a", "a"), (Key("a", "a"),)),
        (events.Key("A", "A"), (Key("A", "A"),)),
        (events.Key("plus", "+"), (Key("+", "+"),)),
        (events.Key("enter", "\r"), (ENTER,)),
        (events.Key("ctrl+j", "\n"), (ENTER,)),
        (events.Key("tab", "\t"), (ENTER,)),
        (events.Key("f2", None), (Key("f2"),)),
        (events.Key("alt+5", "5"), (ESCAPE, Key("5", "5"))),
    ],
)
def test_events_become_keys(event: events.Key, keys: tuple[Key, ...]) -> None:
    assert keys_of(event) == keys


def test_crlf_counts_once_and_lone_ends_count_each() -> None:
    host = Host()
    intake = Intake(host)
    for event in parsed("1\n<lf>2<lf><lf>3\n\n4\t"):
        intake.hear(event)
    assert host.taken == ["1", "enter", "2", "enter", "enter", "3", "enter", "enter", "4", "enter"]


def test_keys_wait_in_order_and_are_drained_in_order() -> None:
    host = Host()
    host.occupied_after = "x"
    intake = Intake(host)
    for event in parsed("1x23x4"):
        intake.hear(event)
    assert host.taken == ["1", "x"]
    host.occupied = False
    intake.drain()
    assert host.taken == ["1", "x", "2", "3", "x"]
    host.occupied = False
    intake.drain()
    assert host.taken == ["1", "x", "2", "3", "x", "4"]


def test_an_urgent_key_is_heard_at_once() -> None:
    host = Host()
    host.occupied = True
    intake = Intake(host)
    for event in parsed("1<f1>2"):
        intake.hear(event)
    assert [key.name for key in intake.waiting] == ["1", "2"]


def test_an_urgent_key_is_heard_behind_one_that_was_held_for_what_follows() -> None:
    class Judge(Host):
        def holds(self, key: Key) -> bool:
            return key.char is not None

        def is_code(self, _text: str) -> bool:
            return False

        def meant(self, _burst: Burst) -> int:
            return 0

        def held(self) -> bool:
            return False

        def urgent(self, key: Key) -> bool:
            if super().urgent(key):
                self.taken.append("at once")
                return True
            return False

    host = Judge()
    host.occupied_after = "k"
    intake = Intake(host, scan_context=host)
    for event in parsed("k<f1>2"):
        intake.hear(timed(event, 1.0))
    assert host.taken == ["k", "at once"]
    assert [key.name for key in intake.waiting] == ["2"]


def test_what_is_dropped_takes_the_rest_of_its_burst_along() -> None:
    host = Host()
    host.occupied = True
    intake = Intake(host, same_burst=1)
    first, second, third, later = parsed("1234")
    first.time, second.time, third.time, later.time = 10, 10.1, 10.2, 20
    intake.hear(first)
    host.occupied = False
    assert intake.drop() == 1
    for event in (second, third, later):
        intake.hear(event)
    assert host.taken == ["4"]


def test_pasted_text_is_typed_with_its_line_ends() -> None:
    host = Host()
    Intake(host).paste("1\r\n2\n3\t\x1b[31m")
    assert host.taken == ["1", "enter", "2", "enter", "3", "enter", "[", "3", "1", "m"]


async def test_a_hundred_scans_in_one_write_are_a_hundred_units(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n" * 100)
    assert [str(line.quantity) for line in cashier.sale.lines] == ["100"]


async def test_ten_sales_in_one_write_are_ten_orders(cashier: Cashier) -> None:
    cashier.burst(f"{MILK}\n<f12>20\n" * 10 + "4011\n")
    await cashier.until(lambda: cashier.sale.ticket == "1-11")
    await cashier.settled()
    assert (await cashier.till.find_order("1-1-10")).sale.total == 149
    assert (await cashier.till.find_order("1-1-10")).sale.change == 2000 - 149
    assert [line.sku for line in cashier.sale.lines] == ["4011"]


@pytest.mark.parametrize("end", ["\n", "<lf>", "\n<lf>", "\t"])
async def test_every_line_end_ends_a_scan(cashier: Cashier, end: str) -> None:
    await cashier.keys(f"{MILK}{end}{BREAD}{end}{MILK}{end}")
    assert [(line.sku, int(line.quantity)) for line in cashier.sale.lines] == [("MLK", 2), ("RYE", 1)]


async def test_what_is_typed_before_the_till_is_open_is_kept() -> None:
    may_open = Event()

    def opening() -> Till:
        assert may_open.wait(60)
        return make_till(SMALL, clock=FrozenClock(NOW), gateway=Bank(FrozenClock(NOW)))

    async with open_till_app(opening=opening, ready=False) as cashier:
        cashier.burst(f"{MILK}\n{BREAD}\n2")
        may_open.set()
        await cashier.until(lambda: cashier.app.opened)
        assert [line.sku for line in cashier.sale.lines] == ["MLK", "RYE"]
        assert "2" in cashier.text("line")


async def test_bracketed_paste_is_taken_whole(cashier: Cashier) -> None:
    cashier.app.post_message(events.Paste(f"{MILK}\r\n{BREAD}\n"))
    await cashier.settled()
    assert [line.sku for line in cashier.sale.lines] == ["MLK", "RYE"]
