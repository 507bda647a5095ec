"""Names from outside never reach the terminal as commands, nor the screen as markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prefork import Loaded
from tests.terminal.driver import Terminal
from tests.terminal.shop import CODES, F12, lane, scan, sold

ESCAPED = "Tea \x1b[5;7;35mred\x1b[0m \x1b]0;owned\x07\x1b[2J\x9b31mend"
BRACKETS = "Milk [50% off] [/foo] [bold]"
LONG = " ".join(["Very long"] * 20)


def products(*names: str) -> list[dict[str, object]]:
    return [
        {"sku": f"P{number}", "name": name, "price": 100, "barcodes": [CODES[number]], "category": f"{name[:40]}"}
        for number, name in enumerate(names)
    ]


@pytest.mark.parametrize("size", [(80, 24), (120, 30)], ids=str)
def test_escapes_brackets_and_long_names_break_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    with lane(tmp_path, size, products=products(ESCAPED, BRACKETS, LONG)) as at:
        at.terminal.write(b"tea")
        at.terminal.wait_for("1 of 3")
        at.terminal.write(b"\x15" + scan(0) + scan(1) + scan(2))
        at.ticket(1, "1 Tea red", "1 Milk [50% off] [/foo] [", "1 Very long")
        at.terminal.write(F12 + b"20\r")
        at.terminal.wait_for("CHANGE")
        at.terminal.wait_for("Milk [50% off]")
        left = at.left()
    (order,) = left.orders
    assert [name for name, _ in sold(order.sale)] == [ESCAPED, BRACKETS, LONG]
    for sequence in ("\x1b[5;7;35m", "owned", "\x1b[2J", "\x9b"):
        assert sequence.encode() not in at.terminal.raw, f"{sequence!r} reached the terminal"


def test_a_flow_s_own_name_is_no_command_of_the_terminal(tmp_path: Path) -> None:
    flow = tmp_path / "a\x1b]0;owned\x07b\x1b[5;7;35mc\x9b2Jd\u202ee.pos"
    flow.write_text("# A flow\nadd MILK-1L\n", "utf-8")
    with Terminal(Loaded("demo", str(flow)), home=tmp_path) as terminal:
        terminal.wait_for("abcde")
        terminal.close()
        for sequence in ("owned", "\x1b[5;7;35m", "\x9b", "\u202e"):
            assert sequence.encode() not in terminal.raw, f"{sequence!r} reached the terminal"
