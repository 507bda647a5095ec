"""Programs in processes of their own that find everything loaded: forks of one process that has loaded it once.

Loading is nine tenths of what a short command costs. Files, arguments, surroundings and the exit status are as in any
process. Whoever tests how a program begins, what it reads of Python's own variables, or what becomes of a pipe starts
it with `subprocess`, as its users do.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from typing import Any, Final, NoReturn, cast

ROOT: Final = Path(__file__).resolve().parents[1]
STREAMS: Final = ("stdin", "stdout", "stderr")
OPENED: Final = (os.O_RDONLY, os.O_WRONLY | os.O_APPEND, os.O_WRONLY | os.O_APPEND)
OWN: Final = ("PYTHON", "TEXTUAL")
"""What the variables begin with that Python and Textual read while they are loaded."""
TAKEN: Final = {"PYTHONPATH"}
"""Those of them that a fork heeds."""
PATIENCE: Final = 100
"""Seconds after which a signal ends a program that was to end by itself."""
PLUGIN: Final = "pos.testing.tillkey_pytest"
"""What is loaded by pytest alone, which rewrites what it asserts."""
PROGRAM: Final = ("pos.*", "screens.*", "pytest", "pdb", "execnet", "xml.dom.minidom")
"""The program, and what a run of tests with its kit loads besides."""


def run(
    module: str,
    *arguments: str | bytes | Path,
    given: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    output: Path | None = None,
    errors: Path | None = None,
    closed: Collection[str] = (),
    before: str = "",
    loaded: tuple[str, ...] = PROGRAM,
) -> subprocess.CompletedProcess[bytes]:
    """What `python -m module` does with these arguments, given this on standard input.

    What it prints goes to `output`, and what it complains of to `errors`, if they are named, and is not told then.
    `closed` are standard streams that it has not, `before` is Python that is done first.
    `loaded` are the modules that are loaded before, `package.*` for all of a package.
    """
    words = [os.fsdecode(argument) for argument in arguments]
    with TemporaryDirectory(prefix="tillkey-fork-") as folder:
        files = [Path(folder, name) for name in STREAMS]
        for file in files:
            file.write_bytes(given if file.name == "stdin" else b"")
        opened = [
            None if file.name in closed else other or file
            for file, other in zip(files, (None, output, errors), strict=True)
        ]
        status = _begin(module, words, opened, cwd, env, before, loaded, PATIENCE).wait()
        _, printed, told = (file.read_bytes() for file in files)
    return subprocess.CompletedProcess(["python", "-m", module, *words], status, printed, told)


def text(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[str]:
    """The same with what was printed as text."""
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


class Loaded:
    """The program with these words, for a terminal of its own; `before` is Python done first."""

    def __init__(self, *words: str, before: str = "") -> None:
        self._words = words
        self._before = before

    def begin(self, terminal: str, env: Mapping[str, str]) -> Fork:
        """Begin it as the leader of a session that the terminal of this name controls."""
        return _begin("pos", self._words, (terminal,) * 3, ROOT, env, self._before, PROGRAM)


class Fork:
    """A program that was begun so, as a `subprocess.Popen` is asked and told."""

    def __init__(self, server: subprocess.Popen[bytes], pid: int) -> None:
        self.pid = pid
        self._server = server
        self._status: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended; `subprocess.TimeoutExpired` if it has not after so many seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self._asked(0 if deadline is None else os.WNOHANG)) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.005)
        return status

    def wait_until_stopped(self) -> None:
        """Wait until a signal has stopped it, or ended it."""
        self._asked(os.WUNTRACED)

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        # Nobody else has its number as long as its status was not asked for.
        if self._status is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _asked(self, options: int) -> int | None:
        if self._status is None:
            self._status = _ask(self._server, {"wait": self.pid, "options": options})
        return self._status


def _begin(
    module: str,
    words: Sequence[str],
    files: Sequence[str | Path | None],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    before: str,
    loaded: tuple[str, ...],
    patience: int = 0,
) -> Fork:
    surroundings = dict(os.environ if env is None else env)
    own = {name for name, value in surroundings.items() if name.startswith(OWN) and os.environ.get(name) != value}
    if unheeded := own - TAKEN:
        raise ValueError(f"{', '.join(sorted(unheeded))}: only a process that begins by itself heeds that")
    order = {
        "module": module, "arguments": words, "cwd": os.fspath(cwd or Path.cwd()), "environ": surroundings,
        "before": before, "patience": patience, "files": [file and os.fspath(file) for file in files],
    }  # fmt: skip
    pid = _ask(server := _server(loaded), order)
    assert pid is not None
    return Fork(server, pid)


@cache
def _server(loaded: tuple[str, ...]) -> subprocess.Popen[bytes]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.prefork", *loaded],
        cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    # It ends where nothing more can be asked.
    atexit.register(server.communicate)
    return server


def _ask(server: subprocess.Popen[bytes], order: dict[str, Any]) -> int | None:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(order).encode() + b"\n")
    server.stdin.flush()
    answer = server.stdout.readline()
    assert answer, "the process that has everything loaded has ended"
    return cast("int | None", json.loads(answer))


def _load(name: str) -> None:
    package = name.removesuffix(".*")
    module = import_module(package)
    for part in walk_packages(module.__path__, f"{package}.") if name != package else ():
        if not part.name.endswith(("__main__", PLUGIN)):
            import_module(part.name)


def _serve(loaded: list[str]) -> None:
    """Load packages, and do what each line asks: fork a program, or tell how one ended, null if it has not."""
    paths = sys.path[1:]
    for name in loaded:
        _load(name)
    # Whose program it will be may have tests of its own.
    del sys.modules["tests"]
    gc.freeze()
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if "wait" in order:
            pid, status = os.waitpid(order["wait"], order["options"])
            answer = os.waitstatus_to_exitcode(status) if pid and not os.WIFSTOPPED(status) else None
        else:
            opened = [
                None if file is None else os.open(file, flags | os.O_NOCTTY)
                for file, flags in zip(order["files"], OPENED, strict=True)
            ]
            if not (answer := os.fork()):
                _become(order, opened, paths)
            for descriptor in filter(None, opened):
                os.close(descriptor)
        os.write(1, json.dumps(answer).encode() + b"\n")


def _become(order: dict[str, Any], opened: Sequence[int | None], paths: list[str]) -> NoReturn:
    """Be the program, as if it had begun just now."""
    for number, (name, descriptor) in enumerate(zip(STREAMS, opened, strict=True)):
        stream = None
        if descriptor is None:
            os.close(number)
        else:
            os.dup2(descriptor, number)
            os.close(descriptor)
            errors = "backslashreplace" if number == 2 else "surrogateescape"
            stream = open(number, "w" if number else "r", encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    if opened[0] is not None and os.isatty(0):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    time.tzset()
    sys.path[:] = [order["cwd"], *filter(None, order["environ"].get("PYTHONPATH", "").split(os.pathsep)), *paths]
    sys.argv = [order["module"], *order["arguments"]]
    signal.alarm(order["patience"])
    exec(order["before"], {})
    try:
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        _end(ended.code or 0)
    _end(0)


def _end(status: int) -> NoReturn:
    """End as the interpreter does, but for taking apart what was loaded, which costs more than a short command."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    with suppress(OSError, ValueError):
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        os._exit(status & 0xFF)
    # What could not be printed is told as ever.
    sys.exit(status)


if __name__ == "__main__":
    _serve(sys.argv[1:])
