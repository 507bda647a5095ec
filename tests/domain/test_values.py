"""What the constructors of values promise: the validated one, and the one that leaves checking to the type checker."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from pos.domain.model import changed, trusted
from pos.domain.reasons import percent_off
from pos.domain.sale import Discount, Sale, SaleLine

LINE: dict[str, Any] = {
    "line": 1,
    "sku": "A",
    "name": "Apple",
    "quantity": Decimal("0.412"),
    "unit": "kg",
    "list_price": 500,
    "unit_price": 500,
    "subtotal": 206,
    "net": 206,
    "tax": 0,
    "total": 206,
}

TEN = percent_off(code="coupon_percent", percent=Decimal(10))

discount_of = trusted(Discount)


def test_a_trusted_value_is_the_validated_one() -> None:
    made = discount_of(step="coupon", code="TEN", amount=5, reason=TEN)
    checked = Discount(step="coupon", code="TEN", amount=5, reason=TEN)
    assert (made, hash(made), made.model_dump_json()) == (checked, hash(checked), checked.model_dump_json())
    assert type(made) is Discount
    with pytest.raises(ValidationError, match="frozen"):
        made.amount = 6  # type: ignore[misc]


def test_a_field_left_out_has_its_default_and_its_place() -> None:
    line, checked = trusted(SaleLine)(**LINE), SaleLine(**LINE)
    assert line.discounts == ()
    assert (line, line.model_dump_json()) == (checked, checked.model_dump_json())


def test_a_changed_value_is_a_copy_of_its_class() -> None:
    sale = Sale(ticket="1", total=5)
    assert changed(sale, total=6) == Sale(ticket="1", total=6)
    assert sale.total == 5


def test_only_a_class_of_values_has_a_trusted_constructor() -> None:
    with pytest.raises(TypeError, match="no class of values"):
        trusted(discount_of)


@pytest.mark.parametrize("fields", [{"step": "coupon"}, {**LINE, "amount": 5}, {"amont": 5}])
def test_a_wrong_number_of_fields_is_no_value(fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="Discount"):
        discount_of(**fields)


if TYPE_CHECKING:
    # The type checker refuses each of these; it would also refuse a `type: ignore` that it does not need.
    discount_of(step="coupon", code=None, amount="5", reason=TEN)  # type: ignore[arg-type]
    discount_of(step="coupon", code=None, amount=5)  # type: ignore[call-arg]
    discount_of(step="coupon", code=None, amount=5, reason=TEN, amont=5)  # type: ignore[call-arg]
    Discount(step="coupon", code=None, amount="5", reason=TEN)  # type: ignore[arg-type]
    changed(Sale(ticket="1"), total="5")  # type: ignore[arg-type]
    changed(Sale(ticket="1"), totl=5)  # type: ignore[call-arg]
