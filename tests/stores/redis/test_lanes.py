"""How the tills of a shop are, and what is to be looked at, as `pos lanes` tells it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pos.__main__ import main
from pos.stores.redis.lanes import lane_status
from tests.stores.redis.lanes import Lane, lane
from tests.stores.samples import NOW, reservation, sale

TEA = "stock:TEA"
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Asked = Callable[..., Any]


def said(**fields: str) -> dict[str, str]:
    return {"journal": "j", "fence": "1", "seen": str(round(AT.timestamp() * 1000)), "state": "selling"} | fields


@pytest.mark.parametrize(
    ("fields", "later", "state"),
    [
        ({}, 14.9, "selling"),
        ({}, 15, "silent"),
        ({"seen": "soon"}, 0, "silent"),
        ({"seen": "9" * 400}, 0, "silent"),
        ({"state": "closed"}, 9999, "closed"),
        ({"state": "taken_over", "taken_by": "desk"}, 9999, "taken_over"),
        ({"taken_by": "desk"}, 1, "selling"),
    ],
)
def test_a_lane_is_as_it_said_last(fields: dict[str, str], later: float, state: str) -> None:
    assert lane_status("1", said(**fields), AT + timedelta(seconds=later)).state == state


def test_what_another_program_wrote_there_is_drawn_as_words() -> None:
    found = lane_status("1\x1b[2J", said(host="a\x1b]0;x\x07b", fence="many", outbox="-", last_sale="noon"), AT)
    assert (found.lane, found.host, found.fence, found.outbox, found.last_sale) == ("1", "ab", 0, 0, None)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Lane]:
    with lane(tmp_path) as made:
        yield made


@pytest.fixture
def ask(till: Lane, capsys: pytest.CaptureFixture[str]) -> Asked:
    """`pos lanes` with these words, on this shop: the exit code and what it printed."""

    def asked(*words: str) -> tuple[int, str, str]:
        code = main(["lanes", *words, "--store", till.proxy.url(till.there.shop)])
        return code, *capsys.readouterr()

    return asked


def told(ask: Asked, *words: str) -> list[dict[str, Any]]:
    code, out, _err = ask(*words, "--json")
    assert code == 0
    return [json.loads(line) for line in out.splitlines()]


def test_a_till_that_sells_and_one_that_is_closed(till: Lane, ask: Asked) -> None:
    till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    till.wait_online()
    [one] = told(ask)
    assert (one["lane"], one["state"], one["fence"]) == ("1", "selling", 1)
    till.store.close()
    [one] = told(ask)
    assert (one["state"], one["last_sale"], one["outbox"]) == ("closed", NOW.isoformat(), 0)
    code, out, _err = ask()
    assert code == 0
    assert out.split("\n")[0].split()[:2] == ["lane", "state"]
    assert out.split("\n")[1].split()[:2] == ["1", "closed"]


def test_holds_that_end_soon_are_counted(till: Lane, ask: Asked) -> None:
    soon = reservation("a", (TEA, 1), state="held", deadline=NOW + timedelta(seconds=30))
    till.store.reserve(soon)
    till.store.reserve(reservation("b", (TEA, 1), state="held", deadline=NOW + timedelta(seconds=300)))
    [one] = told(ask)
    assert (one["holding"], one["expiring"]) == (2, 1)


def test_a_shortage_is_told_in_words_and_taken_off(till: Lane, ask: Asked) -> None:
    till.proxy.refuse()
    till.wait_away()
    till.there.client.hset(till.there.key("on_hand"), "stock:TEA", "1")
    till.store.commit(reservation("a", (TEA, 3)), sale("a"), NOW)
    till.proxy.let_pass()
    till.wait_online()
    [entry] = told(ask, "review")
    assert (entry["what"], entry["lane"], entry["receipt"], entry["counter"]) == ("short", "1", "T1-1-1", "stock:TEA")
    assert entry["sentence"] == "Tea: lane 1 sold 3 on receipt T1-1-1; 2 more than there were."
    code, out, _err = ask("review")
    assert code == 0
    assert entry["id"] in out
    assert entry["sentence"] in out
    assert ask("review", "--done", entry["id"])[0] == 0
    assert ask("review", "--done", entry["id"])[0] == 1
    assert ask("review") == (0, "Nothing is to be looked at.\n", "")


def test_a_store_of_one_machine_has_no_lanes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lanes", "--store", str(tmp_path)]) == 2
    assert "is a store of one machine" in capsys.readouterr().err


def test_a_server_that_is_away_is_told(till: Lane, ask: Asked) -> None:
    till.proxy.refuse()
    code, _out, err = ask()
    assert (code, err.split(":")[1]) == (2, " server_away")


def test_what_is_no_shop_is_told(till: Lane, ask: Asked) -> None:
    till.there.client.set(till.there.key("lane", "7"), "x")
    till.there.client.sadd(till.there.key("lanes"), "7")
    assert ask()[0] == 2
    till.there.client.delete(till.there.key("meta"))
    code, _out, err = ask()
    assert (code, "There is no shop" in err) == (2, True)


def test_watching_ends_with_a_key(till: Lane) -> None:
    """On a terminal the table stands on a page of its own, drawn over in place."""
    here, there = pty.openpty()
    command = [sys.executable, "-m", "pos", "lanes", "--watch", "--store", till.proxy.url(till.there.shop)]
    with subprocess.Popen(command, stdin=there, stdout=there, stderr=there) as watching:
        os.close(there)
        seen = b""
        while seen.count(b"\x1b[H") < 2:
            seen += os.read(here, 4096)
        os.write(here, b"q")
        assert watching.wait(20) == 0
    os.close(here)
    assert b"\x1b[2J" not in seen
    assert b"selling" in seen


def test_in_a_pipe_a_block_comes_each_second(till: Lane) -> None:
    command = [sys.executable, "-m", "pos", "lanes", "--watch", "--json", "--store", till.proxy.url(till.there.shop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as watching:
        assert watching.stdout is not None
        lines = [json.loads(watching.stdout.readline()) for _ in range(2)]
        watching.terminate()
    assert [line["lane"] for line in lines] == ["1", "1"]
