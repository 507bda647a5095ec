"""A checkout's sale stands once in the journal, and every row is read again to the byte as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pos.domain.errors import TillError
from pos.domain.model import changed
from pos.domain.reservations import Claim, Reservation
from pos.domain.sale import Priced, Sale, SaleLine
from pos.stores import codec
from pos.stores.embedded import journal, snapshot
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.repair import repair
from pos.stores.embedded.shared_sale import journal_step, whole_changes
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.stores.tables import RowChange, Tables
from tests.stores.samples import NOW, attempt, crash, fill, reservation, sale
from tests.stores.samples import journal as newest

LINE = SaleLine(
    line=1, sku="A", name='Tee "state":"grün" }}', quantity=Decimal(2), unit="each", list_price=500, unit_price=500,
    subtotal=1000, discounts=(), net=1000, tax=0, total=1000,
)  # fmt: skip


def ticket(name: str) -> Sale:
    return changed(sale(name), lines=(LINE,), subtotal=1000, state="open")


def paid(name: str) -> Sale:
    return changed(ticket(name), state="paid", paid=1000, order=f"ord_{name}")


def charging(name: str) -> Reservation:
    return changed(reservation(name, ("A", 2), state="charging", attempts=(attempt(name),)), sale=ticket(name))


@pytest.fixture
def shop(tmp_path: Path) -> EmbeddedStore:
    return fill(open_store(tmp_path / "shop"), A=100)


def reopened(store: EmbeddedStore, folder: Path) -> EmbeddedStore:
    """The store after a crash: every row of every table is what it was."""
    known = store.tables.rows()
    assert read_folder(folder).tables.rows() == known
    crash(store)
    store = open_store(folder)
    assert store.tables.rows() == known
    return store


def times_written(folder: Path) -> int:
    return sum(file.read_bytes().count(b'"sku":"A","name":"Tee') for file in folder.glob("journal-*.ndjson"))


def test_a_sale_is_written_once_whatever_its_checkout_took(shop: EmbeddedStore, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shop.reserve(charging("1"))
    shop.record_attempt("res_1", attempt("1", "declined"))
    shop.record_attempt("res_1", attempt("more"))
    shop.record_attempt("res_1", attempt("more", "captured"))
    assert times_written(folder) == 1
    shop = reopened(shop, folder)
    order = shop.commit(charging("1"), paid("1"), NOW)
    assert times_written(folder) == 1
    assert order.sale == changed(paid("1"), receipt=order.receipt)
    shop = reopened(shop, folder)
    assert shop.order(order.id) == order
    shop.close()


def test_what_was_paid_at_once_stands_in_its_order(shop: EmbeddedStore, tmp_path: Path) -> None:
    order = shop.commit(charging("1"), paid("1"), NOW)
    assert times_written(tmp_path / "shop") == 1
    shop = reopened(shop, tmp_path / "shop")
    assert shop.order("T1-1-1") == order
    shop.close()


@pytest.mark.parametrize("place", ["snapshot", "journal before"])
def test_a_sale_goes_on_from_an_older_file(shop: EmbeddedStore, tmp_path: Path, place: str) -> None:
    shop.reserve(charging("1"))
    if place == "snapshot":
        shop.compact()
    else:
        shop._rotated()
    order = shop.commit(charging("1"), paid("1"), NOW)
    assert b'"sale_of":1}' in newest(tmp_path / "shop").read_bytes()
    shop = reopened(shop, tmp_path / "shop")
    assert shop.order("T1-1-1") == order
    shop.close()


@pytest.mark.parametrize(
    "other",
    [
        changed(paid("1"), lines=()),
        changed(paid("1"), total=999),
        changed(paid("1"), ticket="tic_2"),
    ],
    ids=["lines", "total", "ticket"],
)
def test_another_sale_than_the_reserved_one_is_written_whole(shop: EmbeddedStore, tmp_path: Path, other: Sale) -> None:
    shop.reserve(charging("1"))
    order = shop.commit(charging("1"), other, NOW)
    assert b'"sale_of"' not in newest(tmp_path / "shop").read_bytes()
    shop = reopened(shop, tmp_path / "shop")
    assert shop.order("T1-1-1") == order
    shop.close()


@pytest.mark.parametrize("name", ["Tee", 'Tee "sale":{"state":"grün" }}', "\u2028\ud800"])
@pytest.mark.parametrize("same", [True, False])
def test_an_order_stands_on_record_as_if_all_of_it_were_written_anew(
    shop: EmbeddedStore, name: str, same: bool
) -> None:
    """What is taken from its reservation, and what is like that without being the very same."""
    lines = (changed(LINE, name=name),)
    held = shop.reserve(changed(charging("1"), sale=changed(ticket("1"), lines=lines)))
    shop.record_attempt(held.id, attempt("1", "captured"))
    lines = lines if same else (changed(LINE, name=name, discounts=()),)
    order = shop.commit(held, changed(held.sale, lines=lines, state="paid", order="ord_1"), NOW)
    assert shop.tables.table("orders").row(order.id) == codec.keyed(order.id, codec.body(order))
    shop.close()


def test_a_ticket_as_an_older_program_wrote_it_is_written_anew_in_its_order(shop: EmbeddedStore) -> None:
    """Its reservation does not say how the shop's prices are meant: by the rule of today, which may change."""
    record = charging("1").model_dump(mode="json")
    del record["sale"]["tax_inclusive"]
    shop.write({("reservations", "res_1"): record})
    held = shop.reserve(charging("1"))
    assert held == charging("1")
    order = shop.commit(held, changed(held.sale, state="paid", order="ord_1"), NOW)
    assert shop.tables.table("orders").row(order.id) == codec.keyed(order.id, codec.body(order))
    shop.close()


def test_nothing_in_a_price_is_named_as_a_sale_names_its_state() -> None:
    """What our own rows share ends at the first of that name, and is not looked at again."""

    def names(schema: dict[str, Any] | list[Any]) -> Iterator[str]:
        for key, inner in schema.items() if isinstance(schema, dict) else enumerate(schema):
            if key == "properties":
                yield from inner
            if isinstance(inner, dict | list):
                yield from names(inner)

    found = {*names(Priced.model_json_schema()), *names(Claim.model_json_schema())}
    assert {"lines", "reason", "counter"} <= found
    assert not {"state", "sale"} & found


def lost_ticket(folder: Path, spoil: Callable[[Path], None]) -> None:
    """A store whose last order goes on from a ticket that stood in its snapshot."""
    store = fill(open_store(folder), A=100)
    store.commit(charging("0"), paid("0"), NOW)
    store.reserve(charging("1"))
    store.compact()
    store.commit(charging("1"), paid("1"), NOW)
    store.close()
    spoil(folder / "store.json")


def without_reservations(path: Path) -> None:
    content = snapshot.read(path)
    tables = Tables({name: table for name, table in content.tables if name != "reservations"})
    snapshot.write(path, tables, content.sequence, Disk())


def with_a_cut_line(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"id":"res_1","order"', b'"id":"res_1","or'))


def test_an_order_whose_ticket_is_missing_is_damage(tmp_path: Path) -> None:
    lost_ticket(tmp_path / "shop", without_reservations)
    with pytest.raises(TillError) as caught:
        open_store(tmp_path / "shop")
    assert caught.value.code == "store_damaged"
    assert caught.value.details == {"file": str(tmp_path / "shop" / "store.json"), "line": 1}


@pytest.mark.parametrize("spoil", [without_reservations, with_a_cut_line])
def test_a_repair_gives_an_order_up_whose_ticket_is_lost_and_says_so(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """Half of a sale is none: it would be believed."""
    lost_ticket(tmp_path / "shop", spoil)
    told = repair(tmp_path / "shop")
    assert any("“ord_1” cannot be understood" in each for each in told), told
    store = open_store(tmp_path / "shop")
    assert [order.id for order in store.orders()] == ["ord_0"]
    assert store.commit(charging("2"), paid("2"), NOW).receipt == "T1-2-1"
    store.close()


def test_an_order_that_names_a_ticket_which_it_does_not_end_is_damage(tmp_path: Path) -> None:
    """Another one's sale would be believed: its checksum is right."""
    store, folder = fill(open_store(tmp_path / "shop"), A=100), tmp_path / "shop"
    store.reserve(charging("1"))
    store.reserve(charging("2"))
    store.commit(charging("1"), paid("1"), NOW)
    store.close()
    path = newest(folder)
    *lines, last = path.read_bytes().splitlines(keepends=True)
    (step,) = journal.decode(path, journal.header(3) + last).steps
    path.write_bytes(b"".join((*lines, journal.encode(step._replace(sale_of=2)))))
    with pytest.raises(TillError) as caught:
        read_folder(folder)
    assert caught.value.code == "store_damaged"
    assert any("“ord_1” cannot be understood" in each for each in repair(folder))
    store = open_store(folder)
    assert [*store.orders()] == []
    store.close()


NAMES = st.sampled_from(["sale", "state", "lines", "key", "id", "}"])
VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | st.sampled_from(['"state":"', '"sale":{', "{", "ä", "\u2028", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=4)


NESTED = {"sale": {"lines": {"state": "x"}, "state": "y"}}


@example(one=NESTED, other={}, alike=True)
@given(DOCUMENTS, DOCUMENTS, st.booleans())
def test_whatever_rows_hold_they_are_read_as_they_were(one: dict[str, Any], other: dict[str, Any], alike: bool) -> None:
    if alike:
        other = other | {"sale": one.get("sale")}
    tables, before = Tables(), codec.encode(one)
    tables.apply([RowChange("reservations", 3, before)])
    for changes in (
        [RowChange("orders", 5, codec.encode(other)), RowChange("reservations", 3, None)],
        [RowChange("reservations", 3, codec.encode(other))],
    ):
        line = journal.encode(journal_step(1, changes, tables))
        (read,) = journal.decode(Path("journal"), journal.header(0) + line).steps
        assert whole_changes(read, tables) == changes
