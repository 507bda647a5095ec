"""The kit beside what else a project has: packages of the same names, other kits for pictures, other plugins."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from pos.testing import snapshot_files, tillkey_pytest
from tests.testing.conftest import ROOT, Run, told_of_each

OTHER_KIT = '''
import os
import pathlib

import pytest

os.environ["TEXTUAL_SNAPSHOT_TEMPDIR"] = "a folder"


def pytest_addoption(parser):
    parser.addoption("--snapshot-update", action="store_true")


@pytest.fixture
def snap_compare(request):
    """Stores where pytest-textual-snapshot does."""
    path = request.path.parent / "__snapshots__" / request.path.stem / f"{request.node.name}.svg"

    def compare(picture):
        assert os.environ["TEXTUAL_SNAPSHOT_TEMPDIR"] == "a folder"
        if request.config.getoption("snapshot_update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(picture)
        return path.exists() and path.read_text() == picture

    return compare
'''
BOTH_KITS = """
def test_theirs(snap_compare):
    assert snap_compare("<svg>theirs</svg>")

def test_theirs_with_a_till(snap_compare, till):
    assert snap_compare("<svg>theirs too</svg>")

async def test_ours(cashier, snap):
    await cashier.scan("MILK-1L")
    await snap("ours")
"""
THEIRS = "__snapshots__/test_it/test_theirs.svg"
OURS = "__tillkey_snapshots__/test_it/ours-80x24.svg"


def packages(folder: Path, *names: str) -> None:
    """Put packages into a folder, each with a value."""
    for name in names:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("MINE = 1\n")


def test_a_suite_with_two_kits_in_one_module_updates_each_with_its_own_flag(tmp_path: Path, run: Run) -> None:
    (tmp_path / "conftest.py").write_text(OTHER_KIT)
    (tmp_path / "test_it.py").write_text(BOTH_KITS)
    done = run("--snap-update")
    assert "2 failed, 1 passed" in done.stdout, done.stdout
    assert (tmp_path / OURS).exists()
    assert not (tmp_path / "__snapshots__").exists()
    ours = (tmp_path / OURS).stat().st_mtime_ns
    assert run("--snapshot-update").returncode == 0
    assert (tmp_path / OURS).stat().st_mtime_ns == ours
    (tmp_path / OURS).with_name("old-80x24.svg").write_text("<svg/>")
    for flags in ((), ("--snap-update",), ("-n", "2")):
        done = run(*flags)
        assert THEIRS not in done.stdout
        assert (tmp_path / THEIRS).read_text() == "<svg>theirs</svg>"
        assert done.returncode == (0 if flags else 1), done.stdout
    assert not (tmp_path / OURS).with_name("old-80x24.svg").exists()


def test_pictures_of_others_are_neither_judged_nor_removed(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text("def test_it():\n    pass\n")
    places = ("__snapshots__/test_it/a.svg", "__snapshots__/test_gone/a.svg", "pictures/a.svg")
    pictures = [tmp_path / place for place in places]
    for picture in pictures:
        picture.parent.mkdir(parents=True)
        picture.write_text("<svg/>")
    for flags in ((), ("--snap-update",)):
        done = run(*flags)
        assert done.returncode == 0
        assert "no test shows it" not in done.stdout
        assert all(picture.exists() for picture in pictures)


@pytest.mark.parametrize("named", ["screens", "pos"])
def test_a_project_with_a_package_of_that_name_runs_its_own_tests(
    tmp_path: Path, run_installed: Run, named: str
) -> None:
    packages(tmp_path, named)
    (tmp_path / "test_it.py").write_text(f"from {named} import MINE\ndef test_it():\n    assert MINE\n")
    done = run_installed()
    assert done.returncode == 0, done.stdout + done.stderr


def test_any_other_name_is_free(tmp_path: Path, run_installed: Run) -> None:
    names = ("data", "tests", "testing", "till")
    packages(tmp_path, *names)
    imports = "".join(f"from {name} import MINE as {name}\n" for name in names)
    test = 'async def test_it(cashier):\n    await cashier.scan("MILK-1L")\n'
    (tmp_path / "test_it.py").write_text(imports + test)
    done = run_installed()
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_till_without_a_screen_works_beside_a_package_named_screens(tmp_path: Path, run_installed: Run) -> None:
    packages(tmp_path, "screens")
    (tmp_path / "test_it.py").write_text('import screens\ndef test_it(till):\n    assert till.add("MILK-1L").total\n')
    done = run_installed()
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("named", "fixtures"), [("screens", ("cashier", "snap")), ("pos", ("cashier", "till"))])
def test_a_fixture_beside_a_package_of_that_name_says_so(
    tmp_path: Path, run_installed: Run, named: str, fixtures: Sequence[str]
) -> None:
    packages(tmp_path, named)
    tests = (f"async def test_{fixture}({fixture}):\n    pass\n" for fixture in fixtures)
    (tmp_path / "test_it.py").write_text("".join(tests))
    done = run_installed()
    assert done.returncode == 1
    told = told_of_each(done)
    assert sorted(told) == [f"test_{fixture}" for fixture in fixtures]
    for each in told.values():
        assert f"The package '{named}' is {tmp_path / named / '__init__.py'} here, not Tillkey's" in each
        assert len(each.splitlines()) < 6
    assert "Traceback" not in done.stdout


def test_tests_in_a_folder_named_screens_are_a_clash_that_is_named_too(tmp_path: Path, run_installed: Run) -> None:
    folder = tmp_path / "tests" / "screens"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "test_it.py").write_text("async def test_it(cashier):\n    pass\ndef test_other():\n    pass\n")
    done = run_installed()
    assert "1 passed, 1 error" in done.stdout
    assert f"The package 'screens' is {folder / '__init__.py'} here, not Tillkey's" in done.stdout


def test_an_import_of_the_kit_beside_a_package_named_screens_says_so(tmp_path: Path, run_installed: Run) -> None:
    packages(tmp_path, "screens")
    (tmp_path / "test_it.py").write_text("from pos.testing import open_till_app\n")
    assert "ImportError: The package 'screens' is" in run_installed().stdout


def test_the_plugin_loads_nothing_until_a_fixture_is_used(tmp_path: Path, run_installed: Run) -> None:
    names = "{name.partition('.')[0] for name in sys.modules}"
    code = f"import sys\ndef test_it():\n    assert not {{'pos', 'screens', 'textual', 'rich'}} & {names}\n"
    (tmp_path / "test_it.py").write_text(code)
    done = run_installed(fresh=True)
    assert done.returncode == 0, done.stdout


def test_a_fixture_of_anothers_of_the_same_name_is_left_to_its_project(tmp_path: Path, run: Run) -> None:
    (tmp_path / "conftest.py").write_text(
        "import asyncio\nimport pytest\n"
        "@pytest.fixture\ndef till():\n    return 'mine'\n"
        "@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem):\n"
        "    assert pyfuncitem.get_closest_marker('asyncio') is None\n"
        "    asyncio.run(pyfuncitem.obj(pyfuncitem.funcargs['till']))\n    return True\n"
    )
    (tmp_path / "test_it.py").write_text("async def test_it(till):\n    assert till == 'mine'\n")
    done = run("-o", "asyncio_mode=strict")
    assert done.returncode == 0, done.stdout


def test_the_wheel_brings_three_names_and_no_more() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    names = [*wheel["packages"], *wheel["force-include"].values()]
    assert {name.partition("/")[0] for name in names} == {"pos", "screens", "tillkey_pytest.py"}
    assert project["project"]["entry-points"]["pytest11"] == {"pos.testing.plugin": "tillkey_pytest"}


def test_the_plugin_and_the_kit_mean_the_same_pictures() -> None:
    """The plugin says both anew, since it loads nothing of the kit before it is used."""
    assert (tillkey_pytest.FOLDER, tillkey_pytest.UPDATE) == (snapshot_files.FOLDER, snapshot_files.UPDATE)
