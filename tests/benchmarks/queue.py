"""Checkouts through the shop's queue, enqueued and finished: `python -m tests.benchmarks.queue`.

Workers and clients are processes; the workers' gateway is in memory and answers at once, so that the queue is measured.
Beside them in the same run: what the engine takes and gives of the same bytes by the same client library, tills that
sell directly on the same server, and the server's bare functions that reserve and commit a job (the limit). Kafka is
librdkafka's mock of a cluster, in memory: what a real one takes for its disks and replicas is not in its figures.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from pos.stores.redis.address import ServerAddress
from tests.benchmarks.checkouts import COUPON, Shelves
from tests.benchmarks.lane_clients import Peer, Place, Till
from tests.benchmarks.lane_shops import address_of, filled
from tests.benchmarks.lanes import answers, rate_of, sold, tickets, used_by
from tests.benchmarks.measuring import Measure, Ratio, Samples, interleaved, options, percentile, report
from tests.benchmarks.queue_engines import BareJobs, Engine, Enqueuing, Streams
from tests.benchmarks.queue_kafka import Kafka, broker
from tests.benchmarks.queue_workers import Forked, Gang, buyers, lanes, worker
from tests.servers.server import Server, Sync

ROUNDS = 5
CLIENTS = WORKERS = (1, 4)
MANY = 800
"""Checkouts in a round, by all clients or workers together; a single client makes a quarter of them."""
PRODUCTS = 1_000
ENGINES = ("stream", "kafka")
CONCURRENCY = 4
"""What `pos worker` has if nobody says otherwise."""
PACES = {"below saturation": 0.5, "at saturation": 1.0}
"""So much of what the workers have just finished in a second comes in."""

ENQUEUE, PRODUCE, CONSUME, FINISH = "enqueue", "produce alone", "consume alone", "workers"
LIMIT = "a durable write, then produce"
"""Of an engine at another place than the shop's server, which has to know of each order as well."""
DIRECT, BARE = "tills", "reserve and commit alone"


def main() -> None:
    """Measure and report."""
    parser = options("Checkouts through a queue beside its engine, tills and the server's functions.", ROUNDS)
    parser.add_argument("--checkouts", type=int, default=MANY, help=f"in a round, of all clients ({MANY})")
    parser.add_argument("--engines", choices=ENGINES, nargs="+", default=ENGINES, help="which to measure")
    parser.add_argument("--sync", choices=("always", "everysec"), nargs="+", default=("always",), help="appendfsync")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that the gateway takes (0)")
    parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help=f"of each worker ({CONCURRENCY})")
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure (that of temporary files)")
    parser.add_argument("--quick", action="store_true", help="little of everything: does it run?")
    wanted = parser.parse_args()
    if wanted.quick:
        vars(wanted).update(checkouts=16, sync=["always"], products=60, rounds=1)
    samples: Samples = {}
    for sync in wanted.sync:
        with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
            samples |= measured(wanted, sync, Path(name))
    report(f"queue, {wanted.rounds} rounds", samples, list(ratios(samples, wanted)), as_json=wanted.json)


def ratios(samples: Samples, wanted: Namespace) -> Iterator[Ratio]:
    """Enqueued a second beside the engine alone, finished a second beside the limit and beside tills.

    `reserve` and `commit` are the server's functions and the verbs of a till's store: both are shown beside the goal.
    """
    for sync in wanted.sync:
        for engine in wanted.engines:
            for clients in CLIENTS:
                ours, alone = (rate_of(f"{sync}, {clients}", f"{engine} {what}") for what in (ENQUEUE, PRODUCE))
                yield Ratio(f"{sync}, {clients}: {engine} {ENQUEUE} / {PRODUCE}", ours, alone, 0.5, at_least=True)
                if engine == Kafka.name:
                    limit = rate_of(f"{sync}, {clients}", f"{engine} {LIMIT}")
                    yield Ratio(f"{sync}, {clients}: {engine} {ENQUEUE} / {LIMIT}", ours, limit, None, at_least=True)
                    yield Ratio(f"{sync}, {clients}: {engine} {LIMIT} / {PRODUCE}", limit, alone, None, at_least=True)
            for workers in WORKERS:
                case = f"{sync}, {workers}"
                ours = rate_of(case, f"{engine} {FINISH}")
                for peer, goal in ((BARE, 0.8), (DIRECT, 0.8), (f"{engine} {CONSUME}", None)):
                    wished = goal if workers == max(WORKERS) else None
                    yield Ratio(f"{case}: {engine} {FINISH} / {peer}", ours, rate_of(case, peer), wished, at_least=True)


def measured(wanted: Namespace, sync: Sync, folder: Path) -> Samples:
    """The samples of all of it on a server of this kind, taken in turns."""
    shelves = Shelves(wanted.products)
    with ExitStack() as kept:
        server = kept.enter_context(Server.start(appendfsync=sync))
        names = [f"{what}-{engine}" for engine in wanted.engines for what in ("asked", "made", *map(shop_of, WORKERS))]
        shops = {}
        for name in ("tills", "bare", *names):
            filled(server, name, shelves.file)
            shops[name] = address_of(server, name)

        def forked(work: Callable[..., None], *given: object) -> Forked:
            return kept.enter_context(closing(Forked(work, *given)))

        engines: list[Engine] = [Streams()] if "stream" in wanted.engines else []
        brokers = [server.process.pid]
        if "kafka" in wanted.engines:
            cluster = forked(broker, [name for name in names if name.endswith("-kafka")])
            engines.append(Kafka(cluster.answer()))
            brokers.append(cluster.pid)

        def opened(lane: str) -> dict[str, Peer]:
            found: dict[str, Peer] = {
                DIRECT: Till(shops["tills"], folder / "tills", lane),
                BARE: BareJobs(shops["bare"], lane),
            }
            for engine in engines:
                place, name = int(lane[1:]), engine.name
                found |= {
                    f"{name} {ENQUEUE}": Enqueuing(shops[f"asked-{name}"], engine),
                    f"{name} {PRODUCE}": engine.producer(shops[f"made-{name}"], place),
                    f"{name} {CONSUME}": engine.consumer(shops[f"made-{name}"], place),
                }
                if isinstance(engine, Kafka):
                    found[f"{name} {LIMIT}"] = engine.writer(shops[f"made-{name}"], place)
            return found

        places = [
            kept.enter_context(closing(Place(f"t{number}", COUPON, shelves, opened)))
            for number in range(1, max(CLIENTS) + 1)
        ]
        asking = forked(buyers, shelves)
        workers = {
            (engine.name, many): [
                forked(worker, engine, shops[f"{shop_of(many)}-{engine.name}"], folder / engine.name / f"{many}", lane,
                       wanted.concurrency, wanted.latency)
                for lane in lanes(many)
            ]
            for engine in engines
            for many in WORKERS
        }  # fmt: skip
        answers(places)
        asking.answer()

        def used() -> float:
            return sum(map(used_by, brokers))

        peers = [BARE, DIRECT, *(f"{e.name} {what}" for e in engines for what in (ENQUEUE, PRODUCE, CONSUME))]
        peers += [f"{e.name} {LIMIT}" for e in engines if isinstance(e, Kafka)]
        measures: dict[str, Measure] = {}
        for clients in CLIENTS:
            some, case = places[:clients], f"{sync}, {clients}"
            each = share(wanted.checkouts, clients)
            measures[f"{case} tickets"] = partial(tickets, some, "spread", each // clients)
            for peer in peers:
                measures[f"{case} {peer}"] = partial(sold, some, case, peer, used)
        for engine in engines:
            for many in WORKERS:
                shop = shops[f"{shop_of(many)}-{engine.name}"]
                rush = Rush(asking, Gang(workers[engine.name, many]), engine, shop, f"{sync}, {many}", used)
                rush.warm(many * wanted.concurrency)
                orders = share(wanted.checkouts, many)
                measures[f"{rush.name} at once"] = partial(rush.at_once, orders)
                if many == max(WORKERS):
                    for words, pace in PACES.items():
                        measures[f"{rush.name} {words}"] = partial(rush.paced, orders, words, pace)
        return interleaved(wanted.rounds, measures)


class Rush:
    """Buyers at one shop, and its workers."""

    def __init__(
        self, asking: Forked, gang: Gang, engine: Engine, shop: ServerAddress, case: str, used: Callable[[], float]
    ) -> None:
        self._asking, self._gang, self._engine, self._shop, self._used = asking, gang, engine, shop, used
        self.name = f"{case}: {engine.name} {FINISH}"
        self._rate = 0.0
        """How many were finished in a second last."""

    def warm(self, orders: int) -> None:
        """Let each worker have worked."""

        def fill() -> int:
            self._asking.ask("ready", orders)
            return len(self._asking.ask("all", self._engine, self._shop))

        self._gang.warm(fill)

    def at_once(self, orders: int) -> dict[str, float]:
        """All ask at one moment: how many are finished in a second."""
        self._asking.ask("ready", orders)
        self._gang.ended(0)
        workers, server = self._gang.processor, self._used()
        begun = min(self._asking.ask("all", self._engine, self._shop).values())
        ended = self._gang.ended(orders)
        workers, server = self._gang.processor - workers, self._used() - server
        self._rate = orders / (max(ended.values()) - begun)
        return {
            f"{self.name}, a second": self._rate,
            f"{self.name}, processor of the workers": workers * 1000 / orders,
            f"{self.name}, processor of the server": server * 1000 / orders,
        }

    def paced(self, orders: int, words: str, pace: float) -> dict[str, float]:
        """They ask one after the other: how long each waits until it is paid."""
        self._asking.ask("ready", orders)
        asked = self._asking.ask("paced", self._engine, self._shop, self._rate * pace)
        ended = self._gang.ended(orders)
        waited = [(ended[order] - moment) * 1000 for order, moment in asked.items()]
        name = f"{self.name} {words}, from enqueue to paid"
        return {f"{name}, p50": percentile(waited, 50), f"{name}, p99": percentile(waited, 99)}


def shop_of(workers: int) -> str:
    return f"rush{workers}"


def share(checkouts: int, many: int) -> int:
    """How many checkouts so many clients or workers make in a round."""
    return max(checkouts // (4 if many == 1 else 1), many)


if __name__ == "__main__":
    main()
