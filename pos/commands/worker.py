"""`pos worker`: work on the queued checkouts of a shop on a server, until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from pos.commands.options import (
    DONE,
    at_once,
    common_options,
    lane_name,
    metrics_option,
    new_command,
    sources,
    store_option,
)
from pos.domain.i18n import _

if TYPE_CHECKING:
    from pos.commands.many_tills import SharedLocation
    from pos.domain.checkout_request import QueuedOrder
    from pos.domain.errors import TillError
    from pos.domain.ports import Store
    from pos.domain.queue_ports import JobQueue, QueuedOrders, WorkerShop
    from pos.queue.saga import Equipment
    from pos.settings.model import Settings

LANES: Final = "W{number}"
"""How the lanes of workers are called that nobody names."""
MOST: Final = 999
TAKEN: Final = frozenset({"store_in_use", "lane_refused"})
"""The codes with which a lane is another's."""
AT_ONCE: Final = 4


def add_worker(commands: Any) -> None:
    """Add `pos worker`."""
    text = _("work on the queued checkouts of a shop on a server")
    # The gateway may be another package's.
    parser = new_command(commands, "worker", text, _work, extended=True)
    common_options(parser, suppress=True)
    store_option(parser, suppress=True)
    queue = _("the queue's address, if it is not on the store's server")
    parser.add_argument("--queue", metavar=_("ADDRESS"), default=None, help=queue)
    many = _("how many checkouts to work on at once ({usual})", usual=AT_ONCE)
    parser.add_argument("--concurrency", metavar=_("NUMBER"), type=at_once, default=AT_ONCE, help=many)
    name = _("the name of the worker's lane; without: the first of W1, W2 … that is nobody's")
    parser.add_argument("--lane", metavar=_("LANE"), type=lane_name, default=None, dest="worker_lane", help=name)
    trusting = _("use the store's server although it may lose what it was told")
    parser.add_argument("--trust", action="store_true", help=trusting)
    parser.add_argument("--json", action="store_true", help=_("print one JSON object for each checkout that ends"))
    metrics_option(parser, suppress=True)


def _work(options: argparse.Namespace) -> int:
    from pos.log import close_log, open_log
    from pos.settings.loading import load

    held = load(sources(options)).settings
    if held.log.file is not None:
        open_log(held.log.file, store=held.till.store)
    try:
        where, store, lane = _opened(options)
        with closing(store):
            _work_at(options, held, where, store, lane)
    finally:
        close_log()
    return DONE


def _opened(options: argparse.Namespace) -> tuple[SharedLocation, Store, str]:
    """The shop, open on the lane that is named, else on the first that is nobody's. Raises TillError."""
    from pos.commands.many_tills import many_tills
    from pos.domain.errors import TillError

    named = options.worker_lane
    for number in count(1):
        lane = named or LANES.format(number=number)
        where = many_tills(options, lane, trust=options.trust)
        try:
            # A name that is wrong must not begin a queue.
            where.require()
            return where, where.open(), lane
        except TillError as error:
            if named is not None or error.code not in TAKEN or number >= MOST:
                raise
    raise AssertionError("some lane is free, or an error says why none is")


def _work_at(options: argparse.Namespace, held: Settings, where: SharedLocation, store: Store, lane: str) -> None:
    from pos.bootstrap import gateway_of
    from pos.clock_and_ids import RandomIds, SystemClock
    from pos.commands.streams import complain_of
    from pos.domain.errors import TillError
    from pos.domain.message import lazy
    from pos.domain.queue_ports import QueuedShop, WithJobs
    from pos.payments.ledger import WithSharedLedger
    from pos.printers.screen import ScreenPrinter
    from pos.queue.engines import job_queue
    from pos.queue.saga import Equipment
    from pos.settings.queue import queue_options
    from pos.till.catalog import Catalog

    if not (isinstance(where, QueuedShop) and isinstance(where, WithSharedLedger) and isinstance(store, WithJobs)):
        raise TillError("store_unusable", lazy("{place} has no queue.", place=where.name))
    complain_of(store.prepare())
    clock, ids, till = SystemClock(), RandomIds(), held.till
    ledger = where.shared_ledger()
    gateway, told = gateway_of(
        store, till.gateway, ledger, clock=clock, ids=ids, latency=till.latency, timeout=till.timeout
    )
    if told:
        # A till takes cash then; what a worker cannot charge would end up as stuck.
        raise TillError("gateway_down", told[0])
    used = queue_options(held)
    queue = job_queue(where, options.queue if options.queue is not None else used.address, used.kafka)
    by = Equipment(gateway, clock, ids, ScreenPrinter(), Catalog(store.view), lane, used.foreign_prices)
    with closing(ledger), closing(queue), closing(where.queued_orders()) as orders:
        asyncio.run(_until_told(options, store.jobs(), queue, by, used.tries, orders))


async def _until_told(
    options: argparse.Namespace, shop: WorkerShop, queue: JobQueue, by: Equipment, tries: int, orders: QueuedOrders
) -> None:
    """Work until SIGTERM or SIGINT: what is begun is finished, what is not is given back."""
    from datetime import UTC, datetime

    from pos.commands.streams import complain, complain_of, say
    from pos.crash_report import report_folder, write_report
    from pos.domain.message import joined, lazy
    from pos.metrics import served
    from pos.queue.metrics import WorkerMetrics
    from pos.queue.worker import QueueWorker

    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)

    def tell(order: QueuedOrder) -> None:
        say(_line(order, as_json=options.json), done=True)
        if metrics is not None:
            metrics.ended(order)

    def report(error: Exception) -> None:
        written = write_report(error, datetime.now(UTC), None, (), report_folder())
        where = "" if written.path is None else _("The report is in {path}", path=written.path)
        complain(f"pos: {_('A checkout failed by a fault of the program; it is tried again.')} {where}".rstrip())

    def away(error: TillError | None) -> None:
        there = _("The queue is there again.")
        complain(f"pos: {there if error is None else joined((error.words, lazy('It is waited for.')))}")

    worker = QueueWorker(shop, queue, by, options.concurrency, tries, tell, report, away)
    metrics, untold = served(lambda port: WorkerMetrics(worker, by.lane, orders, port), options.metrics)
    complain_of([untold] if untold else [])
    say(_("Worker {lane} takes checkouts from {queue}. Ctrl+C ends it.", lane=by.lane, queue=queue.name), done=True)
    try:
        await worker.run(stop)
    finally:
        if metrics is not None:
            metrics.close()


def _line(order: QueuedOrder, *, as_json: bool) -> str:
    """What became of a checkout, in a line."""
    from pos.domain.checkout_request import written

    if as_json:
        return written(order).decode()
    if order.state == "paid":
        return _("{order}: paid, receipt {receipt}", order=order.order, receipt=order.receipt)
    return f"{order.order}: {order.state}: {order.words}"
