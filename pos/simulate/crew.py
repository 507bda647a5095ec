"""The processes in which the tills of a simulation are, some in each."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy, verbatim
from pos.domain.terminal_text import clean
from pos.simulate.processes import Kept
from pos.simulate.shop import TIMEOUT, SimulatedShop
from pos.simulate.tills import Job
from pos.simulate.trade import lane_of

PATIENCE: Final = 120.0
"""Seconds in which all tills must be open."""
END: Final = 15.0
"""Seconds in which a process that is done with ends."""


@dataclass
class _Till:
    """A process of tills, and what it was told."""

    job: Job
    kept: Kept
    ready: bool = False
    over: bool = False


class TillCrew:
    """So many tills in so many processes; what they tell is read in threads, in the order in which it comes."""

    def __init__(self, shop: SimulatedShop, tills: int, processes: int, seed: int, pace: float, seconds: float) -> None:
        """Begin them; they open their tills, and wait for `go`."""
        self._shop = shop
        self._heard: deque[dict[str, Any]] = deque()
        self._begin: float | None = None
        self._running: dict[int, _Till] = {}
        self.silent: set[str] = set()
        """The lanes of those who were killed."""
        bounds = [round(tills * number / processes) for number in range(processes + 1)]
        for number in range(1, processes + 1):
            job = Job(
                url=shop.url, journals=str(shop.options.journals), bank=shop.bank.address, timeout=TIMEOUT,
                first=bounds[number - 1] + 1, last=bounds[number], seed=seed, pace=pace, seconds=seconds,
            )  # fmt: skip
            self._start(number, job)

    def wait_ready(self) -> None:
        """Wait until all tills are open. Raises TillError `store_unusable` if they are not."""
        deadline = time.monotonic() + PATIENCE
        while not all(each.ready for each in self._running.values()):
            self.check()
            if time.monotonic() > deadline:
                raise TillError("store_unusable", lazy("The tills of the simulation do not open."))
            time.sleep(0.05)

    def go(self) -> None:
        """Let all sell from now on."""
        self._begin = time.time()
        for each in self._running.values():
            self._say(each)

    @property
    def over(self) -> bool:
        """Whether all have sold all that they will."""
        return all(each.over for each in self._running.values())

    @property
    def alive(self) -> int:
        """How many tills are at work."""
        return sum(self.in_process(number) for number, each in self._running.items() if each.kept.alive)

    def in_process(self, number: int) -> int:
        """How many tills are in a process."""
        job = self._running[number].job
        return job.last - job.first + 1

    def heard(self) -> list[dict[str, Any]]:
        """What they told since this was asked last."""
        return [self._heard.popleft() for _ in range(len(self._heard))]

    def kill(self, number: int) -> None:
        """End the tills of a process at once, as if their plugs were pulled."""
        each = self._running[number]
        each.kept.process.kill()
        each.kept.ended(END)
        self.silent.update(map(lane_of, range(each.job.first, each.job.last + 1)))

    def begin(self, number: int) -> None:
        """Open those tills again: what they had begun, they find."""
        self._start(number, self._running[number].job)

    def check(self) -> None:
        """Raises TillError `store_unusable`, with what it said, if one has ended too soon."""
        for number, each in self._running.items():
            if not each.kept.alive and not each.over:
                said = self._complaints(number).read_text("utf-8", "replace").strip().splitlines()
                text = N_("Tills {first} to {last} have ended: {reason}")
                why = verbatim(clean(said[-1])) if said else lazy("they did not say why")
                raise TillError("store_unusable", lazy(text, first=each.job.first, last=each.job.last, reason=why))

    def close(self) -> None:
        """End all."""
        for each in self._running.values():
            if each.kept.alive and not each.over:
                each.kept.process.terminate()
        for each in self._running.values():
            each.kept.ended(END)

    def _start(self, number: int, job: Job) -> None:
        words = ("simulate", "tills", json.dumps(asdict(job)))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        each = _Till(job, Kept(words, self._shop.folder, self._complaints(number), **pipes))
        self._running[number] = each
        threading.Thread(target=self._listen, args=(each,), name=f"tills-{number}", daemon=True).start()

    def _listen(self, each: _Till) -> None:
        said = each.kept.process.stdout
        assert said is not None
        for line in said:
            told = json.loads(line) if line.endswith(b"\n") else {}
            if "ready" in told:
                each.ready = True
                if self._begin is not None:
                    self._say(each)
            elif "over" in told:
                each.over = True
            elif told:
                self._heard.append(told)
        said.close()

    def _say(self, each: _Till) -> None:
        """Tell when it began."""
        process = each.kept.process
        assert process.stdin is not None
        process.stdin.write(f"{self._begin}\n".encode())
        process.stdin.flush()

    def _complaints(self, number: int) -> Path:
        return self._shop.folder / f"tills-{number}.err"
