"""Lines of the language: what is a command, what is a scan, and what is neither."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.errors import TillError
from pos.language.command import Command
from pos.language.parsing import parse
from pos.language.table import USAGES as VERBS


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("4006381333931", Command("scan", ("4006381333931",))),
        ("  MILK-1L  ", Command("scan", ("MILK-1L",))),
        ("3*4006381333931", Command("scan", ("4006381333931",), Decimal(3))),
        ("0.412 * 4664", Command("scan", ("4664",), Decimal("0.412"))),
        ("-2*TEA", Command("scan", ("TEA",), Decimal(-2))),
        ("odd code 7", Command("scan", ("odd code 7",))),
        ("add qty 2", Command("add", ("qty", "2"))),
        ("ADD TEA", Command("add", ("TEA",))),
        ("void", Command("void")),
        ('hold "for Ada"', Command("hold", ("for Ada",))),
        ('say "Now watch: 50 % off"', Command("say", ("Now watch: 50 % off",))),
        ("coupon -SAVE10", Command("coupon", ("-SAVE10",))),
        ("", None),
        ("   ", None),
        ("# a comment", None),
    ],
)
def test_lines(line: str, command: Command | None) -> None:
    assert parse(line) == command


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('say "open', "bad_command"),
        ("refund 1-1-1", "bad_command"),
        ("..*TEA", "bad_quantity"),
        ("1.2.3*TEA", "bad_quantity"),
        ("99999999999999999999*TEA", "bad_quantity"),
    ],
)
def test_lines_that_mean_nothing(line: str, code: str) -> None:
    with pytest.raises(TillError) as refusal:
        parse(line)
    assert refusal.value.code == code


@given(st.text(max_size=200))
def test_any_text_is_a_command_a_scan_or_a_refusal(line: str) -> None:
    try:
        command = parse(line)
    except TillError as error:
        refusal: str | None = error.code
    else:
        refusal = None
        assert command is None or command.verb == "scan" or command.verb in VERBS
    assert refusal in (None, "bad_command", "bad_quantity")
