"""A shop loaded onto its server before the doors open, by `pos prewarm`: `python -m tests.benchmarks.prewarm`.

Beside plain HSETs of the same fields, sent in pieces of the same size, and the same command once more, which changes
nothing; and in a new process each, so that reading the catalog's file is in it, as it is for whoever waits for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pos.bootstrap import shop_on_server
from pos.stores.redis.filling import PIECE
from pos.till.prewarming import Goods, goods_of_file, prewarm
from tests.benchmarks.maintenance import timed
from tests.benchmarks.measuring import Measure, Ratio, interleaved, options, report
from tests.benchmarks.shops import products_of
from tests.servers.server import Server

ROUNDS = 5
PRODUCTS = 100_000
GOAL = 10_000.0
"""Milliseconds in which 100,000 products are there."""
WHOLE, AGAIN, WRITTEN, PLAIN = "pos prewarm", "pos prewarm, again", "what it writes", "plain HSETs"
ROOT = Path(__file__).parents[2]
Field = tuple[str, str, str | int]


def main() -> None:
    """Measure and report."""
    parser = options("A shop loaded onto its server, beside plain HSETs of the same fields.", ROUNDS)
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Server.start() as server:
        file = Path(name, "shop.json")
        shop = {"name": "Large", "currency": "USD"}
        file.write_text(json.dumps({"store": shop, "products": products_of(wanted.products)}), "utf-8")
        samples = interleaved(wanted.rounds, {"loading": loading(server, file)})
    samples["the goal"] = [GOAL]
    ratios = [
        Ratio("pos prewarm / the goal", WHOLE, "the goal", 1.0),
        Ratio("pos prewarm / plain HSETs", WHOLE, PLAIN),
        Ratio("what it writes / plain HSETs", WRITTEN, PLAIN),
        Ratio("again / pos prewarm", AGAIN, WHOLE),
    ]
    report(f"prewarm, {wanted.products:,} products, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


def loading(server: Server, file: Path) -> Measure:
    """Measures loads of an empty server, in milliseconds."""
    command = [sys.executable, "-m", "pos", "prewarm", "--store", server.url("main"), "--catalog", str(file)]
    goods = goods_of_file(file)
    fields = list(fields_of(goods))

    def run() -> None:
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)

    def write() -> None:
        with shop_on_server(server.url("main")) as shop:
            prewarm(shop, goods)

    def put() -> None:
        with server.client() as client:
            for first in range(0, len(fields), PIECE):
                pipeline: Any = client.pipeline(transaction=False)
                for key, field, value in fields[first : first + PIECE]:
                    pipeline.hset(key, field, value)
                pipeline.execute()

    def measure() -> dict[str, float]:
        found = {}
        for name, do in ((WHOLE, run), (AGAIN, run), (WRITTEN, write), (PLAIN, put)):
            if name != AGAIN:
                with server.client() as client:
                    client.flushdb()
            found[name] = timed(do)
        return found

    return measure


def fields_of(goods: Goods) -> Iterator[Field]:
    """Each record and counter as a key, a field and its value."""
    for table, rows in goods.tables.items():
        yield from ((f"plain:{table}", key, json.dumps(row)) for key, row in rows.items())
    yield from (("plain:on_hand", name, amount) for name, amount in goods.counters.items())


if __name__ == "__main__":
    main()
