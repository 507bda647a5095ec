"""What holds of reports whatever was sold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pos.domain.json_text import json_text
from pos.domain.locale_format import plain_money
from pos.domain.reservations import Order
from pos.reports import day, tenders
from pos.reports.report import Counted
from pos.reports.table import REPORTS
from tests.reports.sold import SHOP, given_back, orders


def figures(told: object, path: str = "") -> Iterator[tuple[str, int]]:
    """Every integer of a report as JSON, under its place; parts of a list under what names them."""
    match told:
        case dict():
            names = "/".join(str(value) for value in told.values() if value is None or isinstance(value, str | bool))
            for name, value in told.items():
                yield from figures(value, f"{path}/{names}/{name}")
        case list():
            for each in told:
                yield from figures(each, path)
        case bool() | str() | None:
            pass
        case _:
            assert type(told) is int, "a figure is an integer"
            yield path, told


def as_read(counted: Counted) -> Any:
    """A report as a program reads it."""
    return json.loads(json_text(counted.as_json()))


def what_is_taken_off_and_the_total_are_all_that_was_sold(sold: list[Order]) -> None:
    found = day.count(sold, SHOP)
    assert found.orders == len(sold)
    assert found.discount_total == sum(each.amount for each in found.discounts)
    assert found.tax == sum(each.tax for each in found.taxes)
    added = sum(each.tax for each in found.taxes if not each.included)
    assert found.total == found.subtotal - found.discount_total + added
    assert found.paid == found.total + found.cash_rounding
    for name in ("items", "subtotal", "discount_total", "tax", "total", "cash_rounding", "paid"):
        assert getattr(found, name) == sum(getattr(order.sale, name) for order in sold), name


def what_tenders_took_is_what_was_paid(sold: list[Order]) -> None:
    found = tenders.count(sold, SHOP)
    assert found.net == sum(each.net for each in found.tenders) == day.count(sold, SHOP).paid
    assert all(each.taken == each.net + each.change for each in found.tenders)
    assert sum(each.change for each in found.tenders) == sum(order.sale.change for order in sold)
    captured = sum(payment.state == "captured" for order in sold for payment in order.sale.payments)
    assert sum(each.count for each in found.tenders) == captured


def a_report_of_several_orders_is_the_sum_of_theirs(sold: list[Order]) -> None:
    for report in REPORTS.values():
        apart = Counter[str]()
        for order in sold:
            apart.update(dict(figures(as_read(report.count([order], SHOP)))))
        assert +Counter(dict(figures(as_read(report.count(sold, SHOP))))) == +apart


@given(orders())
def test_what_was_given_back_counts_the_other_way(order: Order) -> None:
    both = order, given_back(order)
    sales = day.count(both, SHOP)
    assert (sales.orders, sales.returns) == (1, 1)
    assert {value for path, value in figures(as_read(sales)) if not path.endswith(("/orders", "/returns"))} <= {0}
    assert {each.net for each in tenders.count(both, SHOP).tenders} <= {0}


def its_rows_are_told_whatever_was_sold(sold: list[Order]) -> None:
    for report in REPORTS.values():
        rows = list(report.count(sold, SHOP).rows(lambda amount: plain_money(amount, 2)))
        assert rows
        assert max(map(len, rows)) == len(rows[0])


LAWS: tuple[Callable[[list[Order]], None], ...] = (
    what_is_taken_off_and_the_total_are_all_that_was_sold,
    what_tenders_took_is_what_was_paid,
    a_report_of_several_orders_is_the_sum_of_theirs,
    its_rows_are_told_whatever_was_sold,
)
"""To make orders takes longer than to judge them: each law is tried on all that are made."""


@settings(max_examples=25)
@given(st.lists(orders(), max_size=4))
def test_every_law_holds_of_whatever_was_sold(sold: list[Order]) -> None:
    for law in LAWS:
        law(sold)
