"""A till in one terminal and its inspector in others: real programs and keys, and what all screens show."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.prefork import Loaded
from tests.terminal.driver import Terminal
from tests.terminal.shop import ESC, F12, NAMES, POOR_CARD, PRODUCTS, Lane, lane, opened, scan

STOCKED = [{**product, "stock": 10} for product in PRODUCTS]


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a short name, which the screen has room for."""
    with tempfile.TemporaryDirectory(prefix="till") as folder:
        yield Path(folder)


@contextmanager
def inspector(home: Path, *options: str, size: tuple[int, int] = (80, 24)) -> Iterator[Terminal]:
    command = Loaded("--inspect", "--store", str(home / "store"), *options)
    with Terminal(command, home=home, size=size) as terminal:
        yield terminal


def is_told(*parts: str) -> Callable[[str], bool]:
    """Whether the parts stand on the screen in this order."""

    def there(text: str) -> bool:
        for part in parts:
            _before, found, text = text.partition(part)
            if not found:
                return False
        return True

    return there


def declined(at: Lane) -> None:
    at.terminal.write(b"2*" + scan(0) + F12 + POOR_CARD + b"k")
    at.terminal.wait_for("DECLINED")


def test_a_sale_a_decline_and_the_rollback_are_seen_in_the_second_terminal(home: Path) -> None:
    with inspector(home) as shown:
        shown.wait_for("Waiting for till 1 of the store")
        with lane(home, products=STOCKED) as at:
            shown.wait_for("● live")
            at.terminal.write(b"2*" + scan(0))
            shown.wait_for("added     2 Apple")
            at.terminal.write(F12 + POOR_CARD + b"k")
            shown.wait_for("0→2")
            shown.wait_for(is_told("Reservation 1-1/1", "↩ released", "reserved", "✗ declined", "charging",
                                   "declined  visa", "released", "2→0"))  # fmt: skip
            at.terminal.write(b"50\r")
            shown.wait_for(is_told("Reservation 1-1/2", "✓ committed", "cash", "receipt 1-1-1", "10→8"))
            shown.write(b"1-1/2")
            shown.wait_for("1 of 6 events")
            shown.write(b"\r")
            shown.wait_for("order-")
            shown.write(ESC)
            shown.wait_for("Time line")
            left = at.left()
            shown.wait_for("the till was closed")
        shown.close()
    assert [order.receipt for order in left.orders] == ["1-1-1"]
    assert POOR_CARD not in bytes(shown.raw)


def test_the_past_is_seen_by_several_and_stays_while_the_till_begins_again(home: Path) -> None:
    with lane(home, products=STOCKED) as at:
        declined(at)
        with inspector(home) as first, inspector(home, size=(120, 30)) as second:
            for shown in (first, second):
                shown.wait_for("↩ released")
            at.terminal._pseudo.kill()
            for shown in (first, second):
                shown.wait_for("the till was closed")
            with opened(home, None) as again:
                for shown in (first, second):
                    shown.wait_for("● live")
                again.terminal.write(scan(1))
                for shown in (first, second):
                    shown.wait_for(lambda text: f"1 {NAMES[1]}" in text and "↩ released" in text, "the past and more")
                first.close()
                again.terminal.write(scan(2))
                second.wait_for(f"1 {NAMES[2]}")
                second.close()


def test_it_never_touches_the_store(home: Path) -> None:
    with inspector(home) as shown:
        shown.wait_for("no till is open")
        shown.write(b"anything\r" + ESC)
        shown.close()
    assert not (home / "store").exists()


def test_another_lane_is_waited_for(home: Path) -> None:
    with lane(home), inspector(home, "--lane", "2") as shown:
        shown.wait_for("Waiting for till 2 of the store")
        shown.close()
