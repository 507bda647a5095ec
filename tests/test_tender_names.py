"""That nothing but the table of tenders knows one by its name: neither a comparison, a case nor a table of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pos.domain.tenders import TENDERS

ROOT: Final = Path(__file__).resolve().parent.parent
TABLE: Final = "pos/domain/tenders.py"
OTHER_WORDS: Final = {("pos/payments/ledger.py", "card"), ("pos/domain/checkout_schema.py", "card")}
"""Where such a word is no tender: the ledger's lines say with it that they are of a card, and a request has one."""


def names(node: ast.AST | None) -> Iterator[str]:
    """The tenders that an expression or a pattern names, itself or in a list."""
    match node:
        case ast.Constant(value=str(text)) if text.lower() in TENDERS:
            yield text.lower()
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            for part in parts:
                yield from names(part)
        case ast.MatchValue(value=value):
            yield from names(value)
        case ast.Call(args=parts):
            for part in parts:
                yield from names(part)


def told_apart(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where tenders are told apart by name: line and name."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=others):
                found = [name for each in (left, *others) for name in names(each)]
            case ast.MatchValue():
                found = list(names(node))
            case ast.Dict(keys=keys):
                found = [name for key in keys for name in names(key)]
            case ast.Subscript(value=ast.Name(id="Literal"), slice=allowed):
                found = list(names(allowed))
            case _:
                continue
        yield from ((node.lineno, name) for name in found)


@pytest.mark.parametrize("package", ["pos", "screens"])
def test_no_tender_is_known_by_its_name(package: str) -> None:
    found = [
        f"{file}:{line} {name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        if (file := path.relative_to(ROOT).as_posix()) != TABLE
        for line, name in told_apart(ast.parse(path.read_text(encoding="utf-8")))
        if (file, name) not in OTHER_WORDS
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'payment.tender == "cash"',
        '"card" != tender',
        'tender in ("cash", "other")',
        'match tender:\n    case "card":\n        pass',
        'match words:\n    case ("pay", "cash"):\n        pass',
        'HOW = {"cash": 1}',
        'HOW = {("pay", "card"): 1}',
        'tender: Literal["cash", "card"]',
        'sorted(payments, key=lambda each: each.tender == "cash")',
    ],
)
def test_every_way_to_tell_tenders_apart_is_found(source: str) -> None:
    assert list(told_apart(ast.parse(source)))
