from __future__ import annotations

import pytest

from pos.testing import open_till_app
from screens.kit.input.scanning import Scan, TypedLine, resolve, split
from tests.screens.shop import SMALL

KNOWN = {"4006381333931", "12345670", "MILK", "7UP", "4011"}


def chosen() -> str | None:
    return "HIT"


@pytest.mark.parametrize(
    ("typed", "scan"),
    [
        ("4006381333931", Scan("4006381333931")),
        ("3*4006381333931", Scan("3*4006381333931")),
        ("0.412 * 4011", Scan("0.412*4011")),
        ("MILK", Scan("MILK")),
        ("7UP", Scan("7UP")),
        ("mil", Scan("HIT")),
        ("3*mil", Scan("3*HIT")),
        ("mil4006381333931", Scan("4006381333931", "mil")),
        ("oat 24006381333931", Scan("4006381333931", "oat 2")),
        ("mi12345670", Scan("12345670", "mi")),
        ("24006381333931", Scan("24006381333931")),
        ("9999", Scan("9999")),
        ("3*9999", Scan("3*9999")),
        ("mil4011", Scan("HIT")),
        ("3*", None),
        ("", None),
        ("-3*MILK", Scan("-3*MILK")),
        ("0,412 * 4011", Scan("0,412*4011")),
        ("1 234,5*4011", Scan("1234,5*4011")),
        (".*MILK", Scan("HIT")),
    ],
)
def test_what_enter_adds(typed: str, scan: Scan | None) -> None:
    assert resolve(typed, KNOWN.__contains__, chosen) == scan


def test_the_chosen_hit_is_not_asked_for_a_known_code() -> None:
    def never() -> str | None:
        raise AssertionError("Enter waited for a search")

    assert resolve("4006381333931", KNOWN.__contains__, never) == Scan("4006381333931")
    assert resolve("2", KNOWN.__contains__, never) == Scan("2")


def test_without_a_hit_the_text_itself_is_looked_up_and_refused() -> None:
    assert resolve("xyz", KNOWN.__contains__, lambda: None) == Scan("xyz")


@pytest.mark.parametrize(
    ("typed", "entry", "searched"),
    [
        ("milk", TypedLine("", "milk"), "milk"),
        ("2* milk", TypedLine("2*", "milk"), "milk"),
        ("20001", TypedLine("", "20001"), ""),
        ("m", TypedLine("", "m"), ""),
        ("0,41", TypedLine("", "0,41"), ""),
        ("3*田中", TypedLine("3*", "田中"), "田中"),
    ],
)
def test_what_is_searched_while_typing(typed: str, entry: TypedLine, searched: str) -> None:
    assert split(typed) == entry
    assert entry.searched == searched


@pytest.mark.parametrize("typed", ["0,412*TOM\n", "tomat\n0,412\n"])
async def test_a_weight_is_typed_and_shown_as_the_locale_writes_it(typed: str) -> None:
    async with open_till_app(SMALL, language="de") as cashier:
        await cashier.keys(typed)
        assert [str(line.quantity) for line in cashier.sale.lines] == ["0.412"]
        assert "0,412 kg  Vine Tomatoes" in cashier.text("ticket")
        assert "1,64" in cashier.text("ticket")


async def test_a_weight_that_can_be_read_in_two_ways_adds_nothing() -> None:
    async with open_till_app(SMALL, language="de") as cashier:
        await cashier.keys("0.412*TOM\n")
        assert cashier.sale.lines == ()
        assert "0,412" in cashier.text("line").splitlines()[2]
