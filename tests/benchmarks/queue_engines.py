"""The engines of a queue as the benchmark `queue` has them: the shop's queue, and what they do by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Final, Protocol

from pos.domain.checkout_request import CheckoutRequest, written
from pos.domain.ports import CardToken
from pos.domain.queue_ports import JobQueue
from pos.domain.reservations import Reservation
from pos.stores import operations
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.delivery import Call
from pos.stores.redis.job_calls import JobCalls, reservation_id
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queue_stream import GROUP, StreamQueue
from pos.stores.redis.queued_orders import ServerQueuedOrders
from tests.benchmarks.checkouts import PLENTY, Checkout
from tests.benchmarks.lane_clients import PATIENCE, Peer, Step, order_of

TOKEN: Final = "tok-benchmark"
OPTIONS: Final = ServerOptions(timeout=PATIENCE, trust=True)
AT_ONCE: Final = 100
"""So many requests are put into a queue at once, where that is not measured."""


def asked(checkout: Checkout) -> CheckoutRequest:
    """A ticket as somebody has it queued."""
    reserved = checkout.reserved
    return CheckoutRequest(
        order=reserved.order,
        lane="web",
        cart=reserved.cart,
        total=reserved.sale.total,
        currency=reserved.sale.currency,
        card=CardToken(token=TOKEN, brand="visa", last4="4242"),
        at=checkout.at,
    )


class Engine(Protocol):
    """Where the queues of some shops on a server are."""

    name: str

    def queue(self, shop: ServerAddress) -> JobQueue:
        """A shop's queue."""
        ...

    def fill(self, shop: ServerAddress, requests: Sequence[CheckoutRequest]) -> None:
        """Have these queued, as quickly as it goes."""
        ...

    def producer(self, shop: ServerAddress, place: int) -> Peer:
        """Puts the bytes of requests into a queue of the engine, one after the other, and nothing else."""
        ...

    def consumer(self, shop: ServerAddress, place: int) -> Peer:
        """Takes out what the producer at the same place has put in, each on its own, and nothing else."""
        ...


class Streams:
    """Implements `Engine`: the server of the shop itself."""

    name = "stream"

    def queue(self, shop: ServerAddress) -> JobQueue:
        """See the port."""
        return StreamQueue(shop, OPTIONS)

    def fill(self, shop: ServerAddress, requests: Sequence[CheckoutRequest]) -> None:
        """See the port."""
        register(shop, requests, within=True)

    def producer(self, shop: ServerAddress, place: int) -> Peer:
        """See the port."""
        return RawStream(shop, place, taking=False)

    def consumer(self, shop: ServerAddress, place: int) -> Peer:
        """See the port."""
        return RawStream(shop, place, taking=True)


class Talking:
    """A peer with a connection to the server."""

    def __init__(self, address: ServerAddress) -> None:
        from pos.stores.redis.client import Client

        self._keys = Keys(address.shop)
        self._client = Client(address, OPTIONS, name="benchmark")
        self.close = self._client.close

    def settle(self) -> None:
        """See `Peer`: it has."""

    def _ask(self, call: Call) -> None:
        answer = self._client.call(*call)
        assert answer[0] == b"ok", answer


class RawStream(Talking):
    """XADD of the same bytes, or XREADGROUP and then XDEL and XACK: a stream of its own for each place."""

    def __init__(self, address: ServerAddress, place: int, *, taking: bool) -> None:
        super().__init__(address)
        self._key = f"{self._keys.queue}:{place}"
        self._taking = taking
        if taking:
            self._client.ask("XGROUP", "CREATE", self._key, GROUP, 0, "MKSTREAM")

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`."""
        if self._taking:
            return [self._take] * len(batch)
        requests = [asked(checkout) for checkout in batch]
        return [
            partial(self._client.ask, "XADD", self._key, "*", "order", each.order, "request", written(each))
            for each in requests
        ]

    def _take(self) -> None:
        found = self._client.ask("XREADGROUP", "GROUP", GROUP, "one", "COUNT", 1, "STREAMS", self._key, ">")
        ((entry, _fields),) = found[0][1]
        self._client.ask_each((("XDEL", self._key, entry), ("XACK", self._key, GROUP, entry)))


class Enqueuing:
    """Has checkouts queued as any front end does."""

    def __init__(self, address: ServerAddress, engine: Engine) -> None:
        self._orders = ServerQueuedOrders(address, OPTIONS)
        self._queue = engine.queue(address)

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`."""
        return [partial(self._orders.enqueue, asked(checkout), self._queue, PLENTY) for checkout in batch]

    def settle(self) -> None:
        """See `Peer`: it has."""

    def close(self) -> None:
        """See `Peer`."""
        self._queue.close()
        self._orders.close()


class BareJobs(Talking):
    """The limit of workers: the two functions of the server that pay a job, told the same bytes, and nothing else."""

    def __init__(self, address: ServerAddress, lane: str) -> None:
        super().__init__(address)
        self._lane = lane
        self._numbers = count(1)

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`. Each is registered and taken up before it is measured."""
        made = [self._calls_of(checkout) for checkout in batch]
        for first in range(0, len(made), AT_ONCE):
            self._client.call_each([call for before, _then in made[first : first + AT_ONCE] for call in before])
        return [partial(self._pay, *then) for _before, then in made]

    def _pay(self, *calls: Call) -> None:
        for call in calls:
            self._ask(call)

    def _calls_of(self, checkout: Checkout) -> tuple[tuple[Call, Call], tuple[Call, Call]]:
        request, reserved = asked(checkout), held(checkout.reserved, self._lane)
        calls, claims = JobCalls(self._keys, OPTIONS, request.order), operations.needs(reserved.taken)
        number = next(self._numbers)
        order = order_of(checkout, number)
        order = order.model_copy(update={"reservation": reserved.id, "lane": self._lane})
        begin = calls.begin(self._lane, written(request), request, again=False)
        before = calls.enqueue(request, PLENTY, within=False), begin
        pay = (
            calls.reserve(1, self._lane, reserved, claims),
            calls.commit(1, self._lane, order, claims, number),
        )
        return before, pay


def held(reservation: Reservation, lane: str) -> Reservation:
    """A reservation as a worker makes it."""
    return reservation.model_copy(update={"id": reservation_id(reservation.order), "lane": lane})


def register(shop: ServerAddress, requests: Sequence[CheckoutRequest], *, within: bool) -> None:
    """Have these registered at the shop's server, `within` the same steps they are put into its stream."""
    from pos.stores.redis.client import Client

    keys = Keys(shop.shop)
    client = Client(shop, OPTIONS, name="benchmark")
    for first in range(0, len(requests), AT_ONCE):
        some = requests[first : first + AT_ONCE]
        calls = [JobCalls(keys, OPTIONS, each.order).enqueue(each, PLENTY, within=within) for each in some]
        assert all(answer[0] == b"ok" for answer in client.call_each(calls))
    client.close()
