"""The laws find what is wrong: each is broken once, and it is that one alone which is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos.domain.reservations import Order
from pos.domain.sale import Payment, Sale, SaleLine
from pos.payments.ledger import Charge
from pos.simulate.laws import Books
from pos.stores.health_report import HealthCheck

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def order(number: int) -> Order:
    """An order of one unit, paid by a card."""
    line = SaleLine(
        line=1, sku="CONSOLE", name="Console", quantity=Decimal(1), list_price=100, unit_price=100, subtotal=100,
        net=100, tax=0, total=100,
    )  # fmt: skip
    payment = Payment(attempt=f"a{number}", tender="card", state="captured", amount=100)
    sale = Sale.model_construct(ticket="1-1", lines=(line,), payments=(payment,))
    return Order.model_construct(
        id=f"o{number}", receipt=f"w1-1-{number}", reservation=f"r{number}", lane="w1", at=NOON, sale=sale
    )


def charge(number: int) -> Charge:
    return Charge(f"a{number}", 100, "captured")


SOUND = Books(
    units=2, on_hand=0, held={"stock:CONSOLE": 0}, open=(), orders=(order(1), order(2)),
    charges=(charge(1), charge(2), Charge("a3", 100, "declined"), Charge("a4", 0, "voided")),
    ends={"o1": "paid", "o2": "paid", "o3": "declined", "o4": "sold_out"},
    checks=(HealthCheck("receipts", True, "without gap or double"), HealthCheck("server", False, "no law")), able=3,
)  # fmt: skip


GAP = HealthCheck("receipts", False, "w1-1: nothing from 2 to 3")


def broken(books: Books) -> dict[str, str]:
    """The laws that are broken, with what is told."""
    return {law.name: law.told for law in books.verdict().laws if not law.kept}


def test_a_shop_that_is_as_it_should_be() -> None:
    verdict = SOUND.verdict()
    assert verdict.clean
    assert (verdict.sold, verdict.asked) == (2, 4)
    assert [law.name for law in verdict.laws] == ["sold", "once", "charges", "nothing-held", "ended", "receipts"]
    assert verdict.sentence.startswith("All laws kept: 4 asked, 2 sold")


@pytest.mark.parametrize(
    ("law", "told", "change"),
    [
        ("sold", "2 were sold, and 3 should have been", {"units": 3, "on_hand": 1}),
        ("sold", "2 were sold, and 1 should have been", {"able": 1}),
        ("sold", "1 of 2 are left although 2 were sold", {"on_hand": 1}),
        ("once", "order o1 is there 2 times", {"orders": (order(1), order(1)), "charges": (charge(1),)}),
        ("once", "order o4 was told as paid and is not there", {"ends": {**SOUND.ends, "o4": "paid"}}),
        ("once", "order o2 is there and was not told as paid", {"ends": {**SOUND.ends, "o2": "declined"}}),
        ("charges", "a5 was charged, and is of no order", {"charges": (*SOUND.charges, charge(5))}),
        ("charges", "order o2 was paid by a2, which was not charged", {"charges": (charge(1),)}),
        ("charges", "a5 was never decided", {"charges": (*SOUND.charges, Charge("a5", 100, "asked"))}),
        ("nothing-held", "1 of stock:CONSOLE are held", {"held": {"stock:CONSOLE": 1}}),
        ("nothing-held", "r9 is open", {"open": ("r9",)}),
        ("ended", "o3: pending", {"ends": {**SOUND.ends, "o3": "pending"}}),
        ("ended", "o4: stuck", {"ends": {**SOUND.ends, "o4": "stuck"}}),
        ("receipts", "w1-1: nothing from 2 to 3", {"checks": (GAP,)}),
    ],
)  # fmt: skip
def test_a_broken_law_is_told(law: str, told: str, change: dict[str, object]) -> None:
    found = broken(replace(SOUND, **change))  # type: ignore[arg-type]
    assert told in found[law]
    assert replace(SOUND, **change).verdict().sentence.startswith("Broken: ")  # type: ignore[arg-type]


def test_money_that_was_given_back_is_nobody_s() -> None:
    given_back = Charge("a5", 100, "captured", refunded=100)
    assert broken(replace(SOUND, charges=(*SOUND.charges, given_back))) == {}


def test_of_a_till_that_was_killed_or_alone_less_is_asked() -> None:
    untold = replace(SOUND, ends={**SOUND.ends, "o2": "interrupted"})
    assert set(broken(untold)) == {"once"}
    assert broken(replace(untold, silent=frozenset({"w1"}))) == {}
    short = replace(SOUND, checks=(HealthCheck("floors", False, "-1 free"),))
    assert set(broken(short)) == {"floors"}
    assert broken(replace(short, alone=True)) == {}


def test_of_many_faults_some_are_told() -> None:
    ends = {**SOUND.ends, **{f"o{number}": "pending" for number in range(10, 20)}}
    assert broken(replace(SOUND, ends=ends))["ended"] == "o10: pending; o11: pending; o12: pending; and 7 more"
