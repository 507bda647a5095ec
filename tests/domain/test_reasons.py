"""Reasons are kept as codes and values, and said in the language of whoever reads them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pytest
from pydantic import ValidationError

from pos.domain import reasons
from pos.domain.i18n import using_language
from pos.domain.money import format_money
from pos.domain.reason_text import worded
from pos.domain.sale import Discount, Sale, SaleCoupon, SaleLine
from pos.locales import language_of
from tests.domain.builders import why

TEN = Decimal(10)
REASONS: list[reasons.Reason] = [
    reasons.percent_off(code="coupon_percent", percent=Decimal("8.875")),
    reasons.percent_off(code="member_percent", percent=TEN),
    reasons.amount_off(code="coupon_amount", amount=250),
    reasons.manual_percent(code="manual_percent", percent=TEN, why="dented"),
    reasons.manual_amount(code="manual_amount", amount=150, why=None),
    reasons.gifts_off(code="buy_x_get_y", buy=2, get=1, percent=Decimal(50)),
    reasons.too_few(code="too_few_pieces", buy=2, get=1),
    reasons.out_of_date(code="coupon_expired", day=date(2026, 1, 31)),
    reasons.out_of_date(code="coupon_not_started", day=datetime(2026, 1, 31, 18)),
    reasons.out_of_date(code="coupon_not_started", day=datetime(2026, 1, 31)),
    reasons.used_up(code="coupon_exhausted", limit=7, by="all"),
    reasons.used_up(code="coupon_exhausted", limit=1, by="member"),
    reasons.below_minimum(code="coupon_below_minimum", missing=501, minimum=2501, of="money"),
    reasons.below_minimum(code="coupon_below_minimum", missing=1, minimum=3, of="pieces"),
    reasons.not_stackable(code="coupon_not_stackable", other="B"),
    reasons.SEVERAL,
    reasons.NOTHING_ELIGIBLE,
    reasons.NOTHING_LEFT,
    reasons.UNKNOWN,
    reasons.INACTIVE,
    reasons.NEEDS_MEMBER,
]


def taken(reason: reasons.Reason) -> SaleCoupon:
    return SaleCoupon(code="TEN", amount=0, reason=reason)


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
@pytest.mark.parametrize("brief", [False, True])
def test_a_reason_is_read_as_it_was_kept(reason: reasons.Reason, brief: bool) -> None:
    found = SaleCoupon.model_validate_json(taken(reason).model_dump_json(exclude_defaults=brief))
    assert found == taken(reason)
    assert type(found.reason) is type(reason)


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_a_reason_is_said_in_the_language_of_whoever_reads_it(reason: reasons.Reason) -> None:
    english = why(taken(reason))
    with using_language(language_of("de")):
        assert why(taken(reason)) not in ("", english)
    assert why(taken(reason)) == english


def test_each_reason_has_its_own_sentence() -> None:
    assert len({why(taken(reason)) for reason in REASONS}) == len(REASONS)


def test_a_sentence_that_an_earlier_version_kept_stays() -> None:
    kept = '{"step":"coupon","code":"TEN","amount":40,"reason":"Coupon TEN, 10 %"}'
    found = Discount.model_validate_json(kept)
    with using_language(language_of("de")):
        assert why(found) == "Coupon TEN, 10 %"
    assert found.model_dump_json() == kept


@pytest.mark.parametrize(
    "reason", [{"code": "because"}, {"code": "coupon_percent"}, {"code": "nothing_left", "x": 1}, 5]
)
def test_what_is_no_reason_is_refused(reason: object) -> None:
    with pytest.raises(ValidationError):
        SaleCoupon.model_validate({"code": "TEN", "amount": 0, "reason": reason})


def test_a_sale_for_scripts_has_its_reasons_as_sentences() -> None:
    off = Discount(step="coupon", code="TEN", amount=40, reason=REASONS[0])
    line = SaleLine(
        line=1, sku="A", name="A", quantity=Decimal(1), list_price=400, unit_price=400, subtotal=400,
        discounts=(off,), net=360, tax=0, total=360,
    )  # fmt: skip
    sale = Sale(ticket="1", lines=(line,), discounts=(off,), coupons=(taken(REASONS[0]),))
    said = worded(sale, partial(format_money, exponent=2)).model_dump(mode="json")
    wanted = "Coupon TEN, 8.875 %"
    assert said["lines"][0]["discounts"] == said["discounts"] == [off.model_dump(mode="json") | {"reason": wanted}]
    assert said["coupons"] == [{"code": "TEN", "amount": 0, "reason": wanted}]
    assert sale.discounts == (off,)
