"""A till in one terminal and the customer's display in another: two programs, real keys, what both screens show."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.prefork import Loaded
from tests.terminal.driver import Terminal
from tests.terminal.pseudo import environment
from tests.terminal.shop import F12, POOR_CARD, Lane, opened, scan, write_catalog


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a short name, which the screen has room for."""
    with tempfile.TemporaryDirectory(prefix="till") as folder:
        yield Path(folder)


@contextmanager
def display(home: Path, *options: str, size: tuple[int, int] = (80, 24)) -> Iterator[Terminal]:
    command = Loaded("display", "--store", str(home / "store"), *options)
    with Terminal(command, home=home, size=size) as terminal:
        yield terminal


@contextmanager
def till(home: Path) -> Iterator[Lane]:
    file = home / "catalog.json"
    catalog = None if file.exists() else write_catalog(file)
    with opened(home, catalog) as at:
        yield at


def test_the_customer_sees_each_step_of_a_sale(home: Path) -> None:
    with display(home) as shown:
        shown.wait_for("This till is closed")
        with till(home) as at:
            shown.wait_for("Welcome")
            at.terminal.write(b"2*" + scan(0) + scan(1))
            shown.wait_for(lambda text: "2  Apple" in text and "▸       1  Banana" in text and "3 items" in text)
            at.terminal.write(F12)
            at.terminal.wait_for("Amount")
            at.terminal.write(POOR_CARD)
            at.terminal.wait_for("9995")
            at.terminal.write(b"k")
            shown.wait_for("did not go")
            assert "funds" not in shown.text
            at.terminal.write(b"2\r")
            shown.wait_for("STILL TO PAY")
            at.terminal.write(b"50\r")
            shown.wait_for("YOUR CHANGE")
            at.terminal.write(scan(2))
            shown.wait_for(lambda text: "Cherry" in text and "Apple" not in text)
            at.terminal.close()
            shown.wait_for("This till is closed")
        with till(home):
            shown.wait_for("Cherry")
            shown.close()
        assert POOR_CARD not in bytes(shown.raw)


def test_a_till_that_is_killed_is_closed_for_the_customer_and_comes_back(home: Path) -> None:
    with till(home) as at, display(home, size=(40, 12)) as shown:
        at.terminal.write(scan(0))
        shown.wait_for("Apple")
        at.terminal._pseudo.kill()
        shown.wait_for("closed")
        with till(home):
            shown.wait_for("Apple")


def test_a_display_that_is_killed_or_closed_is_nothing_to_the_till(home: Path) -> None:
    with till(home) as at:
        for number in range(2):
            with display(home) as shown:
                at.terminal.write(scan(number))
                shown.wait_for("TO PAY")
        at.ticket(1, "1 Apple", "1 Banana")
        at.terminal.write(F12 + b"50\r")
        at.terminal.wait_for("CHANGE")
        assert len(at.left().orders) == 1


def test_the_display_of_another_lane_waits_and_says_for_what(home: Path) -> None:
    with till(home), display(home, "--lane", "2") as shown:
        shown.wait_for("Waiting for till 2 of the store")
        shown.close()


def test_what_stands_in_the_way_is_told_in_words(home: Path) -> None:
    Path(environment(home)["XDG_RUNTIME_DIR"], "tillkey").write_text("")
    with display(home) as shown:
        shown.wait_for("pos: channel_unusable: The folder")
        assert shown.ended() == 2
