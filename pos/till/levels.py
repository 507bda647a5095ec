"""What can run out, as it stands: the stock of products and the uses of coupons."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pos.domain.cart import Cart
from pos.domain.catalog import Product
from pos.domain.counters import coupon_uses
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.locale_format import decimal_text
from pos.domain.message import Message, Number, joined, lazy, lazy_plural
from pos.domain.model import Level, Value
from pos.domain.typed_kinds import no_coupon
from pos.till.price_check import PriceCheck, price_check
from pos.till.services import Services
from pos.till.till_input import TillInput, shortened


class StockLevel(Value):
    """A product's stock in pieces or in its unit; all three are None if it is not counted."""

    sku: str
    name: str
    unit: str
    on_hand: Level | None
    held: Level | None
    free: Level | None


class CouponUses(Value):
    """How often a coupon was used, in all or by one `member`: finished sales, and what open payments hold.

    `limit` and `left` are None if it may be used without end.
    """

    code: str
    member: str | None
    used: int
    held: int
    limit: int | None
    left: int | None


class Levels:
    """Reads the counters of one shop. Reads memory only."""

    def __init__(self, services: Services, till_input: TillInput) -> None:
        self._services = services
        self._input = till_input

    def stock(self, code: str) -> StockLevel:
        """The stock of the product with this code. Raises TillError `unknown_code`, `bad_check_digit`."""
        product = self._input.product(code)
        found = self._services.catalog.availability(product)
        return StockLevel(
            sku=product.sku,
            name=product.name,
            unit=product.unit,
            on_hand=found.on_hand,
            held=found.held,
            free=found.free,
        )

    def price(self, code: str) -> PriceCheck:
        """What the product with this code costs now. Raises TillError `unknown_code`, `bad_check_digit`."""
        return price_check(self._input.product(code), self._services.catalog, self._services.clock.now())

    def uses(self, code: str, member: str | None = None) -> CouponUses:
        """The uses of a coupon, in all or by a member. Raises TillError `coupon_unknown`, `unknown_member`."""
        code, member = self._input.entered(code), None if member is None else self._input.entered(member)
        coupon = self._services.catalog.coupons.get(code)
        if coupon is None:
            raise TillError("coupon_unknown", no_coupon(code, shortened(code)))
        known = None if member is None else self._input.member(member).id
        counter = self._services.view.counter(coupon_uses(coupon.code, known))
        limit = coupon.max_uses_per_member if known is not None else coupon.max_uses
        return CouponUses(
            code=coupon.code,
            member=known,
            used=-counter.on_hand,
            held=counter.held,
            limit=limit,
            left=max(limit + counter.free, 0) if limit is not None else None,
        )

    def free(self, product: Product) -> Decimal | None:
        """How much of a product is free; None if it is not counted."""
        return self._services.catalog.availability(product).free

    def require_free(self, product: Product, wanted: Decimal, already: Decimal) -> None:
        """Raises TillError `out_of_stock` with what is free; `already` of what is `wanted` is on the ticket."""
        free = self.free(product)
        if free is None or product.oversell or wanted <= free:
            return
        quantity = joined((Number(free), product.unit)) if product.weighed else Number(free)
        some = lazy_plural("{quantity} is free", "{quantity} are free", 1 if free == 1 else 2, quantity=quantity)
        left = some if free > 0 else lazy("none is free")
        text = N_("{name}: {left}, {already} on this ticket already.") if already else N_("{name}: {left}.")
        advice = lazy("Take fewer.") if free > already else lazy("Offer another one.")
        message = joined((lazy(text, name=product.name, left=left, already=already), advice))
        raise TillError("out_of_stock", message, sku=product.sku, free=decimal_text(free))

    def short_of_stock(self, cart: Cart) -> Iterator[Message]:
        """What is in a cart and not free any more, in sentences."""
        for sku, quantity in cart.quantities.items():
            try:
                self.require_free(self._services.catalog.products[sku], quantity, Decimal(0))
            except TillError as error:
                yield error.words
