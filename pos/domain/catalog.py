"""What a shop sells and by which rules: the records of a catalog, as they stand in a `--catalog` file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from pos.domain.message import lazy
from pos.domain.model import LIST, Exact, Percent, Quantity, Value

Price = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Count = Annotated[int, Field(strict=True, ge=1, le=10**9)]
Percentage = Annotated[Percent, Exact(2, 100)]
"""An exact percentage, 0 to 100."""

Flag = Annotated[bool, Field(strict=True)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
Names = Annotated[tuple[str, ...], LIST]
MergeRule = Literal["max", "sum", "guest"]


def _moment(value: object) -> object:
    """A day or a point in time from ISO 8601 text; midnight stays a point in time, a number is refused."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) <= len("2025-01-31") else datetime.fromisoformat(value)
        except ValueError:
            message = lazy("must be a day such as “2025-01-31” or a time such as “2025-01-31T18:00”")
            raise ValueError(message) from None
    if not isinstance(value, date | None):
        raise ValueError(lazy("must be text: a day such as “2025-01-31” or a time such as “2025-01-31T18:00”"))
    return value


Moment = Annotated[date | datetime, BeforeValidator(_moment)]
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
    tax_inclusive: Flag = False
    tax_scope: Literal["line", "order"] = "line"
    cash_rounding: CashRounding = Field(default_factory=CashRounding)
    cart_merge: MergeRule = "max"


class Tax(Value):
    """A tax rate in percent, under the name that products refer to."""

    name: Text
    rate: Percent


class Product(Value):
    """A thing for sale. Prices in minor units each, or per `unit` for weighed goods.

    A `sale_price` above the price is meant only with `allow_increase`. `stock` and `low_stock` are pieces, or the
    unit's decimals for weighed goods; no `stock` means that it is not counted. `oversell` allows selling below zero.
    """

    sku: Text
    name: Text
    price: Price
    sale_price: Price | None = None
    sale_starts: Moment | None = None
    sale_ends: Moment | None = None
    allow_increase: Flag = False
    barcodes: Annotated[tuple[Text, ...], LIST] = ()
    category: str | None = None
    tax: str | None = None
    stock: Quantity | None = None
    low_stock: Annotated[Quantity, Exact(9, 3)] | None = None
    oversell: Flag = False
    unit: Text = "each"
    cart_merge: MergeRule | None = None

    @property
    def weighed(self) -> bool:
        """Whether it is sold by weight or measure, not by the piece."""
        return self.unit != "each"


class CouponTerms(Value):
    """What a coupon of any type has: its code, when it counts, and for which goods; with no list, for all."""

    code: Text
    min_order: Price | None = None
    min_quantity: Count | None = None
    max_uses: Annotated[int, Field(strict=True, ge=0)] | None = None
    max_uses_per_member: Count | None = None
    used: Annotated[int, Field(strict=True, ge=0)] = 0
    starts: Moment | None = None
    ends: Moment | None = None
    active: Flag = True
    stackable: Flag = False
    priority: Annotated[int, Field(strict=True)] = 0
    products: Names = ()
    categories: Names = ()

    @property
    def goods(self) -> tuple[Goods, ...]:
        """What it applies to: products and categories by name, all goods if both are empty."""
        return (Goods(self.products, self.categories),)


class Goods(NamedTuple):
    """Goods by SKU and by category; all there are if nothing is named."""

    products: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def all(self) -> bool:
        """Whether nothing is named."""
        return not (self.products or self.categories)

    def among(self) -> Callable[[Product], bool]:
        """Tells whether a product is among them, as fast for long lists as for short ones."""
        if self.all:
            return lambda _product: True
        skus, categories = frozenset(self.products), frozenset(self.categories)
        return lambda product: product.sku in skus or product.category in categories


class PercentageCoupon(CouponTerms):
    """A percentage off what is left of the goods that it applies to."""

    type: Literal["percentage"]
    value: Percentage


class FixedAmountCoupon(CouponTerms):
    """An amount in minor units off what is left of the goods that it applies to."""

    type: Literal["fixed_amount"]
    value: Annotated[Decimal, Exact(12, 0)]


class BuyXGetYCoupon(CouponTerms):
    """So many pieces at a discount for so many that are bought. What is bought or given may have lists of its own."""

    type: Literal["buy_x_get_y"]
    buy: Count
    get: Count
    get_discount: Percentage = Decimal(100)
    max_applications: Count | None = None
    buy_products: Names = ()
    buy_categories: Names = ()
    get_products: Names = ()
    get_categories: Names = ()

    @property
    def bought(self) -> Goods:
        """What must be bought: a list of its own, else the general one."""
        return self._own(Goods(self.buy_products, self.buy_categories))

    @property
    def given(self) -> Goods:
        """What is given: a list of its own, else the general one."""
        return self._own(Goods(self.get_products, self.get_categories))

    @property
    def goods(self) -> tuple[Goods, ...]:
        """What is bought, and what is given."""
        return self.bought, self.given

    @property
    def has_own_lists(self) -> bool:
        """Whether the general list is asked for nothing: both what is bought and what is given have their own."""
        bought, given = Goods(self.buy_products, self.buy_categories), Goods(self.get_products, self.get_categories)
        return not (bought.all or given.all)

    def _own(self, goods: Goods) -> Goods:
        return Goods(self.products, self.categories) if goods.all else goods


Coupon = PercentageCoupon | FixedAmountCoupon | BuyXGetYCoupon
"""A code that takes something off. Each type has the options that it knows, and no others."""

COUPON_TYPES: Final[Mapping[str, type[Coupon]]] = {
    "percentage": PercentageCoupon,
    "fixed_amount": FixedAmountCoupon,
    "buy_x_get_y": BuyXGetYCoupon,
}
COUPON_OPTIONS: Final = frozenset(name for kind in COUPON_TYPES.values() for name in kind.model_fields)
"""The options of all types."""


def kept_coupon(document: Mapping[str, object]) -> Coupon:
    """A coupon from its record in a store. Raises ValueError.

    Earlier versions took options that its type does not have, and never looked at them: they are left out.
    """
    kind = COUPON_TYPES.get(str(document.get("type")), PercentageCoupon)
    without = COUPON_OPTIONS - kind.model_fields.keys()
    return kind.model_validate({name: value for name, value in document.items() if name not in without})


class Member(Value):
    """A customer known to the shop, with a discount in percent on everything."""

    id: Text
    name: Text
    discount: Percentage = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rules:
    """All that prices depend on besides the cart: the shop's rules and what its codes refer to.

    The mappings may decode on demand. `coupons` is keyed by the code in capitals, `taxes` by name. `used`
    tells how often a counter of coupon uses (`counters.coupon_uses`) has been used, open holds included.
    """

    shop: Shop
    products: Mapping[str, Product]
    taxes: Mapping[str, Tax]
    coupons: Mapping[str, Coupon]
    members: Mapping[str, Member]
    used: Mapping[str, int]
    exponent: int = 2


def is_reversed(starts: Moment | None, ends: Moment | None, zone: tzinfo) -> bool:
    """Whether an end lies before its start in a shop's zone. A start day begins at midnight, an end day is included."""
    if starts is None or ends is None:
        return False
    return _instant(ends, zone, time.max) < _instant(starts, zone, time.min)


def _instant(moment: Moment, zone: tzinfo, of_day: time) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, of_day)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


# Moments are compared with UTC: within one zone, Python compares wall clocks and misses the hour that repeats.


def has_begun(starts: Moment | None, local: datetime) -> bool:
    """Whether a start lies at or before `local`, a moment in the shop's zone; a day begins at midnight there."""
    if isinstance(starts, datetime):
        return _aware(starts, local) <= local.astimezone(UTC)
    return starts is None or starts <= local.date()


def has_ended(ends: Moment | None, local: datetime) -> bool:
    """Whether an end lies before `local`, a moment in the shop's zone; a day alone includes that whole day."""
    if isinstance(ends, datetime):
        return _aware(ends, local) < local.astimezone(UTC)
    return ends is not None and ends < local.date()


def _aware(moment: datetime, local: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=local.tzinfo)
