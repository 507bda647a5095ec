"""Whether a lane's own journal and the server agree on what the lane has sold and delivered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from pos.domain.i18n import N_, _, plural
from pos.domain.reservations import Order
from pos.stores import codec, operations
from pos.stores.embedded.read_only import read_folder
from pos.stores.health_report import HealthCheck, checked
from pos.stores.reader import StoreReader
from pos.stores.records import FAULTS, order_of, written_order
from pos.stores.redis.delivery import DAY
from pos.stores.redis.keys import Keys
from pos.stores.redis.lane_journal import SERVER
from pos.stores.redis.loading import Asked
from pos.stores.redis.outbox import OUTBOX, Entry
from pos.stores.redis.resp import text_of

PIECE: Final = 100
"""So many orders are asked for at once."""
MANY: Final = 1000


class LaneThere(NamedTuple):
    """What the server knows of a lane: the id of its journal, and the last entry of its outbox that was delivered."""

    journal: str
    delivered: int
    shop_id: str


class OwnOrders:
    """The orders of a lane's journal, compared with the server's. Methods raise ServerAway, TillError."""

    def __init__(self, client: Asked, keys: Keys, lane: str, folder: Path, order_days: int) -> None:
        """The journal is read when it is compared: after the server, which knows nothing that is not in it."""
        self._client = client
        self._keys = keys
        self._lane = lane
        self._folder = folder
        self._seconds = order_days * DAY

    def check(self, numbers: Mapping[str, Sequence[int]]) -> HealthCheck:
        """Whether what was delivered is there once and equal, and nothing else; `numbers` are the receipts there."""
        own = read_folder(self._folder)
        record = own.get(SERVER, SERVER) or {}
        there = self._there()
        if there is None or there.shop_id != record.get("shop_id"):
            return HealthCheck("delivery", True, _("the shop on the server knows nothing of this journal yet"))
        if there.journal != record.get("journal"):
            text = N_("lane {lane} is another till's on the server: this journal's is over")
            return HealthCheck("delivery", False, _(text, lane=self._lane))
        entries = [Entry.of(key, entry) for key, entry in own.items(OUTBOX)]
        waiting = {each.order: each.number for each in entries if each.order and each.number > there.delivered}
        faults = [*self._missing(own, waiting), *self._early(own, waiting), *self._beyond(own, numbers)]
        left = sum(each.number > there.delivered for each in entries)
        seen = plural("{count} step is still to be delivered", "{count} steps are still to be delivered", left)
        return checked("delivery", faults[:MANY], seen)

    def _there(self) -> LaneThere | None:
        (journal, delivered), (shop_id,) = self._client.ask_each(
            [
                ("HMGET", self._keys.lane(self._lane), "journal", "delivered"),
                ("HMGET", self._keys.meta, "shop_id"),
            ]
        )
        if journal is None:
            return None
        return LaneThere(text_of(journal), int(delivered or 0), text_of(shop_id or b""))

    def _missing(self, own: StoreReader, waiting: Mapping[str, int]) -> Iterator[str]:
        """What was delivered and is not there, or is another one there."""
        now = int(self._client.ask("TIME")[0])
        since = now - self._seconds + DAY
        sold = (order for order in own.orders() if order.id not in waiting and order.at.timestamp() > since)
        while some := list(islice(sold, PIECE)):
            texts = self._client.ask("MGET", *(self._keys.order(order.id) for order in some))
            names = self._client.ask("MGET", *(self._keys.receipt(order.receipt) for order in some))
            listed = self._client.ask_each([("ZSCORE", self._keys.orders, order.id) for order in some])
            for order, text, name, score in zip(some, texts, names, listed, strict=True):
                if text is None:
                    yield _("{receipt}: delivered, and the server has it not", receipt=order.receipt)
                elif not _is_same(order, text):
                    yield _("{receipt}: the server has another order in its place", receipt=order.receipt)
                elif name != order.id.encode() or score is None:
                    yield _("{receipt}: the server has it, and finds it not", receipt=order.receipt)

    def _early(self, own: StoreReader, waiting: Mapping[str, int]) -> Iterator[str]:
        """What is there although it is still to be delivered."""
        if not waiting:
            return
        found = self._client.ask_each([("EXISTS", self._keys.order(name)) for name in waiting])
        # Asked again: while a till sells, it may have been delivered meanwhile.
        there = self._there()
        delivered = there.delivered if there is not None else 0
        for (name, number), exists in zip(waiting.items(), found, strict=True):
            if exists and number > delivered:
                order = own.order(name)
                receipt = order.receipt if order is not None else name
                yield _("{receipt}: still to be delivered, and the server has it", receipt=receipt)

    def _beyond(self, own: StoreReader, numbers: Mapping[str, Sequence[int]]) -> Iterator[str]:
        """Receipts of the journal's series that the server has and the journal has not."""
        record = own.get(operations.LANES, self._lane)
        if record is None:
            return
        series = f"{self._lane}-{record['series']}"
        last = max(numbers.get(series, ()), default=0)
        if last > record["last"]:
            text = N_("{receipt}: the server has it, and this journal, which is older, has it not")
            yield _(text, receipt=f"{series}-{last}")


def _is_same(order: Order, text: bytes) -> bool:
    try:
        return (written_order(codec.keyed(order.id, text)) or order_of(json.loads(text))) == order
    except FAULTS:
        return False
