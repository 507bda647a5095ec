"""A till in a process of its own that charges one card, by a gateway at the other end of its standard streams.

`python -m tests.stores.redis.stopped_till URL JOURNALS`: each question to the gateway is a line, and so is its answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Final

from pos.domain.errors import TillError
from pos.domain.ports import CardToken, ChargeResult
from pos.stores.redis import link
from tests.servers.shared import lane_store
from tests.till.support import TEA, counter

STOPPED: Final = 2.2
"""Seconds that it is to be stopped, after which it knows its lane no more."""


class OtherEnd:
    """Implements `Gateway` by whoever reads what this process prints."""

    async def tokenize(self, number: str) -> CardToken:
        return CardToken(token="tok", brand="visa", last4=number[-4:])

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        return ChargeResult(**self._ask("charge", attempt_id, amount))

    async def find(self, attempt_id: str) -> ChargeResult | None:
        found = self._ask("find", attempt_id)
        return None if found is None else ChargeResult(**found)

    async def void(self, attempt_id: str) -> None:
        self._ask("void", attempt_id)

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        raise NotImplementedError

    @staticmethod
    def _ask(*words: object) -> Any:
        print(json.dumps(words), flush=True)
        return json.loads(sys.stdin.readline())


async def sell(url: str, journals: Path) -> None:
    link.LISTEN = link.LONGEST_PAUSE = link.LONGEST_UNHEARD = 0.02  # type: ignore[misc]
    store = lane_store(journals, "", url=url, timeout=0.5)
    assert store.link.fresh_for < STOPPED
    with counter(store, gateway=OtherEnd()) as at:  # type: ignore[arg-type]
        at.till.add(TEA)
        try:
            await at.till.pay_card("4242424242424242")
            code = ""
        except TillError as error:
            code = error.code
        await at.till.recover()
        open_ones = [held.id for held in at.till.checking()]
        print(json.dumps({"code": code, "open": open_ones, "orders": len(list(store.orders()))}), flush=True)
        await at.till.flush()
    store.close()


if __name__ == "__main__":
    asyncio.run(sell(sys.argv[1], Path(sys.argv[2])))
