"""Where a demo is written to is looked at before it is played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pos.__main__ import main
from pos.demo.output_paths import write_picture
from tests.other_user import give_away

ENDING = "a recording is a FILE.cast for asciinema, or a FILE.svg, a picture that moves."


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Give a command that must not be played: what is told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("screens.demo.launch.film_flow", None)
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "file").write_text("", "utf-8")

    def give(*options: str) -> str:
        before = sorted(tmp_path.rglob("*"))
        assert main(["demo", *options]) == 2
        assert sorted(tmp_path.rglob("*")) == before
        return capsys.readouterr().err

    return give


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--record", "x.gif"), f"pos: x.gif: {ENDING}\n"),
        (("--record", "x"), f"pos: x: {ENDING}\n"),
        (("--record", "x.cast.json"), f"pos: x.cast.json: {ENDING}\n"),
        (("--record", "folder.svg"), "pos: folder.svg: this is a folder. Name a file in it.\n"),
        (("--record", "no/x.svg"), "pos: no/x.svg: there is no folder no.\n"),
        (("--record", "file/x.SVG"), "pos: file/x.SVG: there is no folder file.\n"),
        (("--svg", "file"), "pos: file: file is a file, and pictures are put into a folder.\n"),
        (("--svg", "file/deeper"), "pos: file/deeper: "),
        (("--record", "no/x.gif"), f"pos: no/x.gif: {ENDING}\npos: no/x.gif: there is no folder no.\n"),
    ],
)
def test_a_place_that_cannot_be_is_told(told: Callable[..., str], options: tuple[str, ...], expected: str) -> None:
    assert told("plain-sale", *options).startswith(expected)


@pytest.mark.parametrize(("option", "name"), [("--record", f"{'x' * 256}.cast"), ("--svg", "x" * 256)])
def test_a_name_that_no_file_can_have_is_told(told: Callable[..., str], option: str, name: str) -> None:
    assert told("plain-sale", option, name) == f"pos: {name}: cannot be written: File name too long\n"


def test_the_flow_the_recording_and_the_folder_are_told_of_at_once(told: Callable[..., str]) -> None:
    Path("own.pos").write_text("TOTTE\n", "utf-8")
    lines = told("own.pos", "--record", "x.gif", "--svg", "file").splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["own.pos:1:", "pos:", "pos:"]


def test_so_is_a_catalog_that_cannot_be_read(told: Callable[..., str]) -> None:
    Path("shop.json").write_text("{", "utf-8")
    lines = told("plain-sale", "--catalog", "shop.json", "--record", "x.gif").splitlines()
    assert lines[0].startswith("pos: catalog_invalid: shop.json: line 1")
    assert lines[1] == f"pos: x.gif: {ENDING}"


def test_a_place_that_may_not_be_written_is_told(told: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pos.demo.output_paths.check_writable", refuse)
    lines = told("plain-sale", "--record", "x.svg", "--svg", "new").splitlines()
    assert lines == [
        "pos: x.svg: cannot be written: Permission denied",
        "pos: new: cannot be written: Permission denied",
    ]


def test_a_link_is_no_place_for_a_recording(told: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "x.cast").symlink_to("file")
    assert told("plain-sale", "--record", "x.cast") == (
        "pos: x.cast: cannot be written: it is a link: name the file itself\n"
    )


def test_another_user_s_recording_is_told_of(
    told: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.cast").touch()
    give_away(tmp_path / "x.cast", monkeypatch)
    lines = told("plain-sale", "--record", "x.cast")
    assert lines.startswith("pos: x.cast: cannot be written: x.cast belongs to ")


def test_pictures_are_private_and_one_that_was_published_stays_so(tmp_path: Path) -> None:
    write_picture(tmp_path / "new", "tea", "<svg/>")
    (tmp_path / "new" / "tea.svg").chmod(0o644)
    write_picture(tmp_path / "new", "tea", "<svg></svg>")
    write_picture(tmp_path / "new", "milk", "<svg/>")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
    assert modes == {"tea.svg": 0o644, "milk.svg": 0o600}
    assert (tmp_path / "new" / "tea.svg").read_text("utf-8") == "<svg></svg>"


def test_a_picture_never_goes_by_way_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", "utf-8")
    (tmp_path / "tea.svg").symlink_to("mine")
    with pytest.raises(OSError, match="it is a link"):
        write_picture(tmp_path, "tea", "<svg/>")
    assert (tmp_path / "mine").read_text("utf-8") == "mine"
