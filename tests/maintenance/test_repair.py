"""`pos doctor --repair`: what can be read is kept, everything that is changed is kept aside, and it is said."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from pos.stores.embedded.disk import Disk
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.repair import repair
from pos.stores.embedded.store import open_store
from tests.maintenance.support import DAY, LATER, Shell, sell, till_at
from tests.stores.samples import journal
from tests.till.support import CAKE, TEA


@pytest.fixture
def healthy(shop: Path) -> dict[str, bytes]:
    return {str(path.relative_to(shop)): path.read_bytes() for path in shop.rglob("*") if path.is_file()}


def repaired(shell: Shell, shop: Path, code: int = 0) -> list[str]:
    """What a repair says it has done; the doctor passes afterwards, if the exit code is 0."""
    told = json.loads(shell("doctor", "--repair", "--json", "--store", shop, code=code))
    assert told["ok"] == (code == 0), told
    if not code:
        assert all(check.ok for check in examine(shop))
        open_store(shop).close()
    return list(told["repaired"])


def spoil(path: Path, old: bytes, new: bytes) -> bytes:
    """Put something in the place of something, once; what was there before."""
    whole = path.read_bytes()
    assert old in whole
    path.write_bytes(whole.replace(old, new, 1))
    return whole


def receipts(shop: Path) -> list[str]:
    store = open_store(shop)
    found = [order.receipt for order in store.orders()]
    store.close()
    return found


def next_receipt(shop: Path, lane: str) -> str:
    sell(shop, (TEA, "cash"), now=LATER, lane=lane)
    store = open_store(shop)
    last = list(store.orders())[-1].receipt
    store.close()
    return last


def test_a_store_in_order_is_left_as_it_is(shop: Path, shell: Shell, healthy: dict[str, bytes]) -> None:
    assert repaired(shell, shop) == []
    assert {name: (shop / name).read_bytes() for name in healthy if name != "lock"} == {
        name: content for name, content in healthy.items() if name != "lock"
    }
    assert "before-repair-1" not in {path.name for path in shop.iterdir()}


def test_a_store_that_a_till_has_open_is_not_repaired(shop: Path, shell: Shell) -> None:
    till = till_at(shop)
    assert shell.refused("doctor", "--repair", "--store", shop).startswith("pos: store_in_use: ")
    till.close()


def test_a_line_that_was_cut_off_is_taken_away(shop: Path, shell: Shell) -> None:
    path = journal(shop)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    done = repaired(shell, shop)
    assert done == [
        f"{path.name}: the last line was cut off. It was never confirmed to anybody, and is taken away.",
        "What was changed is kept in before-repair-1 as it was before.",
    ]
    kept = shop / "before-repair-1" / path.name
    assert kept.read_bytes() == whole[:-10]
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert receipts(shop) == ["1-1-1", "1-1-2", "1-1-3", "2-1-1"]
    assert next_receipt(shop, "2") == "2-1-2"


def test_one_wrong_byte_is_put_right_by_the_checksum(shop: Path, shell: Shell, healthy: dict[str, bytes]) -> None:
    lines = []
    for path, old, new in (
        (journal(shop), b'"receipt":"1-1-3"', b'"receipt":"1-1-7"'),
        (shop / "store.json", b"Green Tea", b"Green Sea"),
        (shop / f"days/{DAY}.json", b'"total":450', b'"total":451'),
    ):
        whole = spoil(path, old, new)
        lines.append(f"{path.name}, line {whole.count(chr(10).encode(), 0, whole.index(old)) + 1}")
    journal_line, snapshot_line, day_line = lines
    what = "one byte was wrong. The checksum told which, and it is right again."
    told = [f"{line}: {what}" for line in (snapshot_line, journal_line)]
    assert repaired(shell, shop, code=0) == [
        *told,
        f"{day_line}: {what}",
        "What was changed is kept in before-repair-1 as it was before.",
    ]
    assert (shop / f"days/{DAY}.json").read_bytes() == healthy[f"days/{DAY}.json"]
    assert receipts(shop) == ["1-1-1", "1-1-2", "1-1-3", "2-1-1"]
    assert next_receipt(shop, "1") == "1-1-4"


def test_steps_behind_a_damaged_line_are_set_aside_and_named(shop: Path, shell: Shell) -> None:
    path = journal(shop)
    whole = spoil(path, b'"receipt":"1-1-3"', b"\xff" * 17)
    done = repaired(shell, shop, code=1)
    # How many steps there are depends on how many edits of a ticket were written down as one.
    told = r"The steps up to \d+ are kept. What follows is damaged \(journal-000000000001.ndjson, line \d+"
    assert re.match(told, done[0])
    assert done[0].endswith(" steps that can be read, with these receipts: 2-1-1.")
    assert done[1] == "Receipt numbers go on in a new series, so that none is given twice."
    # The captured payment of 1-1-3 has an open ticket now; the one behind it has none, which the doctor goes on to say.
    failing = {check.name: check.detail for check in examine(shop) if not check.ok}
    assert list(failing) == ["payments"]
    assert failing["payments"].endswith(": 100 charged, without an order")
    assert receipts(shop) == ["1-1-1", "1-1-2"]
    assert (shop / "before-repair-1" / path.name).read_bytes() != whole
    assert next_receipt(shop, "2") == "2-2-1"
    assert next_receipt(shop, "3") == "3-2-1"
    assert next_receipt(shop, "1") == "1-2-1"


@pytest.mark.parametrize("line", [0, 3])
def test_damage_behind_which_nothing_is_missing_is_taken_away(shop: Path, shell: Shell, line: int) -> None:
    path = journal(shop)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[1:] if line == 0 else [*lines[:3], b"junk\n", *lines[3:]]))
    told = f"{path.name}, line {line + 1}: is damaged, and nothing is missing."
    assert repaired(shell, shop) == [told, "What was changed is kept in before-repair-1 as it was before."]
    assert receipts(shop) == ["1-1-1", "1-1-2", "1-1-3", "2-1-1"]
    assert next_receipt(shop, "2") == "2-1-2"


def test_a_row_that_can_be_read_and_not_understood_is_set_aside(shop: Path, shell: Shell) -> None:
    spoil(shop / "store.json", b'"name":"Green Tea","price":200', b'"name":"Green Tea","price":"cheap"')
    spoil(shop / f"days/{DAY}.json", b'"receipt":"1-1-1"', b'"number":"1-1-1"')
    done = repaired(shell, shop, code=1)
    assert done[1:4] == [
        "store.json: products: “TEA” cannot be understood, and is kept in before-repair-1 only.",
        f"{DAY}.json: orders: “order-1-1-221200” cannot be understood, and is kept in before-repair-1 only.",
        f"What can be read of {DAY}.json is in {DAY}-2.json now.",
    ]
    assert receipts(shop)[0] == "1-1-2"


def test_a_damaged_last_line_may_have_been_a_sale_so_a_new_series_begins(tmp_path: Path, shell: Shell) -> None:
    shop = tmp_path / "shop"
    sell(shop, (CAKE, "cash"), (TEA, "cash"))
    path = journal(shop)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]) + b"x" * 100 + b"\n")
    assert len(repaired(shell, shop)) == 3
    path = journal(shop)
    assert next_receipt(shop, "1").startswith("1-2-")


def test_a_snapshot_that_was_edited_is_taken_as_it_is_now(shop: Path, shell: Shell) -> None:
    spoil(shop / "store.json", b'"name":"Green Tea"', b'"name":"Black Tea, loose"')
    told = "store.json was changed from outside. All of it can be read, and counts as it is now."
    assert repaired(shell, shop) == [told, "What was changed is kept in before-repair-1 as it was before."]
    till = till_at(shop, LATER)
    assert till.add(TEA).lines[0].name == "Black Tea, loose"
    till.close()


def test_a_snapshot_that_stock_tinydb_wrote_is_taken_too(shop: Path, shell: Shell) -> None:
    from tinydb import Query, TinyDB

    with TinyDB(shop / "store.json") as db:
        db.table("products").update({"price": 250}, Query().sku == TEA)
    assert repaired(shell, shop)[0].startswith("store.json was changed from outside.")
    till = till_at(shop, LATER)
    assert till.add(TEA).subtotal == 250
    till.close()


def test_a_row_that_cannot_be_read_is_set_aside_and_named(shop: Path, shell: Shell) -> None:
    path = shop / "store.json"
    whole = spoil(path, b'"sku":"LAMP"', b'"sku":]]LAMP"')
    line = whole.count(b"\n", 0, whole.index(b'"sku":"LAMP"')) + 1
    done = repaired(shell, shop)
    assert done[0] == f"store.json, line {line}: cannot be read, and is kept in before-repair-1 only."
    assert "new series" in done[1]
    assert b"]]LAMP" in (shop / "before-repair-1/store.json").read_bytes()
    store = open_store(shop)
    assert store.get("products", "LAMP") is None
    assert store.get("products", TEA) is not None
    store.close()


def test_a_snapshot_is_made_again_where_the_journal_has_everything(tmp_path: Path, shell: Shell) -> None:
    store = open_store(tmp_path / "shop")
    store.write({("notes", "1"): {"text": "kept"}, ("shop", "shop"): {}})
    store.close()
    (tmp_path / "shop/store.json").unlink()
    assert repaired(shell, tmp_path / "shop")[0] == "store.json was missing, and is made again from the journal."
    store = open_store(tmp_path / "shop")
    assert store.get("notes", "1") == {"text": "kept"}
    store.close()


def test_what_cannot_be_made_again_is_said_and_nothing_is_changed(shop: Path, shell: Shell) -> None:
    (shop / "store.json").unlink()
    before = journal(shop).read_bytes()
    told = "store.json is missing, and cannot be made again: put back a backup."
    assert repaired(shell, shop, code=1) == [told]
    assert journal(shop).read_bytes() == before
    (shop / "store.json").touch(0o600)
    (shop / "store.json").write_bytes(b"\0" * 1000)
    assert repaired(shell, shop, code=1) == ["Nothing of store.json can be read: put back a backup."]


def test_without_its_journal_a_store_goes_on_from_its_snapshot(shop: Path, shell: Shell) -> None:
    store = open_store(shop)
    store.compact()
    store.close()
    journal(shop).unlink()
    done = repaired(shell, shop)
    assert "a journal is missing" in done[0]
    assert next_receipt(shop, "1") == "1-2-1"


def test_of_a_damaged_day_what_can_be_read_is_kept_in_a_new_file(shop: Path, shell: Shell) -> None:
    path = shop / f"days/{DAY}.json"
    whole = spoil(path, b'"receipt":"1-1-1"', b'"receipt":[[1-1-1"')
    done = repaired(shell, shop, code=1)
    assert done == [
        f"{DAY}.json, line 3: cannot be read, and is kept in before-repair-1 only.",
        f"What can be read of {DAY}.json is in {DAY}-2.json now.",
        "What was changed is kept in before-repair-1 as it was before.",
    ]
    assert (shop / f"before-repair-1/days/{DAY}.json").read_bytes() != whole
    assert not path.exists()
    assert receipts(shop) == ["1-1-2", "1-1-3", "2-1-1"]
    failing = {check.name: check.detail for check in examine(shop) if not check.ok}
    assert failing["receipts"] == "1-1-2 stands where 1-1-1 belongs"
    assert set(failing) == {"receipts", "stock"}


def test_the_file_of_another_day_and_a_missing_one_are_not_made_up(shop: Path, shell: Shell) -> None:
    path = shop / f"days/{DAY}.json"
    whole = path.read_bytes()
    path.unlink()
    assert repaired(shell, shop, code=1) == [f"{DAY}.json is missing: put it back from a backup."]
    path.touch(0o600)
    path.write_bytes(whole)
    assert repaired(shell, shop) == []


def test_what_is_held_is_set_right(shop: Path, shell: Shell) -> None:
    store = open_store(shop)
    store.write({("counters", "stock:TEA"): {"on_hand": 8, "held": 5}, ("lanes", "1"): {"series": 1, "last": 1}})
    store.close()
    assert repaired(shell, shop) == [
        "stock:TEA: 5 were held, 1 are claimed by open tickets and held now.",
        "Lane 1 goes on after receipt 1-1-3.",
        "What was changed is kept in before-repair-1 as it was before.",
    ]


def test_files_that_others_can_read_are_made_private(shop: Path, shell: Shell) -> None:
    shop.chmod(0o755)
    (shop / "store.json").chmod(0o644)
    assert len(repaired(shell, shop)) == 2
    assert shop.stat().st_mode & 0o777 == 0o700


def test_files_of_others_are_neither_made_private_nor_called_a_fault(shop: Path, shell: Shell) -> None:
    """Neither where there is no store, nor in a store's folder; links lead nowhere."""
    other, elsewhere = shop.parent / "other", shop.parent / "elsewhere"
    for place in (shop, other, elsewhere):
        (place / "bin").mkdir(parents=True)
        for name in ("bin/tool", "notes.new", "days.new"):
            (place / name).write_bytes(b"#!/bin/sh\n")
            (place / name).chmod(0o755)
    (other / "store.json").write_bytes(b'{"name": "a shop of somebody else"}')
    (shop / "torn-1.ndjson").symlink_to(elsewhere / "bin/tool")
    (shop / "before-repair-1").symlink_to(elsewhere / "nowhere")
    spoil(shop / "store.json", b'"sku":"TEA"', b'"sku": "TEA"')
    shell.refused("doctor", "--repair", "--store", other)
    assert len(repaired(shell, shop)) == 2
    assert [check for check in examine(shop) if not check.ok] == []
    others = next(check for check in examine(shop) if check.name == "others")
    strays = others.detail.partition("not of the store, or left by a crash: ")[2]
    assert strays == "before-repair-1, bin, days.new, notes.new, torn-1.ndjson"
    for place in (shop, other, elsewhere):
        assert (place / "bin/tool").stat().st_mode & 0o777 == 0o755
    assert not (other / "lock").exists()
    assert len([*(shop / "before-repair-2").iterdir()]) == 2


def test_every_repair_keeps_its_own_copies(shop: Path, shell: Shell) -> None:
    for number in (1, 2):
        spoil(shop / "store.json", b'"sku":"TEA"', b'"sku": "TEA"')
        repaired(shell, shop)
        assert (shop / f"before-repair-{number}/store.json").exists()


class Crash(BaseException):
    """Ends a repair where it is, as a power cut does."""


class FailingDisk(Disk):
    """A disk whose power goes off after so many files were put in place, in all."""

    left = 0

    def replace(self, path: Path, chunks: Iterable[bytes], first: Callable[[], bytes] | None = None) -> None:
        if not FailingDisk.left:
            raise Crash
        FailingDisk.left -= 1
        super().replace(path, chunks, first)


@pytest.mark.parametrize("damage", ["healed", "lost", "day", "held"])
def test_a_repair_that_breaks_off_can_be_made_again(
    shop: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    if damage == "healed":
        spoil(journal(shop), b'"receipt":"1-1-3"', b'"receipt":"1-1-7"')
    elif damage == "lost":
        spoil(journal(shop), b'"receipt":"2-1-1"', b"\xff" * 17)
    elif damage == "day":
        spoil(shop / f"days/{DAY}.json", b'"receipt":"1-1-1"', b'"receipt":[[1-1-1"')
    else:
        store = open_store(shop)
        store.write({("counters", "stock:TEA"): {"on_hand": 8, "held": 5}})
        store.close()
    ended = 0
    for crashes in count():
        copy = Path(shutil.copytree(shop, shop.parent / f"{crashes}"))
        with monkeypatch.context() as patch:
            for room in ("repair", "repair_days"):
                patch.setattr(f"pos.stores.embedded.{room}.Disk", FailingDisk)
            FailingDisk.left = crashes
            with suppress(Crash):
                repair(copy)
                ended += 1
        repair(copy)
        failing = {check.name for check in examine(copy) if not check.ok}
        expected = {"lost": {"payments"}, "day": {"receipts", "stock"}}.get(damage, set())
        assert failing == expected, crashes
        found = receipts(copy)
        assert found == {
            "lost": ["1-1-1", "1-1-2", "1-1-3"],
            "day": ["1-1-2", "1-1-3", "2-1-1"],
        }.get(damage, ["1-1-1", "1-1-2", "1-1-3", "2-1-1"])
        if ended:
            break
    assert crashes >= 3


def test_for_people_it_says_what_it_did_and_looks_again(shop: Path, shell: Shell) -> None:
    spoil(shop / "store.json", b"Green Tea", b"Green Sea")
    told = shell("doctor", "--repair", "--store", shop).splitlines()
    assert "it is right again" in told[0]
    assert told[-1] == "All is well."


def test_a_ticket_of_which_nothing_is_left_is_told_and_looked_for_no_longer(shop: Path, shell: Shell) -> None:
    store = open_store(shop)
    store.write({("begun_tickets", "1-77"): {}})
    store.close()
    assert repaired(shell, shop) == [
        "Ticket 1-77 was begun, and nothing is left of it: it is looked for no longer.",
        "What was changed is kept in before-repair-1 as it was before.",
    ]
