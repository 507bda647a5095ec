"""A command in a pseudo-terminal of its own: bytes in, bytes out."""

from __future__ import annotations

import atexit
import errno
import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.prefork import Fork, Loaded

ROOT = Path(__file__).parents[2]


def environment(home: Path, **others: str) -> dict[str, str]:
    """What a command sees: nothing of whoever runs the tests, such as NO_COLOR, COLUMNS or a theme, but `others`."""
    return {
        "PATH": os.environ["PATH"],
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": _sockets(home),
    } | others


@cache
def _sockets(home: Path) -> str:
    """The folder of a home's sockets, under a short name: those of tests are too long for one, now and then."""
    folder = mkdtemp(prefix="till")
    atexit.register(partial(shutil.rmtree, folder, ignore_errors=True))
    return folder


def _spawned(command: Sequence[str], terminal: int, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A command that a shell begins, which has opened the terminal.

    It is not forked from here: a fork of a process that has threads may hang, and Python 3.12 warns of it.
    """
    return subprocess.Popen(
        ["/bin/sh", "-c", 'exec "$@" < "$0"', os.ttyname(terminal), *command],
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal,
        cwd=ROOT,
        env=env,
        start_new_session=True,
    )


class PseudoTerminal:
    """Runs a command until `kill`.

    It is the leader of a new session that the terminal controls as a real one does: when the tests are killed, the
    terminal hangs up and the command ends with them.
    """

    def __init__(
        self,
        command: Sequence[str] | Loaded,
        home: Path,
        size: tuple[int, int],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        try:
            self._set_size(slave, size)
            self._name = os.ttyname(slave)
            self.found: list[Any] = termios.tcgetattr(slave)
            """The terminal's attributes before the command."""
            env = environment(home, **(environ or {}))
            self._process = (
                command.begin(self._name, env) if isinstance(command, Loaded) else _spawned(command, slave, env)
            )
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(slave)

    def write(self, data: bytes) -> None:
        """One write, as a scanner makes it."""
        assert os.write(self._master, data) == len(data), "the terminal took only a part"

    def read(self, seconds: float) -> bytes | None:
        """What comes within so many seconds, b"" if nothing does, None once the command has gone."""
        ready, _, _ = select.select([self._master], [], [], max(seconds, 0))
        if not ready:
            return b""
        try:
            return os.read(self._master, 65536) or None
        except OSError as error:
            # How Linux tells that nobody has the other end open any more.
            if error.errno == errno.EIO:
                return None
            raise

    def read_until(self, marker: bytes, seconds: float) -> bytes:
        """Read until something has come; what came with it. Fails if it does not come in time."""
        deadline = time.monotonic() + seconds
        heard = b""
        while marker not in heard:
            data = self.read(deadline - time.monotonic())
            assert data, f"{marker!r} did not come; {heard[-2000:]!r}"
            heard += data
        return heard

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size."""
        self._set_size(self._master, size)

    def hold(self, held: bool) -> None:
        """Take nothing of what the command writes, not a byte, as after Ctrl+S; or take it again."""
        slave = os.open(self._name, os.O_RDWR | os.O_NOCTTY)
        termios.tcflow(slave, termios.TCOOFF if held else termios.TCOON)
        os.close(slave)

    def exit_code(self, seconds: float) -> int:
        """Wait for the end of the command."""
        return self._process.wait(seconds)

    @property
    def attributes(self) -> list[Any]:
        """The terminal's attributes now."""
        return termios.tcgetattr(self._master)

    def signal(self, number: int) -> None:
        """Send the command a signal."""
        self._process.send_signal(number)

    def stop(self, number: int) -> None:
        """Send the command a signal that stops it, and wait until it has stopped: a SIGCONT before that is lost."""
        self.signal(number)
        if isinstance(self._process, Fork):
            self._process.wait_until_stopped()
        else:
            os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def hang_up(self) -> None:
        """Let the terminal go, as when its window is closed."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def kill(self) -> None:
        """End the command, if it has not ended, and give the terminal back."""
        self._process.kill()
        self._process.wait()
        self.hang_up()

    @staticmethod
    def _set_size(descriptor: int, size: tuple[int, int]) -> None:
        columns, lines = size
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
