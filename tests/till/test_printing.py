"""A receipt is printed by what stands behind the port, as wide as its paper; without one it is on the screen."""

from __future__ import annotations

import pytest

from pos.bootstrap import open_till, printer_at
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.domain.terminal_text import width
from pos.till.till import Till


class Paper:
    """Implements `Printer`: what was printed is kept. Without paper nothing is."""

    columns = 30

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.empty = False

    async def print(self, text: str) -> None:
        if self.empty:
            raise TillError("printer_unusable", verbatim("The printer has no paper."))
        self.printed.append(text)


async def sold(printer: Paper | None) -> tuple[Till, list[str]]:
    """A till that has sold something, and the names of its events from then on."""
    till = open_till(printer=printer)
    till.add("MILK-1L")
    await till.pay_cash()
    told: list[str] = []
    till.subscribe(lambda _sale, event: told.append(event.event) if event is not None else None)
    return till, told


async def test_a_receipt_is_printed_as_wide_as_the_paper_and_told() -> None:
    paper = Paper()
    till, told = await sold(paper)
    assert paper.printed == []
    text = await till.print_receipt()
    assert (paper.printed, told, till.has_printer) == ([text], ["printed"], True)
    assert max(map(width, text.splitlines())) <= 30
    till.close()


async def test_what_could_not_be_printed_is_not_told_as_printed() -> None:
    paper = Paper()
    paper.empty = True
    till, told = await sold(paper)
    with pytest.raises(TillError, match="no paper"):
        await till.print_receipt()
    assert (paper.printed, told) == ([], [])
    till.close()


async def test_without_a_printer_there_is_the_text() -> None:
    till, told = await sold(None)
    assert await till.print_receipt() == await till.receipt()
    assert (told, till.has_printer) == (["printed"], False)
    till.close()


def test_a_kind_that_there_is_not_is_refused_by_name() -> None:
    for find in (printer_at, lambda address: open_till(printer=address)):
        with pytest.raises(TillError, match="escpos://") as caught:
            find("escpos://counter")
        assert caught.value.code == "printer_unusable"
