"""The laws of a shop's queue, once every checkout has come to its end: over the server and the bank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import redis

from pos.domain.checkout_request import CheckoutRequest
from pos.domain.reservations import Order
from pos.payments.ledger import Charge

ENDS = ("paid", "declined", "sold_out")


@dataclass(frozen=True, slots=True)
class QueueBooks:
    """What is on record: what was asked for, what the server has, what the bank has, and what there was at first."""

    client: redis.Redis
    shop: str
    asked: Sequence[CheckoutRequest]
    charges: Sequence[Charge]
    stock: Mapping[str, int]
    answers: str

    def breaches(self) -> list[str]:
        """Every breach of a law."""
        orders = [Order.model_validate_json(text) for text in self._texts("order")]
        states = {each.order: self._hash("queued", each.order) for each in self.asked}
        return [
            *self._ended(states),
            *self._orders_once(orders, states),
            *self._money_agrees(orders),
            *self._stock_conserved(orders),
            *self._receipts_gapless(orders),
            *self._told_once(orders, states),
            *self._at_rest(),
        ]

    def _ended(self, states: Mapping[str, dict[str, str]]) -> Iterator[str]:
        for name, fields in states.items():
            if fields.get("state") not in ENDS:
                yield f"order {name} came to no end: {fields.get('state')} {fields.get('words', '')}"
        ended = Counter(fields.get("state") for fields in states.values())
        counted = {state: int(many) for state, many in self._hash("queue", "ended").items()}
        if counted != ended:
            yield f"ended {dict(ended)}, counted {counted}"

    def _orders_once(self, orders: Sequence[Order], states: Mapping[str, dict[str, str]]) -> Iterator[str]:
        paid = {name: fields.get("receipt") for name, fields in states.items() if fields.get("state") == "paid"}
        made = {order.id: order.receipt for order in orders}
        if made != paid:
            yield f"paid {sorted(paid.items() - made.items())} without an order, orders {made.items() - paid.items()}"
        listed: Any = self.client.zrange(self._key("orders"), 0, -1)
        if sorted(name.decode() for name in listed) != sorted(made):
            yield "the list of the orders is another one than the orders"
        asked = {each.order: each for each in self.asked}
        for order in orders:
            request = asked.get(order.id)
            if request is None:
                yield f"order {order.id} was asked for by nobody"
            elif (order.sale.total, order.sale.due) != (request.total, 0):
                yield f"order {order.id} comes to {order.sale.total}, {request.total} was agreed"

    def _money_agrees(self, orders: Sequence[Order]) -> Iterator[str]:
        by_attempt = Counter[str]()
        for order in orders:
            standing = [each for each in order.sale.payments if each.state == "captured"]
            by_attempt.update(each.attempt for each in standing)
            charges = {charge.attempt: charge.kept for charge in self.charges}
            if [charges.get(each.attempt) for each in standing] != [order.sale.total]:
                yield f"order {order.id}: {order.sale.total} is owed, the bank has {standing}"
        for charge in self.charges:
            if charge.kept and by_attempt[charge.attempt] != 1:
                yield f"{charge.kept} captured by {charge.attempt}, in {by_attempt[charge.attempt]} orders"

    def _stock_conserved(self, orders: Sequence[Order]) -> Iterator[str]:
        sold = Counter[str]()
        for order in orders:
            for line in order.sale.lines:
                sold[line.sku] += int(line.quantity)
        on_hand, held = self._hash("on_hand"), self._hash("held")
        for sku, first in self.stock.items():
            left = int(on_hand[f"stock:{sku}"])
            if left + sold[sku] != first or left < 0:
                yield f"{sku}: {first} at first, {sold[sku]} sold, {left} on hand"
        yield from (f"{name}: {amount} held" for name, amount in held.items() if int(amount))

    def _receipts_gapless(self, orders: Sequence[Order]) -> Iterator[str]:
        for lane in sorted({order.lane for order in orders}):
            numbers = sorted(int(order.receipt.rsplit("-", 1)[1]) for order in orders if order.lane == lane)
            if numbers != list(range(1, len(numbers) + 1)):
                yield f"receipts of lane {lane} have a gap or a double: {numbers}"
            if self._hash("lane", lane).get("queued") != str(len(numbers)):
                yield f"lane {lane} counts other receipts than {len(numbers)}"
        named = Counter(self._texts("receipt"))
        if named != Counter(order.id for order in orders):
            yield f"receipts lead to {named}"

    def _told_once(self, orders: Sequence[Order], states: Mapping[str, dict[str, str]]) -> Iterator[str]:
        told = Counter(fields["order"] for fields in self._entries("events") if "order" in fields)
        if told != Counter(order.id for order in orders):
            yield f"events tell of {told}"
        answers = Counter((each["order"], each.get("state")) for each in self._entries("answers", self.answers))
        wanted = Counter((name, fields.get("state")) for name, fields in states.items())
        if answers != wanted:
            yield f"answered {answers - wanted} too often, {wanted - answers} too seldom"

    def _at_rest(self) -> Iterator[str]:
        for key, count in (
            ("queue", self.client.xlen),
            ("queued", self.client.zcard),
            ("stuck", self.client.zcard),
            ("queue:open", self.client.scard),
        ):
            if many := count(self._key(key)):
                yield f"{many} are in {key} still"
        found: Any = self.client.keys(self._key("reservation:*"))
        yield from (f"{key.decode()} is there still" for key in found)

    def _texts(self, kind: str) -> list[str]:
        keys: Any = sorted(self.client.keys(self._key(kind, "*")))
        found: Any = self.client.mget(keys) if keys else []
        return [text.decode() for text in found]

    def _entries(self, *parts: str) -> list[dict[str, str]]:
        found: Any = self.client.xrange(self._key(*parts))
        return [{name.decode(): value.decode() for name, value in fields.items()} for _id, fields in found]

    def _hash(self, *parts: str) -> dict[str, str]:
        found: Any = self.client.hgetall(self._key(*parts))
        return {name.decode(): value.decode() for name, value in found.items()}

    def _key(self, *parts: str) -> str:
        return f"{{{self.shop}}}:{':'.join(parts)}"
