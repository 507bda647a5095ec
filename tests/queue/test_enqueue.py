"""`pos enqueue`: how another program asks for checkouts."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pos.commands.enqueue import requests
from pos.domain.checkout_request import LONGEST, QueuedOrder, written
from pos.domain.model import changed
from pos.domain.ports import CardToken
from tests.queue.commands import TOTAL, Asked, finish, in_stream, line_of
from tests.queue.shop import QueueShop
from tests.till.support import CAKE, TEA


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


@pytest.mark.parametrize(
    ("goods", "more", "differs"),
    [
        ((CAKE,), {}, "cart.lines"),
        ((TEA,), {"total": TOTAL + 1}, "total"),
        ((TEA,), {"card": CardToken(token="tok-9", brand="visa", last4="4242")}, "card"),
        ((TEA, CAKE), {"total": 1, "currency": "EUR"}, "cart.lines, total, currency"),
    ],
)
async def test_what_was_asked_for_first_by_an_id_counts(
    shop: QueueShop, ask: Asked, goods: tuple[str, ...], more: dict[str, Any], differs: str
) -> None:
    first = await shop.request(TEA, total=TOTAL)
    asked: dict[str, Any] = {"order": first.order, "total": TOTAL, "card": first.card}
    other = await shop.request(*goods, **(asked | more))
    third = await shop.request(TEA, total=TOTAL)
    assert ask("enqueue", "-", given=line_of(first))[0] == 0
    code, out, err = ask("enqueue", "-", given=line_of(other) + line_of(third))
    assert (code, err, len(out.splitlines())) == (1, "", 2)
    assert out.splitlines()[0] == (
        f"line 1: request_differs: Order {first.order} was asked for before, and differs in {differs}. What was asked "
        f"for first counts, nothing of this one is charged. See what became of it: pos order {first.order}."
    )
    assert in_stream(shop) == [changed(each, expires=each.at + timedelta(minutes=30)) for each in (first, third)]
    await finish(shop)
    told = json.loads(ask("enqueue", "-", "--json", given=line_of(other))[1])
    assert (told["line"], told["order"]) == (1, first.order)
    assert (told["error"]["code"], told["error"]["differs"]) == ("request_differs", differs)
    assert shop.captured() == [TOTAL, TOTAL]


async def test_asked_for_again_later_it_is_the_same_order(shop: QueueShop, ask: Asked) -> None:
    first = await shop.request(TEA, total=TOTAL)
    later = changed(first, at=first.at + timedelta(minutes=1), ticket="17")
    assert ask("enqueue", "-", given=line_of(first))[0] == 0
    assert ask("enqueue", "-", given=line_of(later))[:2] == (
        0, f"Order {first.order} is pending, at place 1 of the queue.\n",
    )  # fmt: skip


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
