"""What a line or a clipboard may send to the program by mistake: the till goes on, and nothing of it is a key."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.shop import CODES, F12, PASTE_BEGINS, PASTE_ENDS, lane, scan, sold

NOISES = (
    b"\xff", b"\xe9x", b"\xc3(", b"M\xfcller", b"\x1b[9999999999u", b"\x1b[55296u", b"\x1b[48;60000;60000;1;1t",
)  # fmt: skip


def test_noise_does_not_end_the_till(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        for ticket, noise in enumerate(NOISES, 1):
            at.terminal.write(scan(0) + noise + b"\x15" + scan(1))
            at.ticket(ticket, "1 Apple", "1 Banana")
            at.terminal.write(F12 + b"20\r" + noise + b"\x15" + scan(2))
            at.ticket(ticket + 1, "1 Cherry")
        left = at.left()
    first, *others = [sold(order.sale) for order in left.orders]
    assert first == [("Apple", 1), ("Banana", 1)]
    assert others == [[("Cherry", 1), *first]] * (len(NOISES) - 1)


def test_a_byte_that_is_no_utf_8_within_a_scan_is_dropped(tmp_path: Path) -> None:
    code = CODES[0].encode()
    with lane(tmp_path) as at:
        at.terminal.write(code[:5] + b"\xff" + code[5:] + b"\r")
        at.ticket(1, "1 Apple")
        assert sold(at.left().open) == [("Apple", 1)]


def test_a_paste_that_never_ends_leaves_the_keys_alive(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(PASTE_BEGINS + b"gra")
        at.terminal.wait_for("1 of 12")
        at.terminal.write(b"\x15" + scan(1) + F12)
        at.terminal.wait_for("Pay ticket 1-1")
        assert sold(at.left().open) == [("Banana", 1)]


def test_a_paste_of_several_lines_with_sequences_in_it_is_scans_and_no_keys(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        lines = b"".join(scan(number) for number in range(3))
        at.terminal.write(PASTE_BEGINS + lines + F12 + b"\x1b\x1b[A" + PASTE_ENDS)
        at.ticket(1, "1 Apple", "1 Banana", "1 Cherry", "[24~[A")
        left = at.left()
    assert sold(left.open) == [("Apple", 1), ("Banana", 1), ("Cherry", 1)]
    assert not left.orders
