"""Why something was taken off, or why a coupon takes nothing off: a code, and the values that its sentence names.

Sentences are made of them where they are shown, see `pos.domain.reason_text`. Amounts are in minor units.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, SerializeAsAny, model_serializer

from pos.domain.catalog import Moment
from pos.domain.model import Percent, Value, trusted


class PercentOff(Value):
    """A percentage, by a coupon or for a member."""

    code: Literal["coupon_percent", "member_percent"]
    percent: Percent


class AmountOff(Value):
    """So much money off by a coupon, in minor units."""

    code: Literal["coupon_amount"]
    amount: int


class ManualPercent(Value):
    """A percentage that the cashier took off, and why, in the cashier's words."""

    code: Literal["manual_percent"]
    percent: Percent
    why: str | None = None


class ManualAmount(Value):
    """An amount that the cashier took off, and why, in the cashier's words."""

    code: Literal["manual_amount"]
    amount: int
    why: str | None = None


class Several(Value):
    """What the cashier took off single lines, for more than one reason."""

    code: Literal["line_discounts"]


class Gifts(Value):
    """Of so many pieces that were bought and so many beside them, those are cheaper by a percentage; 100 is free."""

    code: Literal["buy_x_get_y"]
    buy: int
    get: int
    percent: Percent


class TooFew(Value):
    """There are not enough pieces to buy so many and get so many."""

    code: Literal["too_few_pieces"]
    buy: int
    get: int


class Nothing(Value):
    """There is nothing that a coupon applies to, or nothing left to take it off."""

    code: Literal["nothing_eligible", "nothing_left"]


class Barred(Value):
    """A coupon is not in the catalog any more, is switched off, or is for members."""

    code: Literal["coupon_unknown", "coupon_inactive", "coupon_needs_member"]


class OutOfDate(Value):
    """A coupon's first day is to come, or its last one has passed."""

    code: Literal["coupon_not_started", "coupon_expired"]
    day: Moment


class UsedUp(Value):
    """A coupon was used as often as it may be, in all or by this member."""

    code: Literal["coupon_exhausted"]
    limit: int
    by: Literal["all", "member"]


class BelowMinimum(Value):
    """So much is missing of a coupon's minimum, in money or in pieces of what it applies to."""

    code: Literal["coupon_below_minimum"]
    missing: int
    minimum: int
    of: Literal["money", "pieces"]


class NotStackable(Value):
    """A coupon cannot be combined with another one."""

    code: Literal["coupon_not_stackable"]
    other: str


class Told(Value):
    """A sentence, as earlier versions kept it in an order, and as scripts print a reason. In JSON it is its text."""

    code: Literal["told"]
    text: str

    @model_serializer
    def _as_text(self) -> str:
        return self.text


def _told(value: object) -> object:
    return told(code="told", text=value) if isinstance(value, str) else value


Refusal = Barred | OutOfDate | UsedUp | BelowMinimum | NotStackable
"""Why a coupon does not count. Its code is the error's."""

Reason = Annotated[
    PercentOff | AmountOff | ManualPercent | ManualAmount | Several | Gifts | TooFew | Nothing | Refusal | Told,
    Field(discriminator="code"),
    SerializeAsAny(),
    BeforeValidator(_told),
]
"""Any of them; JSON tells them apart by their code. Each is written by its own class, which is found faster so."""

percent_off: Final = trusted(PercentOff)
amount_off: Final = trusted(AmountOff)
manual_percent: Final = trusted(ManualPercent)
manual_amount: Final = trusted(ManualAmount)
gifts_off: Final = trusted(Gifts)
too_few: Final = trusted(TooFew)
out_of_date: Final = trusted(OutOfDate)
used_up: Final = trusted(UsedUp)
below_minimum: Final = trusted(BelowMinimum)
not_stackable: Final = trusted(NotStackable)
told: Final = trusted(Told)
_barred: Final = trusted(Barred)
_nothing: Final = trusted(Nothing)

SEVERAL: Final = trusted(Several)(code="line_discounts")
NOTHING_ELIGIBLE: Final = _nothing(code="nothing_eligible")
NOTHING_LEFT: Final = _nothing(code="nothing_left")
UNKNOWN: Final = _barred(code="coupon_unknown")
INACTIVE: Final = _barred(code="coupon_inactive")
NEEDS_MEMBER: Final = _barred(code="coupon_needs_member")
