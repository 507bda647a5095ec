"""The shop that the terminal tests sell from, the bytes of the keys, and what a sale has left in its folder."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pos.bootstrap import open_till
from pos.domain.reservations import Order
from pos.domain.sale import Sale
from pos.payments.ledger import Charge, Ledger
from pos.stores.embedded.store import open_store
from tests.prefork import Loaded
from tests.terminal.driver import Terminal
from tests.till.support import shop

CTRL_R, CTRL_U, ESC = b"\x12", b"\x15", b"\x1b"
F11, F12 = b"\x1b[23~", b"\x1b[24~"
PASTE_BEGINS, PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
POOR_CARD, GOOD_CARD = b"4000000000009995", b"4242424242424242"

NAMES = ("Apple", "Banana", "Cherry", "Damson", "Elder", "Fig", "Grape", "Hazel", "Iris", "Juniper", "Kale", "Lime")


def gtin(number: int) -> str:
    """A GTIN-13 of the in-store range."""
    body = f"20001000{number:04d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-weighted % 10)


CODES = tuple(gtin(number) for number in range(1, len(NAMES) + 1))
PRICES = tuple(111 * number for number in range(1, len(NAMES) + 1))
"""Without tax, and no two sums of a few of them alike."""

PRODUCTS = [
    {"sku": name.upper(), "name": name, "price": price, "barcodes": [code]}
    for name, code, price in zip(NAMES, CODES, PRICES, strict=True)
]


def scan(number: int, end: bytes = b"\r") -> bytes:
    """What a scanner writes for a product, by its place in `NAMES`."""
    return CODES[number].encode() + end


@dataclass(frozen=True)
class Lane:
    """A till in a terminal, and the folder of its store."""

    terminal: Terminal
    folder: Path

    def ticket(self, number: int, *lines: str) -> str:
        """Wait until a ticket is shown with these lines, each as `2 Apple`; the screen then."""
        wanted = (f"Ticket 1-{number}", *lines)
        return self.terminal.wait_for(
            lambda text: all(part in " ".join(text.split()) for part in wanted), " and ".join(wanted)
        )

    def left(self) -> Left:
        """Quit, and look at what is in the folder."""
        self.terminal.close()
        return left_in(self.folder)


@dataclass(frozen=True)
class Left:
    """What a store's folder holds once the till is closed: the orders, the open ticket, and the gateway's charges."""

    orders: list[Order]
    open: Sale
    charges: tuple[Charge, ...]

    @property
    def receipts(self) -> list[str]:
        """The receipts' numbers, in the order of the orders."""
        return [order.receipt for order in self.orders]


def left_in(folder: Path) -> Left:
    """What a closed till left in its folder."""
    store = open_store(folder)
    try:
        orders = list(store.orders())
        sale = open_till(store).sale
    finally:
        store.close()
    return Left(orders, sale, Ledger(folder / "gateway.ndjson").charges())


def sold(sale: Sale) -> list[tuple[str, int]]:
    """The lines of a ticket as name and quantity."""
    return [(line.name, int(line.quantity)) for line in sale.lines]


def write_catalog(file: Path, **changes: Any) -> Path:
    file.write_text(json.dumps(shop(**{"products": PRODUCTS, "coupons": []} | changes)), encoding="utf-8")
    return file


SLOW_DISK = """
import sys
import pos.files.input_files as given
from pos.__main__ import main
pieces = given._pieces
def held_back(path, most):
    if path.name == "catalog.json":
        open({gate!r}).read()
    return pieces(path, most)
given._pieces = held_back
sys.exit(main())
"""
"""The program on a disk whose catalog comes when somebody writes to the gate, a pipe."""


def slow_disk(gate: Path) -> tuple[str, str]:
    """How a program is begun whose catalog comes when somebody writes to the gate, a pipe that is made here."""
    os.mkfifo(gate)
    return "-c", SLOW_DISK.format(gate=str(gate))


@contextmanager
def spawned(
    folder: Path,
    catalog: Path | None,
    environ: Mapping[str, str] | None = None,
    begun_by: Sequence[str] = ("-m", "pos"),
) -> Iterator[Lane]:
    """The program just spawned, its first frame not yet drawn."""
    words = _words(folder, catalog)
    with Terminal([sys.executable, *begun_by, *words], home=folder, environ=environ) as terminal:
        yield Lane(terminal, folder / "store")


@contextmanager
def opened(folder: Path, catalog: Path | None, size: tuple[int, int] = (80, 24)) -> Iterator[Lane]:
    """The program, ready to sell; where its beginning is what is tried, it is `spawned`."""
    with Terminal(Loaded(*_words(folder, catalog)), home=folder, size=size) as terminal:
        terminal.wait_for("till ready")
        yield Lane(terminal, folder / "store")


@contextmanager
def lane(folder: Path, size: tuple[int, int] = (80, 24), **changes: Any) -> Iterator[Lane]:
    """The program, ready to sell from a catalog with some changes."""
    with opened(folder, write_catalog(folder / "catalog.json", **changes), size) as at:
        yield at


def _words(folder: Path, catalog: Path | None) -> list[str]:
    return ["--store", str(folder / "store"), *([] if catalog is None else ["--catalog", str(catalog)])]
