"""Days and points in time, as a catalog writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from tests.domain.builders import coupon


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-31", date(2025, 1, 31)),
        ("2025-01-31T00:00:00", datetime(2025, 1, 31)),
        ("2025-01-31T00:00:00Z", datetime(2025, 1, 31, tzinfo=UTC)),
        ("2025-01-31 18:00", datetime(2025, 1, 31, 18)),
    ],
)
def test_a_day_stays_a_day_and_midnight_a_point_in_time(text: str, moment: date) -> None:
    made = coupon("C", value=1, ends=text)
    assert (type(made.ends), made.ends) == (type(moment), moment)
    again = type(made).model_validate_json(made.model_dump_json())
    assert (type(again.ends), again.ends) == (type(moment), moment)


@pytest.mark.parametrize("value", [20250131, 5, True, "31.1.2025", "soon", "2025-02-30", "", ["2025-01-31"]])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="must be"):
        coupon("C", value=1, ends=value)
