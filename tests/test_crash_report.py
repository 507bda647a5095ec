"""Reports of errors stay few and small, and nothing but reports is ever taken away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos.crash_report import KEPT, LONGEST, report_folder, write_report
from tests.other_user import be_root_in

WHEN = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)


def test_the_oldest_reports_go_and_what_is_not_one_stays(tmp_path: Path) -> None:
    foreign = ["crash-old.txt", "crash-20010101-000000.txt.bak", "till.log", "notes-crash-20010101-000000.txt"]
    for name in foreign:
        (tmp_path / name).write_text("mine")
    (tmp_path / "crash-20010101-000000.txt").symlink_to(tmp_path / "till.log")
    (tmp_path / "crash-20010101-000001.txt").mkdir()
    made = [
        write_report(ValueError("x"), WHEN + timedelta(seconds=number // 12), None, (), tmp_path).path
        for number in range(KEPT + 15)
    ]
    assert [path for path in made if path is not None and path.exists()] == made[-KEPT:]
    assert all((tmp_path / name).read_text() == "mine" for name in foreign)
    assert (tmp_path / "crash-20010101-000000.txt").is_symlink()
    assert (tmp_path / "crash-20010101-000001.txt").is_dir()


def test_a_report_is_never_large(tmp_path: Path) -> None:
    report = write_report(ValueError("begin " + "x y " * LONGEST + " end"), WHEN, None, (), tmp_path)
    assert report.path is not None
    kept = report.path.read_text("utf-8")
    assert len(kept) <= LONGEST + 3
    assert kept.startswith("Tillkey ")
    assert kept.endswith("end\n")


def test_an_error_that_comes_again_and_again_is_reported_once(tmp_path: Path) -> None:
    from screens.terminal.app import TerminalApp

    class Noisy(TerminalApp):
        def report_of(self, error: BaseException) -> object:  # type: ignore[override]
            written.append(error)
            return object()

    written: list[BaseException] = []
    app = Noisy()
    for _ in range(5):
        app.note(ValueError())
    assert len(written) == 1
    assert app.noted


def test_a_machine_where_nothing_can_be_written_has_a_report_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> str:
        raise FileNotFoundError

    monkeypatch.setattr("pos.crash_report.user_folder", lambda kind: None)
    monkeypatch.setattr("pos.crash_report.gettempdir", refused)
    assert report_folder() == Path()


def test_root_has_its_reports_out_of_a_user_s_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr("pos.crash_report.user_folder", lambda kind: home / ".local" / "log")
    monkeypatch.setattr("pos.crash_report.gettempdir", lambda: str(tmp_path))
    assert report_folder() == home / ".local" / "log"
    be_root_in(home, monkeypatch)
    assert report_folder() == tmp_path
    assert [*home.iterdir()] == []
