"""A till that sells in a process of its own until it is killed: `python -m tests.maintenance.seller FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from pos.bootstrap import open_till
from pos.stores.embedded.store import open_store
from pos.till.catalog_loading import load_catalog
from tests.till.support import BREAD, CAKE, GOOD_CARD, catalog_file


async def main(folder: Path) -> None:
    """Sell in cash and by card, give some payments back, close a day now and then, and compact all the time."""
    store = open_store(folder, replace_at=20_000)
    products = [
        {"sku": BREAD, "name": "Bread", "price": 300},
        {"sku": CAKE, "name": "Cake", "price": 500, "stock": 90000},
    ]
    load_catalog(store, catalog_file(products=products), demo=True)
    store.close()
    till = open_till(folder)
    for number in count(1):
        till.add(BREAD)
        till.add(CAKE)
        if number % 3 == 0:
            await till.pay_card(GOOD_CARD, 100)
            await till.abandon()
        await (till.pay_cash() if number % 2 else till.pay_card(GOOD_CARD))
        if number % 25 == 0:
            till._services.store.close_day("day")
        if number == 10:
            print("selling", flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
