"""Keys that come while the till is busy: opening, or charging a card."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.shop import (
    F11,
    F12,
    GOOD_CARD,
    NAMES,
    POOR_CARD,
    PRICES,
    lane,
    scan,
    slow_disk,
    sold,
    spawned,
    write_catalog,
)


def test_keys_written_at_once_after_the_start_are_kept_in_order(tmp_path: Path) -> None:
    with spawned(tmp_path, write_catalog(tmp_path / "catalog.json")) as at:
        at.terminal.write(scan(0) + scan(1) + F12 + b"20\r" + scan(2))
        at.ticket(2, "1 Cherry")
        left = at.left()
    (order,) = left.orders
    assert sold(order.sale) == [("Apple", 1), ("Banana", 1)]
    assert [payment.tendered for payment in order.sale.payments] == [2000]
    assert sold(left.open) == [("Cherry", 1)]


def test_keys_typed_while_the_catalog_is_read_are_shown_kept_and_applied(tmp_path: Path) -> None:
    catalog, gate = write_catalog(tmp_path / "catalog.json"), tmp_path / "gate"
    with spawned(tmp_path, catalog, begun_by=slow_disk(gate)) as at:
        at.terminal.wait_for("opening")
        at.terminal.write(b"2*" + scan(0) + scan(1))
        at.terminal.write(F12 + b"20\r" + scan(2) + b"gra")
        at.terminal.wait_for("gra")
        gate.write_text("on")
        at.ticket(2, "1 Cherry")
        at.terminal.wait_for("1 of 12")
        left = at.left()
    (order,) = left.orders
    assert sold(order.sale) == [("Apple", 2), ("Banana", 1)]
    assert sold(left.open) == [("Cherry", 1)]


def test_keys_typed_while_a_card_is_charged_are_taken_when_it_is_paid(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + GOOD_CARD + b"k" + scan(1) + scan(2) + F12 + b"20\r" + scan(3))
        at.ticket(3, "1 Damson")
        left = at.left()
    card, cash = left.orders
    assert (sold(card.sale), [payment.tender for payment in card.sale.payments]) == ([("Apple", 1)], ["card"])
    assert sold(cash.sale) == [("Banana", 1), ("Cherry", 1)]
    assert [payment.tendered for payment in cash.sale.payments] == [2000]
    assert [charge.kept for charge in left.charges] == [PRICES[0]]


def test_keys_typed_while_a_card_is_charged_are_dropped_when_it_is_declined(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + POOR_CARD + b"k" + scan(1) + b"c\r")
        at.terminal.wait_for("DECLINED")
        at.terminal.wait_for("keys typed meanwhile had no")
        at.terminal.write(b"7")
        at.terminal.wait_for("Amount   7")
        left = at.left()
    assert not left.orders
    assert sold(left.open) == [("Apple", 1)]
    assert [charge.state for charge in left.charges] == ["declined"]


def test_enter_after_a_decline_takes_no_money_however_often(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + POOR_CARD + b"k\r\r\r")
        at.terminal.wait_for("DECLINED")
        at.terminal.write(b"\r" * 20)
        # The amount is drawn after every Enter has been taken.
        at.terminal.write(b"7")
        at.terminal.wait_for("Amount   7")
        left = at.left()
    assert not left.orders
    assert (left.open.state, left.open.paid, sold(left.open)) == ("open", 0, [("Apple", 1)])
    assert [charge.state for charge in left.charges] == ["declined"]


def test_enter_after_a_declined_card_command_takes_no_money(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + b"/pay card " + POOR_CARD + b"\r\r\r\r")
        at.terminal.wait_for("✗")
        at.terminal.write(b"\r" * 20 + b"gra")
        at.terminal.wait_for("1 of 12")
        left = at.left()
    assert not left.orders
    assert (left.open.state, sold(left.open)) == ("open", [("Apple", 1)])
    assert [charge.state for charge in left.charges] == ["declined"]
    assert POOR_CARD not in bytes(at.terminal.raw)


def test_cash_after_a_decline_is_what_was_typed_after_it(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + POOR_CARD + b"k50\r")
        at.terminal.wait_for("DECLINED")
        at.terminal.write(b"20\r" + scan(1))
        at.ticket(2, "1 Banana")
        left = at.left()
    (order,) = left.orders
    assert [payment.tendered for payment in order.sale.payments if payment.state == "captured"] == [2000]


def test_capital_letters_act_on_the_payment_screen_as_small_ones_do(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + b"K" + scan(1) + F12 + b"C" + scan(2))
        at.ticket(3, "1 Cherry")
        left = at.left()
    assert [payment.tender for order in left.orders for payment in order.sale.payments] == ["card", "cash"]


def test_the_inspector_opened_in_a_burst_changes_nothing_of_it(tmp_path: Path) -> None:
    with lane(tmp_path, (120, 30)) as at:
        at.terminal.write(scan(0) + F11 + scan(1) + F12 + b"20\r" + scan(2))
        at.ticket(2, "1 Cherry", "What happened", "committed")
        left = at.left()
    (order,) = left.orders
    assert sold(order.sale) == [(name, 1) for name in NAMES[:2]]
