"""Tenders that the program does not have, one of each kind of thing that may be behind one."""

from __future__ import annotations

from typing import Final

import pytest

from pos.domain.counters import COUNTERS, CounterKind, counter_name
from pos.domain.message import verbatim
from pos.domain.tenders import TENDERS, Tender
from pos.language.executor import execute
from pos.language.parsing import parse
from pos.till.till import Till

WALLET: Final = Tender(
    name="wallet", label="wallet", title="Wallet", behind="gateway", usage="wallet NUMBER [AMOUNT]", key="w"
)
CHEQUE: Final = Tender(
    name="cheque", label="cheque", title="Cheque", behind="drawer", refunds=0, usage="cheque [AMOUNT]", key="q"
)
BOOK: Final = Tender(
    name="book", label="stamp book", behind="counter", counter="stamps", usage="book NUMBER [AMOUNT]", key="b"
)
OTHERS: Final = (WALLET, CHEQUE, BOOK)
STAMPS: Final = CounterKind(label=lambda parts, rules: verbatim(f"stamp book {parts[0]}"), code="tender_short")
STAMPS_LEFT: Final = counter_name("stamps", "777")
"""The counter of the one stamp book."""


def make_known(patch: pytest.MonkeyPatch) -> None:
    """Put them into their tables, until the patch is undone."""
    for tender in OTHERS:
        patch.setitem(TENDERS, tender.name, tender)
    patch.setitem(COUNTERS, "stamps", STAMPS)


async def say(till: Till, line: str) -> None:
    """Do what a line of the language says."""
    command = parse(line)
    assert command is not None
    await execute(till, command)
