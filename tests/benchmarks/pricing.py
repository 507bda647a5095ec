"""What the price of a cart costs with every step on: `python -m tests.benchmarks.pricing`.

Beside the building of the same output from figures that are known, and beside a plain sum with Decimal.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from time import perf_counter
from typing import Any

from pos.domain.cart import Cart
from pos.domain.catalog import Rules
from pos.domain.model import Value, trusted
from pos.domain.pricing import price
from pos.domain.sale import Priced
from tests.benchmarks.measuring import Ratio, interleaved, options, report
from tests.domain.builders import NOON, cart, coupon, line, percent, product, rules

ROUNDS = 200
LINES = (1, 10, 100)
GOAL_MS = 2.0
CENT = Decimal("0.01")


def shop() -> Rules:
    """A shop with a rule for every step of the pipeline."""
    products = [
        product(
            f"P{number}",
            199 + 37 * number,
            sale_price=149 + 31 * number if number % 3 == 0 else None,
            tax="food" if number % 2 else "standard",
            category="Sweets" if number % 4 == 0 else "Pantry",
        )
        for number in range(max(LINES))
    ]
    coupons = [
        coupon("TEN", value="10", stackable=True, min_order=100),
        coupon("OFF", "fixed_amount", value=50, stackable=True, priority=1),
        coupon("THREE", "buy_x_get_y", buy=2, get=1, stackable=True, priority=2),
    ]
    return rules(
        products,
        taxes={"food": "2.5", "standard": "8.875"},
        coupons=coupons,
        members={"M1": "5"},
        tax_scope="order",
        timezone="America/New_York",
    )


def full_cart(lines: int) -> Cart:
    """A cart with so many lines, every third of them discounted by hand, and everything on top."""
    entries = (
        line(number + 1, f"P{number}", 1 + number % 3, discount=percent(5) if number % 3 == 1 or lines == 1 else None)
        for number in range(lines)
    )
    return cart(*entries, coupons=("TEN", "OFF", "THREE"), member="M1", discount=percent(3))


def every_step_works(found: Priced) -> None:
    """Fails if a step has nothing to do, so that what is measured is what was meant."""
    took = {(discount.step, discount.code) for discount in found.discounts if discount.amount}
    wanted = {("coupon", "TEN"), ("coupon", "OFF"), ("coupon", "THREE"), ("membership", "M1"), ("line_discount", None)}
    assert wanted | {("ticket_discount", None)} <= took, f"only {sorted(map(str, took))}"
    assert found.tax
    assert any(entry.unit_price < entry.list_price for entry in found.lines)


def built_again(found: Value) -> Callable[[], Value]:
    """A function that builds a value and all values in it from their known fields."""
    kind = type(found)
    plain: dict[str, Any] = {}
    nested: dict[str, Callable[[], Any]] = {}
    for name in kind.model_fields:
        value = getattr(found, name)
        if isinstance(value, tuple) and value and isinstance(value[0], Value):
            nested[name] = _tuple_of([built_again(item) for item in value])
        else:
            plain[name] = value
    construct: Callable[..., Value] = trusted(kind)
    return lambda: construct(**plain, **{name: build() for name, build in nested.items()})


def _tuple_of(builders: list[Callable[[], Value]]) -> Callable[[], tuple[Value, ...]]:
    return lambda: tuple(build() for build in builders)


def plain_sum(entered: Cart, by: Rules) -> Decimal:
    """What a plain loop makes of the same lines: quantity times price less a discount and plus tax, no reasons kept."""
    total = Decimal(0)
    for entry in entered.lines:
        item = by.products[entry.sku]
        amount = entry.quantity * Decimal(item.sale_price or item.price) / 100
        if entry.discount is not None and entry.discount.percent is not None:
            amount -= (amount * entry.discount.percent / 100).quantize(CENT, ROUND_HALF_UP)
        total += amount + (amount * by.taxes[item.tax or "food"].rate / 100).quantize(CENT, ROUND_HALF_UP)
    return total


def timed(name: str, call: Callable[[], object]) -> Callable[[], dict[str, float]]:
    """Measures one call in milliseconds."""

    def measure() -> dict[str, float]:
        begun = perf_counter()
        call()
        return {name: (perf_counter() - begun) * 1000}

    return measure


def main() -> None:
    """Measure and report."""
    wanted = options("Price of a cart beside its output alone and beside a plain sum.", ROUNDS).parse_args()
    by = shop()
    every_step_works(price(full_cart(max(LINES)), by, NOON))
    measures: dict[str, Callable[[], dict[str, float]]] = {}
    ratios = []
    for lines in LINES:
        entered = full_cart(lines)
        again = built_again(price(entered, by, NOON))
        assert again() == price(entered, by, NOON)
        name = "1 line" if lines == 1 else f"{lines} lines"
        calls: dict[str, Callable[[], object]] = {
            "price": partial(price, entered, by, NOON),
            "output alone": again,
            "plain Decimal sum": partial(plain_sum, entered, by),
        }
        measures |= {f"{name}, {what}": timed(f"{name}, {what}", call) for what, call in calls.items()}
        ratios += [
            Ratio(f"{name}, price / output alone", f"{name}, price", f"{name}, output alone"),
            Ratio(f"{name}, price / plain Decimal sum", f"{name}, price", f"{name}, plain Decimal sum"),
        ]
    samples = interleaved(wanted.rounds, measures)
    samples["the goal"] = [GOAL_MS]
    ratios.append(Ratio(f"100 lines, price / {GOAL_MS:.0f} ms", "100 lines, price", "the goal", 1.0))
    report(f"pricing, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
