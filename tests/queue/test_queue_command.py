"""`pos queue`: how somebody looks after what is queued."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from pos.commands.queue import Picture
from pos.domain.checkout_request import QueuedOrder
from pos.domain.queue_ports import QueueFigures
from tests.queue.commands import TOTAL, Asked, finish, in_stream, put, stuck_ones
from tests.queue.shop import QueueShop
from tests.till.support import TEA


async def test_the_queue_is_told_with_what_is_stuck(shop: QueueShop, ask: Asked) -> None:
    assert ask("queue") == (0, "Nothing is pending.\n", "")
    stuck = await stuck_ones(shop)
    await shop.enqueue(TEA, total=TOTAL)
    await shop.work()
    await shop.enqueue(TEA, total=TOTAL)
    code, out, _err = ask("queue")
    lines = out.splitlines()
    assert (code, lines[1:]) == (
        0,
        [
            "So far: paid 1.",
            "2 checkouts are stuck:",
            *(f"Order {order} is stuck. The bank gives no answer." for order in stuck),
        ],
    )
    assert lines[0].startswith("1 checkout is pending, the oldest for ")
    told = json.loads(ask("queue", "--json")[1])
    assert (told["pending"], told["ended"], told["ended_per_second"]) == (1, {"paid": 1}, None)
    assert [(each["order"], each["state"]) for each in told["stuck"]] == [(order, "stuck") for order in stuck]


async def test_what_is_stuck_is_tried_again(shop: QueueShop, ask: Asked) -> None:
    first, second = await stuck_ones(shop)
    assert ask("queue", "retry", first) == (0, f"Order {first} is in the queue again.\n", "")
    assert ask("queue", "retry", first) == (1, f"No order {first} is stuck.\n", "")
    assert ask("queue", "retry", "--all") == (0, "1 checkout is in the queue again.\n", "")
    assert [request.order for request in in_stream(shop)] == [first, second]
    await finish(shop)
    assert [shop.state(order).state for order in (first, second)] == ["paid", "paid"]


async def test_what_is_stuck_is_given_up(shop: QueueShop, ask: Asked) -> None:
    first, _second = await stuck_ones(shop)
    told = f"Order {first} is given up: nothing was charged, and nothing is held for it.\n"
    assert ask("queue", "drop", first) == (0, told, "")
    assert ask("queue", "drop", first) == (1, f"No order {first} is stuck.\n", "")
    assert ask("order", first)[:2] == (1, f"Order {first} is refused. It was given up.\n")


def test_retry_wants_one_or_all(ask: Asked) -> None:
    for words in ((), ("web-00000001", "--all")):
        with pytest.raises(SystemExit) as ended:
            ask("queue", "retry", *words)
        assert ended.value.code == 2


class Orders:
    """What a shop knows, as a test says it."""

    def __init__(self, *ended: int) -> None:
        self._ended = iter(ended)

    def figures(self) -> QueueFigures:
        return QueueFigures(7, timedelta(seconds=200), 0, {"paid": next(self._ended), "declined": 1})

    def stuck(self) -> list[QueuedOrder]:
        return []


def test_from_the_second_picture_on_it_is_told_how_fast_it_goes() -> None:
    picture = Picture(Orders(3, 8, 8), str, as_json=False)  # type: ignore[arg-type]
    first = ["7 checkouts are pending, the oldest for 3 min.", "So far: paid 3, declined 1."]
    assert picture.lines(10.0) == first
    assert picture.lines(12.0)[2] == "2.5 a second come to their end."
    assert picture.lines(14.0)[2] == "0 a second come to their end."
    picture = Picture(Orders(3, 8), str, as_json=True)  # type: ignore[arg-type]
    assert [json.loads(picture.lines(at)[0])["ended_per_second"] for at in (10.0, 12.0)] == [None, 2.5]


def test_in_a_pipe_a_picture_comes_each_second(shop: QueueShop) -> None:
    asyncio.run(shop.enqueue(TEA, total=TOTAL))
    command = [sys.executable, "-m", "pos", "queue", "--watch", "--json", "--store", shop.server.url(shop.shop)]
    environ = os.environ | {"TILLKEY_LANES_JOURNALS": str(shop.folder)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) as watching:
        assert watching.stdout is not None
        lines = [json.loads(watching.stdout.readline()) for _ in range(2)]
        watching.terminate()
    assert [line["pending"] for line in lines] == [1, 1]
    assert lines[1]["ended_per_second"] == 0


async def test_what_is_not_understood_hides_nothing_else_that_is_stuck(shop: QueueShop, ask: Asked) -> None:
    stuck = await stuck_ones(shop)
    put(shop, {"state": "stuck", "words": "no JSON"})
    shop.there.client.zadd(shop.there.key("stuck"), {"web-hostile": 1})
    code, out, _err = ask("queue")
    assert (code, out.splitlines()[1:]) == (
        0,
        [
            "3 checkouts are stuck:",
            "Order web-hostile is stuck. What is kept of it is not understood.",
            *(f"Order {order} is stuck. The bank gives no answer." for order in stuck),
        ],
    )
    assert ask("queue", "drop", "web-hostile")[0] == 0
    assert len(json.loads(ask("queue", "--json")[1])["stuck"]) == 2
