"""`pos prewarm`: a shop is loaded onto its server, and one that sells already is brought in step with a file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from pos.__main__ import main
from pos.stores.redis import filling
from pos.stores.redis.store import LaneStore
from tests.servers.proxy import MISCONF, OOM, READONLY, Proxy
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import until
from tests.stores.redis.lanes import OnServer
from tests.stores.samples import NOW, reservation, sale

CATALOG: Final[dict[str, Any]] = {
    "store": {"name": "Corner", "currency": "EUR", "tax_inclusive": True},
    "taxes": [{"name": "food", "rate": "7"}],
    "products": [
        {"sku": "TEA", "name": "Tea", "price": 400, "tax": "food", "stock": 10},
        {"sku": "CUP", "name": "Cup", "price": 900},
        {"sku": "NUTS", "name": "Nuts", "price": 1500, "unit": "kg", "stock": "2.5"},
        {"sku": "GONE", "name": "Sold out", "price": 1, "stock": 0},
    ],
    "coupons": [{"code": "Ten", "type": "percentage", "value": "10", "used": 2, "max_uses": 3}],
    "members": [{"id": "M1", "name": "Ada"}],
}
Said = tuple[int, str, str]
Prewarm = Callable[..., Said]


@pytest.fixture
def there() -> Iterator[OnServer]:
    with shared_server().client() as client:
        yield OnServer(client, new_shop())


@pytest.fixture
def prewarm(there: OnServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Prewarm:
    """`pos prewarm` with these words and a catalog of these fields: the exit code, and what it printed."""

    def said(*words: str, url: str = "", **fields: object) -> Said:
        path = tmp_path / "shop.json"
        path.write_text(json.dumps(CATALOG | fields))
        source = () if "--from" in words else ("--catalog", str(path))
        code = main(["prewarm", *source, *words, "--store", url or shared_server().url(there.shop)])
        return code, *capsys.readouterr()

    return said


@pytest.fixture
def open_lane(there: OnServer, tmp_path: Path) -> Iterator[Callable[[str], LaneStore]]:
    opened: list[LaneStore] = []

    def open_it(lane: str = "1") -> LaneStore:
        opened.append(lane_store(tmp_path / "journals", there.shop, lane))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


def contents(there: OnServer) -> dict[bytes, object]:
    """All that is on the server of a shop, but for what is told of the moment."""
    found: dict[bytes, object] = {}
    keys: Any = there.client.keys(there.key("*"))
    for key in keys:
        kind = there.client.type(key)
        if kind == b"hash":
            found[key] = there.client.hgetall(key)
        elif kind == b"zset":
            found[key] = there.client.zrange(key, 0, -1, withscores=True)
        elif kind == b"stream":
            found[key] = there.client.xrange(key)
    return found


def product(there: OnServer, sku: str) -> Any:
    found: Any = there.client.hget(there.key("products"), sku)
    return found and json.loads(found)


def test_a_shop_is_loaded_and_told_again_it_stays_as_it_is(prewarm: Prewarm, there: OnServer) -> None:
    code, out, _err = prewarm()
    assert (code, out.endswith(" is loaded: 9 records added.\n")) == (0, True)
    counters = {"stock:TEA": 10, "stock:NUTS": 2500, "stock:GONE": 0, "uses:TEN": -2}
    found: Any = there.client.hgetall(there.key("on_hand"))
    assert {name.decode(): int(amount) for name, amount in found.items()} == counters
    assert there.client.zrange(there.key("products", "order"), 0, -1) == [b"TEA", b"CUP", b"NUTS", b"GONE"]
    before = contents(there)
    code, out, _err = prewarm("--force", "--stock")
    assert (code, out.startswith("Nothing is changed in redis://")) == (0, True)
    assert contents(there) == before


def test_a_running_sale_is_never_overwritten(prewarm: Prewarm, there: OnServer, open_lane: Any, tmp_path: Path) -> None:
    prewarm()
    store = open_lane()
    store.commit(reservation("a", ("stock:TEA", 3)), sale("a"), NOW)
    until(lambda: not store.undelivered, "the sale is not on the server")
    assert prewarm()[0] == 0
    assert there.counts("stock:TEA") == (7, 0)
    changed = [*CATALOG["products"][1:], {"sku": "TEA", "name": "Tea", "price": 450, "tax": "food", "stock": 30}]
    changed[0] = {"sku": "NEW", "name": "New", "price": 5, "stock": 6}
    code, out, _err = prewarm(products=changed)
    assert code == 1
    assert out.splitlines() == [
        "products “TEA”: price 400 → 450, stock 10 → 30, on hand 7 → 27",
        f"products “CUP”: is not in {tmp_path / 'shop.json'}",
        "products “NEW”: is new",
        "2 differ and stay: `--force` has them as the file does.",
        "1 has another `stock` or `used`, which stays: `--stock` takes it.",
        f"{shared_server().url(there.shop)} is loaded: 1 record added.",
    ]
    assert there.counts("stock:TEA") == (7, 0)
    assert there.counts("stock:NEW") == (6, 0)
    assert product(there, "TEA")["price"] == 400
    assert product(there, "CUP")
    code, _out, _err = prewarm("--force", products=changed)
    assert (code, there.counts("stock:TEA")) == (0, (7, 0))
    assert (product(there, "TEA")["price"], product(there, "TEA")["stock"], product(there, "CUP")) == (450, 10, None)
    code, _out, _err = prewarm("--stock", products=changed)
    assert (code, there.counts("stock:TEA"), product(there, "TEA")["stock"]) == (0, (27, 0), 30)
    until(lambda: store.view.counter("stock:TEA").free == 27, "the till has not heard of it")
    until(lambda: store.get("products", "TEA")["price"] == 450, "the till sells at the old price")
    until(lambda: store.get("products", "CUP") is None, "the till sells what is gone")


@pytest.mark.parametrize("words", [(), ("--force", "--stock")])
def test_a_check_changes_nothing(words: tuple[str, ...], prewarm: Prewarm, there: OnServer) -> None:
    assert prewarm("--check")[1].endswith(" It would be: 9 records added.\n")
    assert contents(there) == {}
    prewarm()
    before = contents(there)
    code, out, _err = prewarm("--check", *words, members=[], taxes=[{"name": "food", "rate": "8"}])
    assert code == (0 if words else 1)
    assert 'taxes “food”: rate "7" → "8"' in out
    assert ("It would be: 1 changed, 1 taken away." in out) == bool(words)
    assert contents(there) == before


@pytest.mark.parametrize("lost", ["request", "reply"])
@pytest.mark.parametrize("word", [b"food", b"TEA", b"NUTS", b"GONE", b"Ada", b"meta"])
def test_a_load_that_was_killed_at_any_point_is_completed(
    word: bytes, lost: str, prewarm: Prewarm, there: OnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "PIECE", 1)
    with Proxy(shared_server()) as proxy:
        cut(proxy, lost, b"HSET" if word == b"meta" else word)
        code, _out, err = prewarm(url=proxy.url(there.shop))
    assert (code, err.count("\n"), err.startswith("pos: server_away: ")) == (2, 1, True)
    assert there.client.exists(there.key("meta")) == (word == b"meta" and lost == "reply")
    # Another file by then: what is left of the first one goes.
    other = {"products": [{"sku": "TEA", "name": "Tea", "price": 300, "stock": 12}], "taxes": []}
    assert prewarm("--force", "--stock", **other)[0] == 0
    assert there.counts("stock:TEA") == (12, 0)
    assert there.client.hkeys(there.key("products")) == [b"TEA"]
    assert there.client.exists(there.key("taxes")) == 0
    assert prewarm(**other)[:2] == (0, f"Nothing is changed in {shared_server().url(there.shop)}.\n")


def cut(proxy: Proxy, lost: str, word: bytes) -> None:
    """Lose the next request with this word, or the reply to it."""
    (proxy.cut_requests if lost == "request" else proxy.cut_replies)(containing=word)


@pytest.mark.parametrize("lost", ["request", "reply"])
@pytest.mark.parametrize("word", [b"loading", b"luxury", b"TEA", b"CUP", b"food", b"XADD", b"HDEL"])
def test_a_change_that_was_killed_at_any_point_is_completed_and_no_till_sees_half_of_it(
    word: bytes, lost: str, prewarm: Prewarm, there: OnServer, open_lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prewarm()
    store = open_lane()
    monkeypatch.setattr(filling, "PIECE", 1)
    changed = {
        "taxes": [{"name": "luxury", "rate": "19"}],
        "products": [
            {"sku": "TEA", "name": "Tea", "price": 450, "tax": "luxury", "stock": 12},
            {"sku": "CUP", "name": "Cup", "price": 950, "tax": "luxury"},
        ],
    }
    with Proxy(shared_server()) as proxy:
        cut(proxy, lost, word)
        code, _out, err = prewarm("--force", "--stock", url=proxy.url(there.shop), **changed)
    assert (code, err.count("\n")) == (2, 1)
    if word not in (b"XADD", b"HDEL"):
        sold = {key: row for key, row in store.view.items("products") if row.get("tax")}
        assert {row["tax"] for row in sold.values()} == {"food"}
        rows: Any = there.client.hvals(there.key("products"))
        taxes: Any = there.client.hkeys(there.key("taxes"))
        assert {json.loads(row).get("tax") for row in rows} - {None} <= {name.decode() for name in taxes}
    assert prewarm("--force", "--stock", **changed)[0] == 0
    assert prewarm(**changed)[0] == 0
    assert there.counts("stock:TEA") == (12, 0)
    until(lambda: store.get("taxes", "food") is None, "the till does not hear of it")
    assert dict(store.view.items("taxes")) == {"luxury": {"name": "luxury", "rate": "19"}}
    assert store.get("products", "CUP")["price"] == 950
    assert (store.count("stock:TEA"), store.link.state) == ((12, 0), "online")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"-NOPERM this user has no permissions\r\n", "forbids this till what it needs"),
        (b"-ERR The user executing the script can't run this command or subcommand script: f\r\n", "see its ACL"),
        (b"-ERR ACL failure in script: User x has no permissions to run the 'hset' command\r\n", "see its ACL"),
        (READONLY, "is a replica now"),
        (OOM, "has no memory left"),
        (MISCONF, "cannot write to its disk"),
        (b":1\r\n", "is not understood"),
    ],
)
def test_a_server_that_does_not_do_it_is_told_in_a_sentence(
    answer: bytes, words: str, prewarm: Prewarm, there: OnServer
) -> None:
    with Proxy(shared_server()) as proxy:
        proxy.answer(answer, containing=b"_load")
        code, out, err = prewarm(url=proxy.url(there.shop))
        assert (code, out, err.count("\n"), words in err) == (2, "", 1, True), err
        proxy.refuse()
        code, out, err = prewarm(url=proxy.url(there.shop))
    told = f"pos: server_away: The server is away: the server at 127.0.0.1:{proxy.port} cannot be reached.\n"
    assert (code, out, err) == (2, "", told)


def test_a_key_of_another_kind_is_told(prewarm: Prewarm, there: OnServer) -> None:
    there.client.set(there.key("on_hand"), "x")
    code, _out, err = prewarm()
    assert (code, err.count("\n"), err.startswith("pos: server_away: ")) == (2, 1, True)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"store": {"name": "Corner", "currency": "USD", "tax_inclusive": True}}, "store.currency"),
        ({"store": {"name": "Corner", "currency": "EUR"}}, "store.tax_inclusive"),
        ({"products": [{"sku": "TEA", "name": "Tea", "price": 4, "unit": "kg", "stock": 1}]}, "products (TEA).unit"),
        ({"products": [{"sku": "TEA", "name": "Tea", "price": 4}]}, "products (TEA).stock"),
        ({"products": [{"sku": "TEA", "name": "Tea", "price": 4, "stock": 1}]}, "Tea"),
    ],
)
def test_what_would_count_wrong_what_was_sold_is_refused(
    fields: dict[str, object], place: str, prewarm: Prewarm, there: OnServer, open_lane: Any
) -> None:
    prewarm()
    store = open_lane()
    store.commit(reservation("a", ("stock:TEA", 3)), sale("a"), NOW)
    until(lambda: not store.undelivered, "the sale is not on the server")
    before = contents(there)
    code, out, err = prewarm("--force", "--stock", **fields)
    assert (code, out, f": {place}: " in err) == (2, "", True), err
    assert contents(there)[there.key("products").encode()] == before[there.key("products").encode()]


def test_what_is_new_must_go_with_what_stays(prewarm: Prewarm, there: OnServer) -> None:
    first = {"sku": "OLD", "name": "Old", "price": 1, "barcodes": ["4006381333931"]}
    prewarm(products=[first])
    code, _out, err = prewarm(products=[{**first, "sku": "NEW"}])
    assert (code, "4006381333931" in err, product(there, "NEW")) == (2, True, None)


def test_what_to_load_and_where_is_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["prewarm", "--store", "redis://till.example/0?shop=main"]) == 2
    assert "--catalog FILE or --from FOLDER" in capsys.readouterr().err
    assert main(["prewarm", "--store", str(tmp_path), "--from", str(tmp_path)]) == 2
    assert "Name the shop's server: --store redis://" in capsys.readouterr().err
    assert main(["prewarm", "--store", "redis://till.example/0?shop=main", "--from", str(tmp_path)]) == 2
    assert "There is no store in" in capsys.readouterr().err


class Terminal(io.StringIO):
    """A terminal to write to."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_how_far_it_is_and_then_no_more(prewarm: Prewarm, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert prewarm()[0] == 0
    shown = [line.strip() for line in terminal.getvalue().split("\r")]
    assert {"Reading the catalog's file…", "Reading what is on the server…", "Writing to the server, 0 of 9"} <= {
        *shown
    }
    assert shown[-1] == ""


def test_what_another_program_wrote_there_is_told_as_words(prewarm: Prewarm, there: OnServer) -> None:
    prewarm()
    there.client.hset(there.key("members"), "M1", json.dumps({"id": "M1", "name": "A\x1b[2Jda"}))
    there.client.hset(there.key("members"), "M\x1b2", json.dumps({"id": "M2", "name": "B" * 99}))
    code, out, _err = prewarm()
    assert (code, out.isprintable() or "\x1b" in out) == (1, False)
    assert 'members “M1”: name "A\\u001b[2Jda" → "Ada"' in out
    there.client.hset(there.key("products"), "TEA", "{}")
    code, _out, err = prewarm()
    assert (code, err.count("\n"), "“TEA” in the store's table products" in err) == (2, 1, True), err
