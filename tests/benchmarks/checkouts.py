"""What is sold in the benchmarks of the store: a large shop, and tickets of three lines and a coupon, paid by card."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import TypeVar

from pos.domain.cart import Cart, CartLine
from pos.domain.catalog import PercentageCoupon, Product, Rules, Shop, Tax
from pos.domain.catalog_file import CatalogFile
from pos.domain.coupons import coupon_claims, stock_claims
from pos.domain.ports import Ids, Store
from pos.domain.pricing import price
from pos.domain.reservations import Attempt, Reservation
from pos.domain.sale import Payment, Sale
from pos.domain.settlement import opened, paid_in_full, with_payments
from pos.domain.timed_ids import RANDOM_BITS, timed_id
from pos.till.catalog_loading import load_catalog
from tests.benchmarks.shops import products_of

Filled = TypeVar("Filled", bound=Store)

PRODUCTS = 10_000
LANE = "1"
COUPON = "SAVE10"
OPENED = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
PLENTY = 10**9
"""Pieces of each product, so that nothing runs out."""


@dataclass(frozen=True)
class Checkout:
    """One ticket in its two durable steps, built beforehand: what is measured is the store alone."""

    reserved: Reservation
    """With its attempt, as it is written down before the card is charged."""
    captured: Reservation
    sale: Sale
    at: datetime


class SeededIds:
    """Ids as random as the till's own, and the same in every run. Implements `Ids`."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)

    def new(self, kind: str, at: datetime | None = None) -> str:
        """The next id of this kind."""
        if at is not None:
            return timed_id(kind, at, self._random.getrandbits(RANDOM_BITS))
        return f"{kind}-{urlsafe_b64encode(self._random.randbytes(12)).decode()}"


class Shelves:
    """A shop of so many products, from which tickets are made without end, each unlike any other."""

    def __init__(self, products: int = PRODUCTS, coupons: Sequence[str] = (COUPON,)) -> None:
        goods = [Product.model_validate(item | {"stock": PLENTY, "tax": "food"}) for item in products_of(products)]
        self.file = CatalogFile(
            store=Shop(name="Large", currency="USD"),
            taxes=(Tax.model_validate({"name": "food", "rate": "8.875"}),),
            products=tuple(goods),
            coupons=tuple(
                PercentageCoupon(code=code, type="percentage", value=Decimal(10), max_uses=PLENTY) for code in coupons
            ),
        )
        self._rules = Rules(
            shop=self.file.store,
            products={item.sku: item for item in goods},
            taxes={tax.name: tax for tax in self.file.taxes},
            coupons={coupon.code: coupon for coupon in self.file.coupons},
            members={},
            used={},
            exponent=2,
        )
        self._skus = [item.sku for item in goods]

    def fill(self, store: Filled) -> Filled:
        """Put the catalog and the stock into an empty store."""
        load_catalog(store, self.file, demo=False)
        return store

    def checkouts(
        self, seed: str, first: datetime = OPENED, *, lane: str = LANE, coupon: str = COUPON, hot: bool = False
    ) -> Iterator[Checkout]:
        """Tickets for ever, a second apart, with ids that follow from `seed`; all `hot` ones have the first product."""
        ids = SeededIds(seed)
        start = Random(seed).randrange(len(self._skus)) if lane != LANE else 0
        for number in count(1):
            places = [(start + number) * step % len(self._skus) for step in (7, 101, 1009)]
            if hot:
                places[0] = 0
            at = first + timedelta(seconds=number)
            yield self._checkout(ids, number, [self._skus[place] for place in places], lane, coupon, at)

    def _checkout(self, ids: Ids, number: int, goods: Sequence[str], lane: str, coupon: str, at: datetime) -> Checkout:
        lines = tuple(
            CartLine(line=place, sku=sku, quantity=Decimal(1 + (number + place) % 3))
            for place, sku in enumerate(dict.fromkeys(goods), 1)
        )
        cart = Cart(lines=lines, coupons=(coupon,), last_line=len(lines), latest=len(lines))
        shop = self._rules.shop
        sale = opened(price(cart, self._rules, at), ids.new("ticket"), None, shop)
        attempt = Attempt(
            attempt=ids.new("attempt"),
            tender="card",
            state="pending",
            amount=sale.due,
            token=ids.new("tok"),
            brand="visa",
            last4="4242",
            at=at,
        )
        captured = attempt.model_copy(update={"state": "captured"})
        reservation = Reservation(
            id=f"{sale.ticket}/1",
            order=ids.new("order", at),
            lane=lane,
            state="charging",
            claims=(*stock_claims(cart, self._rules), *coupon_claims(sale, cart, self._rules)),
            sale=sale,
            cart=cart,
            created=at,
            attempts=(attempt,),
        )
        charging = with_payments(sale, (_payment(attempt),), "charging", shop.cash_rounding)
        paid = paid_in_full(charging, (_payment(captured),), shop.cash_rounding)
        return Checkout(
            reserved=reservation,
            captured=reservation.model_copy(update={"attempts": (captured,)}),
            sale=paid.model_copy(update={"order": reservation.order}),
            at=at,
        )


def renamed(checkout: Checkout, number: int) -> Checkout:
    """The same ticket under other ids."""
    reserved, order = checkout.reserved, f"{checkout.reserved.order}-{number}"
    names = {"id": f"{reserved.id}-{number}", "order": order}
    return replace(checkout, reserved=reserved.model_copy(update=names))


def _payment(attempt: Attempt) -> Payment:
    return Payment(**{name: getattr(attempt, name) for name in Payment.model_fields})
