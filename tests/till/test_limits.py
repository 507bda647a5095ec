"""How much a ticket and a shelf take: beyond it is told, and below it a step costs no more than it must."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pos.domain import cart_edits, coupons, merge
from pos.domain.cart import LONGEST_NAME, Cart, CartLine
from pos.domain.cart_edits import MOST_LINES
from pos.domain.catalog import Goods, Product
from pos.domain.catalog_file import CatalogFile, faults
from pos.domain.errors import TillError
from pos.till import parking
from pos.till.till import Till
from tests.till.support import BREAD, LAMP, TEA, counter, shop

LOOSE = {"sku": "NUTS", "name": "Nuts", "price": 900, "unit": "kg"}
FULL = "This ticket is full (3 lines): pay it or set it aside, then go on."


def refusal(step: Callable[[], object]) -> TillError:
    with pytest.raises(TillError) as refused:
        step()
    return refused.value


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines, two coupons, two tickets set aside."""
    for module in cart_edits, merge:
        monkeypatch.setattr(module, "MOST_LINES", 3)
    monkeypatch.setattr(coupons, "MOST_COUPONS", 2)
    monkeypatch.setattr(parking, "MOST_SET_ASIDE", 2)


def weighed(till: Till, many: int) -> None:
    for _ in range(many):
        till.add("NUTS", Decimal("0.4"))


def with_nuts(**changes: Any) -> dict[str, Any]:
    return {"products": [*shop()["products"], LOOSE], **changes}


def test_a_ticket_takes_a_thousand_lines_and_no_more() -> None:
    nuts = Product.model_validate(LOOSE)
    lines = tuple(CartLine(line=number, sku="NUTS", quantity=Decimal(1)) for number in range(1, MOST_LINES))
    cart = cart_edits.add(Cart(lines=lines, last_line=MOST_LINES - 1), nuts, Decimal(1))
    assert (MOST_LINES, len(cart.lines)) == (1000, 1000)
    assert "full (1,000 lines)" in refusal(lambda: cart_edits.add(cart, nuts, Decimal(1))).message


@pytest.mark.usefixtures("few")
async def test_a_full_ticket_refuses_a_line_and_does_all_else() -> None:
    with counter(**with_nuts()) as at:
        weighed(at.till, 2)
        at.till.add(BREAD)
        for code in ("NUTS", TEA, LAMP):
            error = refusal(lambda code=code: at.till.add(code, Decimal(1)))  # type: ignore[misc]
            assert (error.code, error.message) == ("ticket_full", FULL)
        assert at.till.add(BREAD).items == 4
        assert at.till.set_quantity(1, Decimal(2)).lines[0].quantity == 2
        at.till.void(1)
        weighed(at.till, 1)
        assert (await at.till.pay_cash()).state == "paid"
        assert at.till.add(TEA).items == 1


@pytest.mark.usefixtures("few")
def test_a_ticket_takes_so_many_coupons() -> None:
    more = [{"code": code, "type": "percentage", "value": "1", "stackable": True} for code in ("A", "B", "C")]
    with counter(coupons=more) as at:
        at.till.add(TEA)
        at.till.apply_coupon("A")
        at.till.apply_coupon("B")
        error = refusal(lambda: at.till.apply_coupon("C"))
        assert error.code == "ticket_full"
        assert error.message == "This ticket is full (2 coupons): take one off first."
        at.till.remove_coupon("A")
        assert [coupon.code for coupon in at.till.apply_coupon("C").coupons] == ["B", "C"]


@pytest.mark.usefixtures("few")
async def test_a_saved_cart_that_does_not_fit_stays_where_it_is() -> None:
    with counter(**with_nuts()) as at:
        weighed(at.till, 2)
        await at.till.attach_member("M1")
        await at.till.hold()
        weighed(at.till, 2)
        with pytest.raises(TillError, match="4 lines together, more than the 3") as refused:
            await at.till.attach_member("M1")
        assert refused.value.code == "ticket_full"
        assert (at.sale.member, at.sale.items, at.sale.state) == (None, 2, "open")
        await at.till.hold("other")
        assert (await at.till.attach_member("M1")).items == 2


@pytest.mark.usefixtures("few")
async def test_a_ticket_that_does_not_fit_into_the_saved_cart_goes_under_a_name() -> None:
    with counter(**with_nuts()) as at:
        await at.till.attach_member("M1")
        weighed(at.till, 2)
        with counter(at.store, lane="2") as other:
            weighed(other.till, 2)
            await other.till.attach_member("M1")
            await other.till.hold()
        with pytest.raises(TillError, match="4 lines together") as refused:
            await at.till.hold()
        assert refused.value.code == "ticket_full"
        assert (at.sale.member, at.sale.items, at.sale.state) == ("M1", 2, "open")
        assert (await at.till.hold("other")).state == "held"


@pytest.mark.usefixtures("few")
async def test_so_many_tickets_are_set_aside() -> None:
    with counter() as at:
        for name in ("a", None):
            at.till.add(TEA)
            await at.till.hold(name)
        at.till.add(BREAD)
        for name in ("c", None):
            with pytest.raises(
                TillError, match=r"No room for another ticket \(2 are set aside\): pay or void this one"
            ) as refused:
                await at.till.hold(name)
            assert refused.value.code == "shelf_full"
        assert (at.sale.items, at.sale.state) == (1, "open")
        at.till.void_all()
        await at.till.recall("a")
        assert (await at.till.hold("c")).state == "held"


async def test_the_name_of_a_ticket_is_no_longer_than_a_line_can_say_again() -> None:
    with counter() as at:
        at.till.add(TEA)
        with pytest.raises(TillError, match="A ticket's name has at most 100 characters") as refused:
            await at.till.hold("x" * (LONGEST_NAME + 1))
        assert (refused.value.code, at.sale.items) == ("bad_command", 1)
        await at.till.hold("x" * LONGEST_NAME)
        assert (await at.till.recall("x" * LONGEST_NAME)).items == 1


def lines_run(step: Callable[[], object]) -> int:
    """How many lines of Python a step runs through in this thread: what it costs, the same on every machine."""
    count = 0

    def trace(_frame: object, _event: str, _what: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        step()
    finally:
        sys.settrace(before)
    return count


def goods(many: int) -> list[dict[str, Any]]:
    return [{"sku": f"P{number}", "name": f"Thing {number}", "price": 100, "stock": 9} for number in range(many)]


async def cost(many: int) -> dict[str, int]:
    """What each step costs on a ticket with so many lines."""
    found = {}
    with counter(products=[*goods(many), LOOSE]) as at:
        till = at.till
        for number in range(many):
            till.add(f"P{number}")
        found["add"] = lines_run(lambda: till.add("P0"))
        found["weigh"] = lines_run(lambda: till.add("NUTS", Decimal("0.4")))
        found["quantity"] = lines_run(lambda: till.set_quantity(1, Decimal(3)))
        found["coupon"] = lines_run(lambda: till.apply_coupon("TEN"))
        found["price again"] = lines_run(till.refresh)
        found["void"] = lines_run(till.void)
        found["short of stock"] = lines_run(lambda: list(till._levels.short_of_stock(till._current.state.cart)))
        found["still sold"] = lines_run(lambda: till._current._pricing.still_sold(till._current.state.cart))
        await till.pay_cash()
        sold = await till.find_order()
        found["receipt"] = lines_run(lambda: till.receipt_of(sold))
    return found


async def test_twice_the_lines_cost_a_step_no_more_than_twice() -> None:
    await cost(10)
    few, many = await cost(50), await cost(100)
    assert {step: round(many[step] / few[step], 1) for step in few if many[step] > 2.2 * few[step]} == {}


def catalog_with(many: int) -> CatalogFile:
    """So many weighed products of one category, each without the tax that it names, as many coupons and taxes."""
    loose = [{**LOOSE, "sku": f"N{number}", "category": "Loose", "tax": "none"} for number in range(many)]
    taxes = [{"name": f"T{number}", "rate": "1"} for number in range(many)]
    gifts = [
        {"code": f"C{number}", "type": "buy_x_get_y", "buy": 1, "get": 1, "categories": ["Loose"]}
        for number in range(many)
    ]
    data = shop(products=loose, coupons=gifts, taxes=taxes, members=[])
    return CatalogFile.model_validate(data)


def test_twice_the_catalog_costs_its_check_no_more_than_twice() -> None:
    small, large = catalog_with(50), catalog_with(100)
    list(faults(small))
    assert lines_run(lambda: list(faults(large))) < 2.2 * lines_run(lambda: list(faults(small)))


def test_a_coupons_list_may_be_long() -> None:
    """Looking whether a product is in it compares with one of its names at most."""
    compared = 0

    class Name(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

    among = Goods(tuple(Name(f"P{number}") for number in range(1000)), ()).among()
    compared = 0
    assert among(Product(sku="P999", name="x", price=1))
    assert not among(Product(sku="P1000", name="x", price=1))
    assert compared <= 2
