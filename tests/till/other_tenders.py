"""Tenders that the program does not have, one of each kind of thing that may be behind one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from pos.domain.counters import CounterKind, counter_name
from pos.domain.message import verbatim
from pos.domain.tenders import Tender
from pos.extensions import register_tender
from pos.language.executor import execute
from pos.language.parsing import parse
from pos.till.till import Till

WALLET: Final = Tender(
    name="wallet", label="wallet", title="Wallet", behind="gateway", usage="wallet NUMBER [AMOUNT]", key="w"
)
CHEQUE: Final = Tender(
    name="cheque", label="cheque", title="Cheque", behind="drawer", refunds=0, usage="cheque [AMOUNT]", key="h"
)
STAMPS: Final = CounterKind(label=lambda parts, rules: verbatim(f"stamp book {parts[0]}"), code="tender_short")
BOOK: Final = Tender(
    name="book",
    label="stamp book",
    behind="counter",
    counter="stamps",
    counts=STAMPS,
    usage="book NUMBER [AMOUNT]",
    key="b",
)
OTHERS: Final = (WALLET, CHEQUE, BOOK)
STAMPS_LEFT: Final = counter_name("stamps", "777")
"""The counter of the one stamp book."""


@contextmanager
def other_tenders() -> Iterator[None]:
    """They are known as long as this lasts."""
    with ExitStack() as added:
        for tender in OTHERS:
            added.enter_context(register_tender(tender))
        yield


async def say(till: Till, line: str) -> None:
    """Do what a line of the language says."""
    command = parse(line)
    assert command is not None
    await execute(till, command)
