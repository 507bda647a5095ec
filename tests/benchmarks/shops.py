"""Stores to start from, filled beforehand, and the commands that are measured."""

from __future__ import annotations

import json
import sys
from itertools import count, islice, product
from pathlib import Path
from typing import Any

from pos.bootstrap import open_till

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "data" / "demo.json"

BARE = [sys.executable, "-c", "pass"]
# Their folder is none of modules: what is measured there may have the name of one of Python's own.
ECHO = [sys.executable, "-P", str(HERE / "echo.py")]
SMALLEST = [sys.executable, "-P", str(HERE / "smallest.py")]
SMALLEST_FRAME = "▔▔▔".encode()
"""The edge around the smallest app's field."""
READY = b"till ready"
"""What the till shows once its catalog can be sold from."""

MAKERS = ("Alder", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Harbor", "Isle", "Jasper")
KINDS = ("Fresh", "Dark", "Light", "Mild", "Strong", "Smoked", "Organic", "Sweet", "Salted", "Plain")
GOODS = ("Milk", "Bread", "Coffee", "Tea", "Cheese", "Honey", "Soap", "Rice", "Beans", "Juice", "Salt", "Candles")


def till(store: Path | str) -> list[str]:
    """The command that opens the till on a store."""
    return [sys.executable, "-m", "pos", "--store", str(store)]


def demo_store(folder: Path) -> Path:
    open_till(folder).close()
    return folder


def large_store(folder: Path, products: int) -> Path:
    """A store with so many products in it."""
    catalog = folder.with_suffix(".json")
    catalog.write_text(json.dumps({"store": {"name": "Large", "currency": "USD"}, "products": products_of(products)}))
    open_till(folder, catalog=catalog).close()
    return folder


def piece_codes(most: int) -> list[str]:
    """Barcodes of the demo shop's first products that are sold by the piece and in stock."""
    products = json.loads(DEMO.read_text(encoding="utf-8"))["products"]
    plenty = (item for item in products if "unit" not in item and item.get("stock", 99) >= 10 and item.get("barcodes"))
    return [item["barcodes"][0] for item in islice(plenty, most)]


def products_of(many: int) -> list[dict[str, Any]]:
    """So many products as a catalog file has them."""
    names = (f"{maker} {kind} {good} {size} g" for size in count(100) for maker, kind, good in _words())
    return [
        {
            "sku": f"SKU-{number:06d}",
            "name": name,
            "price": 100 + number % 900,
            "barcodes": [_gtin(number)],
            "category": name.split()[2],
            "stock": number % 200,
            "low_stock": 5,
        }
        for number, name in enumerate(islice(names, many))
    ]


def _words() -> product[tuple[str, str, str]]:
    return product(MAKERS, KINDS, GOODS)


def _gtin(number: int) -> str:
    body = f"2{number:011d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-weighted % 10)
