from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos import __version__, log
from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from tests.other_user import give_away


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    log.close_log()


def test_the_log_has_the_start_every_event_and_every_refusal_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "till.log"
    log.open_log(path)
    till = open_till(tmp_path / "store")
    log.follow(till)
    till.add("MILK-1L")
    log.refused(TillError("unknown_code", verbatim("Nothing has the code 12.")))
    till.close()
    first, second, third = path.read_text("utf-8").splitlines()
    assert f"INFO started version={__version__} store=" in first
    assert "lane=1" in first
    assert " INFO added ticket=1-1 text=" in second
    assert third.endswith('WARNING refused code=unknown_code text="Nothing has the code 12."')


def test_each_line_of_a_training_says_so_for_the_file_may_be_the_shop_s(tmp_path: Path) -> None:
    path = tmp_path / "till.log"
    path.write_text("2026-11-22T12:00:00.000+00:00 INFO committed ticket=1-1\n", "utf-8")
    log.open_log(path, training=True)
    till = open_till(tmp_path / "store", training=True)
    log.follow(till)
    till.add("MILK-1L")
    log.refused(TillError("unknown_code", verbatim("Nothing has the code 12.")))
    till.close()
    first, *others = path.read_text("utf-8").splitlines()
    assert "training" not in first
    assert [line.split()[2:4] for line in others] == [
        ["training", "started"], ["training", "added"], ["training", "refused"],
    ]  # fmt: skip


def test_what_is_logged_stays_one_line_and_tells_no_card(tmp_path: Path) -> None:
    path = tmp_path / "till.log"
    log.open_log(path)
    till = open_till(None)
    log.follow(till)
    till.say("a\nb\x1b[31m\u202e 4242 4242 4242 4242 %s %d 4000000000009995")
    log.crashed(ValueError("4242424242424242\r\nnext"), "/tmp/report")
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 3
    assert "4242 4242" not in lines[1]
    assert "visa••4242" in lines[1]
    assert "%s %d" in lines[1]
    assert "4242424242424242" not in lines[2]
    assert all(line.isprintable() for line in lines)


def test_only_its_owner_reads_a_log_that_is_made(tmp_path: Path) -> None:
    log.open_log(tmp_path / "till.log")
    assert stat.S_IMODE((tmp_path / "till.log").stat().st_mode) == 0o600


def test_a_log_that_was_there_keeps_its_mode_and_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "till.log"
    path.write_text("before\n")
    path.chmod(0o640)
    log.open_log(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text() == "before\n"


def test_a_log_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(TillError, match=r"till\.log cannot be written") as caught:
        log.open_log(tmp_path / "missing" / "till.log")
    assert caught.value.code == "log_unusable"


def test_a_pipe_that_nobody_reads_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "till.log")
    with pytest.raises(TillError):
        log.open_log(tmp_path / "till.log")


def test_a_line_that_does_not_fit_is_left_out_and_the_end_is_quiet() -> None:
    log.open_log(Path("/dev/full"))
    log.refused(TillError("unknown_code", verbatim("None.")))
    log.close_log()


def test_a_line_after_one_that_was_cut_off_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    log.open_log(tmp_path / "till.log")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: write(handle, data[:9]))
        log.refused(TillError("unknown_code", verbatim("first")))
    log.refused(TillError("unknown_code", verbatim("second")))
    first, second = (tmp_path / "till.log").read_text("utf-8").splitlines()
    assert (len(first), second.endswith("text=second")) == (9, True)


def test_a_log_of_another_user_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "till.log"
    path.touch()
    give_away(path, monkeypatch)
    with pytest.raises(TillError, match=r"till\.log cannot be written: till\.log belongs to .+: name another one"):
        log.open_log(path)


@pytest.mark.parametrize("name", ["/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"])
def test_standard_error_may_be_the_log_whatever_it_is(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    before = stat.S_IMODE(os.fstat(2).st_mode)
    log.open_log(Path(name))
    log.refused(TillError("unknown_code", verbatim("None.")))
    assert "refused code=unknown_code" in capfd.readouterr().err
    assert stat.S_IMODE(os.fstat(2).st_mode) == before


def test_what_this_process_opened_itself_is_no_log(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("ab") as file, pytest.raises(TillError, match="Bad file descriptor"):
        log.open_log(Path(f"/dev/fd/{file.fileno()}"))


def test_the_terminal_that_the_till_is_drawn_on_is_no_log_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, terminal = os.openpty()
    other, another = os.openpty()
    monkeypatch.setattr(os, "isatty", lambda handle: stat.S_ISCHR(os.fstat(handle).st_mode) or handle == 2)
    fstat = os.fstat
    monkeypatch.setattr(os, "fstat", lambda handle: fstat(terminal if handle == 2 else handle))
    try:
        log.open_log(Path(os.ttyname(another)), on_screen=True)
        log.open_log(Path(os.ttyname(terminal)))
        with pytest.raises(TillError, match="the till is drawn on this terminal"):
            log.open_log(Path(os.ttyname(terminal)), on_screen=True)
    finally:
        for handle in (keyboard, terminal, other, another):
            os.close(handle)


def test_without_a_log_nothing_is_said_anywhere(capfd: pytest.CaptureFixture[str]) -> None:
    till = open_till(None)
    log.follow(till)
    till.add("MILK-1L")
    log.refused(TillError("unknown_code", verbatim("None.")))
    assert capfd.readouterr() == ("", "")
