"""What customers go through, played on a till: what it tells of each."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.ipc.messages import StateChange
from pos.till.till import Till
from tests.screens.display_harness import story
from tests.screens.shop import BREAD, MILK, TOMATOES
from tests.till.queue_double import QueueDouble
from tests.till.support import GOOD_CARD, POOR_CARD


async def shopping(till: Till) -> None:
    """Five lines: a weighed one, a reduced one, discounts, a coupon and a member."""
    till.add(BREAD)
    till.add(TOMATOES, Decimal("0.412"))
    till.add("TEA")
    till.add("LONG")
    till.discount(1, ManualDiscount(percent=Decimal(10), reason="dented"))
    till.apply_coupon("SAVE10")
    await till.attach_member("M1")
    till.add(MILK, Decimal(3))


async def ticket() -> list[StateChange]:
    return await story(shopping)


async def long_ticket() -> list[StateChange]:
    async def sell(till: Till) -> None:
        for sku in ("MLK", "RYE", "LAST", TOMATOES, "TEA", "ODD", "LONG", "4011"):
            till.add(sku, Decimal(1))
        for cents in range(30):
            till.add("4011")
            till.price(till.sale.lines[-1].line, 25 + cents)
        await shopping(till)

    return await story(sell)


async def charging() -> list[StateChange]:
    """A card payment that goes well, as far as it is waited for."""

    async def sell(till: Till) -> None:
        await shopping(till)
        await till.pay_card(GOOD_CARD)

    told = await story(sell)
    kinds = [change.event.event if change.event is not None else "" for change in told]
    return told[: kinds.index("charging") + 1]


async def declined() -> list[StateChange]:
    async def sell(till: Till) -> None:
        await shopping(till)
        with suppress(TillError):
            await till.pay_card(POOR_CARD)

    return await story(sell)


async def unanswered() -> list[StateChange]:
    async def sell(till: Till) -> None:
        await shopping(till)
        with suppress(TillError):
            await till.pay_card(GOOD_CARD)

    return await story(sell, gateway="timeout after")


async def queued() -> list[StateChange]:
    async def sell(till: Till) -> None:
        await shopping(till)
        till._services.queue = QueueDouble()
        await till.queue(GOOD_CARD)

    return await story(sell)


async def part_paid() -> list[StateChange]:
    async def sell(till: Till) -> None:
        await shopping(till)
        await till.pay_cash(500)

    return await story(sell)


async def change() -> list[StateChange]:
    async def sell(till: Till) -> None:
        await shopping(till)
        await till.pay_cash(500)
        await till.pay_cash(2000)

    return await story(sell)


async def exact() -> list[StateChange]:
    async def sell(till: Till) -> None:
        await shopping(till)
        await till.pay_card(GOOD_CARD)

    return await story(sell)
