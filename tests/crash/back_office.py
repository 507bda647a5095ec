"""What is done beside selling: goods come back, the day is closed, the journal is made short."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random
from typing import Final

from pos.clock_and_ids import RandomIds
from pos.domain.cart import Cart
from pos.domain.counters import refunded_units, stock_counter
from pos.domain.errors import TillError
from pos.domain.refunds import LineRefund, refund_line
from pos.domain.reservations import Claim, Order, Reservation
from pos.domain.sale import Sale
from pos.domain.stock import counted, uncounted
from pos.till.till import Till
from tests.crash.customers import Say, fingerprint
from tests.crash.shop import NOON, Shop

DAY: Final = "2026-11-22"
RETURNED: Final = ("quantity", "subtotal", "discounts", "net", "tax", "total")


async def work(shop: Shop, till: Till, chance: Random, say: Say) -> None:
    """One thing or none, while the other lane may be selling."""
    (thing,) = chance.choices((None, give_back, close_the_day, compact), (12, 4, 2, 1))
    if thing is not None:
        with suppress(TillError):
            await thing(shop, till, chance, say)


async def give_back(shop: Shop, till: Till, chance: Random, say: Say) -> None:
    """Something of an earlier sale comes back for cash, of this day or of a closed one; no more of it than was sold."""
    lane = shop.store.get("lanes", till.lane)
    order = shop.store.order(f"{till.lane}-1-{chance.randint(1, lane['last'])}") if lane else None
    if order is None or order.refunds is not None:
        return
    taken = returned(till, order, chance)
    done = await asyncio.to_thread(shop.store.commit, taken, taken.sale, NOON)
    say(f"sold {done.id} {done.receipt} {fingerprint(done.sale)}")


async def close_the_day(shop: Shop, till: Till, chance: Random, say: Say) -> None:
    """The orders until now become a file of their own."""
    name = await asyncio.to_thread(shop.store.close_day, DAY)
    if name is not None:
        say(f"closed {name}")


async def compact(shop: Shop, till: Till, chance: Random, say: Say) -> None:
    """A snapshot takes the journal's place now, as it does by itself in the background."""
    await asyncio.to_thread(shop.store.compact)


def returned(till: Till, order: Order, chance: Random) -> Reservation:
    """What a return of a part of one line takes, ready to be committed."""
    line = chance.choice(order.sale.lines)
    product, number = till.catalog.products[line.sku], RandomIds().new("return")
    sold = counted(line.quantity, product)
    back = chance.randint(1, sold)
    claims = [Claim(counter=refunded_units(order.id, line.line), amount=back, floor=-sold)]
    if product.stock is not None:
        claims.append(Claim(counter=stock_counter(line.sku), amount=-back, floor=None))
    inclusive = order.sale.tax_inclusive
    amounts = refund_line(line, uncounted(back, product), LineRefund(line=line.line), tax_inclusive=inclusive)
    given = line.model_copy(update={name: getattr(amounts, name) for name in RETURNED})
    sale = Sale(ticket=number, state="paid", lines=(given,), total=given.total, tax_inclusive=inclusive)
    return Reservation(
        id=number,
        order=RandomIds().new("order"),
        lane=till.lane,
        state="held",
        claims=tuple(claims),
        sale=sale,
        cart=Cart(),
        created=NOON,
        refunds=order.id,
    )
