"""No text for people is outside the catalogue: what looks like words in the source is marked, or is named here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pos.domain.locale_format import MONTHS, WEEKDAYS

ROOT = Path(__file__).resolve().parents[2]
MARKS: Final = frozenset({"_", "N_", "plural", "lazy", "lazy_plural"})
"""What marks a text for the catalogue."""
FOR_PROGRAMMERS: Final = frozenset(
    {
        "ValueError",
        "RuntimeError",
        "TypeError",
        "LookupError",
        "NotImplementedError",
        "AssertionError",
        "GatewayUnknown",
    }
)
"""Errors whose text nobody at a till sees: TillError is the one that is shown."""
NAMES: Final = frozenset({"TypeVar", "ParamSpec", "getLogger", "query_one", "getattr", "compile", "cast"})
"""Calls whose texts are names, styles or patterns."""
WORDS: Final = re.compile(r"[^\W\d_]{2,} [^\W\d_]|^[A-Z][a-z]+[.…!?]?$|[^\W\d_]{3,}[.…!?]$")
"""Two words, a capitalised one, or one that ends a sentence."""
WITHOUT: Final = ("pos/testing/", "screens/testing/", "pos/locale/")
"""The kit speaks to programmers, in English."""
STYLE: Final = re.compile(r"((bold|dim|italic|underline|reverse|on|\$[\w-]+|ansi_\w+) ?)+")
"""How a theme draws something."""
ALLOWED: Final[dict[str, frozenset[str]]] = {
    # The schemas are for whoever writes another program.
    "pos/domain/checkout_schema.py": frozenset({"*"}),
    "pos/domain/event_schema.py": frozenset({"*"}),
    # Names of engines.
    "pos/simulate/engine.py": frozenset({"Redis Streams", "Kafka"}),
    "pos/domain/spelling.py": frozenset({"Cf"}),
    "pos/domain/typed_kinds.py": frozenset({"Sc"}),
    "pos/domain/word_index.py": frozenset({"Cf"}),
    "pos/domain/catalog.py": frozenset({"Tillkey"}),
    "pos/domain/errors.py": frozenset({"*"}),
    "pos/domain/money.py": frozenset({"*currencies"}),
    "pos/domain/locale_format.py": frozenset({*WEEKDAYS, *MONTHS}),
    "pos/domain/tenders.py": frozenset({"*usage"}),
    "pos/domain/terminal_text.py": frozenset({"Mn", "Me", "Mc", "Zs"}),
    "pos/extensions/__init__.py": frozenset({"Registration", "module  has no attribute "}),
    "pos/extensions/installed.py": frozenset({"tillkey."}),
    "pos/extensions/registering.py": frozenset({"Where", "Reason", "None"}),
    "pos/language/verbs/counters.py": frozenset({"*usage"}),
    "pos/language/verbs/devices.py": frozenset({"*usage"}),
    "pos/language/verbs/reserved.py": frozenset({"*usage"}),
    "pos/language/verbs/lines.py": frozenset({"*usage"}),
    "pos/language/verbs/paying.py": frozenset({"*usage"}),
    "pos/language/verbs/directives.py": frozenset({"*usage"}),
    "pos/language/verbs/ticket.py": frozenset({"*usage"}),
    # Categories of Unicode.
    "pos/domain/card_numbers.py": frozenset({"Cc", "Cf"}),
    # What Prometheus is told of a figure is English everywhere.
    "pos/metrics.py": frozenset({"*"}),
    "pos/queue/metrics.py": frozenset({"*"}),
    "pos/own_program.py": frozenset({"*"}),
    "pos/payments/mock.py": frozenset(
        {"approve, decline CODE, slow [SECONDS], timeout before|after|late, down, up, clear"}
    ),
    "pos/payments/ledger.py": frozenset({" could not be written in full"}),
    "pos/serving/pages.py": frozenset({"Tillkey"}),
    "pos/serving/server.py": frozenset({"Strict"}),
    "pos/settings/__init__.py": frozenset({"Look"}),
    "pos/settings/early.py": frozenset({"screen."}),
    "pos/settings/saving.py": frozenset({"# The settings of Tillkey: `pos settings` lists them all.\n"}),
    "pos/demo/server.py": frozenset({"*"}),
    "pos/stores/redis/client.py": frozenset({"Function not found", "#!lua name=\n"}),
    "pos/stores/redis/doctor.py": frozenset({"Redis", "Valkey", "`pos lanes review`"}),
    "screens/demo/animated_svg.py": frozenset({"*"}),
    "screens/demo/player.py": frozenset({"Tillkey"}),
    "screens/driver/keyboard.py": frozenset({" Did you mean ?", " Such as enter, escape, f12, ctrl+t, down or space."}),
    "screens/gateway/answers.py": frozenset({"timeout before", "timeout after", "timeout late"}),
    "screens/display/app.py": frozenset({"Tillkey"}),
    "screens/manual/app.py": frozenset({"Tillkey"}),
    "screens/manual/plain.py": frozenset({r"\1 (`pos manual \2`)"}),
    "screens/app/base_app.py": frozenset({"Tillkey"}),
}
"""The language's own words and usage lines, names of types, codes of currencies, English names of days, what others
write, a comment in the settings file, an error that ends as "no answer", what is said of a key to whoever writes a
test.

`*` allows a whole file: its texts are the manual's table of error codes, SVG, or a piece of Python.
"""


def sources() -> list[Path]:
    found = [*(ROOT / "pos").rglob("*.py"), *(ROOT / "screens").rglob("*.py")]
    return sorted(path for path in found if not str(path.relative_to(ROOT)).startswith(WITHOUT))


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def literals(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts below a node that nothing marks, with their lines: an f-string is one text."""
    if called(node) in MARKS | FOR_PROGRAMMERS | NAMES:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.arg | ast.Assert):
        return
    if isinstance(node, ast.AnnAssign):
        if node.value is not None:
            yield from literals(node.value)
        return
    if isinstance(node, ast.Subscript):
        yield from literals(node.value)
        return
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
        yield node.lineno, "".join(parts)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from literals(part.value)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    for child in ast.iter_child_nodes(node):
        yield from literals(child)


def outside(path: Path) -> list[str]:
    name = str(path.relative_to(ROOT))
    allowed = ALLOWED.get(name, frozenset())
    if "*" in allowed:
        return []
    found = []
    for line, text in literals(ast.parse(path.read_text("utf-8"))):
        usage = "*usage" in allowed and re.match(r"[a-z]+ [A-Z\"|\[a-z]", text)
        currencies = "*currencies" in allowed and re.fullmatch(r"([A-Z]{3} ?)+", text)
        if WORDS.search(text) and text not in allowed and not (usage or currencies or STYLE.fullmatch(text)):
            found.append(f"{name}:{line}: {text}")
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_looks_like_words_is_in_the_catalogue(path: Path) -> None:
    assert outside(path) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise TillError("bad_amount", "Not an amount.")', ["Not an amount."]),
        ('raise TillError("bad_amount", f"{x} is no amount")', [" is no amount"]),
        ('say(f"{_(text)} by card")', [" by card"]),
        ('panel.caption("Pay", _("Esc back"))', ["Pay"]),
        ('raise TillError("bad_amount", _("Not an amount."))', []),
        ('raise ValueError("not an amount")', []),
        ('TITLE: Final = "Payment"', ["Payment"]),
    ],
)
def test_the_search_finds_what_is_outside(source: str, found: list[str]) -> None:
    assert [text for _line, text in literals(ast.parse(source)) if WORDS.search(text)] == found
