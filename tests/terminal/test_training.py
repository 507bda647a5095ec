"""Training in one terminal while a till sells in another, on the same shop."""

from __future__ import annotations

from pathlib import Path

from tests.prefork import Loaded
from tests.terminal.driver import Terminal
from tests.terminal.shop import F12, lane, scan, sold
from tests.terminal.test_settings import DARK


def test_a_till_sells_while_somebody_trains_and_only_its_own_sales_count(tmp_path: Path) -> None:
    with lane(tmp_path) as live:
        live.terminal.write(scan(0))
        live.ticket(1, "1 Apple")
        with Terminal(Loaded("training", "--store", str(live.folder)), home=tmp_path) as trainee:
            trainee.wait_for(lambda text: "till ready" in text and text.startswith(" TRAINING "), "a till to train at")
            trainee.write(scan(1))
            trainee.wait_for("Banana")
            trainee.write(b"\x07lost\r")
            trainee.wait_for("The next card: declined (The bank declined the card).")
            trainee.write(F12 + b"k")
            trainee.wait_for("DECLINED")
            trainee.write(b"c")
            trainee.wait_for("1-TRAINING-1")
            trainee.write(scan(2))
            trainee.wait_for("Cherry")
            trainee.close()
            assert DARK not in trainee.raw
        live.terminal.write(F12 + b"c")
        live.terminal.wait_for("receipt 1-1-1")
        left = live.left()
    assert (left.receipts, [sold(order.sale) for order in left.orders]) == (["1-1-1"], [[("Apple", 1)]])
