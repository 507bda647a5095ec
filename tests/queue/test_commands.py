"""`pos enqueue`, `pos order` and `pos queue`: how another program asks, hears, and how somebody looks after it all."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from pos.__main__ import main
from pos.commands.enqueue import PENDING, requests
from pos.commands.queue import Picture
from pos.domain.checkout_request import LONGEST, CheckoutRequest, QueuedOrder, request_of, written
from pos.domain.message import lazy
from pos.domain.queue_ports import Job, QueueFigures
from tests.queue.shop import QueueShop, queue_shop
from tests.servers.server import Server
from tests.till.support import LAMP, POOR_CARD, TEA

Asked = Callable[..., tuple[int, str, str]]
TOTAL = 220


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[QueueShop]:
    with queue_shop(tmp_path) as made:
        yield made


@pytest.fixture
def ask(shop: QueueShop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Asked:
    """`pos` with these words, on this shop: the exit code and what it printed."""
    monkeypatch.setenv("TILLKEY_LANES_JOURNALS", str(shop.folder))

    def asked(*words: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = main([*words, "--store", shop.server.url(shop.shop)])
        return code, *capsys.readouterr()

    return asked


def line_of(request: CheckoutRequest) -> str:
    return written(request).decode() + "\n"


def in_stream(shop: QueueShop) -> list[CheckoutRequest]:
    """What a worker finds in the shop's queue."""
    found: Any = shop.there.client.xrange(shop.there.key("queue"))
    return [request_of(fields[b"request"]) for _id, fields in found]


async def finish(shop: QueueShop) -> None:
    """Work off what the shop's queue has."""
    for request in in_stream(shop):
        shop.queue.send(request.order, written(request))
    shop.there.client.delete(shop.there.key("queue"))
    await shop.work()


async def test_each_request_is_answered_in_a_line_and_is_in_the_queue(shop: QueueShop, ask: Asked) -> None:
    first, second = [await shop.request(TEA, total=TOTAL) for _ in range(2)]
    code, out, err = ask("enqueue", "-", given=line_of(first) + "\n" + line_of(second))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"Order {first.order} is pending, at place 1 of the queue.",
        f"Order {second.order} is pending, at place 2 of the queue.",
    ]
    assert [request.order for request in in_stream(shop)] == [first.order, second.order]
    assert in_stream(shop)[0].expires == first.at + timedelta(minutes=30)


async def test_a_file_is_one_request_in_many_lines_or_one_a_line(shop: QueueShop, ask: Asked, tmp_path: Path) -> None:
    asked = [await shop.request(TEA, total=TOTAL) for _ in range(3)]
    file = tmp_path / "requests.json"
    file.write_text(json.dumps(json.loads(written(asked[0])), indent=2), "utf-8")
    assert ask("enqueue", str(file), "--json")[0] == 0
    file.write_text("".join(map(line_of, asked[1:])), "utf-8")
    code, out, _err = ask("enqueue", str(file), "--json")
    told = [QueuedOrder.model_validate_json(line) for line in out.splitlines()]
    assert (code, [(each.order, each.state, each.place) for each in told]) == (
        0,
        [(asked[1].order, "pending", 2), (asked[2].order, "pending", 3)],
    )
    assert [request.order for request in in_stream(shop)] == [request.order for request in asked]


async def test_told_again_it_is_the_same_order(shop: QueueShop, ask: Asked) -> None:
    request = await shop.request(TEA, total=TOTAL, ticket="17")
    assert ask("enqueue", "-", given=line_of(request))[0] == 0
    await finish(shop)
    code, out, _err = ask("enqueue", "-", given=line_of(request))
    assert (code, out) == (0, f"Order {request.order} is paid: receipt W1-Q1-1, 2.20 USD.\n")
    assert shop.captured() == [TOTAL]
    assert in_stream(shop) == []


async def test_what_is_no_request_is_told_and_the_others_are_taken(shop: QueueShop, ask: Asked) -> None:
    right = await shop.request(TEA, total=TOTAL)
    wrong = json.dumps(json.loads(written(right)) | {"order": "web-00000000", "total": "2.20"})
    given = f"{wrong}\nno JSON\n{line_of(right)}"
    code, out, err = ask("enqueue", "-", given=given)
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == "line 1: request_invalid: This is no checkout request: total input should be a valid integer."
    assert lines[1].startswith("line 2: request_invalid: This is no checkout request: JSON ")
    assert lines[2] == f"Order {right.order} is pending, at place 1 of the queue."
    code, out, _err = ask("enqueue", "-", "--json", given=given)
    told = [json.loads(line) for line in out.splitlines()]
    assert [(each.get("line"), each["order"]) for each in told] == [(1, "web-00000000"), (2, None), (None, right.order)]
    assert told[0]["error"]["code"] == "request_invalid"


async def test_a_card_s_number_goes_nowhere(shop: QueueShop, ask: Asked) -> None:
    document = json.loads(written(await shop.request(TEA, total=TOTAL)))
    document["card"]["token"] = "4242424242424242"
    code, out, err = ask("enqueue", "-", "--json", given=json.dumps(document))
    assert (code, "4242424242424242" in out + err) == (1, False)
    assert in_stream(shop) == []


async def test_a_full_queue_says_how_long_to_wait(shop: QueueShop, ask: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLKEY_QUEUE_MOST", "1")
    first, second = [await shop.request(TEA, total=TOTAL) for _ in range(2)]
    given = line_of(first) + line_of(second)
    code, out, _err = ask("enqueue", "-", given=given)
    assert code == 1
    assert out.splitlines()[1].startswith("line 2: queue_full: 1 checkouts are waiting")
    told = json.loads(ask("enqueue", "-", "--json", given=given)[1].splitlines()[1])
    assert (told["order"], told["error"]["code"], told["error"]["wait"]) == (second.order, "queue_full", 1)
    assert [request.order for request in in_stream(shop)] == [first.order]


def test_a_pipe_is_answered_line_by_line(shop: QueueShop) -> None:
    asked = [asyncio.run(shop.request(TEA, total=TOTAL)) for _ in range(2)]
    command = [sys.executable, "-m", "pos", "enqueue", "-", "--json", "--store", shop.server.url(shop.shop)]
    environ = os.environ | {"TILLKEY_LANES_JOURNALS": str(shop.folder)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for request in asked:
            running.stdin.write(line_of(request).encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["order"] == request.order
        running.stdin.close()
        assert running.wait(20) == 0


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


@pytest.mark.parametrize("words", [("order",), ("queue", "retry"), ("queue", "drop")])
def test_what_is_no_id_is_nobody_s_order_and_no_card_s_number_is_shown(ask: Asked, words: tuple[str, ...]) -> None:
    for order, shown in (("web-\udc80", "web-?"), ("4242424242424242", "visa••4242")):
        code, out, err = ask(*words, order)
        assert code
        assert f" {shown} " in out + err
        assert "server_away" not in err


async def stuck_ones(shop: QueueShop) -> list[str]:
    """Two checkouts that were tried too often."""
    orders = [await shop.enqueue(TEA, total=TOTAL) for _ in range(2)]
    for order, job in zip(orders, list(shop.queue.waiting), strict=True):
        stick(shop, order, job)
    shop.queue.waiting.clear()
    return orders


def stick(shop: QueueShop, order: str, job: Job) -> None:
    from pos.stores.redis.job_store import Jobs

    jobs, request = Jobs(shop.store("W1")), request_of(job.request)
    begun = jobs.begin(job, request, again=False)
    assert begun is not None
    jobs.job(begun).stick(lazy("The bank gives no answer."))


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


@pytest.mark.parametrize("words", [("enqueue", "-"), ("order", "web-00000001"), ("queue",), ("queue", "drop", "x")])
def test_a_store_of_one_machine_has_no_queue(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--store", str(tmp_path)]) == 2
    assert "is a store of one machine" in capsys.readouterr().err


def test_where_no_shop_is_nothing_is_queued(
    shop: QueueShop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["enqueue", "-", "--store", shop.server.url(f"{shop.shop}-none")]) == 2
    assert "store_unusable" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("redis://127.0.0.1:1/0", "queue_away"),
        ("rush", "settings_invalid"),
        ("redis://a:s3cret@b", "settings_invalid"),
    ],
)
async def test_a_queue_that_is_away_or_none_is_told(shop: QueueShop, ask: Asked, address: str, fault: str) -> None:
    request = await shop.request(TEA, total=TOTAL)
    code, out, err = ask("enqueue", "-", "--queue", address, given=line_of(request))
    assert (code, out, err.split(":")[:2], "s3cret" in err) == (2, "", ["pos", f" {fault}"], False)


def test_requests_are_told_apart() -> None:
    broken = '{"order": "a",\n'
    whole = '{\n  "order": "b {[",\n  "cart": {"lines": []}\n}\n'
    lines = ["\n", broken, *whole.splitlines(keepends=True), "x\n", "  \n", '{"c": "\\"}"}\n', "[\n", "]\n", '{"d":']
    assert list(requests(lines)) == [
        (2, broken),
        (3, whole),
        (7, "x\n"),
        (9, '{"c": "\\"}"}\n'),
        (10, "[\n]\n"),
        (12, '{"d":'),
    ]


def test_of_what_has_no_end_little_is_kept() -> None:
    lines = ["{\n", *(" " * 1000 + "\n" for _ in range(10_000)), '{"a": 1}\n']
    found = list(requests(lines))
    assert [number for number, _text in found] == [1, 10_002]
    assert LONGEST < len(found[0][1]) < LONGEST + 2000


def put(shop: QueueShop, fields: dict[str, str]) -> None:
    """Another program writes what became of an order."""
    client: Any = shop.there.client
    client.hset(shop.there.key("queued", "web-hostile"), mapping=fields)


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
