"""One process for each till of the benchmark `lanes`: it sells the same tickets in each way that is measured."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from itertools import count, islice
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple, Protocol

from pos.domain.reservations import Order
from pos.stores import codec, operations
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.delivery import Call, Calls, Identity
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.outbox import Entry
from pos.stores.redis.store import open_lane_store
from tests.benchmarks import postgres
from tests.benchmarks.checkouts import Checkout, Shelves
from tests.benchmarks.histories import settled

PATIENCE = 120.0
"""Seconds in which everything of a round is delivered."""

KINDS = ("spread", "hot")
"""Each till its own goods and its own coupon, or one product and one coupon in every ticket of all tills."""

Step = Callable[[], object]


class Spent(NamedTuple):
    """One client's round. Moments are those of the machine's monotonic clock, which all processes share."""

    each: list[float]
    """Milliseconds of each checkout as its till waits for it."""
    begun: float
    done: float
    """The last checkout was durable for its till."""
    delivered: float
    """The server had all of them."""
    processor: float
    """Seconds of it, all threads."""


class Peer(Protocol):
    """A way of selling."""

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """What sells each of these; all that can be made ready beforehand is."""
        ...

    def settle(self) -> None:
        """Wait until the server has all of it."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class Selling:
    """Sells by a store that is open."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self.close = store.close

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`."""
        return [partial(self._sell, checkout) for checkout in batch]

    def settle(self) -> None:
        """See `Peer`: nothing is behind the store."""

    def _sell(self, checkout: Checkout) -> None:
        self._store.reserve(checkout.reserved)
        self._store.commit(checkout.captured, checkout.sale, checkout.at)


class Till(Selling):
    """A till: its store on the server, with a journal of its own on disk."""

    def __init__(self, address: ServerAddress, folder: Path, lane: str) -> None:
        options = ServerOptions(journals=folder, timeout=PATIENCE, trust=True)
        self._lane = open_lane_store(address, options, lane)
        super().__init__(self._lane)

    def settle(self) -> None:
        """See `Peer`."""
        assert self._lane.outbox.empty_within(PATIENCE), self._lane.link.reason


class Alone(Selling):
    """A till with a shop of its own in a folder and no server: what a till's journal alone allows."""

    def __init__(self, shelves: Shelves, folder: Path, lane: str) -> None:
        super().__init__(shelves.fill(open_store(folder / lane)))


class Bare:
    """The limit: the two functions of the server, told the same bytes by the same client, and nothing else."""

    def __init__(self, address: ServerAddress, lane: str) -> None:
        from pos.stores.redis.client import Client

        options = ServerOptions(timeout=PATIENCE)
        self._client = Client(address, options, name="bare")
        self._calls = Calls(Keys(address.shop), options)
        self._who = Identity(lane, f"journal of {lane}", "run", 1)
        self._numbers = count(1)
        self._ask(self._calls.hello(self._who, host="bare", version="0", acknowledged=0, first=True))
        self.close = self._client.close

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`."""
        return [partial(self._sell, *self._calls_of(checkout)) for checkout in batch]

    def settle(self) -> None:
        """See `Peer`: it has."""

    def sell(self, checkout: Checkout) -> None:
        """Sell this one."""
        self._sell(*self._calls_of(checkout))

    def put(self, orders: Sequence[Checkout]) -> None:
        """Have these sold, all at once."""
        for answer in self._client.call_each([self._calls_of(checkout)[1] for checkout in orders]):
            assert answer[0] == b"ok", answer

    def _calls_of(self, checkout: Checkout) -> tuple[Call, Call]:
        number, reserved = next(self._numbers), checkout.reserved
        claims = operations.needs(reserved.taken)
        order = order_of(checkout, number)
        entry = Entry(number, "commit", reserved.id, claims, {}, order=order.id)
        return self._calls.claim(self._who, reserved, claims), self._calls.commit(self._who, entry, order)

    def _sell(self, *calls: Call) -> None:
        for call in calls:
            self._ask(call)

    def _ask(self, call: Call) -> None:
        answer = self._client.call(*call)
        assert answer[0] == b"ok", answer


class Sql:
    """PostgreSQL: the stock of all lines and the coupon's uses taken, and the order inserted, in one transaction."""

    def __init__(self, folder: Path) -> None:
        self._connection = postgres.Connection(folder)
        self._connection.prepare(b"sell", b"SELECT sell($1, $2, $3, $4, $5, $6)")
        self._numbers = count(1)
        self.close = self._connection.close

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`."""
        return [partial(self._connection.execute, b"sell", self._values(checkout)) for checkout in batch]

    def settle(self) -> None:
        """See `Peer`: it has."""

    def _values(self, checkout: Checkout) -> list[bytes]:
        order = order_of(checkout, next(self._numbers))
        # In one order for all, so that no two wait for each other.
        taken = sorted((claim.counter, claim.amount) for claim in checkout.reserved.claims)
        names, amounts = ",".join(name for name, _ in taken), ",".join(str(amount) for _, amount in taken)
        said = f"{{{names}}}", f"{{{amounts}}}", order.id, order.receipt, order.at.isoformat(), codec.body(order)
        return [each if isinstance(each, bytes) else each.encode() for each in said]


def order_of(checkout: Checkout, number: int) -> Order:
    """The order that a till writes down for a ticket."""
    reserved = checkout.reserved
    receipt = f"{reserved.lane}-1-{number}"
    return Order(
        id=reserved.order,
        receipt=receipt,
        reservation=reserved.id,
        lane=reserved.lane,
        at=checkout.at,
        sale=checkout.sale.model_copy(update={"receipt": receipt}),
    )


Opened = Callable[[str], Mapping[str, Peer]]
"""Opens what a lane sells by, by name."""


class Place:
    """A process of its own, with everything that one till sells by."""

    def __init__(self, lane: str, coupon: str, shelves: Shelves, opened: Opened) -> None:
        """Begin it: a fork, which shares what is loaded."""
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, lane, coupon, shelves, opened), daemon=True)
        self._process.start()
        theirs.close()

    def tell(self, *said: object) -> None:
        """Have something done, as `_work` has it."""
        self._pipe.send(said)

    def answer(self) -> Spent | None:
        """What came of what was told last."""
        found: Spent | None = self._pipe.recv()
        return found

    def close(self) -> None:
        """End it."""
        with suppress(BrokenPipeError):
            self._pipe.send(("end",))
        self._process.join(PATIENCE)


def _work(pipe: Pipe, lane: str, coupon: str, shelves: Shelves, opened: Opened) -> None:
    """Do what is told, one after the other.

    `tickets KIND MANY`: make tickets. `ready PEER`: make ready what sells them by this peer. `go`: sell them.
    """
    with ExitStack() as kept:
        peers = {name: kept.enter_context(closing(peer)) for name, peer in opened(lane).items()}
        made: dict[str, Iterator[Checkout]] = {
            "spread": shelves.checkouts(f"{lane} spread", lane=lane, coupon=coupon),
            "hot": shelves.checkouts(f"{lane} hot", lane=lane, hot=True),
        }
        batch: list[Checkout] = []
        steps: list[Step] = []
        pipe.send(None)
        while (said := pipe.recv())[0] != "end":
            answer = None
            match said:
                case "tickets", str(kind), int(many):
                    batch = list(islice(made[kind], many))
                    settled()
                case "ready", str(name):
                    peer = peers[name]
                    steps = peer.steps(batch)
                case ("go",):
                    answer = _sold(peer, steps)
            pipe.send(answer)


def _sold(peer: Peer, steps: Sequence[Step]) -> Spent:
    each = []
    used, begun = process_time(), perf_counter()
    for step in steps:
        before = perf_counter()
        step()
        each.append((perf_counter() - before) * 1000)
    done = perf_counter()
    peer.settle()
    return Spent(each, begun, done, perf_counter(), process_time() - used)
