"""`pos doctor`: whatever is wrong with a store's files or figures is found and named."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pos.domain.counters import coupon_uses, stock_counter
from pos.stores.embedded import doctor
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.journal import JournalStep, encode
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.salvage import read_journal, read_snapshot
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.stores.health_report import HealthCheck
from tests.crash.back_office import returned
from tests.maintenance.support import DAY, Shell, part_paid, sell, till_at
from tests.stores.samples import fill, journal
from tests.till.support import BREAD, CAKE, NOON, TEA

NAMES = (
    "folder", "lock", "snapshot", "journal", "days", "others", "ledger", "records",
    "held", "floors", "receipts", "orders", "returns", "coupons", "stock", "tickets", "payments",
)  # fmt: skip


def wrong(folder: Path) -> dict[str, str]:
    """The checks that fail, with what they say, but for those that could not be made."""
    return {each.name: each.detail for each in examine(folder) if not each.ok and "not looked at" not in each.detail}


def change(folder: Path, table: str, key: str, do: Callable[[dict[str, Any]], object]) -> None:
    """Change a record as a program that is wrong would."""
    store = open_store(folder)
    document = store.get(table, key)
    assert document is not None
    do(document)
    store.write({(table, key): document})
    store.close()


def order_of(store: EmbeddedStore, receipt: str) -> str:
    found = store.order(receipt)
    assert found is not None
    return found.id


def test_a_store_in_order_passes_and_is_not_touched(shop: Path, shell: Shell) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    told = json.loads(shell("doctor", "--json", "--store", shop))
    assert told["ok"] is True
    assert tuple(check["name"] for check in told["checks"]) == NAMES
    assert {tuple(check) for check in told["checks"]} == {("name", "ok", "detail")}
    assert shell("doctor", "--store", shop).splitlines()[-1] == "All is well."
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before


def test_it_looks_beside_a_till_and_says_who_has_the_store(shop: Path) -> None:
    till = till_at(shop)
    lock = next(check for check in examine(shop) if check.name == "lock")
    till.close()
    assert lock.ok
    assert "(process " in lock.detail
    assert HealthCheck("lock", True, "no till has it open") in examine(shop)


def test_a_journal_that_nothing_replaces_is_told_and_is_no_fault(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos.stores.embedded.file_checks.REPLACE_AT", 1000)
    till = till_at(shop)
    till.add(TEA)
    asyncio.run(till.flush())
    journal = next(check for check in examine(shop) if check.name == "journal")
    till.close()
    assert journal.ok
    assert journal.detail.endswith("; 1 MiB wait for a snapshot that no till could make, its log says why")


def test_what_is_wrong_ends_with_1_and_what_is_no_store_with_2(shop: Path, tmp_path: Path, shell: Shell) -> None:
    (shop / "store.json").chmod(0o644)
    told = shell("doctor", "--store", shop, code=1)
    assert "WRONG  folder     shop/store.json can be read by others" in told.splitlines()
    (tmp_path / "empty").mkdir()
    for none in ("empty", "nowhere"):
        refused = shell.refused("doctor", "--store", tmp_path / none)
        assert refused.startswith("pos: store_unusable: ")
        refused = shell.refused("doctor", "--repair", "--store", tmp_path / none)
        assert refused.startswith("pos: store_unusable: ")
    assert list((tmp_path / "empty").iterdir()) == []


def flips(shop: Path, step: int, pattern: int) -> None:
    """Flip bits of every `step`th byte of every file, one after the other: each is named with its line."""
    files = {"journal": journal(shop), "snapshot": shop / "store.json", "days": shop / f"days/{DAY}.json"}
    for name, path in files.items():
        whole = path.read_bytes()
        for place in range(0, len(whole), step):
            path.write_bytes(whole[:place] + bytes((whole[place] ^ pattern,)) + whole[place + 1 :])
            line = whole.count(b"\n", 0, place) + 1
            assert f"{path.name}, line {line}:" in wrong(shop)[name], (path.name, place)
        path.write_bytes(whole)
    assert wrong(shop) == {}


def test_a_flipped_byte_is_named_with_its_line(shop: Path) -> None:
    flips(shop, 113, 0xFF)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("pattern", [0x01, 0x80, 0xFF])
def test_every_flipped_byte_of_a_shop_is_named_with_its_line(shop: Path, pattern: int) -> None:
    flips(shop, 1, pattern)


@pytest.mark.parametrize("pattern", [0x01, 0x02, 0x0A, 0x20, 0x80, 0xFF])
def test_every_flipped_byte_of_small_files_is_found_and_can_be_put_right(tmp_path: Path, pattern: int) -> None:
    """But for a line end that became a zero, which looks like a line that was cut off."""
    store = fill(open_store(tmp_path), A=9)
    store.write({("notes", "1"): {"text": "one"}, ("notes", "2"): {"text": "two"}})
    store.write({("notes", "1"): None})
    store.close()
    path, snapshot = journal(tmp_path), tmp_path / "store.json"
    whole = path.read_bytes()
    steps = read_journal(path, whole).steps
    for place in range(len(whole)):
        found = read_journal(path, whole[:place] + bytes((whole[place] ^ pattern,)) + whole[place + 1 :])
        if place == len(whole) - 1 and pattern == 0x0A:
            assert found.torn
            continue
        assert found.steps == steps, place
        assert [(each.line, each.healed) for each in found.wrong] == [(whole.count(b"\n", 0, place) + 1, True)], place
    whole = snapshot.read_bytes()
    for place in range(len(whole)):
        kept = read_snapshot(snapshot, whole[:place] + bytes((whole[place] ^ pattern,)) + whole[place + 1 :])
        assert kept.healed == whole, place
        assert [each.line for each in kept.wrong] == [whole.count(b"\n", 0, place) + 1], place


def test_a_line_that_was_cut_off_is_named(shop: Path) -> None:
    path = journal(shop)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    line = whole.count(b"\n")
    assert wrong(shop) == {"journal": f"{path.name}, line {line}: the line was cut off, as by a power cut"}


@pytest.mark.parametrize("gone", ["store.json", "journal", f"days/{DAY}.json"])
def test_a_file_that_is_missing_is_named(shop: Path, gone: str) -> None:
    path = journal(shop) if gone == "journal" else shop / gone
    path.unlink()
    assert any("the file is missing" in text or f"{gone} is missing" in text for text in wrong(shop).values())


def test_a_missing_step_is_named(shop: Path) -> None:
    path = journal(shop)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:4] + lines[5:]))
    assert wrong(shop) == {"journal": f"{path.name}, line 5: step 5 is missing before this line"}


def test_the_file_of_another_day_is_not_taken_for_it(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    sell(other, (BREAD, "cash"))
    store = open_store(other)
    store.close_day(DAY)
    store.close()
    shutil.copy(other / f"days/{DAY}.json", shop / "days")
    assert list(wrong(shop)) == ["days"]


def test_strays_and_what_was_set_aside_are_named_and_no_fault(shop: Path) -> None:
    for name in ("store.json.new", "torn-1.ndjson", "days/2026-01-01.json"):
        (shop / name).touch(0o600)
    others = next(check for check in examine(shop) if check.name == "others")
    assert others.ok
    assert others.detail == (
        "set aside earlier: torn-1.ndjson; not of the store, or left by a crash: store.json.new, 2026-01-01.json"
    )


def test_what_is_held_without_a_ticket_is_found(shop: Path) -> None:
    change(shop, "counters", stock_counter(TEA), lambda record: record.update(held=3))
    assert wrong(shop) == {"held": "stock:TEA: 3 held, but open tickets claim 1"}


def test_what_is_below_its_limit_is_found(shop: Path) -> None:
    change(shop, "counters", stock_counter(CAKE), lambda record: record.update(on_hand=-1))
    assert wrong(shop)["floors"] == "stock:CAKE: -1 free, below its limit of 0"
    change(shop, "counters", stock_counter(CAKE), lambda record: record.update(on_hand=2))
    store = open_store(shop)
    store.write({("counters", coupon_uses("ONE")): {"on_hand": -2, "held": 0}})
    store.close()
    assert wrong(shop)["floors"] == "uses:ONE: -2 free, below its limit of -1"


def test_a_sale_whose_stock_was_not_taken_is_found(shop: Path) -> None:
    change(shop, "counters", stock_counter(CAKE), lambda record: record.update(on_hand=3))
    assert wrong(shop) == {"stock": "CAKE: 3 on hand and 2 sold, of 4"}


def test_a_use_that_was_not_counted_is_found(shop: Path) -> None:
    change(shop, "counters", coupon_uses("TEN"), lambda record: record.update(on_hand=-1))
    assert wrong(shop) == {"coupons": "uses:TEN: 1 counted, 2 on record"}


def test_uses_before_this_store_and_by_member_are_counted(tmp_path: Path) -> None:
    coupon = {"code": "TEN", "type": "percentage", "value": "10", "used": 7, "max_uses_per_member": 2}
    till = till_at(tmp_path / "shop", coupons=[coupon])
    asyncio.run(till.attach_member("M1"))
    till.add(CAKE)
    till.apply_coupon("TEN")
    asyncio.run(till.pay_cash())
    till.close()
    store = read_folder(tmp_path / "shop")
    assert [store.counter(name).on_hand for name in ("uses:TEN", "uses:TEN:M1")] == [-8, -1]
    assert wrong(tmp_path / "shop") == {}


def test_what_was_given_back_is_counted(shop: Path) -> None:
    till = till_at(shop, NOON.replace(day=23))
    given = returned(till, asyncio.run(till.find_order("1-1-2")), Random(1))
    till._services.store.commit(given, given.sale, NOON)
    till.close()
    assert wrong(shop) == {}
    (name,) = (claim.counter for claim in given.claims if claim.counter.startswith("refunded:"))
    change(shop, "counters", name, lambda record: record.update(on_hand=-3))
    assert wrong(shop) == {
        "floors": f"{name}: -3 free, below its limit of -1",
        "returns": f"{name}: 3 counted, 1 on record",
    }


def test_receipts_with_a_gap_or_double_are_found(shop: Path) -> None:
    change(shop, "lanes", "1", lambda record: record.update(last=7))
    assert wrong(shop) == {"receipts": "lane 1 counts to 7, its last receipt is 1-1-3"}
    sell(shop, (TEA, "cash"), now=NOON.replace(day=23))
    assert wrong(shop)["receipts"] == "1-1-8 stands where 1-1-4 belongs"
    change(shop, "lanes", "1", lambda record: record.update(last=2))
    sell(shop, (TEA, "cash"), now=NOON.replace(day=24))
    assert "1-1-3 stands where 1-1-9 belongs" in wrong(shop)["receipts"]


def test_an_order_that_does_not_add_up_is_found(shop: Path) -> None:
    store = open_store(shop)
    order = order_of(store, "1-1-3")
    store.close()
    change(shop, "orders", order, lambda record: record["sale"].update(total=219))
    assert wrong(shop)["orders"] == (
        "1-1-3: the lines do not add up to the total; 1-1-3: the payments do not cover the total"
    )


def test_an_order_that_is_there_twice_is_found(shop: Path) -> None:
    store = open_store(shop)
    document = store.get("orders", order_of(store, "1-1-3"))
    assert document is not None
    store.write({("orders", "again"): document | {"id": "again", "receipt": "1-1-4"}})
    store.close()
    assert "is there twice" in wrong(shop)["orders"]


def test_a_charge_without_an_order_is_found_and_one_given_back_is_not(shop: Path) -> None:
    ledger = shop / "gateway.ndjson"
    asked = {"op": "asked", "attempt": "a-1", "amount": 990, "decline_code": None, "brand": "visa", "last4": "4242"}
    lines = [asked, {"op": "captured", "attempt": "a-1"}]
    with ledger.open("a") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    assert wrong(shop) == {"payments": "a-1: 990 charged, without an order"}
    with ledger.open("a") as file:
        file.write('{"op": "voided", "attempt": "a-1"}\n')
    assert wrong(shop) == {}


def test_a_charge_of_another_amount_than_the_order_s_is_found(shop: Path) -> None:
    ledger = shop / "gateway.ndjson"
    ledger.write_text(ledger.read_text().replace('"amount": 450', '"amount": 540'))
    assert "is 540 in the gateway's ledger, 450 in the order" in wrong(shop)["payments"]


def test_an_order_whose_money_was_given_back_is_found(shop: Path) -> None:
    ledger = shop / "gateway.ndjson"
    attempt = next(json.loads(line)["attempt"] for line in ledger.read_text().splitlines() if '"captured"' in line)
    with ledger.open("a") as file:
        file.write(json.dumps({"op": "voided", "attempt": attempt}) + "\n")
    assert wrong(shop) == {"payments": f"1-1-2: {attempt} was never charged, or given back"}


def test_a_hostile_name_of_a_file_does_no_harm(shop: Path, shell: Shell) -> None:
    (shop / "\x1b[2Jstray\x9b1m").touch(0o600)
    assert "a crash: stray" in shell("doctor", "--store", shop)
    told = shell("doctor", "--json", "--store", shop)
    assert told.isascii()
    assert "\x1b" not in told


def test_a_ledger_that_cannot_be_read_is_found(shop: Path) -> None:
    (shop / "gateway.ndjson").write_text("junk\n")
    assert list(wrong(shop)) == ["ledger"]


def test_a_record_that_cannot_be_understood_is_found(shop: Path) -> None:
    change(shop, "products", TEA, lambda record: record.update(price="cheap"))
    assert wrong(shop) == {"records": "products: “TEA” cannot be understood"}


def test_a_line_that_is_being_written_is_no_fault(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The till writes between two looks: what looked torn is whole at the second."""
    holder = open_store(shop)
    path = journal(shop)
    whole = path.read_bytes()
    line = encode(JournalStep(holder.sequence + 1, holder.tables.resolve({("notes", "1"): {}})))
    end = len(whole.rstrip(b"\0"))
    path.write_bytes(whole[:end] + line[:-5])
    looks: list[bytes] = []
    look = doctor._look

    def then_written(folder: Path, before: doctor.Examination | None) -> doctor.Examination:
        found = look(folder, before)
        if not looks:
            path.write_bytes(whole[:end] + line + whole[end + len(line) :])
        looks.append(found.torn)
        return found

    monkeypatch.setattr("pos.stores.embedded.doctor._look", then_written)
    assert [check.name for check in examine(shop) if not check.ok] == []
    assert looks == [line[:-5], b""]
    holder.close()


def test_a_part_payment_is_no_charge_without_an_order(tmp_path: Path) -> None:
    part_paid(tmp_path / "shop", NOON)
    assert wrong(tmp_path / "shop") == {}


def test_a_ticket_that_was_begun_and_is_nowhere_is_found(tmp_path: Path) -> None:
    folder, till = tmp_path / "other", till_at(tmp_path / "other", NOON)
    for name in ("first", None):
        till.add(TEA)
        asyncio.run(till.hold(name))
    till.add(CAKE)
    till.close()
    assert wrong(folder) == {}
    told = "ticket {} was begun and neither paid, voided nor set aside, and it is nowhere".format
    change(folder, "tickets", "1", lambda record: [record.pop(name) for name in ("ticket", "cart")])
    assert wrong(folder) == {"tickets": told("1-3")}
    store = open_store(folder)
    store.write({("held", "first"): None})
    store.close()
    assert wrong(folder) == {"tickets": "; ".join((told("1-1"), told("1-3")))}
