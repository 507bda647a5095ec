"""The composition root: where a store, a gateway, a clock and ids become a till."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from pos.domain.catalog_file import CatalogFile
from pos.domain.errors import TillError
from pos.domain.ports import Clock, Gateway, Ids
from pos.domain.progress import Progress, Tell, silent
from pos.domain.words import _, plural
from pos.environment import RandomIds, SystemClock
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.resources import data_folder
from pos.stores.embedded.counter_names import renamed
from pos.stores.embedded.layout import LEDGER, is_store
from pos.stores.embedded.reading import read_folder
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.stores.records import naming_faults, require
from pos.stores.verbs import ORDERS
from pos.till.catalog import THROWAWAY, Catalog
from pos.till.catalog_loading import Hear, load_catalog, read_catalog
from pos.till.closing import clock_behind, close_earlier_days
from pos.till.desk import DECIDE_AFTER, Desk
from pos.till.lane import known_lane
from pos.till.till import Till
from pos.till.training import number_apart, practice_store

DEMO_CATALOG = "demo.json"


def open_till(
    store: Path | EmbeddedStore | None = None,
    *,
    catalog: Path | CatalogFile | None = None,
    usual_catalog: Path | None = None,
    lane: str = "1",
    clock: Clock | None = None,
    ids: Ids | None = None,
    gateway: Gateway | None = None,
    latency: float | None = None,
    timeout: float | None = None,
    decide_after: int | None = None,
    throwaway: bool = False,
    scripted: bool = False,
    tell: Tell = silent,
    hear: Hear | None = None,
    training: bool = False,
) -> Till:
    """A till on the store in a folder, on one that is open already, or on one that is thrown away.

    A store that is open already stays open when the till is closed. An empty store is filled from `catalog`, else
    from `usual_catalog`, which a filled store leaves alone, else with the demo shop. A business day that is past is
    closed. `latency` is how many seconds the simulated gateway takes (none: no time), `timeout` after how many the till
    gives up an answer that does not come (none: 5), `decide_after` after how many minutes a ticket that is paid in part
    asks for a decision (none: 10). `throwaway` says that the store, though open already, will be thrown away;
    `scripted` that a store that is filled from `catalog` is a script's own, and is marked as such. `tell` hears how far
    it is, and `hear` what has no effect in the catalog's file; nobody to hear it, the till has one notice of it.

    For `training` the store is only read, while another till may sell from it: its shop and its stock are copied to a
    store that is thrown away, unless a `catalog` is named. Raises TillError `store_unusable`,
    `store_in_use`, `store_damaged`, `catalog_invalid`, `catalog_not_empty`.
    """
    clock, ids = clock or SystemClock(), ids or RandomIds()
    tell(Progress("catalog" if catalog is not None else "store"))
    idle: list[str] = []
    contents = read_catalog(catalog, idle.extend) if isinstance(catalog, Path) else catalog
    if training:
        shop, store = store if contents is None else None, None
        opened = practice_store(shop)
    else:
        shop, opened = None, store if isinstance(store, EmbeddedStore) else open_store(store)
    try:
        with opened.exclusive():
            # A store that is open already, and of which a step failed, is read again before anything of it is believed.
            notices = opened.notices
        require(opened.tables)
        if opened.get("shop", "shop") is None:
            if shop is not None:
                notices += (_("There is no shop in {folder} yet: this is another one.", folder=shop),)
            if contents is None and usual_catalog is not None:
                tell(Progress("catalog"))
                contents = read_catalog(usual_catalog, idle.extend)
            goods = contents or read_catalog(data_folder() / DEMO_CATALOG)
            own = scripted and catalog is not None
            load_catalog(opened, goods, demo=contents is None, throwaway=own, tell=tell)
            if hear is None:
                notices += _in_one(idle)
            elif idle:
                hear(idle)
        elif contents is not None:
            message = _("This store has a catalog already: load one into an empty store only.")
            raise TillError("catalog_not_empty", message)
        with naming_faults(opened, "coupons", ORDERS):
            renaming = renamed(opened)
        if renaming:
            opened.write(renaming)
        if gateway is None:
            ledger = Ledger(store / LEDGER if isinstance(store, Path) else None)
            patience = 5.0 if timeout is None else timeout
            gateway = MockGateway(clock, ledger, ids=ids, latency=latency or 0.0, timeout=patience)
        if training:
            number_apart(opened)
        desk = Desk(
            store=opened,
            gateway=gateway,
            clock=clock,
            ids=ids,
            lane=known_lane(opened, lane),
            catalog=Catalog(opened),
            owns_store=opened is not store,
            decide_after=DECIDE_AFTER if decide_after is None else timedelta(minutes=decide_after),
        )
        place = str(store) if isinstance(store, Path) else ""
        thrown = throwaway or store is None
        till = Till(desk, throwaway=thrown, training=training, notices=notices, place=place)
        now, zone = clock.now(), desk.catalog.shop.timezone
        till.notices += (*close_earlier_days(opened, now, zone), *clock_behind(opened, now, zone))
        return till
    except BaseException:
        if opened is not store:
            opened.close()
        raise


def _in_one(idle: Sequence[str]) -> tuple[str, ...]:
    """What has no effect in a catalog's file, as at most one notice."""
    if len(idle) < 2:
        return tuple(idle)
    more = plural("{line} And {count} more.", "{line} And {count} more.", len(idle) - 1, line=idle[0])
    return (more,)


def is_shops_own(store: Path, *, once_filled: bool = False) -> bool:
    """Whether a folder holds a shop's store, whose time and cards are the world's: no demo's and no script's own.

    A folder that has no shop in it yet is what it will be `once_filled`. Raises TillError `store_unusable`,
    `store_damaged`.
    """
    shop = read_folder(store).get("shop", "shop") if is_store(store) else None
    return once_filled if shop is None else not (shop.get("demo") or shop.get(THROWAWAY))
