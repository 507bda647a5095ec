"""The command line with its standard streams closed, broken or full: words and a status, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests import prefork

HERE = Path(__file__).resolve().parent.parent
SCRIPT = "say hello\nadd MILK-1L\n"
NOT_IN = "pos: standard input is closed: there is nothing to read a script from\n"
NO_OUT = "pos: standard output is closed: there is nothing to print to\n"

PRINTING = [
    ("run", "SCRIPT"),
    ("run", "SCRIPT", "--json"),
    ("settings",),
    ("settings", "--json"),
    ("settings", "--path"),
    ("settings", "set", "screen.theme", "nord"),
    ("orders",),
    ("orders", "--json"),
    ("doctor",),
    ("doctor", "--json"),
    ("backup", "SHOP.tar.gz", "--force"),
    ("close-day",),
    ("demo", "plain-sale", "--headless"),
    ("schema",),
    ("completion", "bash"),
    ("--version",),
    ("--help",),
    ("run", "--help"),
]
DONE = {
    ("run", "SCRIPT"): "pos: line 1 of the script was done, and none after it.\n",
    ("run", "SCRIPT", "--json"): "pos: line 1 of the script was done, and none after it.\n",
    ("settings", "set", "screen.theme", "nord"): "pos: screen.theme = nord  (",
    ("backup", "SHOP.tar.gz", "--force"): "pos: SHOP.tar.gz holds the store up to step ",
}
"""What changes something, and how it is told on standard error where standard output takes nothing."""
SCREENS = [(), ("training",), ("display",), ("demo",), ("--inspect",)]


FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the usual store, in which something was sold, and a script."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "SCRIPT").write_text(SCRIPT, "utf-8")
    (folder / "sale").write_text("add MILK-1L\npay cash\n", "utf-8")
    made = fork(folder, "run", "sale", "--store", str(folder / ".local/share/tillkey/store"))
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def unread() -> Iterator[Path]:
    """An output that nobody reads any more."""
    nobody, output = os.pipe()
    os.close(nobody)
    yield Path(f"/proc/{os.getpid()}/fd/{output}")
    os.close(output)


def variables(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLKEY_", "XDG_", "LC_"))}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(HERE)}


def fork(
    home: Path,
    *arguments: str,
    closed: Sequence[str] = (),
    output: Path | None = None,
    errors: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `pos` in a home, as `shell` does, with everything loaded."""
    ran = prefork.run("pos", *arguments, cwd=home, env=variables(home), output=output, errors=errors, closed=closed)
    return prefork.text(ran)


def shell(line: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `pos` in a home by a line of the shell, in which it is `"$@"`: what Python makes of its streams is tried."""
    return subprocess.run(
        ["/bin/sh", "-c", line, "sh", sys.executable, "-m", "pos", *arguments],
        env={**variables(home), "PYTHONUNBUFFERED": ""},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_command_that_prints_wants_an_output_before_it_does_anything(home: Path, arguments: tuple[str, ...]) -> None:
    ran = fork(home, *arguments, closed=["stdout"])
    assert (ran.returncode, ran.stderr) == (2, NO_OUT)
    assert not (home / "SHOP.tar.gz").exists()
    assert not (home / ".config").exists()


def test_serving_wants_an_output_for_its_address(home: Path) -> None:
    ran = shell('"$@" >&-', home, "serve", "--port", "0")
    assert (ran.returncode, ran.stderr) == (2, NO_OUT)


@pytest.mark.parametrize("arguments", SCREENS, ids=" ".join)
@pytest.mark.parametrize("closed", [["stdin"], ["stdout"], ["stdin", "stdout"]], ids=" ".join)
def test_a_screen_wants_a_terminal(home: Path, closed: Sequence[str], arguments: tuple[str, ...]) -> None:
    assert_wants_a_terminal(fork(home, *arguments, closed=closed))


@pytest.mark.parametrize("line", ['"$@" <&-', '"$@" >&-', '"$@" <&- >&-'])
def test_a_till_wants_a_terminal_however_the_shell_begins_it(home: Path, line: str) -> None:
    assert_wants_a_terminal(shell(line, home))


def assert_wants_a_terminal(ran: subprocess.CompletedProcess[str]) -> None:
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("pos: ")
    assert "terminal" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_script_from_an_input_that_is_closed_is_wrong_usage(home: Path) -> None:
    for line in ('"$@" <&-', '"$@" <&- 2>&1'):
        ran = shell(line, home, "run", "-")
        assert (ran.returncode, ran.stdout + ran.stderr) == (2, NOT_IN)


def test_a_script_in_a_file_needs_no_input(home: Path) -> None:
    ran = shell('"$@" <&-', home, "run", "SCRIPT", "--store", "new")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert fork(home, "doctor", "--store", "new", closed=["stdin"]).returncode == 0


def test_without_any_stream_the_status_still_tells(home: Path) -> None:
    assert shell('"$@" <&- >&- 2>&-', home, "run", "SCRIPT").returncode == 2
    neither = ["stdin", "stderr"]
    assert fork(home, "run", "SCRIPT", closed=neither).returncode == 0
    assert fork(home, "run", "nowhere", closed=neither).returncode == 2
    assert fork(home, "nonsense", closed=["stderr"]).returncode == 2


@pytest.mark.skipif(not Path("/proc").exists(), reason="there is no /proc")
@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_what_nobody_reads_ends_the_command_quietly(home: Path, unread: Path, arguments: tuple[str, ...]) -> None:
    ran = fork(home, *arguments, output=unread)
    assert ran.returncode == 1
    assert_told(ran.stderr, arguments)


def assert_told(told: str, arguments: tuple[str, ...]) -> None:
    """What was done is told in a line; nothing else is."""
    if arguments == ("close-day",):
        # There is a day to be closed once.
        assert not told or told.startswith("pos: The day ")
    else:
        assert told.startswith(DONE.get(arguments, ""))
        assert told.count("\n") == (arguments in DONE)


@pytest.mark.parametrize("arguments", [("completion", "bash"), ("run", "SCRIPT")], ids=" ".join)
def test_a_reader_of_the_first_line_gets_it(home: Path, arguments: tuple[str, ...]) -> None:
    ran = shell('"$@" | head -1', home, *arguments)
    assert (ran.returncode, ran.stdout.count("\n")) == (0, 1)
    # Whether a script's second line is told before its reader goes, nobody knows.
    assert ran.stderr in ("", "pos: line 2 of the script was done, and none after it.\n")


def test_a_recording_that_nobody_reads_ends_quietly(home: Path) -> None:
    (home / "flow.pos").write_text("# A flow\nadd MILK-1L\n", "utf-8")
    film = home / "film.cast"
    os.mkfifo(film)
    words = ("demo", "flow.pos", "--record", film.name, "--size", "200x60")
    with subprocess.Popen(["head", "-c1", film], stdout=subprocess.PIPE) as reader:
        ran = fork(home, *words)
        first, _ = reader.communicate()
    assert (ran.returncode, ran.stderr, first) == (1, "", b"{")


@needs_full
@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_an_output_that_is_full_is_told(home: Path, arguments: tuple[str, ...]) -> None:
    ran = fork(home, *arguments, output=FULL)
    full, end, told = ran.stderr.partition("\n")
    assert (ran.returncode, full + end) == (1, "pos: cannot read or write: [Errno 28] No space left on device\n")
    assert_told(told, arguments)


@needs_full
@pytest.mark.parametrize(("errors", "closed"), [(FULL, []), (None, ["stderr"])], ids=["full", "closed"])
def test_what_was_done_stays_done_where_nobody_can_be_told(
    home: Path, unread: Path, errors: Path | None, closed: Sequence[str]
) -> None:
    for output in (FULL, unread):
        (home / "kept.tar.gz").unlink(missing_ok=True)
        assert fork(home, "backup", "kept.tar.gz", output=output, errors=errors, closed=closed).stderr == ""
        ran = fork(home, "restore", "kept.tar.gz", "--store", "kept")
        assert (ran.returncode, ran.stderr) == (0, "")
        shutil.rmtree(home / "kept")


def test_what_is_wrong_is_told_on_standard_output_if_that_alone_is_left(home: Path) -> None:
    for line in ('"$@" 2>&-', '"$@" 2>/dev/full'):
        ran = shell(line, home, "run", "nowhere")
        assert ran.returncode == 2
        assert ran.stdout.startswith("pos: nowhere: cannot be read")
    ran = fork(home, "run", "nowhere", "--json", closed=["stderr"])
    assert (ran.returncode, ran.stdout) == (2, "")


@needs_full
@pytest.mark.parametrize("arguments", [("--bogus",), ("run",), ("settings", "theme"), ("run", "nowhere")])
def test_wrong_usage_has_its_status_also_where_nobody_can_be_told(arguments: tuple[str, ...], home: Path) -> None:
    assert fork(home, *arguments, errors=FULL).returncode == 2
