"""Break a till at every system call that touches its files: `python -m tests.crash.syscalls`, with strace on Linux.

Each act (a checkout, a compaction, a closing) is done once under strace to see its calls. Then it is done again for
each of them: killed instead of the call, and with the call answered EIO or ENOSPC, once or from then on. After each,
the shop is opened, recovered and inspected. The exit status is 1 if a law was broken.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.crash.harness import acknowledged
from tests.crash.inspection import inspected
from tests.crash.shop import Place
from tests.crash.traced_steps import ACTS, Act, perform

CALLS: Final = (
    "openat,write,pwrite64,writev,pwritev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,"
    "ftruncate,fallocate,mkdir,mkdirat,link,linkat"
)
HOWS: Final = ("signal=KILL", "error=EIO", "error=ENOSPC", "error=EIO+", "error=ENOSPC+")
"""What happens in place of the call; with a plus, in place of each later one of its kind too."""
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\(")


@dataclass(frozen=True, slots=True)
class Call:
    """A system call of an act: its name, and the how manieth of that name it is."""

    name: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a child said before it ended, and the log of its calls."""

    said: tuple[str, ...]
    log: str


def main() -> int:
    """Run as told on the command line."""
    arguments = _arguments()
    began = time.monotonic()
    runs: Counter[str] = Counter()
    breaches: list[str] = []
    with TemporaryDirectory(prefix="tillkey-calls-") as scratch:
        for act in ACTS.values():
            for how, call, found in _trials(act, Path(scratch)):
                runs[f"{act.name}: {how}"] += 1
                breaches += [f"{act.name}, {how} at {call.text}: {breach}" for breach in found]
    seconds = round(time.monotonic() - began, 1)
    if arguments.json:
        print(json.dumps({"runs": runs, "violations": breaches, "seconds": seconds}))
    else:
        print(*(f"{text:<50} {number:>5}" for text, number in runs.items()), sep="\n")
        print(f"{runs.total()} runs in {seconds} seconds, {len(breaches)} violations", *breaches, sep="\n")
    return 1 if breaches else 0


def _trials(act: Act, scratch: Path) -> Iterator[tuple[str, Call, list[str]]]:
    """Every way to break an act at every call, with the breaches of the laws it led to."""
    base = scratch / "base"
    shutil.rmtree(base, ignore_errors=True)
    act.prepare(base)
    _traced(act, _copy(base, scratch), None)
    whole = _traced(act, _copy(base, scratch), None)
    if whole.said[-1:] != ("goes on",):
        yield "nothing", Call("", 0, "none"), [f"it does not come to its end: {whole.said}"]
        return
    for call in _calls(whole.log, scratch):
        for how in HOWS:
            place = _copy(base, scratch)
            when = f"when={call.number}{'+' if how.endswith('+') else ''}"
            outcome = _traced(act, place, f"{call.name}:{how.removesuffix('+')}:{when}")
            yield how, call, _judged(outcome, how, place)


def _judged(outcome: Outcome, how: str, place: Place) -> list[str]:
    if "INJECTED" not in outcome.log and "SIGKILL" not in outcome.log:
        return ["the call was not met"]
    found = inspected(place, tuple(acknowledged(outcome.said)))
    if how.startswith("error") and not how.endswith("+") and outcome.said[-1:] != ("goes on",):
        found.append(f"selling does not go on when the fault is gone: {outcome.said[-1:]}")
    return found


def _calls(log: str, folder: Path) -> list[Call]:
    """The calls that concern a folder's files, numbered among all calls of their name."""
    seen: Counter[str] = Counter()
    calls = []
    for line in log.splitlines():
        if (match := _CALL.match(line)) is None:
            continue
        seen[match[1]] += 1
        if str(folder) in line and "O_RDONLY" not in line:
            file = re.split(r'[>"]', line.split(str(folder))[1])[0]
            calls.append(Call(match[1], seen[match[1]], f"{match[1]} no. {seen[match[1]]} ({Path(file).name})"))
    return calls


def _copy(base: Path, scratch: Path) -> Place:
    folder = scratch / "shop"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    return Place.within(folder)


def _traced(act: Act, place: Place, inject: str | None) -> Outcome:
    """Do an act in a child that a tracer watches, and breaks where `inject` says."""
    go, began = os.pipe(), os.pipe()
    said = os.pipe()
    child = os.fork()
    if child == 0:
        _child(act, place, go[0], began[1], said[1])
    for handle in (go[0], began[1], said[1]):
        os.close(handle)
    os.read(began[0], 1)
    log = place.store.parent / "calls.log"
    command = ["strace", "-y", "-s", "0", "-e", f"trace={CALLS}", "-o", str(log), "-p", str(child)]
    command += ["-e", f"inject={inject}"] if inject else []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        attached = tracer.stderr.readline()
        if "attached" not in attached:
            raise RuntimeError(f"strace does not attach: {attached}")
        os.write(go[1], b"1")
        with os.fdopen(said[0]) as hearing:
            lines = tuple(hearing.read().splitlines())
        os.waitpid(child, 0)
        tracer.stderr.read()
    for handle in (go[1], began[0]):
        os.close(handle)
    return Outcome(lines, log.read_text())


def _child(act: Act, place: Place, go: int, began: int, said: int) -> None:
    """Never returns: what the parent has open is left alone."""

    def ready() -> None:
        os.write(began, b"1")
        os.read(go, 1)

    def say(line: str) -> None:
        os.write(said, line.encode() + b"\n")

    try:
        perform(act, place, ready, say)
    except BaseException as error:
        say(f"failed {type(error).__name__}: {error}")
    finally:
        os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.syscalls", description="Break every system call.")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
