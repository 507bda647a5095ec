"""An amount is always whole, whatever stands beside it, and however wide a terminal draws that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyte
import pytest
from wcwidth import wcwidth

from screens.terminal.anchoring import anchored
from tests.prefork import Loaded
from tests.terminal.driver import Terminal
from tests.terminal.shop import CODES, F12, lane, scan

NAMES = {
    "Devanagari": "हिन्दी चाय की पत्ती कर्नाटक",
    "Khmer": "ខ្មែរកាហ្វេទឹកដោះគោ",
    "Burmese": "မြန်မာလက်ဖက်ရည်ဆိုင်",
    "Thai": "น้ำผึ้งป่าเชียงใหม่",
    "Tamil": "தமிழ் காபி பொடி கொத்து",
    "emoji": "👨\u200d👩\u200d👧 🇩🇪🇫🇷 ❤\ufe0f 👍\U0001f3fd 1\ufe0f\u20e3",
    "Hangul": "\u1112\u1161\u11ab\u1100\u1173\u11af \u1100\u1161\u302e",
    "stacks": "Cafe\u0301\u0323\u0324\u0325 e\u0338x",
    "Chinese": "牛乳パン一番大きい",
    "Hebrew": "שלום תה ירוק",
    "Arabic": "شاي أخضر لله",
    "tabs": "Tea\tgreen\u202eneerg\u202c\u2067x",
}


def as_measured(char: str) -> int:
    return max(wcwidth(char), 0)


def as_in_the_c_library(char: str) -> int:
    """Spacing marks in a column of their own, as tmux and xterm draw them."""
    from unicodedata import category

    return 1 if category(char) == "Mc" else as_measured(char)


def all_narrow(char: str) -> int:
    """A terminal that knows no wide characters."""
    return min(as_in_the_c_library(char), 1)


def all_wide(char: str) -> int:
    """One that draws every letter that is not of the west wide, marks too."""
    return 2 if char > "\u0600" and not "\u2000" <= char <= "\u27ff" else as_measured(char)


MEASURES = [as_measured, as_in_the_c_library, all_narrow, all_wide]


def products() -> list[dict[str, object]]:
    return [
        {"sku": f"P{number}", "name": name, "price": 1234 + number, "barcodes": [CODES[number]], "category": name[:20]}
        for number, name in enumerate(NAMES.values())
    ]


BESIDE = 75
"""The column from which on other things than the ticket are shown at 120 columns."""


def columns_of(lines: list[list[str]], text: str) -> list[int]:
    """Where a text stands, whole, a character a cell."""
    return [at for line in lines for at in range(len(line)) if line[at : at + len(text)] == list(text)]


def on_ticket(columns: list[int]) -> list[int]:
    """Those left of what stands beside the ticket."""
    return [at for at in columns if at < BESIDE]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_an_amount_stands_where_it_stands_and_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measure: Callable[[str], int]
) -> None:
    monkeypatch.setattr("pyte.screens.wcwidth", measure)
    with lane(tmp_path, (120, 30), products=products()) as at:
        at.terminal.write(b"".join(scan(number) for number in range(len(NAMES))))
        amounts = [f"{(1234 + number) / 100:.2f}" for number in range(len(NAMES))]

        def are_in_line(_text: str) -> bool:
            lines = at.terminal.lines
            first, *others = [on_ticket(columns_of(lines, f" {amount} ")) for amount in amounts]
            whole = len(first) == 2 and others == [first] * len(others)
            return whole and not any(line[-1].strip() for line in lines[6:18])

        at.terminal.wait_for(are_in_line, "each amount in its columns")
        at.terminal.write(F12 + b"200\r")
        at.terminal.wait_for(lambda text: sum(f" {amount}" in text for amount in amounts) >= 8, "the receipt's amounts")
        at.terminal.close()


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_what_follows_a_text_stands_in_its_column(
    monkeypatch: pytest.MonkeyPatch, measure: Callable[[str], int], name: str
) -> None:
    from pos.domain.terminal_text import clean, width

    monkeypatch.setattr("pyte.screens.wcwidth", measure)
    screen = pyte.Screen(80, 2)
    screen.draw("#" * 80)
    name = clean(name)
    pyte.Stream(screen).feed(anchored(f"\x1b[1;3H\x1b[1m{name}\x1b[0m 12.34│\x1b[2;1H…"))
    cells = [screen.buffer[0][column].data for column in range(80)]
    after = 2 + width(name)
    assert "".join(cells[after : after + 7]) == " 12.34│"
    assert "#" not in "".join(cells[2:after])


def test_plain_text_is_drawn_as_it_is() -> None:
    for plain in ("\x1b[1;1HTotal 12.34 €", "╭─ Übersicht ─╮ ✓ ✗ ▸ … “x”", "牛乳"):
        assert anchored(plain) == plain


def test_the_second_terminal_of_a_shop_measures_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyte.screens.wcwidth", as_in_the_c_library)
    with lane(tmp_path, products=products()) as at:
        at.terminal.write(scan(0))
        with Terminal(Loaded("display", "--store", str(at.folder)), home=tmp_path) as display:
            display.wait_for("12.34")
            display.close()
        at.terminal.close()
