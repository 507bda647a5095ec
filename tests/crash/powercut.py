"""Cut the power while a till sells: `python -m tests.crash.powercut --cuts 200`, as root on Linux.

The store lies on an ext4 file system of its own, in a file that is mounted. EXT4_IOC_SHUTDOWN stops that file system
at once: what it had not put on its disk is gone, as after a power cut. What the till had acknowledged before the call
must be there when it is mounted again. The bank's ledger lies elsewhere: the bank has power. `--unsynced` is the
control that must lose. The exit status is 1 if a law was broken, or none by the control.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from tests.crash.harness import KILLS_PER_SHOP, Seller, acknowledged, selling
from tests.crash.inspection import inspected_copy
from tests.crash.shop import Place, found

SHUTDOWN: Final = 0x8004587D
"""EXT4_IOC_SHUTDOWN."""
FLAGS: Final = {"nothing more": 2, "its own journal": 1}
"""What the file system still writes: EXT4_GOING_FLAGS_NOLOGFLUSH, EXT4_GOING_FLAGS_LOGFLUSH."""
IMAGE_BYTES: Final = 128 * 1024 * 1024


def main() -> int:
    """Run as told on the command line."""
    arguments = _arguments()
    began = time.monotonic()
    told, breaches = 0, list[str]()
    with TemporaryDirectory(prefix="tillkey-power-") as scratch, selling() as seller:
        power = _Power(Path(scratch), seller, Random(arguments.seed), "unsynced" if arguments.unsynced else None)
        for number in range(arguments.cuts):
            new, found_now = power.cut()
            told += new
            breaches += [f"cut {number + 1}: {breach}" for breach in found_now]
    figures = {
        "cuts": arguments.cuts,
        "told": told,
        "violations": breaches,
        "seconds": round(time.monotonic() - began, 1),
        "control": arguments.unsynced,
    }
    if arguments.json:
        print(json.dumps(figures))
    else:
        print(
            f"{arguments.cuts} power cuts, {told} orders acknowledged, {len(breaches)} violations", *breaches, sep="\n"
        )
    return 1 if bool(breaches) != arguments.unsynced else 0


class _Power:
    """A disk that can be cut off, the shop on it, and what sellers said of it."""

    def __init__(self, folder: Path, seller: Seller, chance: Random, control: str | None) -> None:
        self._folder = folder
        self._seller = seller
        self._chance = chance
        self._control = control
        self._cuts_here = KILLS_PER_SHOP
        self._told: frozenset[str] = frozenset()

    def cut(self) -> tuple[int, list[str]]:
        """Sell, cut the power and look: how many orders were acknowledged before, and what was broken."""
        image, disk = self._folder / "disk.img", self._folder / "disk"
        place = Place(disk / "store", self._folder / "gateway.ndjson")
        if self._cuts_here >= KILLS_PER_SHOP:
            _format(image)
            place.ledger.unlink(missing_ok=True)
            self._told, self._cuts_here = frozenset(), 0
            with _mounted(image, disk):
                found(place.store)
        with _mounted(image, disk):
            fresh = acknowledged(self._sell_until_cut(place, disk)) - self._told
        self._told |= fresh
        with _mounted(image, disk):
            breaches = inspected_copy(place, tuple(self._told), self._folder / "copy")
        self._cuts_here = KILLS_PER_SHOP if breaches else self._cuts_here + 1
        return len(fresh), breaches

    def _sell_until_cut(self, place: Place, disk: Path) -> list[str]:
        """All that was said before the power was cut."""
        seller, chance = self._seller, self._chance
        child = seller.begin(place, seed=chance.randrange(10**6), control=self._control)
        lines = [seller.line() or "" for _ in range(chance.randrange(1, 20))]
        time.sleep(chance.random() / 100)
        flags = struct.pack("I", chance.choice(tuple(FLAGS.values())))
        handle = os.open(disk, os.O_RDONLY | os.O_DIRECTORY)
        try:
            while (line := seller.line(0)) is not None:
                lines.append(line)
            fcntl.ioctl(handle, SHUTDOWN, flags)
        finally:
            os.close(handle)
            os.kill(child, signal.SIGKILL)
            seller.rest()
        return lines


def _format(image: Path) -> None:
    with image.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)


@contextmanager
def _mounted(image: Path, disk: Path) -> Iterator[None]:
    disk.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", "loop", image, disk], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", disk], check=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.powercut", description="Cut the power while selling.")
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unsynced", action="store_true", help="the control: nothing is made durable")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
