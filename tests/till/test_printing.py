"""What stands behind the port prints; what is printed again is a copy; and nothing else is told as printed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.bootstrap import PRINTERS, SCREEN, open_till, printer_at
from pos.domain.errors import TillError
from pos.domain.message import LONGEST_REASON, raised, verbatim
from pos.domain.ports import Printer
from pos.domain.printed_receipts import PRINTED, marking, was_printed
from pos.domain.receipt_document import ReceiptDocument
from pos.domain.terminal_text import width
from pos.stores.memory import MemoryStore
from pos.stores.records import understood
from pos.till.printing import Printing
from pos.till.till import Till
from screens.driver.idle import wait_until
from tests.till.papers import DevicePrinter, Paper

COPY = "*** COPY ***"


async def sold(printer: Printer | str | None, store: Path | MemoryStore | None = None) -> tuple[Till, list[str]]:
    """A till that has sold something, and what it tells from then on."""
    till = open_till(store, printer=printer)
    till.add("MILK-1L")
    await till.pay_cash()
    told: list[str] = []
    till.subscribe(lambda _sale, event: told.append(f"{event.event}: {event.text}") if event is not None else None)
    return till, told


def impatient(till: Till) -> Printing:
    """Let a till wait for its printer no longer than it must."""
    printing: Printing = till._receipts.printing
    printing.patience = 0
    return printing


async def until(condition: Callable[[], bool]) -> None:
    assert await wait_until(condition, 20)


async def test_a_receipt_is_printed_as_wide_as_the_paper_and_told() -> None:
    paper = Paper()
    till, told = await sold(paper)
    assert paper.printed == []
    printed = await till.print_receipt()
    assert (paper.printed, told, till.has_printer) == ([printed.text], ["printed: receipt 1-1-1"], True)
    assert not printed.copy
    assert max(map(width, printed.text.splitlines())) <= 30
    till.close()


async def test_every_print_after_the_first_is_a_copy_and_says_so_at_both_ends() -> None:
    paper = Paper()
    till, told = await sold(paper)
    await till.receipt()
    assert not (await till.print_receipt()).copy
    for _again in range(2):
        printed = await till.print_receipt("1-1-1")
        assert printed.copy
        assert [line.strip() for line in printed.text.splitlines()].count(COPY) == 2
    assert COPY not in paper.printed[0]
    assert COPY not in await till.receipt()
    assert told[1:] == ["printed: copy of receipt 1-1-1"] * 2
    till.close()


async def test_a_copy_is_known_as_one_after_a_restart_and_on_another_day(tmp_path: Path) -> None:
    till, _told = await sold(Paper(), tmp_path / "shop")
    await till.print_receipt()
    till.add("MILK-1L")
    await till.pay_cash()
    till.close()
    till = open_till(tmp_path / "shop", printer=Paper())
    till._services.store.close_day("2026-01-01")
    assert (await till.print_receipt("1-1-1")).copy
    # Nobody was given this one, so that it is the original, however late.
    assert not (await till.print_receipt("1-1-2")).copy
    assert (await till.print_receipt("1-1-2")).copy
    till.close()


async def test_what_could_not_be_printed_is_told_and_is_no_copy_the_next_time() -> None:
    paper = Paper()
    paper.empty = True
    till, told = await sold(paper)
    with pytest.raises(TillError) as caught:
        await till.print_receipt()
    assert caught.value.code == "printer_unusable"
    assert caught.value.message == ("Receipt 1-1-1 is not printed: The printer has no paper. The sale stands.")
    assert (paper.printed, told) == ([], [])
    assert (await till.find_order()).receipt == "1-1-1"
    paper.empty = False
    assert not (await till.print_receipt()).copy
    till.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
async def test_a_device_that_fails_stops_no_sale(tmp_path: Path) -> None:
    till, told = await sold(DevicePrinter("/dev/full"), tmp_path / "shop")
    with pytest.raises(TillError, match=r"not printed: OSError: .*space left.* The sale stands"):
        await till.print_receipt()
    till.add("MILK-1L")
    await till.pay_cash()
    assert [order.receipt for order in await till.recent_orders(9)] == ["1-1-2", "1-1-1"]
    assert not any(event.startswith("printed") for event in told)
    till.close()


async def test_a_printer_that_does_not_answer_is_not_waited_for_and_gets_nothing_else_meanwhile() -> None:
    paper = Paper()
    till, told = await sold(paper)
    impatient(till)
    paper.free.clear()
    with pytest.raises(TillError, match=r"does not answer.*if receipt 1-1-1 does not come out"):
        await till.print_receipt()
    with pytest.raises(TillError, match="still busy with receipt 1-1-1: see to it"):
        await till.print_receipt()
    assert (paper.printed, told) == ([], [])
    till.add("MILK-1L")
    assert (await till.pay_cash()).receipt == "1-1-2"
    paper.empty = True
    paper.free.set()
    await until(lambda: till._receipts.printing._job is None)
    paper.empty = False
    till._receipts.printing.patience = 20
    assert not (await till.print_receipt("1-1-1")).copy
    till.close()


async def test_a_key_that_is_pressed_twice_prints_once_and_the_next_receipt_is_for_later() -> None:
    paper = Paper()
    till, _told = await sold(paper)
    till.add("MILK-1L")
    await till.pay_cash()
    paper.free.clear()
    first = asyncio.create_task(till.print_receipt("1-1-1"))
    await until(lambda: till._receipts.printing._job is not None)
    with pytest.raises(TillError, match="Receipt 1-1-1 is still being printed"):
        await till.print_receipt("1-1-1")
    with pytest.raises(TillError, match="busy with receipt 1-1-1: print again in a moment"):
        await till.print_receipt("1-1-2")
    paper.free.set()
    await first
    assert not (await till.print_receipt("1-1-2")).copy
    till.close()


async def test_what_comes_out_late_is_told_and_makes_the_next_one_a_copy() -> None:
    paper = Paper()
    till, told = await sold(paper)
    impatient(till)
    paper.free.clear()
    with pytest.raises(TillError, match="does not answer"):
        await till.print_receipt()
    paper.free.set()
    await until(lambda: bool(told))
    assert told == ["printed: receipt 1-1-1", "notice: Receipt 1-1-1 is printed after all."]
    till._receipts.printing.patience = 20
    assert (await till.print_receipt()).copy
    till.close()


async def test_what_comes_out_while_the_till_is_closed_is_known_as_printed(tmp_path: Path) -> None:
    paper = Paper()
    till, _told = await sold(paper, tmp_path / "shop")
    impatient(till)
    paper.free.clear()
    with pytest.raises(TillError, match="does not answer"):
        await till.print_receipt()
    paper.free.set()
    till.close()
    till = open_till(tmp_path / "shop", printer=paper)
    assert (await till.print_receipt("1-1-1")).copy
    till.close()


async def test_what_was_printed_but_not_written_down_is_told_and_known_until_the_till_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, paper = MemoryStore(), Paper()
    till, told = await sold(paper, store)

    def full(*_args: object, **_kwargs: object) -> bool:
        raise TillError("store_unusable", verbatim("The disk is full."))

    monkeypatch.setattr(store, "write", full)
    assert not (await till.print_receipt()).copy
    assert told == [
        "printed: receipt 1-1-1",
        "notice: Receipt 1-1-1 is printed, but that could not be written down: The disk is full.",
    ]
    assert (await till.print_receipt()).copy
    till.close()


async def test_tills_on_one_store_know_of_each_other_what_was_printed() -> None:
    store = MemoryStore()
    first, second = (await sold(Paper(), store))[0], open_till(store, lane="2", printer=Paper())
    await first.print_receipt()
    assert (await second.print_receipt("1-1-1")).copy
    for till in (first, second):
        till.close()


async def test_without_a_printer_there_is_the_text() -> None:
    till, told = await sold(None)
    assert (await till.print_receipt()).text == await till.receipt()
    assert (told, till.has_printer) == (["printed: receipt 1-1-1"], False)
    assert COPY in (await till.print_receipt()).text
    till.close()


@pytest.mark.parametrize("address", ["escpos://counter", "lp", ""])
def test_a_kind_that_there_is_not_is_refused_by_name(address: str) -> None:
    with pytest.raises(TillError, match=f"it has {SCREEN}") as caught:
        printer_at(address)
    assert caught.value.code == "printer_unusable"


async def test_a_printer_that_there_is_not_stops_no_sale_and_is_told() -> None:
    till, told = await sold("escpos://counter")
    assert [str(notice) for notice in till.notices] == [
        "Receipts cannot be printed: escpos:// is no printer that this version has: it has screen://."
    ]
    with pytest.raises(TillError, match=r"Receipt 1-1-1 is not printed: escpos:// is no printer"):
        await till.print_receipt()
    assert told == []
    till.close()


class Narrow:
    columns: Final = 20
    paper: Final = True

    def print(self, document: ReceiptDocument) -> None:
        raise AssertionError("it is given nothing to print")


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (OSError("no such\n\x1b[31mdevice."), "broken://usb: OSError: no such device."),
        (SystemExit("bye"), "broken://usb: SystemExit: bye."),
        (None, "broken://usb: AttributeError: 'NoneType' object has no attribute 'paper'."),
        (Narrow(), "broken://usb has 20 columns: a receipt needs at least 24."),
    ],
)
async def test_a_printer_that_cannot_be_used_is_told_as_the_till_opens_and_stops_no_sale(
    monkeypatch: pytest.MonkeyPatch, made: Any, reason: str
) -> None:
    def broken(_address: str) -> Printer:
        if isinstance(made, BaseException):
            raise made
        return cast(Printer, made)

    monkeypatch.setitem(PRINTERS, "broken", broken)
    till, _told = await sold("broken://usb")
    assert [str(notice) for notice in till.notices] == [f"Receipts cannot be printed: {reason}"]
    with pytest.raises(TillError, match="is not printed"):
        await till.print_receipt()
    till.close()


async def test_what_fails_as_a_receipt_is_set_fails_before_there_is_paper() -> None:
    till, told = await sold(Narrow())
    with pytest.raises(TillError) as caught:
        await till.print_receipt()
    assert caught.value.message == (
        "Receipt 1-1-1 is not printed: ValueError: a receipt needs at least 24 columns. The sale stands."
    )
    assert told == []
    till.close()


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError("[b]jam[/b]\n\x1b[2Jin tray 2."), "OSError: [b]jam[/b] in tray 2"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (Mute(), "Mute"),
        (OSError("jam " * 100), ("OSError: " + "jam " * 100)[:LONGEST_REASON]),
    ],
)
def test_what_another_package_raised_is_told_in_a_sentence(error: BaseException, said: str) -> None:
    assert str(raised(error)) == said


NUMBERS = st.sets(st.integers(1, 4000), max_size=60)


@given(NUMBERS)
def test_a_number_is_printed_once_it_is_marked_and_no_other_is(numbers: set[int]) -> None:
    store = MemoryStore()
    for number in numbers:
        marks = marking(store, f"1-2-{number}")
        assert store.write(marks.records, expect=marks.expect)
    for number in {*numbers, *(each + 1 for each in numbers), 5000}:
        assert was_printed(store, f"1-2-{number}") == (number in numbers)
    assert not was_printed(store, "1-1-1")
    for key, record in store.items(PRINTED):
        assert understood(PRINTED, key, record)


def test_ten_thousand_that_follow_one_another_take_a_line_a_thousand() -> None:
    store = MemoryStore()
    for number in range(1, 10_001):
        store.write(marking(store, f"1-1-{number}").records)
    assert len(store.keys(PRINTED)) == 11
    assert dict(store.items(PRINTED))["1-1/3"] == {"numbers": [[3000, 3999]]}


@pytest.mark.parametrize("numbers", [[[0, 1]], [[2, 1]], [[1, 9999]], [["1", 2]], [1], 7])
def test_what_is_no_record_of_it_is_not_believed(numbers: object) -> None:
    assert not understood(PRINTED, "1-1/0", {"numbers": numbers})
