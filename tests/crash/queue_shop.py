"""A shop whose checkouts are queued, and its workers, each in a process that may be stopped, or killed."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing, suppress
from dataclasses import replace
from decimal import Decimal
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from typing import Final

from pos.domain.cart import Cart, CartLine
from pos.domain.checkout_request import CheckoutRequest, written
from pos.domain.errors import TillError
from pos.domain.ports import CardToken
from pos.payments.ledger import Card
from pos.payments.mock import described
from pos.stores.redis.address import server_address
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queue_stream import StreamQueue
from pos.stores.redis.queued_orders import ServerQueuedOrders
from pos.stores.redis.simulated_ledger import SharedLedger
from pos.till.catalog_loading import load_catalog, parse_catalog
from tests.crash.queue_laws import QueueBooks
from tests.crash.queue_worker import LEASE, STOP, Work, begun, context
from tests.crash.shop import CATALOG, NOON
from tests.servers.address import Address
from tests.servers.shared import lane_store, new_shop
from tests.servers.waiting import until

PATIENCE: Final = 90.0
"""Seconds after which what does not come to its end is given up,"""
OF_BROKEN: Final = 3.0
"""and the same for workers that are broken."""
LAMPS: Final = 12
PRICES: Final = {"TEA": 220, "CAKE": 550, "LAMP": 2000}
STOCK: Final = {"TEA": 1000, "CAKE": 1000, "LAMP": LAMPS}
ANSWERS: Final = "buyers"
MOST: Final = 10_000
GOOD: Final = CardToken(token=described("tok-good", Card("visa", "4242")), brand="visa", last4="4242")
POOR: Final = CardToken(
    token=described("tok-poor", Card("visa", "9995", "insufficient_funds")), brand="visa", last4="9995"
)


class QueueShop:
    """A shop on a server that it reaches by that address, with its bank on another one."""

    def __init__(self, folder: Path, server: Address, bank: Address, *, control: str | None = None) -> None:
        """For a folder that is not there yet."""
        self.folder, self.name, self.control = folder, new_shop(), control
        self._by = context()
        self._url, self._bank = server.url(self.name), bank.url(self.name)
        self.works: dict[str, Work] = {}
        self.processes: dict[str, ForkServerProcess] = {}
        self.killed: list[str] = []
        """How workers died."""
        self.hung: list[str] = []
        """How they stopped, if others had their jobs then."""
        self._patience = PATIENCE if control is None else OF_BROKEN
        self.asked: list[CheckoutRequest] = []
        folder.mkdir(parents=True)
        products = [{"sku": sku, "name": sku, "price": price, "stock": STOCK[sku]} for sku, price in PRICES.items()]
        store = lane_store(folder, self.name, "office", url=self._url)
        load_catalog(store, parse_catalog(CATALOG | {"products": products, "taxes": []}, "the shop"), demo=True)
        store.close()
        options = ServerOptions(journals=folder, timeout=0.5)
        self._orders = ServerQueuedOrders(server_address(self._url), options)
        self._queue = StreamQueue(server_address(self._url), options)

    def work(self, name: str, seed: int) -> Work:
        """What a worker is told."""
        return Work(self.folder, self._url, self._bank, name, seed, control=self.control)

    def begin(self, work: Work) -> None:
        """Let a worker begin, anew if it was killed."""
        self.works[work.name] = work
        self.processes[work.name] = begun(self._by, work)

    def wait_open(self) -> None:
        """Wait until each worker has opened."""
        until(lambda: all(self.told(name) for name in self.works), "a worker does not open")

    def wait_struck(self, name: str) -> None:
        """Wait until a worker is dead, or hangs."""
        process = self.processes[name]
        until(lambda: process.exitcode is not None or _state(process.pid) == "T", "a worker does not come by its point")

    def told(self, name: str) -> list[str]:
        """What a worker said."""
        file = self.works[name].told
        return file.read_text().splitlines() if file.exists() else []

    def ended(self) -> int:
        """How many ends workers have told of."""
        return sum(line.startswith("ended ") for name in self.works for line in self.told(name))

    def ask(self, many: int, chance: Random, sku: str | None = None) -> None:
        """Queue so many checkouts; some are told twice, some put into the stream by another program, or that, too."""
        for _ in range(many):
            wanted = sku or chance.choice(("TEA", "TEA", "CAKE", "LAMP", "LAMP"))
            request = CheckoutRequest(
                order=f"buyer-{len(self.asked):06}",
                lane="web",
                cart=Cart(lines=(CartLine(line=1, sku=wanted, quantity=Decimal(1)),), last_line=1, latest=1),
                total=PRICES[wanted],
                currency="USD",
                card=POOR if sku is None and not chance.randrange(6) else GOOD,
                at=NOON,
                answer=ANSWERS,
            )
            self.asked.append(request)
            for way in chance.choice((("enqueue",), ("enqueue",), ("enqueue",) * 2, ("send",), ("enqueue", "send"))):
                until(lambda way=way, request=request: self._took(way, request), "the queue takes nothing")  # type: ignore[misc]

    def _took(self, way: str, request: CheckoutRequest) -> bool:
        with suppress(TillError):
            if way == "send":
                self._queue.send(request.order, written(request))
            else:
                self._orders.enqueue(request, self._queue, MOST)
            return True
        return False

    def kill(self, name: str) -> None:
        """End a worker at once, and begin it again."""
        process = self.processes[name]
        process.kill()
        process.join()
        self.revive()

    def stop(self, name: str) -> None:
        """Let a worker hang."""
        pid = self.processes[name].pid
        assert pid is not None
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)

    def wake(self) -> None:
        """Let all that hang go on."""
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                os.kill(process.pid or 0, signal.SIGCONT)

    def revive(self) -> None:
        """Begin those again that were killed."""
        for name, process in self.processes.items():
            if process.exitcode is not None and process.exitcode < 0:
                work = self.works[name]
                self.killed.append(work.point.name if work.point is not None and not work.hangs else "at random")
                self.begin(replace(work, point=None, seed=work.seed + 1))

    def _rouse(self) -> None:
        """Wake those that hang, once they have lost their jobs."""
        hung = [name for name, process in self.processes.items() if _state(process.pid) == "T"]
        if hung:
            time.sleep(2 * LEASE.total_seconds())
            works = [self.works[name] for name in hung]
            self.hung += [work.point.name if work.point is not None and work.hangs else "at random" for work in works]
            self.wake()

    def wait_over(self) -> list[str]:
        """Wait until every checkout has come to its end; what went wrong."""
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            self.revive()
            self._rouse()
            with suppress(TillError):
                if not self._orders.figures().pending and not self._queue.depth():
                    return []
            time.sleep(0.01)
        return ["the queue does not come to its end"]

    def end(self) -> list[str]:
        """Let all workers come to their end; what went wrong."""
        (self.folder / STOP).touch()
        deadline, wrong = time.monotonic() + self._patience, []
        while any(process.exitcode is None for process in self.processes.values()) and time.monotonic() < deadline:
            self.revive()
            self._rouse()
            time.sleep(0.005)
        for name, process in self.processes.items():
            if process.exitcode is None:
                process.kill()
                wrong.append(f"worker {name} does not come to its end")
            wrong += [f"worker {name} {line}" for line in self.told(name) if line.startswith("failed ")]
            process.join()
        self._orders.close()
        self._queue.close()
        return wrong

    def breaches(self, server: Address) -> list[str]:
        """Every breach of a law."""
        address = server_address(self._bank)
        with closing(SharedLedger(address, ServerOptions())) as ledger, server.client() as client:
            return QueueBooks(client, self.name, self.asked, ledger.charges(), STOCK, ANSWERS).breaches()


def _state(pid: int | None) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return ""
