"""A scan is told from a hand by when its keys come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from screens.driver.keyboard import parsed
from screens.kit.input.bursts import BURST, Burst, of_hands
from screens.kit.input.intake import Intake
from screens.payment.quick_tenders import written_ahead
from screens.terminal.keys import Key, Scanned, after_seeing, timed
from tests.screens.shop import MILK

DECLINED = "4000000000009995"


class Shop:
    """A screen on which every printable key acts, and a shop that knows one code."""

    occupied = False

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.listens = False
        self.ahead: Callable[[Burst], int] = lambda burst: 0

    def take(self, key: Key) -> None:
        self.taken.append(f"scan {key.text}" if isinstance(key, Scanned) else key.name)

    def urgent(self, _key: Key) -> bool:
        return False

    def kept(self) -> None:
        pass

    def holds(self, key: Key) -> bool:
        return key.char is not None

    def is_code(self, text: str) -> bool:
        return text == "4011"

    def meant(self, burst: Burst) -> int:
        return self.ahead(burst)

    def held(self) -> bool:
        return self.listens


def heard(*parts: tuple[str, float]) -> list[str]:
    """What is taken of texts, of each of which the keys come so many seconds apart, after a pause."""
    shop = Shop()
    intake = Intake(shop, scan_context=shop)
    at = 0.0
    for text, apart in parts:
        for number, event in enumerate(parsed(text)):
            intake.hear(timed(event, at + number * apart))
        intake.pause()
        at += len(text) * apart + 1.0
    return shop.taken


@pytest.mark.parametrize(
    ("parts", "taken"),
    [
        ([("KIWI\n", 0.0)], ["scan KIWI"]),
        ([("KIWI\t", BURST * 0.9)], ["scan KIWI"]),
        ([("KIWI<lf>", 0.0)], ["scan KIWI"]),
        ([("KIWI\n<lf>", 0.0)], ["scan KIWI"]),
        ([("KI\n", BURST * 1.1)], ["K", "I", "enter"]),
        ([("k", 0.0)], ["k"]),
        ([("50\n", 0.0)], ["5", "0", "enter"]),
        ([("500\n", 0.0)], ["scan 500"]),
        ([("500\n", 0.1)], ["5", "0", "0", "enter"]),
        ([("4011", 0.0), ("\n", 0.0)], ["scan 4011", "enter"]),
        ([("20", 0.0), ("\n", 0.0)], ["2", "0", "enter"]),
        ([("20k", 0.0)], ["scan 20k"]),
        ([("KIWI\nKIWI\n", 0.0)], ["scan KIWI", "scan KIWI"]),
        ([("<escape>KIWI\n", 0.0)], ["escape", "scan KIWI"]),
        ([("2", 0.0), ("KIWI\n", 0.0), ("k", 0.0)], ["2", "scan KIWI", "k"]),
    ],
)
def test_a_burst_is_a_scan_and_a_hand_is_slower(parts: list[tuple[str, float]], taken: list[str]) -> None:
    assert heard(*parts) == taken


def test_a_key_waits_no_longer_than_for_the_next_one() -> None:
    shop = Shop()
    intake = Intake(shop, scan_context=shop)
    first, second = parsed("kc")
    intake.hear(timed(first, 1.0))
    assert shop.taken == []
    intake.hear(timed(second, 1.0 + BURST * 2))
    assert shop.taken == ["k"]
    intake.pause()
    assert shop.taken == ["k", "c"]


def test_what_a_till_that_stood_still_reads_late_belongs_to_the_burst() -> None:
    shop = Shop()
    shop.listens = True
    intake = Intake(shop, scan_context=shop)
    first, *others = parsed("KIWI\nk")
    intake.hear(timed(first, 1.0))
    for event in others[:-1]:
        intake.hear(timed(event, 2.0))
    intake.hear(timed(others[-1], 3.0))
    assert shop.taken == ["scan KIWI"]
    intake.pause()
    assert shop.taken == ["scan KIWI", "k"]


def test_a_key_of_which_nobody_says_when_it_came_is_a_hand_s() -> None:
    shop = Shop()
    intake = Intake(shop, scan_context=shop)
    for event in parsed("kc\n"):
        intake.hear(event, by_hand=True)
    assert shop.taken == ["k", "c", "enter"]


@pytest.mark.parametrize(
    ("text", "ended", "many"),
    [
        ("20", True, 2), ("20.50", True, 5), ("4011", True, 0), ("KIWI", True, 0), ("k", False, 1), ("k", True, 0),
        ("k50", False, 1), (f"K{MILK}", True, 1), (f"20k{MILK}", True, 3), (f"{DECLINED}k", True, 17),
        (f"{DECLINED}k50", True, 17), ("C12", True, 0), ("12C", True, 0), ("x", False, 1), (f"X{MILK}", True, 0),
        ("]C1012000100000038", True, 0), ("R2D2", True, 0),
    ],
)  # fmt: skip
def test_what_is_written_in_one_piece_with_f12(text: str, *, ended: bool, many: int) -> None:
    class Paying(Shop):
        def is_code(self, text: str) -> bool:
            return text in ("4011", MILK)

        def meant(self, burst: Burst) -> int:
            return written_ahead(burst, lambda char: char in "ckraCKRA", self.is_code)

    assert of_hands(Burst(text, ended, "f12"), Paying()) == many
    assert of_hands(Burst(text, ended), Paying()) in (0, len(text) if len(text) < 3 else 0)


@pytest.mark.parametrize(("drawn", "after"), [(7, "f12"), (8, "")])
def test_what_came_after_something_was_drawn_was_not_written_ahead(drawn: int, after: str) -> None:
    """However fast it came: who writes may have seen what F12 has brought."""
    bursts: list[Burst] = []

    def ahead(burst: Burst) -> int:
        bursts.append(burst)
        return len(burst.text)

    shop = Shop()
    shop.ahead = ahead
    intake = Intake(shop, scan_context=shop)
    for event in parsed("<f12>"):
        intake.hear(after_seeing(timed(event, 0.0), 7))
    for event in parsed("12.50\n"):
        intake.hear(after_seeing(timed(event, BURST / 10), drawn))
    assert {burst.after for burst in bursts} == {after}
