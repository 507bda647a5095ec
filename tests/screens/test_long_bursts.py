"""More keys than any line holds, as when a file is dropped on the terminal: few are work, and no scan is lost."""

from __future__ import annotations

from itertools import product

import pytest
from textual.events import Paste

from pos.testing import Cashier
from screens.driver.keyboard import parsed
from screens.kit.base_screen import TillScreen
from screens.kit.input.intake import LONGEST, Intake
from screens.kit.input.scanning import split
from screens.kit.typing_screen import LONGEST as OF_A_LINE
from screens.terminal.keys import timed
from tests.screens.shop import BREAD, MILK
from tests.screens.test_bursts import Shop

MANY = 3 * LONGEST
OVER = {"scan line": "", "payment": "<f12>", "a command": "<f12>/", "coupons": "<f5>", "palette": "<ctrl+p>",
        "settings": "<ctrl+o>", "quantity": "<f2>", "inspector": "<f11>"}  # fmt: skip
FULL = "The line is full: nothing more is taken."


def heard(text: str, apart: float) -> list[str]:
    """What is taken of keys that come so many seconds apart, and of two scans behind them."""
    shop = Shop()
    intake = Intake(shop, scan_context=shop)
    for number, event in enumerate(parsed(text)):
        intake.hear(timed(event, number * apart))
    for event in parsed("4011\nKIWI\n"):
        intake.hear(timed(event, len(text) * apart + 1))
    return shop.taken


@pytest.mark.parametrize("apart", [0.0, 0.01])
def test_a_burst_keeps_so_many_keys_and_its_end(apart: float) -> None:
    first, *others = heard("x" * MANY + "y\n", apart)
    assert first == f"scan {'x' * (LONGEST - 1)}y"
    assert others == ["scan 4011", "scan KIWI"]


def test_a_burst_that_is_as_long_as_may_be_is_kept_whole() -> None:
    text = "ab" * (LONGEST // 2)
    assert heard(f"{text}\n", 0.0) == [f"scan {text}", "scan 4011", "scan KIWI"]


def test_many_scans_in_one_burst_are_all_kept() -> None:
    assert heard("4011\n" * LONGEST, 0.0) == ["scan 4011"] * (LONGEST + 1) + ["scan KIWI"]


@pytest.mark.timeout(20)
def test_a_long_row_of_digits_is_split_in_time() -> None:
    assert split("1" * 100_000).rest == "1" * 100_000
    assert split("1" * 50_000 + "*" + MILK).rest == MILK


@pytest.mark.parametrize(
    ("over", "pasted", "char"),
    # What a key is does not depend on where it comes: all keys on the scan line, a kind of them in turn elsewhere.
    [
        *product(("scan line",), (True, False), "1a?"),
        *((over, bool(at % 2), "1a?"[at % 3]) for at, over in enumerate(OVER) if at),
    ],
)
async def test_few_of_very_many_keys_are_work_and_the_next_scan_is_sold(
    cashier: Cashier, over: str, pasted: bool, char: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cashier.keys(f"{BREAD}\n{OVER[over]}")
    taken = 0
    take = cashier.app.take

    def counted(*args: object) -> None:
        nonlocal taken
        taken += 1
        take(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(cashier.app, "take", counted)
    if pasted:
        cashier.app.post_message(Paste(char * MANY))
        await cashier.rests()
    else:
        await cashier.burst(char * MANY)
    assert taken <= LONGEST
    screen = cashier.app.screen
    assert isinstance(screen, TillScreen)
    assert len(getattr(screen, "typed", "")) <= OF_A_LINE
    await cashier.keys("<escape><escape><escape><escape>")
    assert cashier.state == "open"
    await cashier.burst(f"{MILK}\n")
    assert [line.sku for line in cashier.sale.lines] == ["RYE", "MLK"]


@pytest.mark.parametrize(("over", "room"), [("scan line", 200), ("payment", 24), ("a command", 199), ("coupons", 200)])
async def test_a_full_line_is_told_once(
    cashier: Cashier, over: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = []
    monkeypatch.setattr(cashier.app, "bell", lambda: rung.append(True))
    await cashier.keys(f"{BREAD}\n{OVER[over]}")
    await cashier.keys("5" * room).sees_not(FULL[:16])
    await cashier.keys("555").sees(FULL[:16])
    assert len(rung) == 1
