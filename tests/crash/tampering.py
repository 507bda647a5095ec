"""Hands that know nothing of a store, in its folder while tills sell: `python -m tests.crash.tampering --rounds 500`.

At any moment, before or after any write, somebody removes a file or the folder, puts a copy or an older one in its
place, opens the store a second time, and later puts back what was there. Whatever was acknowledged must be on record
then, once. The exit status is 1 if a law was broken. `--unchecked` is the control, whose till does not look whether its
files are still there: it must lose, else the status is 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from unittest import mock

from pos.domain.errors import TillError
from pos.domain.ports import GatewayUnknown
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from tests.crash.customers import acknowledge, serve
from tests.crash.inspection import inspected
from tests.crash.shop import Place, Shop, found, opened
from tests.crash.traced_steps import in_one_thread

CUSTOMERS: Final = 12
"""How many are served in a round."""
OFTEN: Final = 0.06
"""How likely something is done at a moment."""
SOON: Final = 0.25
"""How likely it is undone at one."""
NEVER: Final = 2**40
"""Bytes of journal: compaction has its moment like anything else, and no thread of its own."""

Undo = Callable[[], object]


class Tamperer:
    """Somebody who works in a store's folder. What they took away is kept in a place beside it."""

    def __init__(self, folder: Path, place: Path, chance: Random) -> None:
        self.done: Counter[str] = Counter()
        """How often each thing was done."""
        self.entered = 0
        """How often a second program got in."""
        self._folder = folder
        self._place = place
        self._chance = chance
        self._undo: Undo | None = None
        self._busy = True
        shutil.copytree(folder, place / "older")

    def begin(self) -> None:
        """From now on something may be done."""
        self._busy = False

    def moment(self) -> None:
        """Something may be done now, or undone."""
        if self._busy:
            return
        if self._undo is not None:
            if self._chance.random() < SOON:
                self.put_back()
        elif self._chance.random() < OFTEN:
            self._busy = True
            act = self._chance.choice(ACTS)
            self.done[act.__name__] += 1
            self._undo = act(self)
            self._busy = False

    def put_back(self) -> None:
        """Undo what was done last."""
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def remove_lock(self) -> Undo | None:
        """`rm STORE/lock`, and another program opens the store."""
        (self._folder / "lock").unlink(missing_ok=True)
        return self.open_twice()

    def open_twice(self) -> Undo | None:
        """Another program opens the store."""
        try:
            open_store(self._folder).close()
        except TillError:
            return None
        # A copy that was put back is another folder, which nobody has locked yet.
        self.entered += not self.done["remove_folder"]
        return None

    def move_file(self) -> Undo:
        """`mv STORE/FILE ELSEWHERE`."""
        file = self._file()
        shutil.move(file, self._place / file.name)
        return lambda: None if file.exists() else shutil.move(self._place / file.name, file)

    def copy_file(self) -> None:
        """`cp FILE x; mv x FILE`."""
        file = self._file()
        shutil.copy2(file, self._place / "x")
        (self._place / "x").rename(file)

    def write_over_file(self) -> Undo:
        """`cp OLDER FILE`, and `cp NEWER FILE` in the end."""
        file, older = self._file(), self._place / "older"
        newer, inode = file.read_bytes(), file.stat().st_ino
        source = older / file.name
        _write_over(file, inode, (source.read_bytes() if source.exists() else b"").ljust(len(newer), b"\0"))
        return lambda: _write_over(file, inode, newer)

    def cut_file(self) -> Undo:
        """`: > FILE`."""
        file = self._file()
        content, inode = file.read_bytes(), file.stat().st_ino
        os.truncate(file, 0)
        return lambda: _write_over(file, inode, content)

    def touch_file(self) -> None:
        """`touch FILE; chmod 400 FILE`."""
        file = self._file()
        file.touch()
        file.chmod(0o400)
        file.chmod(0o600)

    def link_files(self) -> Undo:
        """`cp -al STORE ELSEWHERE`."""
        twin = self._place / "twin"
        shutil.copytree(self._folder, twin, copy_function=os.link)
        return lambda: shutil.rmtree(twin)

    def move_folder(self) -> Undo:
        """`mv STORE STORE2`."""
        self._folder.rename(self._place / "away")
        return self._folder_back

    def begin_another(self) -> Undo:
        """`mv STORE STORE2`, and another store is begun there."""
        self.move_folder()
        found(self._folder)
        return self._folder_back

    def restore_over(self) -> Undo | None:
        """An older copy in the place of the store."""
        if not self._older():
            return None
        self.move_folder()
        shutil.copytree(self._place / "older", self._folder)
        return self._folder_back

    def retarget_link(self) -> Undo | None:
        """`STORE` is a link to an older copy."""
        if not self._older():
            return None
        self.move_folder()
        shutil.copytree(self._place / "older", self._place / "other")
        self._folder.symlink_to(self._place / "other")
        return self._folder_back

    def remove_folder(self) -> Undo:
        """`cp -r STORE ELSEWHERE; rm -r STORE`, and the copy is put back."""
        shutil.copytree(self._folder, self._place / "copy")
        shutil.rmtree(self._folder)
        return lambda: (self._place / "copy").rename(self._folder)

    def keep_older(self) -> None:
        """`cp -r STORE ELSEWHERE`: the older copy is a newer one from now on."""
        shutil.rmtree(self._place / "older")
        shutil.copytree(self._folder, self._place / "older")

    def _older(self) -> bool:
        """Whether the older copy is one: a till may go on with one of the same content, and what it sells is there.

        The last step may be one that is just being written, without which the content is the same.
        """
        try:
            return read_folder(self._place / "older").sequence < read_folder(self._folder).sequence - 1
        except TillError:
            return False

    def _folder_back(self) -> None:
        if self._folder.is_symlink():
            self._folder.unlink()
            shutil.rmtree(self._place / "other")
        elif self._folder.exists():
            shutil.rmtree(self._folder)
        (self._place / "away").rename(self._folder)

    def _file(self) -> Path:
        """One of the store's files, most often the one that is written to."""
        journals = sorted(self._folder.glob("journal-*.ndjson"))
        return self._chance.choice((*[journals[-1]] * 3, self._folder / "store.json"))


ACTS: Final = (
    Tamperer.remove_lock,
    Tamperer.open_twice,
    Tamperer.move_file,
    Tamperer.copy_file,
    Tamperer.write_over_file,
    Tamperer.cut_file,
    Tamperer.touch_file,
    Tamperer.link_files,
    Tamperer.move_folder,
    Tamperer.begin_another,
    Tamperer.restore_over,
    Tamperer.retarget_link,
    Tamperer.remove_folder,
    Tamperer.keep_older,
)


class MeddledDisk(Disk):
    """A disk on which hands may do something before and after each step."""

    def __init__(self, tamperer: Tamperer) -> None:
        self._hands = tamperer

    def write(self, handle: int, data: bytes, offset: int) -> None:
        """See `Disk`."""
        self._hands.moment()
        super().write(handle, data, offset)
        self._hands.moment()

    def sync(self, handle: int) -> None:
        """See `Disk`."""
        super().sync(handle)
        self._hands.moment()

    def replace(self, path: Path, chunks: Iterable[bytes], first: Callable[[], bytes] | None = None) -> None:
        """See `Disk`."""
        self._hands.moment()
        super().replace(path, chunks, first)
        self._hands.moment()


def meddled(folder: Path, seed: int) -> tuple[list[str], Tamperer]:
    """The breaches of a law after one round in a new shop below `folder`, and whose hands it were."""
    place, chance = Place.within(folder / "shop"), Random(seed)
    found(place.store)
    (folder / "place").mkdir()
    tamperer = Tamperer(place.store, folder / "place", chance)
    told: list[str] = []
    with in_one_thread(), opened(place, disk=MeddledDisk(tamperer), replace_at=NEVER) as shop:
        for till in shop.tills:
            till.subscribe(acknowledge(told.append))
        tamperer.begin()
        try:
            asyncio.run(_round(shop, tamperer, chance))
        finally:
            tamperer.put_back()
    receipts = Counter(line.split()[2] for line in told)
    twice = [f"receipt {receipt} was given {times} times" for receipt, times in receipts.items() if times > 1]
    entered = [f"a second program got in {tamperer.entered} times"] * bool(tamperer.entered)
    return [*twice, *entered, *inspected(place, told)], tamperer


async def _round(shop: Shop, tamperer: Tamperer, chance: Random) -> None:
    for _ in range(CUSTOMERS):
        for till in shop.tills:
            tamperer.moment()
            with suppress(GatewayUnknown):
                # The bank's ledger is meddled with like the rest.
                await serve(shop, till, chance)
            if chance.random() < 0.1:
                with suppress(TillError):
                    shop.store.compact()


def unchecked() -> ExitStack:
    """The control: nobody looks whether the files are those that were left."""
    stack = ExitStack()
    for name in ("require", "require_files", "require_folder", "require_to_write", "take_written"):
        stack.enter_context(mock.patch(f"pos.stores.embedded.known_files.KnownFiles.{name}"))
    return stack


def _write_over(path: Path, inode: int, data: bytes) -> None:
    """Put other bytes into a file, unless the till has made a new one meanwhile."""
    if path.exists() and path.stat().st_ino == inode:
        with path.open("r+b") as file:
            file.truncate(0)
            file.write(data)


def main() -> int:
    """Run as told on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.tampering", description="Meddle with a till's store.")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unchecked", action="store_true", help="the control: it must lose")
    wanted = parser.parse_args()
    done: Counter[str] = Counter()
    broken = 0
    with unchecked() if wanted.unchecked else ExitStack():
        for seed in range(wanted.seed, wanted.seed + wanted.rounds):
            with TemporaryDirectory(prefix="tillkey-hands-") as scratch:
                breaches, tamperer = meddled(Path(scratch), seed)
            done += tamperer.done
            broken += bool(breaches)
            for breach in breaches:
                print(f"seed {seed}: {breach}")
    for name, times in sorted(done.items()):
        print(f"{name:<40} {times:>8}")
    print(f"{'rounds in which a law was broken':<40} {broken:>8}")
    return int(bool(broken) != wanted.unchecked)


if __name__ == "__main__":
    sys.exit(main())
