"""The manual of money: every example in it is played, and every figure in it compared."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.errors import TillError
from pos.domain.events import Event
from pos.domain.money import format_money
from pos.domain.refunds import Refund, refund
from pos.domain.sale import Sale
from pos.language.script_runner import ScriptRunner
from pos.till.catalog_loading import parse_catalog
from tests.manual.papers import page

TEXT = page("money")
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


class Block(NamedTuple):
    """A fenced block: its kind, its text, the line at which it begins, and the heading that it stands under."""

    kind: str
    text: str
    line: int
    heading: str


class Example(NamedTuple):
    """A catalog, and what is done with it or said of it; what returns of one piece each of its first line give back."""

    catalog: Block
    block: Block
    told: tuple[str, ...]
    returned: tuple[str, ...]


def blocks() -> list[Block]:
    text, found = TEXT, []
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        before = text[: match.start()]
        found.append(
            Block(match[1], match[2], before.count("\n") + 1, re.findall(r"^## (.*)$", before, re.MULTILINE)[-1])
        )
    return found


def examples() -> Iterator[Example]:
    catalog: Block | None = None
    everything = blocks()
    for block, following in zip(everything, [*everything[1:], None], strict=True):
        if block.kind == "json":
            catalog = block
        elif block.kind in ("pos", "refused"):
            assert catalog is not None
            said = {following.kind: tuple(following.text.splitlines())} if following is not None else {}
            yield Example(catalog, block, said.get("told", ()), said.get("returned", ()))


EXAMPLES = list(examples())


def name_of(example: Example) -> str:
    return f"{example.block.heading}, line {example.block.line}"


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.block.kind == "pos"], ids=name_of)
async def test_an_example_does_what_the_manual_says(example: Example) -> None:
    catalog = parse_catalog(json.loads(example.catalog.text), "money.md")
    till = open_till(None, catalog=catalog, clock=FrozenClock(NOON), ids=SequentialIds())
    notices: list[str] = []

    def heard(_sale: Sale, event: Event | None) -> None:
        if event is not None and event.event == "notice":
            notices.append(event.text)

    till.subscribe(heard)
    out = io.StringIO()
    try:
        assert await ScriptRunner(till, out).run(example.block.text.splitlines()), out.getvalue()
        sale = till.sale
    finally:
        till.close()
    assert tuple(notices) == example.told
    returns: list[Refund] = []
    for given in example.returned:
        returns.append(refund(sale, {1: Decimal(1)}, returns))
        assert format_money(returns[-1].amount, 2) == given
    assert not returns or sum(each.amount for each in returns) == sale.paid


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.block.kind == "refused"], ids=name_of)
def test_a_catalog_is_refused_as_the_manual_says(example: Example) -> None:
    with pytest.raises(TillError) as refusal:
        parse_catalog(json.loads(example.catalog.text), "money.md")
    assert refusal.value.message == f"money.md: {example.block.text.strip()}"


def test_every_example_compares_something_and_no_block_is_passed_over() -> None:
    assert len(EXAMPLES) >= 25
    assert {block.kind for block in blocks()} == {"json", "pos", "told", "refused", "returned"}
    assert TEXT.count("```") == 2 * len(blocks())
    for example in EXAMPLES:
        assert example.block.kind == "refused" or "expect " in example.block.text, name_of(example)
