"""`pos order`: what became of a queued checkout, for another program and for people."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from pos.commands.enqueue import PENDING
from pos.domain.checkout_request import QueuedOrder
from tests.queue.commands import TOTAL, Asked, put
from tests.queue.shop import QueueShop, queue_shop
from tests.servers.server import Server
from tests.till.support import LAMP, POOR_CARD, TEA


async def test_what_became_of_an_order_is_told_in_a_sentence(shop: QueueShop, ask: Asked) -> None:
    paid = await shop.enqueue(TEA, total=TOTAL)
    poor = await shop.enqueue(TEA, total=TOTAL, card=POOR_CARD)
    lamps = [await shop.enqueue(LAMP, total=2000) for _ in range(2)]
    dearer = await shop.enqueue(TEA, total=TOTAL - 1)
    late = await shop.enqueue(TEA, total=TOTAL, expires=shop.clock.now())
    assert ask("order", paid) == (PENDING, f"Order {paid} is pending, at place 1 of the queue.\n", "")
    await shop.work(shop.worker(concurrency=1))
    assert ask("order", paid) == (0, f"Order {paid} is paid: receipt W1-Q1-1, 2.20 USD.\n", "")
    code, out, _err = ask("order", poor)
    assert (code, out.startswith(f"Order {poor} is declined. "), "Not charged." in out) == (1, True, True)
    assert ask("order", lamps[1])[:2] == (1, f"Order {lamps[1]} is sold out. Lava Lamp: 1 wanted, 0 left.\n")
    code, out, _err = ask("order", dearer)
    assert (code, out.startswith(f"Order {dearer} comes to 2.20 USD now. "), "Nothing was charged." in out) == (
        1,
        True,
        True,
    )
    text = f"Order {late} has expired. It was not begun in time. Nothing was charged.\n"
    assert ask("order", late)[:2] == (1, text)
    told = QueuedOrder.model_validate_json(ask("order", poor, "--json")[1])
    assert (told.state, told.decline_code) == ("declined", "insufficient_funds")


async def test_an_order_is_waited_for(shop: QueueShop, ask: Asked) -> None:
    order = await shop.enqueue(TEA, total=TOTAL)
    assert ask("order", order, "--wait", "0")[0] == PENDING
    waiting = asyncio.create_task(asyncio.to_thread(ask, "order", order, "--wait"))
    await shop.work()
    assert (await waiting)[:2] == (0, f"Order {order} is paid: receipt W1-Q1-1, 2.20 USD.\n")


def looks(client: Any) -> int:
    """How often anybody has looked how an order stands."""
    return int(client.info("commandstats").get("cmdstat_hgetall", {}).get("calls", 0))


def test_an_order_is_waited_for_while_the_server_is_away(tmp_path: Path) -> None:
    with Server.start() as server, queue_shop(tmp_path, server) as shop:
        order = asyncio.run(shop.enqueue(TEA, total=TOTAL))
        command = [sys.executable, "-m", "pos", "order", order, "--wait", "--store", server.url(shop.shop)]
        environ = os.environ | {"TILLKEY_LANES_JOURNALS": str(tmp_path)}
        with Popen(command, stdout=PIPE, stderr=PIPE, text=True, env=environ) as waiting:
            assert waiting.stdout is not None
            assert waiting.stderr is not None
            server.wait_for(lambda client: looks(client) > 2, "hear of it")
            server.kill()
            assert waiting.stderr.readline().endswith("It is waited for.\n")
            server.restart()
            assert waiting.stderr.readline() == "pos: The server is there again.\n"
            asyncio.run(shop.work())
            assert waiting.stdout.read() == f"Order {order} is paid: receipt W1-Q1-1, 2.20 USD.\n"
        assert waiting.returncode == 0


def test_an_order_that_nobody_queued_is_told(ask: Asked) -> None:
    for words in ((), ("--wait",), ("--wait", "0")):
        code, out, err = ask("order", "web-nobody\x1b[2J", *words)
        assert (code, out, err) == (2, "", "pos: unknown_request: No checkout web-nobody was queued.\n")


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "lost"},
        {"state": "paid", "total": "much"},
        {"state": "declined", "words": "no JSON"},
        {"state": "sold_out", "short": '{"sku": 1}'},
        {"state": "pending", "since": "9" * 400},
    ],
)
def test_what_another_program_wrote_there_is_told_as_not_understood(
    shop: QueueShop, ask: Asked, fields: dict[str, str]
) -> None:
    put(shop, fields)
    code, out, err = ask("order", "web-hostile")
    assert (code, out, err.startswith("pos: "), "had to stop" in err) == (2, "", True, False)


def test_what_another_program_wrote_there_is_printed_as_words(shop: QueueShop, ask: Asked) -> None:
    fields = {"state": "refused", "words": json.dumps({"text": "a\x1b[2Jb\nc"}), "lane": "\x1b]0;x\x07"}
    put(shop, fields)
    assert ask("order", "web-hostile") == (1, "Order web-hostile is refused. ab c\n", "")
    code, out, _err = ask("order", "web-hostile", "--json")
    assert (code, out.rstrip("\n").isprintable(), out.isascii()) == (1, True, True)
