"""What a till sells while the server is away, and the sentence for what it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from pos.domain.counters import coupon_uses
from pos.domain.errors import TillError
from pos.domain.model import changed
from pos.domain.reservations import Attempt, Reservation
from pos.domain.sale import Payment, Sale
from pos.stores.redis.options import OfflineLimits
from tests.stores.redis.lanes import STOCK, Lane, lane
from tests.stores.samples import NOW, attempt, reservation, sale
from tests.till.other_tenders import BOOK, STAMPS_LEFT, other_tenders

TEA: Final = "stock:TEA"
AWAY: Final = "The server is away: "


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Callable[..., Lane]]:
    """A till whose server is away, with these limits."""
    opened: list[Any] = []

    def make(**limits: Any) -> Lane:
        opened.append(lane(tmp_path, offline=OfflineLimits(**limits)))
        made: Lane = opened[-1].__enter__()
        made.proxy.refuse()
        made.wait_away()
        return made

    yield make
    for each in opened:
        each.__exit__(None, None, None)


def refused(till: Lane, asked: Reservation) -> str:
    with pytest.raises(TillError) as error:
        till.store.reserve(asked)
    assert error.value.code == "server_away"
    assert till.store.reservation(asked.id) is None
    said = str(error.value.message)
    assert said.startswith(AWAY)
    return said


def paid(name: str, tender: str, total: int = 1000) -> Reservation:
    """A reservation whose sale is to be paid so."""
    charged = Sale(ticket=f"tic_{name}", total=total, state="paid", payments=(_payment(tender, total),))
    return changed(reservation(name, (TEA, 1)), sale=charged)


def _payment(tender: str, amount: int) -> Payment:
    return Payment(attempt=f"att_{tender}", tender=tender, state="captured", amount=amount)


def test_stock_is_sold_as_far_as_the_till_knows_of_it(till: Callable[..., Lane]) -> None:
    made = till()
    made.store.reserve(reservation("a", (TEA, STOCK)))
    with pytest.raises(TillError) as error:
        made.store.reserve(reservation("b", (TEA, 1)))
    assert error.value.code == "out_of_stock"


def test_a_coupon_with_limited_uses_is_refused_and_one_without_is_not(till: Callable[..., Lane]) -> None:
    made = till()
    said = refused(made, reservation("a", (TEA, 1), (coupon_uses("FEW"), 1, -10)))
    assert "A coupon of limited uses may be used up elsewhere: take it off." in said
    made.store.reserve(reservation("b", (TEA, 1), (coupon_uses("MANY"), 1, None)))


def test_what_is_limited_otherwise_is_named(till: Callable[..., Lane]) -> None:
    assert "(points:M1)" in refused(till(), reservation("a", ("points:M1", 1)))


def test_nothing_is_taken_back(till: Callable[..., Lane]) -> None:
    asked = changed(reservation("a", ("refunded:ord_1:1", 1, -1)), refunds="ord_1")
    assert "Nothing is taken back" in refused(till(), asked)


def test_a_tender_that_a_counter_is_behind_is_refused(till: Callable[..., Lane]) -> None:
    made = till()
    with other_tenders():
        made.store.reserve(reservation("a", (TEA, 1), state="charging"))
        taken = Attempt(attempt="att_1", tender=BOOK.name, state="pending", amount=100, counter=STAMPS_LEFT, at=NOW)
        with pytest.raises(TillError, match="cannot be paid by stamp book") as error:
            made.store.record_attempt("res_a", taken)
        assert error.value.code == "server_away"
        assert made.store.reservation("res_a") == reservation("a", (TEA, 1), state="charging")
    made.store.record_attempt("res_a", attempt("card"))


def test_only_tenders_of_the_list_are_taken(till: Callable[..., Lane]) -> None:
    made = till(tenders=("cash",))
    assert "cannot be paid by card" in refused(made, paid("a", "card"))
    made.store.commit(paid("b", "cash"), paid("b", "cash").sale, NOW)
    made.store.reserve(reservation("c", (TEA, 1), state="charging"))
    with pytest.raises(TillError, match="cannot be paid by card"):
        made.store.record_attempt("res_c", attempt("c"))


def test_no_sale_beyond_the_amount_is_taken(till: Callable[..., Lane]) -> None:
    made = till(most=1000)
    assert "no sale of this amount" in refused(made, paid("a", "cash", 1001))
    made.store.reserve(paid("b", "cash", 1000))


def test_after_so_many_minutes_nothing_is_sold(till: Callable[..., Lane]) -> None:
    made = till(minutes=5)
    made.store.reserve(reservation("a", (TEA, 1)))
    made.store.link.since -= 301
    assert "longer than this shop sells without it" in refused(made, reservation("b", (TEA, 1)))


def test_what_was_begun_before_is_brought_to_its_end(till: Callable[..., Lane]) -> None:
    made = till(minutes=5, tenders=("cash",), most=10)
    made.proxy.let_pass()
    made.store.link.again()
    made.wait_online()
    made.store.reserve(reservation("a", (TEA, 1), state="charging"))
    made.store.record_attempt("res_a", attempt("a"))
    made.proxy.refuse()
    made.wait_away()
    made.store.link.since -= 301
    made.store.record_attempt("res_a", attempt("a", "captured"))
    made.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    made.proxy.let_pass()
    made.store.link.again()
    made.wait_online()
    assert made.there.orders() == ["ord_a"]
