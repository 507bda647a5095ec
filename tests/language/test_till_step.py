"""Steps of the till as values: a word of the language with its arguments, which can be told again."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.language import parsing
from pos.language.command import Command
from pos.language.executor import step_of
from pos.language.parsing import parse
from pos.language.verb import Where, finished
from pos.language.verbs.lines import QTY, ChangeQuantity
from pos.language.verbs.paying import PAY, TakePayment
from pos.testing import open_till_app
from tests.till.support import TEA_GTIN, counter

SCREENS = Path(__file__).parents[2] / "screens"


def test_every_step_of_a_screen_is_made_by_a_row_of_the_table() -> None:
    made = [
        f"{path.relative_to(SCREENS)}:{node.lineno}"
        for path in sorted(SCREENS.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "TillStep"
    ]
    assert made == []


async def test_a_step_that_was_refused_is_told_again_as_it_was() -> None:
    with counter() as at:
        step = PAY.step(TakePayment("cash", 1000))
        with pytest.raises(TillError) as refusal:
            await step(at.till)
        assert refusal.value.code == "empty_ticket"
        at.till.add(TEA_GTIN)
        assert (await step(at.till)).sale.state == "paid"


async def test_what_a_line_says_is_the_step_that_a_screen_takes() -> None:
    with counter() as at:
        at.till.add(TEA_GTIN)
        command = parse("qty 1 3")
        assert command is not None
        step = step_of(command, at.till, Where.SCRIPT)
        assert step == QTY.step(ChangeQuantity(1, Decimal(3)))
        assert (await finished(step, at.till)).sale.lines[0].quantity == 3


def test_a_step_tells_nothing_of_what_it_holds() -> None:
    number = "4242424242424242"
    assert "4242" not in repr(PAY.step(TakePayment("card", number=number)))
    assert "4242" not in repr(TakePayment("card", number=number))


async def test_the_scan_line_reads_a_command_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    once = parsing.parse

    def parse_once(line: str) -> Command | None:
        read.append(line)
        return once(line)

    monkeypatch.setattr(parsing, "parse", parse_once)
    async with open_till_app() as cashier:
        await cashier.strike("MILK-1L\n/qty 1 3\n")
        assert cashier.sale.lines[0].quantity == 3
    assert read == ["qty 1 3"]
