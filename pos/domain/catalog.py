"""What a shop sells and by which rules: the records of a catalog, as they stand in a `--catalog` file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from pos.domain.model import Percent, Quantity, Value

MinorUnits = Annotated[int, Field(strict=True)]
"""An amount of money in the smallest unit of the store's currency."""

Price = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Count = Annotated[int, Field(strict=True, ge=1, le=10**9)]
Percentage = Annotated[Percent, Field(ge=0, le=100)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
MergeRule = Literal["max", "sum", "guest"]
Moment = date | datetime
"""A day, or a point in time. A day alone as an end includes that day, in the shop's time zone."""


class CashRounding(Value):
    """How cash is rounded: to a multiple of `step` minor units, half away from zero, up or down."""

    step: Count = 1
    mode: Literal["half_up", "up", "down"] = "half_up"


class Shop(Value):
    """The shop and its rules of money. `tax_scope` says whether tax is rounded per line or per order and rate."""

    name: Text = "Tillkey"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    timezone: str = "UTC"
    tax_inclusive: bool = False
    tax_scope: Literal["line", "order"] = "line"
    cash_rounding: CashRounding = CashRounding.model_construct(step=1, mode="half_up")
    cart_merge: MergeRule = "max"


class Tax(Value):
    """A tax rate in percent, under the name that products refer to."""

    name: Text
    rate: Annotated[Percent, Field(ge=0, le=1000)]


class Product(Value):
    """A thing for sale. Prices in minor units each, or per `unit` for weighed goods.

    `stock` and `low_stock` are pieces, or the unit's decimals for weighed goods; no `stock` means that it is not
    counted. `oversell` allows selling below zero.
    """

    sku: Text
    name: Text
    price: Price
    sale_price: Price | None = None
    sale_starts: Moment | None = None
    sale_ends: Moment | None = None
    barcodes: tuple[Text, ...] = ()
    category: str | None = None
    tax: str | None = None
    stock: Quantity | None = None
    low_stock: Quantity | None = None
    oversell: bool = False
    unit: Text = "each"
    cart_merge: MergeRule | None = None

    @property
    def weighed(self) -> bool:
        """Whether it is sold by weight or measure, not by the piece."""
        return self.unit != "each"


class Coupon(Value):
    """A code that takes something off. `value` is a percentage, or minor units for `fixed_amount`."""

    code: Text
    type: Literal["percentage", "fixed_amount", "buy_x_get_y"]
    value: Annotated[Percent, Field(ge=0)] | None = None
    buy: Count | None = None
    get: Count | None = None
    get_discount: Percentage = Decimal(100)
    max_applications: Count | None = None
    min_order: Price | None = None
    min_quantity: Count | None = None
    max_uses: Annotated[int, Field(strict=True, ge=0)] | None = None
    max_uses_per_member: Count | None = None
    used: Annotated[int, Field(strict=True, ge=0)] = 0
    starts: Moment | None = None
    ends: Moment | None = None
    active: bool = True
    stackable: bool = False
    priority: Annotated[int, Field(strict=True)] = 0
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    buy_products: tuple[str, ...] = ()
    buy_categories: tuple[str, ...] = ()
    get_products: tuple[str, ...] = ()
    get_categories: tuple[str, ...] = ()


class Member(Value):
    """A customer known to the shop, with a discount in percent on everything."""

    id: Text
    name: Text
    discount: Percentage = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rules:
    """All that prices depend on besides the cart: the shop's rules and what its codes refer to.

    The mappings may decode on demand. `coupons` is keyed by the code in upper case, `taxes` by name. `used`
    tells how often a counter of coupon uses (`counters.coupon_uses`) has been used, open holds included.
    """

    shop: Shop
    products: Mapping[str, Product]
    taxes: Mapping[str, Tax]
    coupons: Mapping[str, Coupon]
    members: Mapping[str, Member]
    used: Mapping[str, int]
    exponent: int = 2


def has_begun(starts: Moment | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a start lies at or before `now`; a day begins at midnight in the shop's zone."""
    return starts is None or _instant(starts, zone) <= now


def has_ended(ends: Moment | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether an end lies before `now`; a day alone includes that whole day."""
    if ends is None:
        return False
    if isinstance(ends, datetime):
        return _instant(ends, zone) < now
    return _instant(ends + timedelta(days=1), zone) <= now


def _instant(moment: Moment, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
