"""That nothing but the table of counters knows a kind of them by its name: what differs is asked of its row."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pos.domain import counters
from pos.domain.counters import COUNTERS, CounterKind, Law, Taken
from pos.stores.invariants import add_up, check_invariants
from tests.till.support import BREAD, counter

ROOT: Final = Path(__file__).resolve().parent.parent
TABLE: Final = "pos/domain/counters.py"
BEFORE_THE_TABLE: Final = {"pos/stores/counter_names.py"}
"""Where the kinds are those of a version that had these two and no table."""
CONSTANTS: Final = {name for name, value in vars(counters).items() if isinstance(value, str) and value in COUNTERS}
"""What the table calls the kinds' names."""
BEGINNINGS: Final = tuple(f"{kind}:" for kind in COUNTERS)


def known_by_name(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a kind of counters is named: the table's constant for it, or the beginning of their names."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="pos.domain.counters", names=names):
                yield from ((node.lineno, each.name) for each in names if each.name in CONSTANTS)
            case ast.Attribute(value=ast.Name(id="counters"), attr=name) if name in CONSTANTS:
                yield node.lineno, name
            case ast.Constant(value=str(text)) if text.startswith(BEGINNINGS):
                yield node.lineno, text


@pytest.mark.parametrize("package", ["pos", "screens"])
def test_no_kind_of_counters_is_known_by_its_name(package: str) -> None:
    found = [
        f"{file}:{line} {name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        if (file := path.relative_to(ROOT).as_posix()) not in {TABLE, *BEFORE_THE_TABLE}
        for line, name in known_by_name(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from pos.domain.counters import USES, counts",
        "from pos.domain import counters\nkind == counters.STOCK",
        'name.startswith("stock:")',
        'f"uses:{code}"',
    ],
)
def test_every_way_to_name_one_is_found(source: str) -> None:
    assert list(known_by_name(ast.parse(source)))


BAGS: Final = CounterKind(
    law=Law(
        "bags",
        "a bag for each order",
        taken=lambda order, rules: [Taken(("paper",), 1, 1)],
        had=lambda rules: [(("paper",), 10)],
        broken="{of}: {on_hand} of {had} bags, {taken} taken",
    ),
    floor=lambda parts, rules: 3,
)
"""Bags, of which each order takes one."""


async def test_a_kind_that_only_a_test_has_is_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COUNTERS, "bags", BAGS)
    with counter() as at:
        at.till.add(BREAD)
        await at.till.pay_cash()

        def told(on_hand: int) -> dict[str, str]:
            at.store.write({("counters", "bags:paper"): {"on_hand": on_hand, "held": 0}})
            found = check_invariants(at.store.view, add_up(at.store.view, at.store.archive.orders()), None, ())
            return {check.name: check.detail for check in found if not check.ok or check.name == "bags"}

        assert told(9) == {"bags": "a bag for each order"}
        assert told(2) == {"bags": "paper: 2 of 10 bags, 1 taken", "floors": "bags:paper: 2 free, below its limit of 3"}
