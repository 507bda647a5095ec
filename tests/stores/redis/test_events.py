"""`pos events`: other programs hear of what was done, each event once it is done, and those that were away, too."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import jsonschema
import pytest

from pos.__main__ import main
from pos.domain.event_schema import events_schema
from pos.stores.redis import published
from tests.servers.waiting import until
from tests.stores.redis.lanes import Lane, lane
from tests.stores.samples import NOW, reservation, sale

SCHEMA = jsonschema.Draft202012Validator(events_schema())
Read = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Lane]:
    with lane(tmp_path) as made:
        yield made


@pytest.fixture
def read(till: Lane, capsys: pytest.CaptureFixture[str]) -> Read:
    """The events that `pos events --json` prints with these words; each is as its schema says, and ids rise."""

    def found(*words: str, told: str = "") -> list[dict[str, Any]]:
        code = main(["events", "--json", "--store", till.proxy.url(till.there.shop), *words])
        out, err = capsys.readouterr()
        assert (code, err) == (0, told)
        events = [json.loads(line) for line in out.splitlines()]
        for event in events:
            SCHEMA.validate(event)
        ids = [tuple(map(int, event["id"].split("-"))) for event in events]
        assert ids == sorted(set(ids))
        return events

    return found


def sell(till: Lane, *names: str) -> None:
    """Sales of a tea each, and the server has heard of them."""
    for name in names:
        till.store.commit(reservation(name, ("stock:TEA", 1), lane="1"), sale(name), NOW)
    till.wait_online()


def orders(events: list[dict[str, Any]]) -> list[str]:
    return [event["order"].removeprefix("ord_") for event in events]


def pipe_of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


@contextmanager
def following(till: Lane, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`pos events --follow` in a process of its own, which ends by Ctrl+C, and well."""
    command = [sys.executable, "-m", "pos", "events", "--follow", *words, "--store", till.proxy.url(till.there.shop)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
            assert pipe_of(process.stderr).read() == ""
        finally:
            process.kill()


def test_each_kind_of_event_is_as_the_schema_says(till: Lane, read: Read) -> None:
    sell(till, "a")
    back = reservation("b", ("stock:TEA", -1, None), lane="1").model_copy(update={"refunds": "ord_a"})
    till.store.commit(back, back.sale, NOW)
    till.wait_online()
    till.store.write({("counters", "gift:1"): {"on_hand": 500, "held": 0}})
    order, refund, stock = read()
    assert (order["type"], order["order"], order["moves"]) == ("order", "ord_a", {"stock:TEA": -1})
    assert order["document"]["sale"]["total"] == 1000
    assert (refund["type"], refund["refunds"], refund["moves"]) == ("refund", "ord_a", {"stock:TEA": 1})
    assert (stock["type"], stock["moves"], stock["document"]) == ("stock", {"gift:1": 500}, None)


def test_the_schema_is_printed_for_other_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "events"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == events_schema()
    jsonschema.Draft202012Validator.check_schema(printed)


def test_events_are_told_to_people_in_a_sentence_each(till: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    sell(till, "a")
    till.store.write({("counters", "gift:1"): {"on_hand": 500, "held": 0}})
    fields = {"type": "stock", "at": "0", "lane": "x\x1b[2Jy", "moves": "{}"}
    till.there.client.xadd(till.there.key("events"), fields)  # type: ignore[arg-type]
    assert main(["events", "--store", till.proxy.url(till.there.shop)]) == 0
    sold, corrected, hostile = capsys.readouterr().out.splitlines()
    assert sold.endswith("sold at till 1, receipt 1-1-1: 10.00 USD, stock:TEA -1")
    assert corrected.endswith("corrected at till 1: gift:1 +500")
    assert hostile.endswith("corrected at till xy")


def test_a_reader_with_a_name_that_was_away_reads_on(till: Lane, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "MOST", 2)
    sell(till, *"abc")
    assert orders(read("--name", "web")) == ["a", "b", "c"]
    assert read("--name", "web") == []
    sell(till, *"de")
    assert orders(read("--name", "web")) == ["d", "e"]
    everything = read()
    assert orders(everything) == orders(read("--name", "other")) == [*"abcde"]
    assert orders(read("--name", "web", "--since", everything[1]["id"])) == ["c", "d", "e"]
    assert orders(read("--name", "web", "--from-beginning")) == [*"abcde"]
    assert read("--name", "web") == []


@pytest.mark.parametrize("most", [2, 100])
def test_what_is_gone_meanwhile_is_told_to_a_reader(
    most: int, till: Lane, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "MOST", most)
    sell(till, "a")
    (first,) = read("--name", "web")
    sell(till, *"bcdef")
    till.there.client.xtrim(till.there.key("events"), maxlen=3, approximate=False)
    told = "pos: 2 events are lost to this reader.\n"
    assert orders(read("--name", "web", told=told)) == ["d", "e", "f"]
    told = "pos: Events before these are gone. Whether this reader has read them all is not known.\n"
    assert orders(read("--since", first["id"], told=told)) == ["d", "e", "f"]
    assert orders(read("--since", "0-0", told="pos: 3 events are lost to this reader.\n")) == ["d", "e", "f"]
    assert orders(read()) == orders(read("--from-beginning")) == ["d", "e", "f"]
    sell(till, "g")
    assert orders(read("--name", "web")) == ["g"]


def test_a_server_that_was_set_back_is_told_and_read_on(till: Lane, read: Read) -> None:
    sell(till, "a")
    read("--name", "web")
    till.there.client.hset(till.there.key("events", "read"), "web", f"{2**50}-0 9")
    told = "pos: The server knows less than was read of it: it was set back. Some events may be told again.\n"
    assert read("--name", "web", told=told) == []
    sell(till, "b")
    assert orders(read("--name", "web")) == ["b"]


def test_what_is_no_event_holds_nobody_up(till: Lane, read: Read) -> None:
    for fields in ({"type": "order"}, {"type": "x", "at": "1", "lane": "", "moves": "{}"}):
        till.there.client.xadd(till.there.key("events"), fields)  # type: ignore[arg-type]
    sell(till, "a")
    till.there.client.delete(till.there.key("order", "ord_a"))
    (event,) = read("--name", "web", told="pos: 2 entries are no events.\n")
    assert (event["order"], event["document"]) == ("ord_a", None)
    assert read("--name", "web") == []


def test_who_follows_hears_of_what_comes_and_was_not_away(till: Lane, read: Read) -> None:
    sell(till, "a")
    with following(till, "--json", "--name", "web") as process:
        assert json.loads(pipe_of(process.stdout).readline())["order"] == "ord_a"
        sell(till, "b")
        assert json.loads(pipe_of(process.stdout).readline())["order"] == "ord_b"
        kept = till.there.key("events", "read")
        last: Any = till.there.client.xrevrange(till.there.key("events"), count=1)
        wanted = last[0][0] + b" 2"
        until(lambda: till.there.client.hget(kept, "web") == wanted, "the place is not kept")
    sell(till, "c")
    assert orders(read("--name", "web")) == ["c"]


def test_who_follows_without_a_name_hears_of_what_comes_from_now_on(till: Lane) -> None:
    sell(till, "a")
    with following(till) as process:
        key = till.there.key("events").encode()
        until(lambda: any(b"XREAD" in words and key in words for words in till.proxy.seen), "nothing is waited for")
        sell(till, "b")
        assert "receipt 1-1-2" in pipe_of(process.stdout).readline()


def test_a_server_that_goes_away_meanwhile_is_waited_for(till: Lane) -> None:
    sell(till, "a")
    with following(till, "--json", "--from-beginning") as process:
        assert json.loads(pipe_of(process.stdout).readline())["order"] == "ord_a"
        till.proxy.refuse()
        away = pipe_of(process.stderr).readline()
        assert away.startswith("pos: The server is away: ")
        assert away.endswith(". It is waited for.\n")
        till.wait_away()
        till.store.commit(reservation("b", ("stock:TEA", 1), lane="1"), sale("b"), NOW)
        till.proxy.let_pass()
        assert pipe_of(process.stderr).readline() == "pos: The server is there again.\n"
        assert json.loads(pipe_of(process.stdout).readline())["order"] == "ord_b"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--since", "yesterday"), "“yesterday” is no event's id such as 0-0"),
        (("--since", f"{2**64}-0"), "is no event's id"),
        (("--name", "a b"), "a reader's name is up to 64 letters"),
        (("--since", "0-0", "--from-beginning"), "not allowed with"),
        (("--to", "kafka://127.0.0.1:9/events"), "--to needs a --name"),
        (("--to", "redis://127.0.0.1:9/0", "--name", "a"), "--to takes the address of a topic"),
    ],
)
def test_wrong_words_are_told(words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["events", *words, "--store", "redis://127.0.0.1:9/0?shop=none"])
    assert (ended.value.code, told in capsys.readouterr().err) == (2, True)


def test_a_shop_of_one_machine_tells_no_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["events", "--store", str(tmp_path)]) == 2
    assert "is a store of one machine" in capsys.readouterr().err


def test_a_place_and_a_stream_that_are_none_are_told(till: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    url = till.proxy.url(till.there.shop)
    till.there.client.hset(till.there.key("events", "read"), "web", "here")
    assert main(["events", "--name", "web", "--store", url]) == 2
    assert "is no place in the events" in capsys.readouterr().err
    till.there.client.set(till.there.key("events"), "x")
    assert main(["events", "--store", url]) == 2
    assert "is not a shop's" in capsys.readouterr().err
    assert main(["events", "--store", till.proxy.url("nobody-s")]) == 2
    assert "There is no shop nobody-s on the server." in capsys.readouterr().err
