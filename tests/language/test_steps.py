"""Steps of the till as values: each is named by a word of the language, and can be told again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.language.steps import TillStep
from pos.language.table import row
from tests.till.support import TEA_GTIN, counter

SCREENS = Path(__file__).parents[2] / "screens"


def named() -> Iterator[tuple[str, str]]:
    """The verb of each step that a screen takes, with the module that says it."""
    for path in sorted(SCREENS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="TillStep"), args=[ast.Constant(value=str(verb)), *_]):
                    yield path.relative_to(SCREENS).as_posix(), verb


def test_every_step_of_a_screen_is_a_word_of_the_language() -> None:
    found = set(named())
    assert len(found) >= 12
    for _module, verb in found:
        assert row(verb).perform is not None


async def test_a_step_that_was_refused_is_told_again_as_it_was() -> None:
    with counter() as at:
        step = TillStep("pay", lambda till: till.pay_cash(1000))
        with pytest.raises(TillError) as refusal:
            await step(at.till)
        assert refusal.value.code == "empty_ticket"
        at.till.add(TEA_GTIN)
        assert (await step(at.till)).state == "paid"


def test_a_step_tells_nothing_of_what_it_holds() -> None:
    number = "4242424242424242"
    assert "4242" not in repr(TillStep("pay", lambda till: till.pay_card(number)))
