"""Files that are none, that are not to be read or have no end: whoever reads them says so, and waits for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos.commands import scripts
from pos.commands.scripts import script_lines
from pos.commands.streams import NoStream
from pos.demo import flows
from pos.demo.flows import find_flow
from pos.domain.errors import TillError
from pos.files.input_files import given_text, toml_values
from pos.settings import early_settings, origins
from pos.settings.early import EarlySettings
from pos.settings.loading import load
from pos.settings.sources import Sources
from pos.stores.embedded.path_guard import reason_against
from pos.stores.embedded.restore import restore
from pos.till import catalog_loading
from pos.till.catalog_loading import read_catalog
from screens.render import custom_themes
from screens.render.custom_themes import read_themes
from tests import prefork

HERE = Path(__file__).resolve().parent.parent


def of_settings(path: Path) -> str:
    with pytest.raises(TillError) as refused:
        load(Sources(path, {}))
    assert early_settings(path, {}) == EarlySettings()
    return refused.value.message


def of_catalog(path: Path) -> str:
    with pytest.raises(TillError) as refused:
        read_catalog(path)
    return refused.value.message


def of_flow(path: Path) -> str:
    with pytest.raises(TillError) as refused:
        find_flow(str(path))
    return refused.value.message


def of_script(path: Path) -> str:
    try:
        lines = script_lines(path)
    except OSError as error:
        return str(error.strerror)
    raise AssertionError(f"not refused: {lines}")


def of_theme(path: Path) -> str:
    folder = path.parent / "themes"
    folder.mkdir()
    (folder / "x.toml").symlink_to(path)
    ((_name, fault),) = read_themes(folder).faults
    return fault


Refusal = Callable[[Path], str]
PLAIN: list[Refusal] = [of_settings, of_catalog, of_flow, of_theme]
"""The readers of what can be a plain file only."""
ALL: list[Refusal] = [*PLAIN, of_script]
LARGEST: dict[Refusal, int] = {
    of_settings: origins.LARGEST,
    of_catalog: catalog_loading.LARGEST,
    of_flow: flows.LARGEST,
    of_theme: custom_themes.LARGEST,
    of_script: scripts.LARGEST,
}


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.mark.parametrize("refusal", PLAIN)
def test_a_pipe_is_no_file(refusal: Refusal, pipe: Path) -> None:
    assert "a pipe or a device: give a plain file" in refusal(pipe)


@pytest.fixture
def silent(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What looks like a plain file and has nothing to be read yet, as the kernel's messages in /proc do."""
    monkeypatch.setattr("stat.S_ISREG", lambda mode: True)
    writer = os.open(pipe, os.O_RDWR)
    yield pipe
    os.close(writer)


@pytest.mark.parametrize("refusal", PLAIN)
def test_what_would_be_waited_for_is_no_file(refusal: Refusal, silent: Path) -> None:
    assert "a pipe or a device: give a plain file" in refusal(silent)


def test_what_would_be_waited_for_is_neither_a_backup_nor_a_stores(
    silent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TillError, match="a pipe or a device: give a plain file"):
        restore(silent, tmp_path / "shop")
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    assert reason_against(silent) is None


@pytest.mark.parametrize("refusal", PLAIN)
def test_a_device_is_no_file(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "device").symlink_to("/dev/zero")
    assert "a pipe or a device: give a plain file" in refusal(tmp_path / "device")


@pytest.mark.parametrize("refusal", [of_settings, of_catalog, of_script, of_theme])
def test_a_folder_is_no_file(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "Is a directory" in refusal(tmp_path / "folder")


@pytest.mark.parametrize("refusal", ALL)
def test_a_file_that_is_too_large_is_not_read(refusal: Refusal, tmp_path: Path) -> None:
    """Ten gigabytes that take no room; and one byte too many."""
    path = tmp_path / "large"
    for size in (10 << 30, LARGEST[refusal] + 1):
        with path.open("wb") as file:
            file.truncate(size)
        assert f"more than {LARGEST[refusal]:,} bytes" in refusal(path)
        if (tmp_path / "themes").exists():
            (tmp_path / "themes" / "x.toml").unlink()
            (tmp_path / "themes").rmdir()


@pytest.mark.parametrize("refusal", ALL)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_another_encoding_is_named(refusal: Refusal, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes("\ufeff".encode(encoding) + "lane = 1".encode(encoding))
    assert f"{encoding[:6].upper()} text: save it as UTF-8" in refusal(path)


@pytest.mark.parametrize("refusal", [of_settings, of_catalog, of_flow, of_theme])
def test_what_is_no_text_is_told(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"lane = '\xff'\n")
    assert refusal(tmp_path / "text")


def test_a_file_may_be_as_large_as_its_limit_and_grows_no_further(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc")
    assert given_text(path, 9) == "a\nb\nc"
    with pytest.raises(OSError, match="more than 8 bytes"):
        given_text(path, 8)
    # Of such a file nobody knows the size before it is read.
    with pytest.raises(OSError, match="more than 9 bytes"):
        given_text(Path("/proc/self/status"), 9)
    assert given_text(Path("/proc/self/status"), 65_536)


def test_the_null_device_is_an_empty_file() -> None:
    assert given_text(Path(os.devnull), 1) == ""
    assert load(Sources(Path(os.devnull), {})).origins == {}
    assert list(script_lines(Path(os.devnull))) == []


def test_a_named_pipe_that_nobody_writes_to_is_no_script(pipe: Path) -> None:
    assert "nothing writes to this pipe" in of_script(pipe)


def test_a_script_comes_through_a_pipe_as_it_is_written(pipe: Path) -> None:
    held = os.open(pipe, os.O_RDWR)
    os.write(held, b"milk\r\n2*tea\nlast")
    lines = iter(script_lines(pipe))
    assert [next(lines), next(lines)] == ["milk\n", "2*tea\n"]
    os.close(held)
    assert list(lines) == ["last"]


def test_a_writer_that_has_said_nothing_yet_is_waited_for(pipe: Path) -> None:
    held = os.open(pipe, os.O_RDWR)
    lines = script_lines(pipe)

    def write() -> None:
        os.write(held, b"milk\n")
        os.close(held)

    writer = threading.Thread(target=write)
    writer.start()
    assert list(lines) == ["milk\n"]
    writer.join()


@pytest.mark.parametrize("shell", ['"$0" -m pos run <(echo milk)', 'echo milk | "$0" -m pos run /dev/stdin'])
def test_a_shell_may_make_the_script(shell: str, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(HERE), "HOME": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert "milk" in done.stdout, done.stderr
    assert "unknown_code" in done.stdout


def run(script: str, home: Path, given: bytes, *, piped: bool) -> subprocess.CompletedProcess[bytes]:
    """Run a script; what is given on standard input comes through a pipe or from a file."""
    env = {**os.environ, "PYTHONPATH": str(HERE), "HOME": str(home)}
    if not piped:
        return prefork.run("pos", "run", script, given=given, cwd=home, env=env)
    command = [sys.executable, "-m", "pos", "run", script]
    return subprocess.run(command, cwd=home, env=env, input=given, capture_output=True, check=False)


@pytest.mark.parametrize("script", ["-", "/dev/stdin", "file"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_lines_may_end_in_any_way_wherever_they_come_from(script: str, end: str, tmp_path: Path) -> None:
    text = "\ufeff" + "".join(line + end for line in ("MILK-1L", "expect lines 1", "# é"))
    (tmp_path / "file").write_bytes(text.encode())
    done = run(script, tmp_path, text.encode(), piped=end == "\r\n")
    assert (done.returncode, done.stderr) == (0, b""), done.stdout


@pytest.mark.parametrize("script", ["/dev/zero", "-"])
def test_a_line_without_end_is_told(script: str, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(HERE), "HOME": str(tmp_path)}
    with Path("/dev/zero").open() as endless:
        done = subprocess.run(
            [sys.executable, "-m", "pos", "run", script], cwd=tmp_path, env=env, stdin=endless, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == f"pos: {script}: a line has no end after 1,000,000 characters: look whether that is a script\n"
    )


def test_a_line_of_a_pipe_may_be_as_long_as_its_limit(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "LONGEST_LINE", 4)
    held = os.open(pipe, os.O_RDWR)
    os.write(held, b"abc\nabcd\n")
    lines = iter(script_lines(pipe))
    assert next(lines) == "abc\n"
    with pytest.raises(NoStream, match="no end after 4 characters"):
        next(lines)
    os.close(held)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("timeout = " + "9" * 5000, "too large"),
        ("timeout = 0x" + "f" * 5000, "too large"),
        ("[till]\nlane = " + str(2**63), "too large"),
        ("a = [[{b = " + "9" * 4000 + "}]]", "too large"),
        (".".join("a" * 20_000) + " = 1", "the name on line 1 has more than 8 parts"),
        ("\n[" + " . ".join(['"a"'] * 9) + "]", "the name on line 2 has more than 8 parts"),
        ("a = {b = 1, " + ".".join("b" * 9) + " = 1}", "the name on line 1 has more than 8 parts"),
        (".".join([r'"\""'] * 12_000) + " = 1", "the name on line 1 has more than 8 parts"),
        ("[[ " + ".".join([r'"\\"', "''"] * 5) + "]]", "the name on line 1 has more than 8 parts"),
        ("a = " + "[" * 20_000, "nested too deeply"),
        ("a = " + "{a = " * 2_000, "nested too deeply"),
    ],
    ids=[
        "digits",
        "hexadecimal",
        "64",
        "inside",
        "dots",
        "table",
        "inline",
        "escapes",
        "array",
        "lists",
        "tables",
    ],
)
def test_toml_that_python_cannot_bear_is_told(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=fault):
        toml_values(text)
    path = tmp_path / "x.toml"
    path.write_text(text)
    assert fault in of_settings(path)
    assert fault in of_theme(path)


def test_long_values_and_rows_of_dots_are_not_names() -> None:
    text = (
        f'# {"-." * 100}\nfolder = "/{"a.b" * 100}"\nlane = {2**63 - 1}\nother = {-(2**63) + 1}\na.b.c.d.e.f.g.h = 1\n'
    )
    assert toml_values(text)["lane"] == 2**63 - 1


def test_of_very_many_themes_the_first_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom_themes, "MOST_THEMES", 2)
    for name in "dbca":
        (tmp_path / f"{name}.toml").write_text('primary = "#123456"')
    found = read_themes(tmp_path)
    assert [theme.name for theme in found.themes] == ["a", "b"]
    assert found.faults == (("", f"{tmp_path} has 4 themes: the first 2 count, by their names."),)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"products": [{"sku": "A", "name": "x", "price": ' + "9" * 5000, "a number has 5000 digits, and 40 at most"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"a":' * 100_000, "it is nested too deeply"),
    ],
    ids=["digits", "lists", "objects"],
)
def test_a_catalog_that_python_cannot_bear_is_told(text: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert fault in of_catalog(path)


def test_a_flow_has_so_many_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "MOST_LINES", 2)
    path = tmp_path / "x.pos"
    path.write_text("# a flow\n\nmilk\n# of two\ntea\n")
    assert len(find_flow(str(path)).lines) == 2
    path.write_text("milk\ntea\nmilk\n")
    assert of_flow(path) == f"{path}: it has 3 lines, and 2 at most are played: make two of it."


@pytest.mark.parametrize("script", ["-", "/dev/stdin"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_another_encoding_is_named_on_standard_input_too(script: str, encoding: str, tmp_path: Path) -> None:
    text = "\ufeff".encode(encoding) + "MILK-1L\n".encode(encoding)
    done = run(script, tmp_path, text, piped=encoding == "utf-16")
    told = f"pos: {script}: cannot be read: it is {encoding[:6].upper()} text: save it as UTF-8\n"
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (2, "", told)
