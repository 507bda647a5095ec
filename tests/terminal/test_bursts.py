"""A burst is sacred: what is written in one piece is done key by key, in order, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.shop import (
    CODES,
    CTRL_R,
    ESC,
    F12,
    NAMES,
    PASTE_BEGINS,
    PASTE_ENDS,
    PRICES,
    Left,
    lane,
    scan,
    sold,
)

SIZES = [(80, 24), (120, 30), (60, 18)]
SALES = 10
GS1 = "]C1012000100000038"
A_CODE = "a code, not an amount"
ON_PAYMENT = {"KIWI": "KIWI", "4011": "4011", "C123": "C123", "A9": "A9", "12.50": "12.50", "99999999": A_CODE}
"""What is scanned where an amount is typed, and what it is called where it is refused."""
ADDED = {GS1: "Cherry", CODES[1]: "Banana"}
"""Products that are scanned there, by their code."""


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_100_scans_in_one_write_are_100_units(tmp_path: Path, size: tuple[int, int]) -> None:
    with lane(tmp_path, size) as at:
        at.terminal.write(scan(0) * 100)
        at.ticket(1, "100 Apple")
        left = at.left()
    assert sold(left.open) == [("Apple", 100)]
    assert not left.orders


def test_100_scans_of_different_goods_are_lines_in_the_order_of_scanning(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(b"".join(scan(number % 10) for number in range(9, 109)))
        at.ticket(1, *(f"10 {name}" for name in NAMES[:10]))
        left = at.left()
    assert sold(left.open) == [(NAMES[number % 10], 10) for number in range(9, 19)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_sale_in_one_write_takes_its_amount_and_begins_the_next_ticket(tmp_path: Path, size: tuple[int, int]) -> None:
    with lane(tmp_path, size) as at:
        at.terminal.write(scan(2) + F12 + b"20\r" + scan(3))
        at.ticket(2, "1 Damson")
        left = at.left()
    (order,) = left.orders
    assert sold(order.sale) == [("Cherry", 1)]
    (payment,) = order.sale.payments
    assert (payment.tender, payment.tendered) == ("cash", 2000)
    assert (order.sale.paid, order.sale.change) == (PRICES[2], 2000 - PRICES[2])
    assert sold(left.open) == [("Damson", 1)]


def test_ten_sales_in_one_write_are_ten_orders_with_receipts_without_a_gap(tmp_path: Path) -> None:
    sales = b"".join(scan(number) + F12 + f"{20 + number}".encode() + b"\r" for number in range(SALES))
    with lane(tmp_path) as at:
        at.terminal.write(sales + scan(SALES))
        at.ticket(SALES + 1, f"1 {NAMES[SALES]}")
        left = at.left()
    assert left.receipts == [f"1-1-{number}" for number in range(1, SALES + 1)]
    assert [sold(order.sale) for order in left.orders] == [[(name, 1)] for name in NAMES[:SALES]]
    tendered = [payment.tendered for order in left.orders for payment in order.sale.payments]
    assert tendered == [100 * (20 + number) for number in range(SALES)]
    assert sold(left.open) == [(NAMES[SALES], 1)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\t", b"\r\n"], ids=["CR", "LF", "TAB", "CRLF"])
def test_each_line_end_of_a_scanner_ends_a_scan_and_counts_once(tmp_path: Path, end: bytes) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0, end) + scan(1, end) + F12 + b"20" + end)
        at.terminal.wait_for("CHANGE")
        # A line end that counted twice would have left the receipt, where Ctrl+R alone prints again.
        at.terminal.write(CTRL_R)
        at.terminal.wait_for("The receipt is on")
        left = at.left()
    (order,) = left.orders
    assert sold(order.sale) == [("Apple", 1), ("Banana", 1)]


def test_a_scan_after_a_half_typed_search_drops_the_search(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(b"gra" + scan(0))
        at.ticket(1, "1 Apple", "“gra” was dropped for the scan.")
        left = at.left()
    assert sold(left.open) == [("Apple", 1)]


def test_a_scan_after_a_search_that_was_shown_drops_the_search_and_its_chosen_hit(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(b"gra")
        at.terminal.wait_for("1 of 12")
        at.terminal.write(scan(0))
        at.ticket(1, "1 Apple")
        left = at.left()
    assert sold(left.open) == [("Apple", 1)]


def test_bare_digits_and_then_a_scan_are_refused_whole(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + b"2" + scan(0) + b"2")
        at.ticket(1, "1 Apple")
        at.terminal.wait_for(lambda text: f"2{CODES[0]}" in text and "✗" in text, "both refused")
        left = at.left()
    assert sold(left.open) == [("Apple", 1)]


def test_digits_that_are_ended_like_scans_sell_nothing(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write((scan(0) + b"2\r") * 2)
        at.ticket(1, "2 Apple", "✗")
        left = at.left()
    assert sold(left.open) == [("Apple", 2)]


def test_a_quantity_with_its_mark_counts_for_the_next_scan_only(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(b"2*" + scan(0) + b"2*" + scan(1) + scan(2))
        at.ticket(1, "2 Apple", "2 Banana", "1 Cherry")
        left = at.left()
    assert sold(left.open) == [("Apple", 2), ("Banana", 2), ("Cherry", 1)]


def test_a_pasted_code_waits_for_its_enter(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(PASTE_BEGINS + CODES[0].encode() + PASTE_ENDS)
        at.terminal.wait_for(f"▌ {CODES[0]}")
        at.terminal.write(b"\r")
        at.ticket(1, "1 Apple")
        left = at.left()
    assert sold(left.open) == [("Apple", 1)]


def test_pasted_lines_between_scans_keep_their_place(tmp_path: Path) -> None:
    pasted = "\n".join(CODES[1:3])
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + PASTE_BEGINS + pasted.encode() + PASTE_ENDS + b"\r" + scan(3))
        at.ticket(1, "1 Apple", "1 Banana", "1 Cherry", "1 Damson")
        left = at.left()
    assert sold(left.open) == [(name, 1) for name in NAMES[:4]]


def test_a_scan_on_the_payment_screen_moves_no_money(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12)
        at.terminal.wait_for("Amount")
        for scanned, told in ON_PAYMENT.items():
            at.terminal.write(scanned.encode() + b"\r")
            at.terminal.wait_for(refused(told), f"{told} refused")
        left = at.left()
    assert_nothing_moved(left)


@pytest.mark.parametrize("written_ahead", [False, True])
def test_a_product_scanned_on_the_payment_screen_goes_on_the_ticket(tmp_path: Path, *, written_ahead: bool) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0))
        for scanned, name in ADDED.items():
            at.terminal.write(F12 + (scanned.encode() + b"\r" if written_ahead else b""))
            if not written_ahead:
                at.terminal.wait_for("Amount")
                at.terminal.write(scanned.encode() + b"\r")
            at.ticket(1, f"1 {name}")
        left = at.left()
    assert not left.orders
    assert not left.charges
    assert left.open.paid == 0
    assert sold(left.open) == [("Apple", 1), ("Cherry", 1), ("Banana", 1)]


def test_a_scan_in_one_write_with_f12_moves_no_money(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + b"KIWI\r")
        at.terminal.wait_for(refused("KIWI"), "KIWI refused")
        at.terminal.write(ESC)
        at.ticket(1, "1 Apple")
        left = at.left()
    assert_nothing_moved(left)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\t", b"\r\n"], ids=["CR", "LF", "TAB", "CRLF"])
def test_enter_takes_the_exact_amount_and_the_next_scan_is_the_next_customer_s(tmp_path: Path, end: bytes) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(2, end) + F12 + end + scan(3, end))
        at.ticket(2, "1 Damson")
        left = at.left()
    (order,) = left.orders
    assert [(payment.tender, payment.amount) for payment in order.sale.payments] == [("cash", PRICES[2])]
    assert sold(left.open) == [("Damson", 1)]


@pytest.mark.parametrize("echo", [b"1\r\r", b"1\r\t", b"1\t\r\n\r\n"])
def test_enter_s_echo_never_takes_the_rest(tmp_path: Path, echo: bytes) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(2) + F12)
        at.terminal.wait_for("Amount")
        at.terminal.write(echo)
        at.terminal.wait_for("STILL DUE")
        at.terminal.write(b"KIWI\r\r")
        at.terminal.wait_for(refused("KIWI"), "KIWI refused")
        left = at.left()
    assert not left.orders


def test_enter_s_echo_never_answers_whether_so_much_is_cash(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(2) + F12)
        at.terminal.wait_for("Amount")
        at.terminal.write(b"200")
        at.terminal.wait_for("196.67 change")
        at.terminal.write(b"\r\r")
        at.terminal.wait_for("200.00 FOR 3.33?")
        left = at.left()
    assert (left.open.state, left.open.paid) == ("open", 0)


def refused(scanned: str) -> Callable[[str], bool]:
    """Whether the payment screen says of what was scanned that nothing was taken for it."""
    return lambda text: "nothing was" in text and scanned in " ".join(text.split())


def assert_nothing_moved(left: Left) -> None:
    assert not left.orders
    assert (left.open.state, left.open.paid, sold(left.open)) == ("open", 0, [("Apple", 1)])
    assert not left.charges


def test_a_letter_by_hand_acts(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12)
        at.terminal.wait_for("Amount")
        at.terminal.write(b"k")
        at.terminal.wait_for("PAID")
        left = at.left()
    assert [payment.tender for order in left.orders for payment in order.sale.payments] == ["card"]


def test_escape_and_a_scan_right_after_it(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + b"gra")
        at.terminal.wait_for("1 of 12")
        at.terminal.write(ESC + scan(1))
        at.ticket(1, "1 Apple", "1 Banana")
        left = at.left()
    assert sold(left.open) == [("Apple", 1), ("Banana", 1)]
