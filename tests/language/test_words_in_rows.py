"""That nothing but its row knows a word of the language: no comparison, no case and no list of words elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pos.language.table import TABLE

ROOT: Final = Path(__file__).resolve().parents[2]
ROWS: Final = "pos/language/verbs/"
NAMES: Final = frozenset({"verb", "word", "words", "command"})
"""What a word of the language is called where it is compared."""
OTHER_WORDS: Final = {
    # The first words of fields of `expect` that are no sale's, such as `stock.TEA.free`.
    *(("pos/language/queries.py", field) for field in ("stock", "check", "uses", "checks")),
    # The bank of the tests' kit has a language of its own.
    ("pos/testing/bank.py", "hold"),
}
"""Where a word of the language is another thing's, and why."""


def words_of(node: ast.AST | None) -> Iterator[str]:
    """The words of the language that an expression or a pattern names, itself or in a list."""
    match node:
        case ast.Constant(value=str(text)) if text.lower() in TABLE:
            yield text.lower()
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            for part in parts:
                yield from words_of(part)
        case ast.MatchValue(value=value):
            yield from words_of(value)
        case ast.MatchOr(patterns=patterns) | ast.MatchSequence(patterns=patterns):
            for pattern in patterns:
                yield from words_of(pattern)
        case ast.Call(args=parts):
            for part in parts:
                yield from words_of(part)


def is_word(node: ast.AST) -> bool:
    """Whether an expression is called as a word of the language is: `command.verb`, `verb`, `word.lower()`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.lower() in NAMES:
            return True
        case ast.Call(func=ast.Attribute(value=value)) | ast.Subscript(value=value) | ast.Attribute(value=value):
            return is_word(value)
    return False


def told_apart(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where words of the language are told apart by name: line and word."""
    for node in ast.walk(tree):
        found: list[str] = []
        match node:
            case ast.Compare(left=left, comparators=others) if any(map(is_word, (left, *others))):
                found = [word for each in (left, *others) for word in words_of(each)]
            case ast.Match(subject=subject, cases=cases) if is_word(subject):
                found = [word for case in cases for word in words_of(case.pattern)]
            case ast.MatchClass(cls=ast.Name(id="Command"), patterns=some, kwd_patterns=more):
                found = [word for pattern in (*some, *more) for word in words_of(pattern)]
            case ast.Dict(keys=keys):
                named = [word for key in keys for word in words_of(key)]
                found = named if len(named) == len(keys) else []
            case ast.Set(elts=parts):
                named = [word for part in parts for word in words_of(part)]
                found = named if len(named) == len(parts) else []
        yield from ((getattr(node, "lineno", 0), word) for word in found)


@pytest.mark.parametrize("package", ["pos", "screens"])
def test_no_word_of_the_language_is_known_outside_its_row(package: str) -> None:
    found = [
        f"{file}:{line} {word}"
        for path in sorted((ROOT / package).rglob("*.py"))
        if not (file := path.relative_to(ROOT).as_posix()).startswith(ROWS)
        for line, word in told_apart(ast.parse(path.read_text(encoding="utf-8")))
        if (file, word) not in OTHER_WORDS
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'command.verb == "pay"',
        '"expect" != line.command.verb',
        'verb in ("say", "snap")',
        'word.lower() == "void"',
        'match command.verb:\n    case "till" if args:\n        pass',
        'match line.command.verb:\n    case "crash" | "key":\n        pass',
        'match command:\n    case Command(verb="expect", args=(what, code)):\n        pass',
        'NEVER_FAIL = frozenset({"say", "snap", "crash"})',
        'WITHOUT_TILL = OF_DEMOS | {"snap", "say", "key", "expect"}',
        'HANDLERS = {"key": press, "print": print_receipt}',
    ],
)
def test_every_way_to_tell_words_apart_is_found(source: str) -> None:
    assert list(told_apart(ast.parse(source)))
