"""What may be wrong in the files of a store whose checksums are right: refused with a sentence, and never believed.

Valid files are changed at every level. However they come to a machine, by `pos restore` or put in place, no command
ends with an error of the program, nothing raw reaches the terminal, and what the doctor calls well can be opened and
sold on.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pos.__main__ import main
from pos.domain.errors import TillError
from pos.maintenance.close_day import close_day
from pos.stores.embedded.backup import back_up
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.location import FolderLocation
from pos.stores.embedded.restore import restore
from pos.till.till import Till
from tests.maintenance import forging
from tests.maintenance.forging import Members, Raw, Tables, forged, put_in_place
from tests.maintenance.support import Shell, sell, till_at
from tests.till.support import BREAD, NOON, TEA

LATER = NOON + timedelta(days=1)
Hostile = tuple[Members, dict[str, Any]]
"""The files of a store, and what a backup's list of them says besides."""
Edit = Callable[[Members], Hostile]

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 2**31, 2**63, -(2**63), 10**12, 10**18, 1.5, "", " ", "x", "1", "-", "1-1-1", "*",
    Raw("9" * 5000), Raw("1e400"), Raw("NaN"), Raw("-Infinity"), Raw("[" * 100_000), Raw('{"a":' * 50_000),
    Raw('"' + "\\ud800" + '"'), Raw('"\\u0000"'), Raw("9" * 4000), Raw("nul"),
    "\x1b[2J\x1b]0;owned\x07", "\u202eevil", "a\nb", "a/b", "../../../x", "/etc/passwd", "Mars/Phobos", "XXX", "USD",
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-11-22T12:00:00", "2030-01-01T00:00:00Z", "yesterday",
    "x" * 100_000, [], {}, [[]], [1, 2, 3], {"a": 1}, ["x"], {"key": "x"},
)  # fmt: skip
"""What stands where something else belongs."""


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where there is something in a JSON value: the way to each part of it."""
    parts: Any = ()
    if isinstance(document, dict):
        parts = document.items()
    elif isinstance(document, list):
        parts = enumerate(document)
    return [path, *(place for name, part in parts for place in places(part, (*path, name)))]


def changed(document: Any, path: tuple[Any, ...], do: Callable[[Any, Any], None]) -> None:
    """Change what is at the end of a way: `do` is told what holds it and its name there."""
    for part in path[:-1]:
        document = document[part]
    do(document, path[-1])


FILES = ("snapshot", "journal", "day", "ledger", "manifest", "lock")


@st.composite
def mutations(draw: st.DrawFn, files: tuple[str, ...]) -> tuple[str, list[tuple[int, str, int, int]]]:
    """Which file is changed, and how: for each change a number that picks the place, what is done, and with what."""
    file = draw(st.sampled_from(files))
    number = st.integers(0, 10**6)
    do = st.sampled_from(["put", "remove", "add", "double", "rename"])
    return file, draw(st.lists(st.tuples(number, do, number, number), min_size=1, max_size=3))


def mutate(document: Any, place: int, do: str, value: int) -> None:
    """Change one thing in a JSON value."""
    ways = [way for way in places(document) if way]
    if not ways:
        return
    wanted = deepcopy(VALUES[value % len(VALUES)])

    def change(holder: Any, name: Any) -> None:
        if do == "remove":
            del holder[name]
        elif do == "add" and isinstance(holder, dict):
            holder[str(wanted)[:50] or "more"] = wanted
        elif do == "double":
            if isinstance(holder, list):
                holder.append(deepcopy(holder[name]))
            else:
                holder[f"{len(holder) + 1}"] = deepcopy(holder[name])
        elif do == "rename" and isinstance(holder, dict):
            holder[str(wanted)[:100]] = holder.pop(name)
        else:
            holder[name] = wanted

    with suppress(TypeError, LookupError):
        changed(document, ways[place % len(ways)], change)


def spoiled(whole: Members, file: str, changes: list[tuple[int, str, int, int]]) -> Hostile:
    """The members with something changed in one file, and in the list of members; checksums are right."""
    found, more = dict(whole), {}
    name = next((each for each in found if each.startswith({"day": "days/", "ledger": "gateway"}.get(file, "-"))), "")
    if file in ("snapshot", "day"):
        name = name or "store.json"
        tables = forging.tables_of(found[name])
        for place, do, value, table in changes:
            chosen = tables[sorted(tables)[table % len(tables)]] if tables else {}
            mutate(chosen if place % 20 else tables, place, do, value)
        with suppress(AttributeError):
            found[name] = forging.snapshot(tables, forging.sequence_of(found[name]))
        if file == "day":
            found = forging.with_snapshot(found, lambda tables: re_sum(tables, found[name]))
    elif file == "journal":
        after = forging.sequence_of(found["store.json"])
        tables = forging.tables_of(found["store.json"])
        name = sorted(tables)[changes[0][3] % len(tables)]
        row_id = sorted(tables[name])[changes[0][0] % len(tables[name])]
        step = {"seq": after + 1, "changes": [[name, int(row_id), tables[name][row_id]]]}
        lines: list[Any] = [{"journal": 2, "after": after}, step]
        for place, do, value, _table in changes:
            mutate(lines, place, do, value)
        found[f"journal-{after:012}.ndjson"] = b"".join(forging.line(each) for each in lines if isinstance(each, dict))
        more = {"sequence": after + 1}
    elif file == "ledger":
        entries = [json.loads(each) for each in found[name].splitlines()]
        for place, do, value, _table in changes:
            mutate(entries, place, do, value)
        found[name] = b"".join(forging.written(each).encode() + b"\n" for each in entries)
    elif file == "manifest":
        told = json.loads(found["manifest.json"])
        for place, do, value, _table in changes:
            mutate(told, place, do, value)
        more = told
    else:
        holder = {"pid": 1, "program": "pos"}
        for place, do, value, _table in changes:
            mutate(holder, place, do, value)
        found["lock"] = forging.written(holder).encode()
    return found, more


def re_sum(tables: Any, day: bytes) -> None:
    """Let the record of the closed day have its file's checksum."""
    (record,) = tables["days"].values()
    record["checksum"] = f"{zlib.crc32(day[37:]):08x}"


class Trial:
    """Does with hostile files what people do, and looks at what they are told."""

    def __init__(self, place: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.place = place
        self._captured = captured

    def command(self, *arguments: str | Path) -> int:
        """Run a command: its exit code. It must end with a sentence, and with nothing raw in it."""
        self._captured.readouterr()
        code = main([str(each) for each in arguments])
        told = "".join(self._captured.readouterr())
        assert "had to stop" not in told, (arguments, told)
        assert all(each.isprintable() or each == "\n" for each in told), told
        assert len(told) < 20_000
        return code

    def restore(self, found: Members, more: dict[str, Any]) -> None:
        """Put a backup back: refused and nothing changed, or a store on which everything works."""
        folder = self.place / "restored"
        file = forged(self.place / "b.tar.gz", {name: found[name] for name in found if name != "lock"}, **more)
        before = sorted(self.place.iterdir())
        code = self.command("restore", file, "--store", folder)
        if code == 2:
            assert sorted(self.place.iterdir()) == before
            return
        assert (code == 0) == all(check.ok for check in examine(folder))
        self.work(folder)

    def put(self, found: Members) -> None:
        """Put a store in place: what the doctor calls well works, and nothing ends with an error of the program."""
        folder = put_in_place(self.place / "put", found)
        code = self.command("doctor", "--store", folder)
        self.command("orders", "--store", folder)
        copy = Path(shutil.copytree(folder, self.place / "repaired"))
        if self.command("doctor", "--repair", "--store", copy) == 0:
            self.work(copy)
        if code == 0:
            self.work(folder)
            return
        for each in (open_and_sell, self.close_and_back_up):
            with suppress(TillError):
                each(folder)

    def work(self, folder: Path) -> None:
        """Everything works on this store."""
        assert self.command("orders", "--store", folder) == 0
        open_and_sell(folder)
        self.close_and_back_up(folder)
        restore(folder.with_name(f"{folder.name}.tar.gz"), folder.with_name(f"{folder.name}-again"))

    def close_and_back_up(self, folder: Path) -> None:
        close_day(FolderLocation(folder), None)
        back_up(folder, folder.with_name(f"{folder.name}.tar.gz"), now=LATER)


def open_and_sell(folder: Path) -> None:
    """What a cashier does; refusals are part of their day, but not faults of the store."""
    till = till_at(folder, LATER)
    try:
        asyncio.run(sold(till))
    finally:
        till.close()


async def sold(till: Till) -> None:
    till.catalog.prepare()
    till.catalog.search("t")
    await till.recover()
    with refusals():
        till.add(BREAD)
    for held in till.held_tickets():
        with refusals():
            await till.hold()
            await till.recall(held.name)
    for order in await till.recent_orders(10):
        await till.receipt(order.receipt)
    for member in till.catalog.members:
        with refusals():
            await till.attach_member(member)
    for sku in till.catalog.products:
        with refusals():
            till.add(sku)
    for code in till.catalog.coupons:
        with refusals():
            till.apply_coupon(code)
    with refusals():
        await till.pay_cash()
        await till.receipt()
    await till.flush()


@contextmanager
def refusals() -> Iterator[None]:
    """What a cashier may be told."""
    try:
        yield
    except TillError as error:
        if error.code in ("store_damaged", "store_unusable"):
            raise


@dataclass
class Fuzz:
    place: Path
    whole: Members
    captured: pytest.CaptureFixture[str]

    def try_both(self, file: str, changes: list[tuple[int, str, int, int]]) -> None:
        """Try one store with something changed in it in both ways."""
        self.try_one(*spoiled(self.whole, file, changes))

    def try_one(self, found: Members, more: dict[str, Any]) -> None:
        """Try one hostile store in both ways."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()
        doing = Trial(self.place, self.captured)
        doing.restore(found, more)
        doing.put(found)

    def run(self, examples: int, *files: str, derandomize: bool = True) -> None:
        """Try so many hostile stores. A failure is told as it is found: to make it smaller takes minutes."""

        @settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=derandomize,
            phases=(Phase.generate,),
        )
        @given(mutations(files or FILES))
        def tried(mutation: tuple[str, list[tuple[int, str, int, int]]]) -> None:
            self.try_both(*mutation)

        tried()


@pytest.fixture
def fuzz(
    shop: Path, tmp_path: Path, shell: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Fuzz:
    held = till_at(shop, NOON + timedelta(hours=2), lane="2")
    held.add(TEA)
    asyncio.run(held.hold("Ada"))
    held.add(TEA)
    asyncio.run(held.attach_member("M1"))
    asyncio.run(held.hold())
    held.add(TEA)
    held.close()
    sell(shop, (TEA, "card"), now=NOON + timedelta(hours=3), lane="3")
    shell("backup", shop.parent / "whole.tar.gz", "--store", shop)
    return Fuzz(tmp_path / "trial", forging.members(shop.parent / "whole.tar.gz"), capsys)


def test_no_hostile_store_is_believed(fuzz: Fuzz) -> None:
    fuzz.run(40)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_hostile_store_is_believed_in_a_longer_search(fuzz: Fuzz) -> None:
    fuzz.run(3000, derandomize=False)


def row(table: str, *into: str, **fields: Any) -> Edit:
    """Give the first record of a table, or what is in it under these names, other fields."""

    def edit(tables: Tables) -> None:
        found = next(iter(tables[table].values()))
        for name in into:
            found = found[name]
        found.update(fields)

    return lambda found: (forging.with_snapshot(found, edit), {})


def step(*change: Any) -> Edit:
    """A journal with one step."""

    def edit(found: Members) -> Hostile:
        after = forging.sequence_of(found["store.json"])
        name = f"journal-{after:012}.ndjson"
        return {**found, name: forging.journal(after, [change])}, {"sequence": after + 1}

    return edit


def missing(*_arguments: object, **_more: object) -> bool:
    """A validation that was taken out: it raises nothing, and says that all is well."""
    return True


MOST = Raw("9" * 4300)
"""The largest number that Python reads: it cannot write the sum of two."""


@pytest.mark.parametrize(
    ("validation", "instead", "edit", "seen"),
    [
        ("pos.stores.records.understood", missing, row("lanes", series="first"), "'restore'.*had to stop"),
        ("pos.stores.embedded.restore._require_usable", missing,
         row("lanes", series="first"), "'restore'.*had to stop"),
        ("pos.stores.records._exponent", missing,
         row("orders", "sale", currency="XXX"), "'orders'.*had to stop"),
        ("pos.stores.records._plain", missing,
         row("orders", "sale", total=MOST, cash_rounding=MOST), "'orders'.*had to stop"),
        ("pos.stores.embedded.journal.is_row", missing, step("products", [], None), "'restore'.*had to stop"),
        ("pos.stores.embedded.doctor.unresolved", lambda _store: (),
         row("shop", timezone="Mars/Phobos"), "assert 2 == 0"),
        ("pos.stores.embedded.store.require", missing, row("held", cart=5), "'int' object has no attribute 'get'"),
        ("pos.stores.embedded.store.require", missing, row("orders", receipt="first"), "invalid literal for int"),
        ("pos.till.day_rollover.naming_faults", lambda *_: nullcontext(), row("orders", at="then"),
         "Invalid isoformat"),
    ],
)  # fmt: skip
def test_the_trial_sees_each_validation_that_is_missing(
    fuzz: Fuzz,
    monkeypatch: pytest.MonkeyPatch,
    validation: str,
    instead: Callable[..., object],
    edit: Edit,
    seen: str,
) -> None:
    """The controls that must fail, each by what its validation keeps away and by nothing else."""
    fuzz.try_one(*edit(fuzz.whole))
    monkeypatch.setattr(validation, instead)
    with pytest.raises((AssertionError, AttributeError, ValueError), match=f"(?s){seen}"):
        fuzz.try_one(*edit(fuzz.whole))


def test_the_bounded_search_finds_a_reader_that_validates_no_record(
    fuzz: Fuzz, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control that must fail, by an error of the program: the records are in the snapshot."""
    monkeypatch.setattr("pos.stores.records.understood", missing)
    with pytest.raises(AssertionError, match="had to stop"):
        fuzz.run(200, "snapshot")
