"""Programs in processes of their own that find everything loaded: forks of one process that has loaded it once.

Loading is nine tenths of what a short command costs. Files, arguments, surroundings and the exit status are as in any
process. Whoever tests how a program begins, what it reads of Python's own variables, or what becomes of a pipe or a
terminal starts it with `subprocess`, as its users do.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from typing import Any, Final, NoReturn

ROOT: Final = Path(__file__).resolve().parents[1]
STREAMS: Final = ("stdin", "stdout", "stderr")
TAKEN: Final = {"PYTHONPATH"}
"""The variables of Python's own that a fork heeds."""


def run(
    module: str,
    *arguments: str | bytes | Path,
    given: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    output: Path | None = None,
    loaded: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[bytes]:
    """What `python -m module` does with these arguments, given this on standard input.

    What it prints goes to `output`, if one is named, and is not told then.
    `loaded` are the modules that are loaded before: all of the engine's unless others are named.
    """
    surroundings = dict(os.environ if env is None else env)
    own = {name for name, value in surroundings.items() if name.startswith("PYTHON") and os.environ.get(name) != value}
    if unheeded := own - TAKEN:
        raise ValueError(f"{', '.join(sorted(unheeded))}: only a process that begins by itself heeds that")
    words = [os.fsdecode(argument) for argument in arguments]
    with TemporaryDirectory(prefix="tillkey-fork-") as folder:
        files = [Path(folder, name) for name in STREAMS]
        for file in files:
            file.write_bytes(given if file.name == "stdin" else b"")
        order = {
            "module": module, "arguments": words, "cwd": os.fspath(cwd or Path.cwd()), "environ": surroundings,
            "files": [str(files[0]), str(output or files[1]), str(files[2])],
        }  # fmt: skip
        status = _ask(_server(loaded), order)
        _, printed, errors = (file.read_bytes() for file in files)
    return subprocess.CompletedProcess(["python", "-m", module, *words], status, printed, errors)


def text(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[str]:
    """The same with what was printed as text."""
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@cache
def _server(loaded: tuple[str, ...]) -> subprocess.Popen[bytes]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.prefork", *loaded],
        cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    # It ends where nothing more can be asked.
    atexit.register(server.communicate)
    return server


def _ask(server: subprocess.Popen[bytes], order: dict[str, Any]) -> int:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(order).encode() + b"\n")
    server.stdin.flush()
    answer = server.stdout.readline()
    assert answer, "the process that has everything loaded has ended"
    return int(answer)


def _engine() -> list[str]:
    import pos

    return [part.name for part in walk_packages(pos.__path__, "pos.") if part.name != "pos.__main__"]


def _serve(loaded: list[str]) -> None:
    """Load modules, and do what each line asks in a fork; its exit status is the answer."""
    paths = sys.path[1:]
    for name in loaded or _engine():
        import_module(name)
    # Whose program it will be may have tests of its own.
    del sys.modules["tests"]
    gc.freeze()
    for line in sys.stdin.buffer:
        if not (child := os.fork()):
            _become(json.loads(line), paths)
        _, status = os.waitpid(child, 0)
        os.write(1, b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(order: dict[str, Any], paths: list[str]) -> NoReturn:
    """Be the program, as if it had begun just now."""
    for number, file in enumerate(order["files"]):
        opened = os.open(file, os.O_APPEND | (os.O_WRONLY if number else os.O_RDONLY))
        os.dup2(opened, number)
        os.close(opened)
        errors = "backslashreplace" if number == 2 else "surrogateescape"
        stream = open(number, "w" if number else "r", encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        setattr(sys, STREAMS[number], stream)
        setattr(sys, f"__{STREAMS[number]}__", stream)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    time.tzset()
    sys.path[:] = [order["cwd"], *filter(None, order["environ"].get("PYTHONPATH", "").split(os.pathsep)), *paths]
    sys.argv = [order["module"], *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1:])
