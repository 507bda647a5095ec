"""The shop of a simulation: a server, a bank and a folder of its own, on the loopback, thrown away in the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

from pos.demo.server import DemoServer
from pos.domain.counters import stock_counter
from pos.payments.shared_bank import SharedBank
from pos.simulate.laws import Books
from pos.stores.redis.options import ServerOptions

NAME: Final = "simulated"
TIMEOUT: Final = 2.0
"""Seconds after which an answer of the bank is given up."""
LATENCY: Final = 0.02
"""Seconds that the bank takes."""
PATIENCE: Final = 10.0
"""Seconds in which the server answers."""


class SimulatedShop:
    """Is there from when it is made until it is closed. Raises TillError `store_unusable` where there is no server."""

    def __init__(self, goods: Mapping[str, int], price: int) -> None:
        """A shop that has so many of each SKU, each at this price in cents, without tax."""
        from pos.bootstrap import shop_on_server
        from pos.till.catalog_loading import deaf
        from pos.till.prewarming import goods_of_file, prewarm

        self._kept = ExitStack()
        self.goods = goods
        self.price = price
        try:
            self.server = DemoServer()
            self._kept.callback(self.server.close)
            self.bank = self._kept.enter_context(SharedBank(latency=LATENCY))
            self.folder: Path = self.server.folder
            self.url = self.server.url(NAME)
            self.options = ServerOptions(journals=self.folder / "journals", timeout=PATIENCE, trust=True)
            self.settings = self.folder / "settings.toml"
            self.settings.write_text(self._settings(), "utf-8")
            catalog = self.folder / "catalog.json"
            catalog.write_text(json.dumps(self._catalog()), "utf-8")
            with shop_on_server(self.url, self.options) as shop:
                prewarm(shop, goods_of_file(catalog, deaf))
        except BaseException:
            self.close()
            raise

    def books(
        self,
        *,
        ends: Mapping[str, str],
        able: int | None,
        counts: Mapping[str, tuple[int, int]],
        silent: frozenset[str] = frozenset(),
        alone: bool = False,
    ) -> Books:
        """All that is known in the end: of the server, the bank, and what became of each who asked.

        `counts` is what is on hand and held of each counter; the others are those of `Books`.

        Raises TillError `server_away`, `store_damaged`.
        """
        from pos.bootstrap import store_at

        where = store_at(self.url, self.options)
        found = where.read()
        return Books(
            units=sum(self.goods.values()),
            on_hand=sum(counts[stock_counter(sku)][0] for sku in self.goods),
            held={name: held for name, (_on_hand, held) in counts.items()},
            open=[each.id for each in found.open_reservations()],
            orders=list(found.orders()),
            charges=self.bank.ledger.charges(),
            ends=ends,
            checks=where.examine(),
            able=able,
            silent=silent,
            alone=alone,
        )

    def close(self) -> None:
        """End the server and the bank, and throw everything away."""
        self._kept.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settings(self) -> str:
        """What a process of the simulation is told; JSON strings are those of TOML, too."""
        lines = (
            ("till", "gateway", self.bank.address), ("till", "timeout", TIMEOUT),
            ("lanes", "journals", str(self.folder / "journals")), ("lanes", "timeout", PATIENCE),
        )  # fmt: skip
        return "".join(f"{section}.{name} = {json.dumps(value)}\n" for section, name, value in lines)

    def _catalog(self) -> dict[str, Any]:
        store = {"name": NAME, "currency": "USD", "timezone": "UTC"}
        products = [
            {"sku": sku, "name": sku.title(), "price": self.price, "stock": stock} for sku, stock in self.goods.items()
        ]
        return {"store": store, "products": products}
