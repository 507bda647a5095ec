"""A shop's own tests, with its own catalog and its own pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pos.testing import Cashier, Snap
    from pos.till.till import Till

pytestmark = pytest.mark.till(catalog="shop.json")


async def test_a_declined_card_keeps_the_ticket(cashier: Cashier, snap: Snap) -> None:
    await cashier.scan("2000100000014").coupon("SAVE10").pays_card("4000000000009995").sees("declined")
    await snap("declined", sizes=("80x24", "160x50"), themes=("tillkey-dark", "tillkey-light"))
    await cashier.presses("escape").sees("Green Tea")


@pytest.mark.till(gateway="timeout before")
async def test_no_answer_parks_the_ticket(cashier: Cashier, snap: Snap) -> None:
    await cashier.scan("CUP").pays_card().sees("NO ANSWER")
    await snap("no_answer")


def test_the_last_cup(till: Till) -> None:
    assert till.add("CUP").total == 1200
