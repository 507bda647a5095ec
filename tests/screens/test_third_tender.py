"""A tender that only this test has, on every screen that tells of a payment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pos.testing import Cashier
from screens.display.money_format import MoneyFormat
from screens.display.pages import thanks_rows
from screens.display.ticket import TicketPage, ticket_page
from screens.render.rows import Row
from tests.screens.shop import MILK
from tests.screens.test_payment import APPROVED, DECLINED
from tests.till.other_tenders import other_tenders


@pytest.fixture
def more_tenders() -> Iterator[None]:
    """The other tenders, with their keys."""
    with other_tenders():
        yield


@pytest.fixture
def at(more_tenders: None, cashier: Cashier) -> Cashier:
    """A till on which these keys count."""
    return cashier


def told(rows: list[Row]) -> str:
    return "\n".join(line.text for line in rows)


async def test_it_is_offered_and_taken_and_the_receipt_says_so(at: Cashier) -> None:
    await at.keys(f"{MILK}\n<f12>")
    assert all(name in at.text("paying") for name in ("Cash", "Card", "Wallet", "Cheque", "stamp book"))
    await at.keys("h")
    assert at.state == "paid"
    assert "Cheque" in at.text("paid")
    assert "CHEQUE" in at.text("paper")
    sale = at.sale
    assert "cheque 1.49" in told(list(thanks_rows(sale, MoneyFormat(), 80, 24)))


async def test_a_part_is_shown_to_the_cashier_and_the_customer_and_given_back(at: Cashier) -> None:
    await at.keys(f"{MILK}\n<f12>/pay cheque 1.00\n<f12>")
    assert at.state == "part_paid"
    assert "✓ cheque" in at.text("paying")
    page = ticket_page(TicketPage(at.sale, None, "ticket", ""), MoneyFormat(), 80, 24)
    assert "Paid by cheque" in told(list(page))
    await at.keys("a").keys("a")
    assert "Give 1.00 back by cheque." in at.text()
    assert at.state == "open"


async def test_a_declined_one_is_told_as_a_card_is_and_tried_again(at: Cashier) -> None:
    await at.keys(f"{MILK}\n<f12>/pay wallet {APPROVED} 1.00\n<f12>")
    assert "visa ••4242" in at.text("paying")
    await at.keys(f"{DECLINED}w")
    assert "DECLINED" in at.text("paying")
    assert "••9995" in at.text("paying")
    at.bank.say("approve")
    await at.keys("r")
    assert [each.tender for each in at.sale.payments if each.state == "captured"] == ["wallet", "wallet"]


async def test_what_has_no_reader_wants_its_number_first(at: Cashier) -> None:
    await at.keys(f"{MILK}\n<f12>")
    await at.keys("b")
    assert "Type the number first" in at.text("paying")
    await at.keys("777b")
    assert at.state == "open"
    assert "0 free now" in at.text("paying")


KEYS = ("F1", "F10", "F11", "Esc", "C", "K", "W", "H", "B")


@pytest.mark.parametrize("size", [(80, 24), (120, 30)], ids=["80x24", "120x30"])
async def test_every_key_is_seen_however_many_tenders_there_are(at: Cashier, size: tuple[int, int]) -> None:
    await at.resize(*size)
    await at.keys(f"{MILK}\n<f12>")
    assert [key for key in KEYS if key not in at.text().splitlines()[-1].split()] == []
    await at.keys(f"/pay cheque 0.50\n<f12>{DECLINED}w")
    assert "DECLINED" in at.text("paying")
    assert [key for key in ("C", "K", "W", "H", "B", "A") if key not in at.text("paying").split()] == []


async def test_the_number_of_one_that_has_something_left_is_no_cash(at: Cashier) -> None:
    await at.keys(f"{MILK}\n<f12>777\n").sees("777.00 FOR 1.49?", "paying")
    await at.keys("<escape><escape>")
    await at.till.fill("book", "777", 500)
    await at.keys("<f12>777\n").sees("777 is a code of the shop: nothing was taken.", "paying")
    assert at.state == "open"
    await at.keys("777b")
    assert [payment.tender for payment in at.sale.payments] == ["book"]
