"""A shop on a server whose tills are killed and begun again."""

from __future__ import annotations

import time
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final, cast

from pos.stores.redis.address import server_address
from pos.stores.redis.folders import lane_folder
from pos.stores.redis.options import ServerOptions
from pos.till.catalog_loading import load_catalog, parse_catalog
from tests.crash.lane_laws import ShopOnServer
from tests.crash.lane_seller import Lane, begun, context
from tests.crash.shop import CATALOG, COUPONS, STOCK
from tests.servers.address import Address
from tests.servers.shared import lane_store, new_shop
from tests.servers.waiting import until

PATIENCE: Final = 120.0
"""Seconds after which a till that does not come to its end is given up."""
PRODUCTS: Final = cast("list[dict[str, Any]]", CATALOG["products"])
SOME: Final = cast("list[dict[str, Any]]", CATALOG["coupons"])


class LaneShop:
    """A shop on a server and its tills, each in a process that may be killed."""

    def __init__(
        self, folder: Path, server: Address, *, lamps: int = STOCK["LAMP"], uses: int = 25, **of_lanes: object
    ) -> None:
        """For a folder that is not there yet, on a server that tills are led to by that address.

        There are so many lamps, and the coupon `FEW` has so many uses.
        """
        self.folder = folder
        self._stock, self._uses = {**STOCK, "LAMP": lamps}, {**COUPONS, "FEW": uses}
        self.name = new_shop()
        self._by = context()
        self._url = server.url(self.name)
        self._of_lanes = of_lanes
        self.lanes: dict[str, Lane] = {}
        self.processes: dict[str, ForkServerProcess] = {}
        self.killed: list[str] = []
        """How tills died."""
        folder.mkdir(parents=True)
        store = lane_store(folder, self.name, "office", url=self._url)
        products = [product | {"stock": lamps} if product["sku"] == "LAMP" else product for product in PRODUCTS]
        coupons = [coupon | {"max_uses": uses} if coupon["code"] == "FEW" else coupon for coupon in SOME]
        catalog = parse_catalog(CATALOG | {"products": products, "coupons": coupons}, "the shop")
        load_catalog(store, catalog, demo=True)
        store.close()

    def begin(self, lane: Lane) -> None:
        """Let a till begin, anew if it was killed."""
        self.lanes[lane.name] = lane
        self.processes[lane.name] = begun(self._by, lane)

    def lane(self, name: str, seed: int, **more: object) -> Lane:
        """What a till is told."""
        return Lane(self.folder, self._url, name, seed, **(self._of_lanes | more))  # type: ignore[arg-type]

    def wait_open(self) -> None:
        """Wait until each till has opened."""
        until(lambda: all(self.told(name) for name in self.lanes), "a till does not open")
        assert all(self.told(name)[0] == "open" for name in self.lanes), [self.told(name) for name in self.lanes]

    def say(self, word: str) -> None:
        """Tell all tills."""
        (self.folder / word).touch()

    def told(self, name: str) -> list[str]:
        """What a till said."""
        file = self.lanes[name].told
        return file.read_text().splitlines() if file.exists() else []

    def sold(self) -> list[str]:
        """What was acknowledged."""
        return [line for name in self.lanes for line in self.told(name) if line.startswith("sold ")]

    def wait_for_sales(self, number: int) -> None:
        """Wait until so many were acknowledged."""
        until(lambda: len(self.sold()) >= number, f"{number} are not sold")

    def kill(self, name: str) -> None:
        """End a till at once, and begin it again."""
        self.processes[name].kill()
        self.revive()

    def revive(self) -> None:
        """Begin those again that were killed."""
        for name, process in self.processes.items():
            if process.exitcode is not None and process.exitcode < 0:
                lane = self.lanes[name]
                self.killed.append(lane.point.name if lane.point is not None else "at random")
                self.begin(replace(lane, point=None, seed=lane.seed + 1))

    def end(self) -> list[str]:
        """Let all come to their end; what went wrong."""
        deadline = time.monotonic() + PATIENCE
        while any(process.exitcode is None for process in self.processes.values()):
            self.revive()
            if time.monotonic() > deadline:
                break
            time.sleep(0.005)
        wrong = []
        for name, process in self.processes.items():
            if process.exitcode is None:
                process.kill()
                wrong.append(f"till {name} does not come to its end")
            wrong += [f"till {name} {line}" for line in self.told(name) if line.startswith("failed ")]
            process.join()
        return wrong

    def breaches(self, client_of: Address, *, oversold: bool) -> list[str]:
        """Every breach of a law."""
        address = server_address(self._url)
        journals = [lane_folder(address, ServerOptions(journals=self.folder), name) for name in self.lanes]
        ledgers = [lane.ledger for lane in self.lanes.values()]
        with client_of.client() as client:
            found = ShopOnServer(client, self.name, journals, ledgers, self._stock, self._uses)
            return found.breaches(self.sold(), oversold=oversold)
