"""Pictures over whole runs of pytest: put, compared, refused, unused, and with workers."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.testing.conftest import Run, runs

TWO_SHOTS = """
async def test_milk(cashier, snap):
    await cashier.scan("MILK-1L").types("bre").sees("Bread")
    await snap("milk", sizes=("80x24", "120x30"))
    assert cashier.app.size == (80, 24)

async def test_bread(cashier, snap):
    await cashier.scan("BREAD-RYE")
    await snap("bread", sizes=("small",), themes=("tillkey-light", "ansi-dark"))
"""
SNAPSHOTS = "__tillkey_snapshots__/test_it"


@pytest.fixture(scope="module")
def four_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four pictures that were put there."""
    folder = tmp_path_factory.mktemp("four")
    (folder / "test_it.py").write_text(TWO_SHOTS)
    done = runs(folder)("--snap-update")
    assert done.returncode == 0, done.stdout
    assert "4 written." in done.stdout
    return folder


@pytest.fixture
def pictures(tmp_path: Path, four_pictures: Path) -> Path:
    """The folder of those four pictures, copied."""
    copytree(four_pictures, tmp_path, ignore=ignore_patterns("__pycache__"), dirs_exist_ok=True)
    return tmp_path / SNAPSHOTS


def test_several_shots_of_one_run_of_the_app_are_put_and_found_again(pictures: Path, run: Run) -> None:
    assert sorted(path.name for path in pictures.iterdir()) == [
        "bread-small-ansi-dark.svg",
        "bread-small-tillkey-light.svg",
        "milk-120x30.svg",
        "milk-80x24.svg",
    ]
    done = run()
    assert done.returncode == 0, done.stdout
    assert "pictures" not in done.stdout


def test_the_environment_changes_nothing(pictures: Path, run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "settings.toml"
    wrong.write_text('[screen]\ntheme = "tillkey-light"\nlanguage = "de"\n')
    done = run(
        NO_COLOR="1", TEXTUAL_THEME="textual-light", TEXTUAL_ANIMATIONS="none", LANG="de_DE.UTF-8",
        LC_ALL="de_DE.UTF-8", LANGUAGE="de", COLUMNS="40", LINES="10", FORCE_COLOR="1", TILLKEY_SCREEN_LANGUAGE="de",
        TILLKEY_SETTINGS=str(wrong),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_what_no_test_shows_is_told_and_removed_by_an_update(pictures: Path, run: Run) -> None:
    gone = pictures.parent / "test_gone"
    gone.mkdir()
    for path in (pictures / "old-80x24.svg", gone / "x-80x24.svg"):
        path.write_text("<svg/>")
    for part in ("-k", "milk"), ("test_it.py::test_milk",):
        done = run(*part)
        assert "unused" not in done.stdout
        assert done.returncode == 0
    assert "unused" not in run("--collect-only").stdout
    done = run()
    assert done.returncode == 1
    assert done.stdout.count("unused, no test shows it") == 2
    assert run("--snap-update").returncode == 0
    assert not (pictures / "old-80x24.svg").exists()
    assert not (gone / "x-80x24.svg").exists()
    assert len(list(pictures.iterdir())) == 4


@pytest.mark.parametrize(("what", "other"), [("python", "3.9"), ("textual", "1.0.0")])
def test_an_update_with_another_python_or_textual_is_refused(pictures: Path, run: Run, what: str, other: str) -> None:
    pins = pictures.parent / "made_with.json"
    before = (pictures / "milk-80x24.svg").read_text()
    pins.write_text(json.dumps(json.loads(pins.read_text()) | {what: other}))
    (pictures.parent.parent / "test_it.py").write_text(TWO_SHOTS.replace("MILK-1L", "CHOC-DARK"))
    done = run("--snap-update")
    assert done.returncode == 1
    assert "milk-80x24: refused to update it. The pictures were made with" in done.stdout
    assert f"{what.capitalize()} {other}" in done.stdout
    assert (pictures / "milk-80x24.svg").read_text() == before
    pins.unlink()
    assert run("--snap-update").returncode == 0
    assert json.loads(pins.read_text())[what] != other


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_picture_that_differs_is_told_in_lines_and_in_a_report(pictures: Path, run: Run, workers: str) -> None:
    folder = pictures.parent.parent
    (folder / "test_it.py").write_text(TWO_SHOTS.replace('scan("MILK-1L")', 'scan("MILK-1L", times=2)'))
    done = run("-n", workers)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    for told in ("milk-80x24 is not as it was.", "milk-120x30 is not as it was.", "Line, - as it was, + as it is now:"):
        assert told in done.stdout
    lines = done.stdout.splitlines()
    assert any(" - " in line and "1 item" in line for line in lines)
    assert any(" + " in line and "2 items" in line for line in lines)
    report = folder / "snap_report.html"
    assert f"2 not as they were: file://{report}" in done.stdout
    page = report.read_text("utf-8")
    assert page.count("<img") == 4
    assert "test_it.py::test_milk" in page


def test_colours_that_differ_are_told_when_the_text_is_the_same(pictures: Path, run: Run) -> None:
    picture = pictures / "milk-80x24.svg"
    picture.write_text(picture.read_text("utf-8").replace("#0d2a45", "#0d2a46"), "utf-8")
    done = run("-k", "milk")
    assert "The text is the same. The colours of these lines are not:" in done.stdout


def test_a_missing_picture_fails_and_is_not_put(pictures: Path, run: Run) -> None:
    (pictures / "milk-80x24.svg").unlink()
    done = run()
    assert done.returncode == 1
    assert "milk-80x24: there is no such picture yet." in done.stdout
    assert not (pictures / "milk-80x24.svg").exists()


def test_two_shots_of_one_name_are_refused(tmp_path: Path, run: Run) -> None:
    twice = "async def test_it(cashier, snap):\n" + '    await snap("same")\n' * 2
    (tmp_path / "test_it.py").write_text(twice)
    done = run("--snap-update")
    assert done.returncode == 1
    assert "same-80x24: two shots have this name" in done.stdout


def test_a_test_that_runs_again_shows_its_pictures_again(tmp_path: Path, run: Run) -> None:
    (tmp_path / "conftest.py").write_text(
        "from _pytest.runner import runtestprotocol\n"
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    runtestprotocol(item, nextitem=nextitem, log=False)\n"
        "    item._initrequest()\n"
    )
    (tmp_path / "test_it.py").write_text('async def test_it(cashier, snap):\n    await snap("one", sizes="80x24")\n')
    done = run("--snap-update")
    assert done.returncode == 0, done.stdout


def test_a_shot_that_is_not_awaited_fails(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text('async def test_it(cashier, snap):\n    snap("lost")\n')
    done = run()
    assert done.returncode == 1
    assert "No picture was taken, since it was not awaited: snap('lost')" in done.stdout


def test_who_never_uses_the_kit_never_loads_textual(tmp_path: Path, run: Run) -> None:
    heavy = "{'textual', 'rich', 'pydantic', 'screens.kit.base_screen'}"
    code = f"import sys\ndef test_it():\n    assert not {heavy} & set(sys.modules)\n"
    (tmp_path / "test_it.py").write_text(code)
    done = run("-p", "pytest_asyncio", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_the_fixtures_work_in_both_modes_of_pytest_asyncio(tmp_path: Path, run: Run, mode: str) -> None:
    mark = "import pytest\npytestmark = pytest.mark.asyncio\n" if mode == "strict" else ""
    test = 'async def test_it(cashier):\n    await cashier.scan("MILK-1L").sees("Milk")\n'
    (tmp_path / "test_it.py").write_text(mark + test)
    done = run("-o", f"asyncio_mode={mode}")
    assert done.returncode == 0, done.stdout
