"""`undo` and `redo` in scripts: what they do, say and print, where a line of a script means what it meant before."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pos.language import table
from pos.language.command import Command
from pos.language.script_runner import ScriptRunner
from pos.language.verb import CommandResult, TillView, Verb
from pos.till.till import Till
from tests.till.support import BREAD, TEA, counter


def run(*lines: str, as_json: bool = True) -> list[str]:
    """What a script prints, line by line; the first line that is refused unexpectedly fails the test."""
    with counter() as at:
        out = io.StringIO()
        well = asyncio.run(ScriptRunner(at.till, out, as_json=as_json).run(lines))
        assert well, out.getvalue()
        return out.getvalue().splitlines()


def said(*lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*lines)]


def test_json_has_the_event_the_words_and_the_sale() -> None:
    undone, redone = said("2*TEA", "BREAD", "void 1", "undo", "redo")[-2:]
    assert (undone["output"], redone["output"]) == ("Undone: void 2 Green Tea", "Redone: void 2 Green Tea")
    assert [event["event"] for event in undone["events"]] == ["undone"]
    assert [event["text"] for event in redone["events"]] == ["void 2 Green Tea"]
    assert [line["line"] for line in undone["sale"]["lines"]] == [1, 2]
    assert [line["line"] for line in redone["sale"]["lines"]] == [2]


def test_people_read_what_was_undone() -> None:
    assert "Undone: add 1 Bread" in run("BREAD", "undo", as_json=False)[-1]


def test_a_line_number_means_the_same_line_after_undo() -> None:
    sale = said("TEA", "BREAD", "CAKE", "void 2", "undo", "void 2", "expect lines.3.sku CAKE", "undo last")[-1]["sale"]
    assert [(line["line"], line["sku"]) for line in sale["lines"]] == [(1, "TEA"), (2, "BREAD"), (3, "CAKE")]


def test_what_was_never_there_leaves_its_number_to_the_next() -> None:
    sale = said("TEA", "BREAD", "undo", "CAKE", "qty 2 3")[-1]["sale"]
    assert [(line["line"], line["sku"], line["quantity"]) for line in sale["lines"]] == [(1, "TEA", 1), (2, "CAKE", 3)]


def test_refusals_can_be_expected() -> None:
    run(
        "undo", "expect error nothing_to_undo", "TEA", "redo", "expect error nothing_to_undo",
        "pay card 4242424242424242 1.00", "undo", "expect error ticket_frozen", "abandon", "undo", "expect lines 0",
        "redo", "pay cash 20", "undo", "expect error nothing_to_undo", "undo 3", "expect error bad_command",
    )  # fmt: skip


@contextmanager
def word(verb: Verb[Any, Any]) -> Iterator[None]:
    """A word of another package, for as long as this lasts."""
    table.put(verb)
    try:
        yield
    finally:
        table.take_out(verb.word)


def _no_args(_command: Command, _view: TillView) -> None:
    return None


@pytest.mark.parametrize("slow", [False, True])
def test_a_packages_word_is_undone_at_once(slow: bool) -> None:
    def breakfast(till: Till, _args: None) -> CommandResult:
        till.add(TEA)
        till.add(BREAD)
        return CommandResult(till.apply_coupon("TEN"))

    async def slowly(till: Till, _args: None) -> CommandResult:
        await asyncio.sleep(0)
        await till.attach_member("M1")
        await asyncio.sleep(0)
        return breakfast(till, None)

    with word(Verb(word="breakfast", usage="breakfast", parse=_no_args, perform=slowly if slow else breakfast)):
        *_, undone, redone = said("TEA", "breakfast", "undo", "redo")
    assert undone["output"] == "Undone: breakfast"
    assert [(line["sku"], line["quantity"]) for line in undone["sale"]["lines"]] == [("TEA", 1)]
    assert (undone["sale"]["coupons"], undone["sale"]["member"]) == ([], None)
    assert [(line["sku"], line["quantity"]) for line in redone["sale"]["lines"]] == [("TEA", 2), ("BREAD", 1)]
    assert redone["sale"]["member"] == ("M1" if slow else None)
