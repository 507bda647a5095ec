"""The composition root: which store, gateway, clock and ids a till gets is picked here alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, joined, lazy, lazy_plural
from pos.domain.patience import ANSWER_WITHIN
from pos.domain.progress import Progress, Tell, silent
from pos.factories import PrinterFactory, StoreFactory, worded
from pos.gateways import SIMULATED, gateway_or_reason, simulated_gateway
from pos.stores.address import FOLDER, SERVERS, kind_of
from pos.stores.embedded.location import FolderLocation
from pos.stores.location import StoreLocation

if TYPE_CHECKING:
    from pos.domain.catalog_file import CatalogFile
    from pos.domain.ports import Clock, Gateway, Ids, Printer, RecordReader, Rights, Store
    from pos.domain.queue_options import QueueOptions
    from pos.domain.queue_ports import CheckoutQueue
    from pos.payments.ledger import Ledger
    from pos.stores.redis.filling import ShopOnServer
    from pos.stores.redis.location import ServerLocation
    from pos.stores.redis.options import ServerOptions
    from pos.till.catalog_editing import CatalogDraft
    from pos.till.catalog_loading import Hear
    from pos.till.till import Till

DEMO_CATALOG = "demo.json"
FIRST_LANE: Final = "1"
"""The lane of a till that has no other name."""


def _on_server(address: Path | str, server: ServerOptions | None = None, lane: str = FIRST_LANE, /) -> ServerLocation:
    """A shop on a server. Raises ValueError, TillError `store_unusable` without what speaks to servers."""
    from importlib.util import find_spec

    from pos.stores.redis.location import ServerLocation
    from pos.stores.redis.options import ServerOptions

    where = ServerLocation(str(address), server or ServerOptions(), lane)
    # It is looked for and not loaded: that takes longer than a till's first frame.
    if find_spec("redis") is None:
        text = lazy("What speaks to servers is missing: {command}", command="pip install 'tillkey[lanes]'")
        raise TillError("store_unusable", text)
    return where


STORES: Final[dict[str, StoreFactory]] = {FOLDER: FolderLocation, **dict.fromkeys(SERVERS, _on_server)}
"""The kinds of store, by what stands before `://` in an address: a folder alone is one too."""


def _screen_printer(_address: str) -> Printer:
    from pos.printers.screen import ScreenPrinter

    return ScreenPrinter()


SCREEN: Final = "screen://"
"""The address of the printer that has no paper: a receipt is text on the screen, or in a script's output."""
PRINTERS: Final[dict[str, PrinterFactory]] = {SCREEN.removesuffix("://"): _screen_printer}
"""The kinds of printer, by what stands before `://` in an address."""


def store_at(address: Path | str, server: ServerOptions | None = None, lane: str = FIRST_LANE) -> StoreLocation:
    """Where an address leads: a folder, or `KIND://PLACE` of a kind in `STORES`. Nothing is touched.

    A shop on a server is used as `server` says (none: as is usual), in a lane; other kinds ask for neither.
    TillError `store_unusable` for what names no place, and for a kind that this version does not have.
    """
    kind = kind_of(address)
    if kind not in STORES:
        message = lazy(
            "{kind} is no store that this version has: name a folder, or {example}",
            kind=f"{kind}://",
            example=f"{FOLDER}:///FOLDER",
        )
        raise TillError("store_unusable", joined((message, "."), by=""))
    with worded("store_unusable", address):
        return _on_server(address, server, lane) if kind in SERVERS else STORES[kind](address)


def open_store(address: Path | str | None, server: ServerOptions | None = None, lane: str = FIRST_LANE) -> Store:
    """The store at an address, made if it is not there; None: one in memory. The arguments are those of `store_at`.

    Raises TillError `store_in_use`, `store_unusable` (of a kind that this version does not have, too), `store_damaged`.
    """
    if address is not None:
        where = store_at(address, server, lane)
        # A fault of the program's own store is reported as one.
        with nullcontext() if kind_of(address) in (FOLDER, *SERVERS) else worded("store_unusable", address):
            return where.open()
    from pos.stores.memory import MemoryStore

    return MemoryStore()


def shop_on_server(address: Path | str | None, server: ServerOptions | None = None) -> ShopOnServer:
    """What all tills of a shop on a server share, for whoever is none of them; nothing is asked yet.

    Raises TillError `store_unusable` for an address that leads to no server.
    """
    if address is None or kind_of(address) not in SERVERS:
        from pos.stores.redis.address import EXAMPLE

        raise TillError("store_unusable", lazy("Name the shop's server: {option}", option=f"--store {EXAMPLE}"))
    return _on_server(address, server).shared()


@contextmanager
def edit_catalog(address: Path | str, server: ServerOptions | None = None) -> Iterator[CatalogDraft]:
    """The catalog of the shop at an address, to be changed within the block: one durable step, all or nothing.

    `with edit_catalog("shop") as catalog: catalog.products["MILK"]["price"] = 129`. No till may have a folder's store
    open; tills of a shop on a server sell on, and have the change within a second. Nothing is made where no shop is.
    The arguments are those of `store_at`. Raises TillError `store_unusable`, `store_in_use` (also if somebody else
    changed the same meanwhile), `store_damaged`, `catalog_invalid`, `server_away`.
    """
    from pos.till.catalog_editing import edited_catalog

    if kind_of(address) in SERVERS:
        with shop_on_server(address, server) as shared:
            shared.read()
            with edited_catalog(shared.store(), shared.name) as draft:
                yield draft
        return
    where = store_at(address)
    where.require()
    store = open_store(address)
    try:
        store.prepare()
        with edited_catalog(store, where.name) as draft:
            yield draft
    finally:
        store.close()


def printer_at(address: str) -> Printer:
    """The printer at an address, `KIND://PLACE`. Raises TillError `printer_unusable`."""
    kind, sign, _place = address.partition("://")
    kind = kind.lower()
    if kind not in PRINTERS:
        known = ", ".join(f"{each}://" for each in PRINTERS)
        text = N_("{address} is no printer that this version has: it has {known}.")
        raise TillError("printer_unusable", lazy(text, address=f"{kind}{sign}", known=known))
    with worded("printer_unusable", address):
        printer = PRINTERS[kind](address)
        if printer.paper:
            _require_room(address, printer.columns)
        return printer


def _printer_or_reason(address: str) -> tuple[Printer, tuple[Message, ...]]:
    """The printer at an address; without it the till sells all the same, and tells why nothing is printed."""
    from pos.printers.unusable import UnusablePrinter

    try:
        return printer_at(address), ()
    except TillError as error:
        told = lazy("Receipts cannot be printed: {reason}", reason=error.words)
        return UnusablePrinter(error.words), (told,)


def _require_room(address: str, columns: int) -> None:
    """Raises TillError `printer_unusable` for paper on which no receipt can be set."""
    from pos.receipts.layout import NARROWEST

    if columns < NARROWEST:
        text = N_("{address} has {columns} columns: a receipt needs at least {narrowest}.")
        raise TillError("printer_unusable", lazy(text, address=address, columns=columns, narrowest=NARROWEST))


@cache
def demo_catalog() -> CatalogFile:
    """The demo shop's: a demo opens several tills, and each flow a shop of its own."""
    from pos.resources import data_folder
    from pos.till.catalog_loading import read_catalog

    return read_catalog(data_folder() / DEMO_CATALOG)


def open_till(
    store: Path | str | Store | None = None,
    *,
    catalog: Path | CatalogFile | None = None,
    usual_catalog: Path | None = None,
    lane: str = FIRST_LANE,
    clock: Clock | None = None,
    ids: Ids | None = None,
    gateway: Gateway | str | None = None,
    printer: Printer | str | None = None,
    rights: Rights | None = None,
    latency: float | None = None,
    timeout: float | None = None,
    decide_after: int | None = None,
    throwaway: bool = False,
    scripted: bool = False,
    tell: Tell = silent,
    hear: Hear | None = None,
    training: bool = False,
    server: ServerOptions | None = None,
    queue: CheckoutQueue | None = None,
    queueing: QueueOptions | None = None,
) -> Till:
    """A till on the store at an address, see `open_store`, on one that is open already, or on one that is thrown away.

    A store that is open already stays open when the till is closed. An empty store is filled from `catalog`, else from
    `usual_catalog`, which a filled store leaves alone, else with the demo shop. A business day that is past is closed.
    Receipts are printed by `printer`, or the one at that address, if there is none told in a notice and whenever one is
    printed; None: they are on the screen. Cards are charged by `gateway`, or the one at that address, which is told in
    a notice if it cannot be used; by the simulated one if none is named, and where what is sold is no shop's own.
    `latency` is how many seconds the simulated gateway takes (none: no time), `timeout` after how many the till gives
    up an answer that does not come (none: 5), `decide_after` after how many minutes a ticket that is paid in part asks
    for a decision (none: 10). `rights` say who may do what (none: what is usual, see `pos.domain.rights`).
    `throwaway` says that the store, though open already, will be thrown away;
    `scripted` that a store that is filled from `catalog` is a script's own, and is marked as such. `tell` hears how far
    it is, and `hear` what has no effect in the catalog's file; nobody to hear it, the till has one notice of it.
    `server` says how a shop on a server is used, and `queueing` how its `queue` is: without either the till queues
    nothing, and it tells in a notice that it has none though cards are to be queued `always`.

    For `training` the store is only read, while another till may sell from it: its shop and its stock are copied to a
    store that is thrown away, unless a `catalog` is named. Raises TillError `store_unusable`,
    `store_in_use`, `store_damaged`, `catalog_invalid`, `catalog_not_empty`.
    """
    from pos.clock_and_ids import RandomIds, SystemClock
    from pos.domain.queue_options import QueueOptions
    from pos.domain.rights import USUAL
    from pos.stores.reader import StoreReader
    from pos.stores.training import number_apart, training_store
    from pos.till.catalog import Catalog
    from pos.till.catalog_loading import load_catalog, read_catalog
    from pos.till.day_rollover import clock_behind, close_earlier_days
    from pos.till.lane import known_lane
    from pos.till.services import DECIDE_AFTER, Services
    from pos.till.till import Till

    clock, ids = clock or SystemClock(), ids or RandomIds()
    where = store_at(store, server, lane) if isinstance(store, Path | str) else None
    tell(Progress("catalog" if catalog is not None else "store"))
    idle: list[Message] = []
    contents = read_catalog(catalog, idle.extend) if isinstance(catalog, Path) else catalog
    opened: Store
    if training:
        shop = store if isinstance(store, StoreReader) else None
        if contents is None and where is not None and where.exists():
            shop = where.read()
        opened = training_store(shop if contents is None else None)
    else:
        opened = open_store(store, server, lane) if store is None or isinstance(store, Path | str) else store
    try:
        # A store that is open already, and of which a step failed, is read again before anything of it is believed.
        notices = opened.prepare()
        if opened.view.get("shop", "shop") is None:
            if training and where is not None and contents is None:
                notices += (lazy("There is no shop in {folder} yet: this is another one.", folder=where.name),)
            if contents is None and usual_catalog is not None:
                tell(Progress("catalog"))
                contents = read_catalog(usual_catalog, idle.extend)
            goods = contents or demo_catalog()
            own = scripted and catalog is not None
            load_catalog(opened, goods, demo=contents is None, throwaway=own, tell=tell)
            if hear is None:
                notices += _in_one(idle)
            elif idle:
                hear(idle)
        elif contents is not None:
            message = lazy("This store has a catalog already: load one into an empty store only.")
            raise TillError("catalog_not_empty", message)
        if gateway is None or isinstance(gateway, str):
            # What is sold for nobody asks no card of the world.
            named = None if training or throwaway else gateway
            ledger = where.ledger if where is not None and not training else None
            asked, faults = gateway_of(opened, named, ledger, clock=clock, ids=ids, latency=latency, timeout=timeout)
            notices += faults
        else:
            asked = gateway
        if training:
            number_apart(opened)
        if not isinstance(printer, str | None):
            used = printer
        else:
            used, faults = _printer_or_reason(printer or SCREEN)
            notices += faults
        if queue is None and queueing is not None and not training:
            queue, faults = _queue_of(where, queueing)
            notices += faults
        services = Services(
            store=opened,
            gateway=asked,
            clock=clock,
            ids=ids,
            rights=rights or USUAL,
            lane=known_lane(opened.view, lane),
            catalog=Catalog(opened.view),
            owns_store=opened is not store,
            printer=used,
            queue=queue,
            queueing=queueing or QueueOptions(),
            patience=timedelta(seconds=ANSWER_WITHIN if timeout is None else timeout),
            decide_after=DECIDE_AFTER if decide_after is None else timedelta(minutes=decide_after),
        )
        place = where.name if where is not None and not training else ""
        thrown = throwaway or training or store is None
        till = Till(services, throwaway=thrown, training=training, notices=notices, place=place)
        now, zone = clock.now(), services.catalog.shop.timezone
        till.notices += (*close_earlier_days(opened, now, zone), *clock_behind(opened, now, zone))
        return till
    except BaseException:
        if opened is not store:
            opened.close()
        raise


def gateway_of(
    store: Store,
    address: str | None,
    ledger: Path | Ledger | None,
    *,
    clock: Clock,
    ids: Ids,
    latency: float | None = None,
    timeout: float | None = None,
) -> tuple[Gateway, tuple[Message, ...]]:
    """What charges the cards of a shop whose store is open, and what people are to be told of it, in sentences.

    The gateway at an address; the simulated one, with a ledger, or one in a file or in memory, if none is named and
    in a shop that is nobody's. Seconds as in `open_till`.
    """
    if address is not None and not address.lower().startswith(SIMULATED) and _is_shops_own(store.view):
        return gateway_or_reason(address, clock, ids, ANSWER_WITHIN if timeout is None else timeout)
    return simulated_gateway(clock, ids, ledger, latency=latency, timeout=timeout), ()


def _queue_of(where: StoreLocation | None, used: QueueOptions) -> tuple[CheckoutQueue | None, tuple[Message, ...]]:
    """The queue of the shop at a place, of which nothing is opened yet; that there is none is told if need be."""
    from pos.domain.queue_ports import QueuedShop
    from pos.queue.shop_queue import ShopQueue

    if isinstance(where, QueuedShop):
        return ShopQueue(where, used), ()
    text = N_("Cards are to be queued (`checkout.queue`), but this shop has no queue: they are charged at once.")
    return None, (lazy(text),) if used.always else ()


def _in_one(idle: Sequence[Message]) -> tuple[Message, ...]:
    """What has no effect in a catalog's file, as at most one notice."""
    if len(idle) < 2:
        return tuple(idle)
    more = lazy_plural("{line} And {count} more.", "{line} And {count} more.", len(idle) - 1, line=idle[0])
    return (more,)


def is_shops_own(store: Path | str, *, once_filled: bool = False) -> bool:
    """Whether a shop's store is at an address, whose time and cards are the world's: no demo's and no script's own.

    Where no shop is yet is what it will be `once_filled`; one on a server counts as a shop's. Raises TillError
    `store_unusable`, `store_damaged`.
    """
    if kind_of(store) in SERVERS:
        # Only the server knows what is there, and whoever asks is about to do what a shop never wants.
        return True
    where = store_at(store)
    found = where.read() if where.exists() else None
    filled = found is not None and found.get("shop", "shop") is not None
    return _is_shops_own(found) if found is not None and filled else once_filled


def _is_shops_own(store: RecordReader) -> bool:
    """Whether a store that is filled is no demo's and no script's own."""
    from pos.till.catalog import THROWAWAY

    shop = store.get("shop", "shop") or {}
    return not (shop.get("demo") or shop.get(THROWAWAY))
