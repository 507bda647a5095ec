"""What customers and cashiers do, at random: the ways in which a ticket is paid, or is not."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Final

from pos.domain.errors import TillError
from pos.domain.events import Event
from pos.domain.sale import Sale
from pos.till.till import Till
from tests.crash.shop import PRODUCTS, Shop

GOOD_CARD: Final = "4242424242424242"
POOR_CARD: Final = "4000000000009995"

Say = Callable[[str], None]
"""Tells the world one line, at once."""
Way = Callable[[Shop, Till, Random], Awaitable[None]]


def acknowledge(say: Say) -> Callable[[Sale, Event | None], None]:
    """A listener that says each sale's order, receipt and checksum once it is durable, as a receipt would."""

    def hear(sale: Sale, event: Event | None) -> None:
        if event is not None and event.event == "committed":
            say(f"sold {sale.order} {sale.receipt} {fingerprint(sale)}")

    return hear


def fingerprint(sale: Sale) -> str:
    """A checksum of all that a sale says."""
    return f"{zlib.crc32(sale.model_dump_json().encode()):08x}"


async def serve(shop: Shop, till: Till, chance: Random) -> None:
    """One customer of one lane, whatever becomes of them."""
    with suppress(TillError):
        if till.sale.state == "part_paid":
            await chance.choice((_rest_in_cash, _abandoned))(shop, till, chance)
            return
        till.next_ticket()
        for reservation in till.checking():
            if chance.random() < 0.3:
                await till.take_up(reservation.id)
                return
        _fill_basket(till, chance)
        if chance.random() < 0.3:
            await till.attach_member(chance.choice(("M1", "M2")))
        for code in ("TEN", "FEW", "EACH"):
            if chance.random() < 0.3:
                with suppress(TillError):
                    till.apply_coupon(code)
        (way,) = chance.choices(tuple(WAYS), tuple(WAYS.values()))
        await way(shop, till, chance)
    if till.sale.state == "open" and till.sale.lines:
        with suppress(TillError):
            await till.pay_cash()


def _fill_basket(till: Till, chance: Random) -> None:
    for sku in chance.sample(PRODUCTS, chance.randrange(1, 4)):
        quantity = Decimal(chance.randrange(1, 3000)) / 1000 if sku == "TOMATO" else Decimal(chance.randrange(1, 4))
        with suppress(TillError):
            till.add(sku, quantity)


async def _cash(shop: Shop, till: Till, chance: Random) -> None:
    await till.pay_cash()


async def _card(shop: Shop, till: Till, chance: Random) -> None:
    await till.pay_card(GOOD_CARD)


async def _declined(shop: Shop, till: Till, chance: Random) -> None:
    await till.pay_card(POOR_CARD)


async def _split(shop: Shop, till: Till, chance: Random) -> None:
    """A part by card, then the rest by another card, in cash or not at all."""
    await till.pay_card(GOOD_CARD, max(till.sale.due // 3, 1))
    await chance.choice((_card, _rest_in_cash, _abandoned, _declined, _lost_after))(shop, till, chance)


async def _rest_in_cash(shop: Shop, till: Till, chance: Random) -> None:
    await till.pay_cash()


async def _abandoned(shop: Shop, till: Till, chance: Random) -> None:
    await till.abandon()


async def _lost_before(shop: Shop, till: Till, chance: Random) -> None:
    await _lost(shop, till, chance, "timeout before")


async def _lost_after(shop: Shop, till: Till, chance: Random) -> None:
    await _lost(shop, till, chance, "timeout after")


async def _lost(shop: Shop, till: Till, chance: Random, words: str) -> None:
    """The gateway does not answer; the payment is checked at once, after the next customer, or much later."""
    shop.gateway.script(words)
    with suppress(TillError):
        await till.pay_card(GOOD_CARD)
    if chance.random() < 0.3:
        await shop.gateway.land_late()
    if chance.random() < 0.7:
        await till.wait(30)


async def _down(shop: Shop, till: Till, chance: Random) -> None:
    """The gateway cannot be reached: cash is taken."""
    shop.gateway.script("down")
    try:
        with suppress(TillError):
            await till.pay_card(GOOD_CARD)
        await till.recover()
    finally:
        shop.gateway.script("up")
    await till.pay_cash()


async def _set_aside(shop: Shop, till: Till, chance: Random) -> None:
    await till.hold()
    with suppress(TillError):
        await till.recall()
    await till.pay_cash()


WAYS: Final[dict[Way, int]] = {
    _cash: 4,
    _card: 4,
    _declined: 2,
    _split: 3,
    _lost_before: 2,
    _lost_after: 2,
    _down: 1,
    _set_aside: 1,
}
"""Each way with how often it is taken beside the others."""
