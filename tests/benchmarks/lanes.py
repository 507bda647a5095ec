"""Checkouts of many tills on one server, reserve with its attempt and then commit: `python -m tests.benchmarks.lanes`.

Each till is a process with a journal of its own on disk. Beside them in the same run, from as many processes with the
same tickets: the server's bare functions (the limit of the server), tills without a server (that of the tills), and
PostgreSQL, where Debian's is installed.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from itertools import islice
from pathlib import Path

from pos.domain.counters import coupon_uses
from pos.stores.redis.address import ServerAddress
from pos.till.catalog_loading import counters_of
from tests.benchmarks import postgres
from tests.benchmarks.checkouts import COUPON, PLENTY, PRODUCTS, Shelves, renamed
from tests.benchmarks.lane_clients import KINDS, Alone, Bare, Peer, Place, Spent, Sql, Till
from tests.benchmarks.lane_shops import address_of, filled
from tests.benchmarks.measuring import Measure, Ratio, Samples, interleaved, options, report
from tests.servers.server import Server, Sync

ROUNDS = 5
TILLS = (1, 8, 32)
CHECKOUTS = 3_200
"""In a round, by all tills together; a single till makes a quarter of them."""
ORDERS = 100_000
BATCH = 500
SYNCS: tuple[Sync, ...] = ("always", "everysec")

TILL, OLD, ALONE = "tills", "tills, orders on file", "tills, no server"
BARE, SQL = "bare functions", "PostgreSQL"


def main() -> None:
    """Measure and report."""
    parser = options("Checkouts of many tills beside the server's bare functions and PostgreSQL.", ROUNDS)
    parser.add_argument("--tills", type=int, nargs="+", default=TILLS, help="how many tills, one after the other")
    parser.add_argument("--checkouts", type=int, default=CHECKOUTS, help=f"in a round, of all tills ({CHECKOUTS})")
    parser.add_argument("--sync", choices=SYNCS, nargs="+", default=SYNCS, help="the server's appendfsync")
    parser.add_argument("--orders", type=int, default=ORDERS, help=f"orders on the second server ({ORDERS})")
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure (that of temporary files)")
    parser.add_argument("--quick", action="store_true", help="two tills and little of everything: does it run?")
    wanted = parser.parse_args()
    if wanted.quick:
        vars(wanted).update(tills=[2], checkouts=20, sync=["always"], orders=50, products=60, rounds=1)
    without = postgres.missing()
    samples: Samples = {}
    for sync in wanted.sync:
        for tills in wanted.tills:
            with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
                samples |= measured(wanted, sync, tills, Path(name), with_sql=without is None)
    if without is not None and not wanted.json:
        print(f"PostgreSQL was not measured: {without}.")
    report(f"lanes, {wanted.rounds} rounds", samples, list(ratios(samples, wanted)), as_json=wanted.json)


def ratios(samples: Samples, wanted: Namespace) -> Iterator[Ratio]:
    """Checkouts a second beside those of the limit, of PostgreSQL, and with orders on file."""
    for sync in wanted.sync:
        for tills in wanted.tills:
            most = tills == max(wanted.tills)
            for kind in KINDS:
                case = case_of(sync, kind, tills)
                ours = rate_of(case, TILL)
                for peer, goal in ((BARE, 0.6), (SQL, 1.0), (ALONE, None)):
                    if rate_of(case, peer) in samples:
                        wished = goal if most else None
                        yield Ratio(f"{case}: {TILL} / {peer}", ours, rate_of(case, peer), wished, at_least=True)
                if rate_of(case, OLD) in samples:
                    yield Ratio(f"{case}: {OLD} / none", rate_of(case, OLD), ours, 0.9, at_least=True)


def case_of(sync: str, kind: str, tills: int) -> str:
    return f"{sync}, {kind}, {tills}"


def rate_of(case: str, peer: str) -> str:
    return f"{case}: {peer}, a second"


def measured(wanted: Namespace, sync: Sync, tills: int, folder: Path, *, with_sql: bool) -> Samples:
    """The samples of so many tills at a server of this kind, all peers taken in turns."""
    lanes = [f"t{number}" for number in range(1, tills + 1)]
    coupons = {lane: f"{COUPON}-{lane.upper()}" for lane in lanes}
    shelves = Shelves(wanted.products, (COUPON, *coupons.values()))
    old = tills == max(wanted.tills) and wanted.orders > 0
    with ExitStack() as kept:
        server = kept.enter_context(Server.start(appendfsync=sync))
        for shop in ("tills", "bare"):
            filled(server, shop, shelves.file)
        used = partial(used_by, server.process.pid)
        processors: dict[str, Callable[[], float] | None] = {TILL: used, BARE: used, ALONE: None}
        aged = None
        if old:
            aged = kept.enter_context(Server.start(appendfsync=sync))
            filled(aged, "tills", shelves.file)
            sell_before(address_of(aged, "tills"), shelves, wanted.orders)
            processors[OLD] = partial(used_by, aged.process.pid)
        sql = None
        if with_sql:
            folder.chmod(0o711)
            counters = counters_of(shelves.file.products, shelves.file.coupons)
            # There a coupon's uses are counted down to nothing, too.
            uses = {coupon_uses(code): PLENTY for code in (COUPON, *coupons.values())}
            sql = kept.enter_context(postgres.Postgres(folder / "postgres", counters | uses))
            processors[SQL] = partial(used_by, sql.process.pid)

        def opened(lane: str) -> dict[str, Peer]:
            found: dict[str, Peer] = {
                TILL: Till(address_of(server, "tills"), folder / "new", lane),
                BARE: Bare(address_of(server, "bare"), lane),
                ALONE: Alone(shelves, folder / "alone", lane),
            }
            if aged is not None:
                found[OLD] = Till(address_of(aged, "tills"), folder / "old", lane)
            if sql is not None:
                found[SQL] = Sql(sql.folder)
            return found

        places = [kept.enter_context(closing(Place(lane, coupons[lane], shelves, opened))) for lane in lanes]
        answers(places)
        many = max(wanted.checkouts // (4 if tills == 1 else tills), 1)
        measures: dict[str, Measure] = {}
        for kind in KINDS:
            measures[kind] = partial(tickets, places, kind, many)
            for peer, spent in processors.items():
                measures[f"{kind} {peer}"] = partial(sold, places, case_of(sync, kind, tills), peer, spent)
        return interleaved(wanted.rounds, measures)


def sell_before(address: ServerAddress, shelves: Shelves, orders: int) -> None:
    """Have so many orders on the server, all of them of the last day."""
    bare = Bare(address, "past")
    tickets = list(islice(shelves.checkouts("past", lane="past"), min(orders, BATCH)))
    for part in range(0, orders, BATCH):
        bare.put([renamed(each, part + place) for place, each in enumerate(tickets[: orders - part])])
    bare.close()


def tickets(places: Sequence[Place], kind: str, many: int) -> dict[str, float]:
    """Make tickets for all that are measured next."""
    told(places, "tickets", kind, many)
    return {}


def sold(
    places: Sequence[Place], case: str, peer: str, used: Callable[[], float] | None
) -> dict[str, float | list[float]]:
    """All sell their tickets at once; `used` tells the processor time of their server, if they have one."""
    told(places, "ready", peer)
    before = used() if used is not None else 0.0
    spent = [each for each in told(places, "go") if each is not None]
    server = used() - before if used is not None else 0.0
    each = [value for one in spent for value in one.each]
    begun, many = min(one.begun for one in spent), len(each)
    done, delivered = max(one.done for one in spent) - begun, max(one.delivered for one in spent) - begun
    name = f"{case}: {peer}"
    found: dict[str, float | list[float]] = {
        f"{name}, a checkout": each,
        f"{name}, a second": many / delivered,
        f"{name}, processor of a client": sum(one.processor for one in spent) * 1000 / many,
    }
    if used is not None:
        found[f"{name}, processor of the server"] = server * 1000 / many
    if peer in (TILL, OLD):
        found[f"{name}, journals alone, a second"] = many / done
    return found


def told(places: Sequence[Place], *said: object) -> list[Spent | None]:
    for place in places:
        place.tell(*said)
    return answers(places)


def answers(places: Sequence[Place]) -> list[Spent | None]:
    return [place.answer() for place in places]


def used_by(pid: int) -> float:
    """Seconds of processor time of a process and those that it has begun, as far as they run."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = [thread for each in (str(pid), *children) for thread in Path(f"/proc/{each}/task").iterdir()]
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


if __name__ == "__main__":
    main()
