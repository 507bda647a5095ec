"""Tests that run more than once, elsewhere or in part: what plugins for that do, done here by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.manual.papers import page
from tests.testing.conftest import Run

REPEATED = """
def pytest_generate_tests(metafunc):
    metafunc.fixturenames.append("step")
    metafunc.parametrize("step", range(2), ids=lambda at: f"{at + 1}-2", indirect=True)

import pytest
@pytest.fixture
def step(request):
    return request.param
"""
RERUN = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    for again in (True, False):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        failed = any(report.failed for report in reports)
        for report in reports:
            if failed and again and report.failed:
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
        if not failed:
            break
    return True
"""
RETRIED = """
import pytest

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call" and report.failed:
        item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
        item._initrequest()
        item.ihook.pytest_runtest_setup(item=item)
        item.ihook.pytest_runtest_logreport(report=report)
        again = pytest.CallInfo.from_call(lambda: item.ihook.pytest_runtest_call(item=item), when="call")
        report = item.ihook.pytest_runtest_makereport(item=item, call=again)
    return report
"""
FORKED = """
import marshal, os, tempfile
from _pytest.reports import TestReport
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    told = tempfile.mktemp()
    child = os.fork()
    if not child:
        reports = [report._to_json() for report in runtestprotocol(item, nextitem=nextitem, log=False)]
        with open(told, "wb") as file:
            marshal.dump(reports, file)
        os._exit(0)
    os.waitpid(child, 0)
    with open(told, "rb") as file:
        for report in marshal.load(file):
            item.ihook.pytest_runtest_logreport(report=TestReport._from_json(report))
    return True
"""
SHARD = """
def pytest_collection_modifyitems(items):
    del items[1:]
"""
SUITE = """
import pytest

async def test_one(cashier, snap):
    await cashier.scan("MILK-1L")
    await snap("one")

class TestClass:
    @pytest.mark.parametrize("code", ["MILK-1L", "BREAD-RYE"])
    async def test_each(self, cashier, snap, code):
        await cashier.scan(code)
        await snap(code)
"""
OLD = "__tillkey_snapshots__/test_it/old-80x24.svg"
ONE_NAME = """
import pytest

@pytest.mark.parametrize("code", {codes})
async def test_each(cashier, snap, code):
    await cashier.scan(code)
    await snap("same")
"""
BOTH_NAME = """
async def test_a(cashier, snap):
    await snap("both")

async def test_b(cashier, snap):
    await snap("both")
"""
FAILS_ONCE = """
TRIES = []

async def test_it(cashier, snap):
    TRIES.append("again")
    await cashier.scan("MILK-1L", times=len(TRIES))
    await snap("it")
    assert len(TRIES) > 1
"""


def pictures(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "__tillkey_snapshots__" / "test_it").glob("*.svg"))


@pytest.mark.parametrize("workers", ["0", "2"])
def test_every_test_twice(tmp_path: Path, run: Run, workers: str) -> None:
    (tmp_path / "test_it.py").write_text(SUITE)
    (tmp_path / "conftest.py").write_text(REPEATED)
    done = run("--snap-update", "-n", workers)
    assert done.returncode == 0, done.stdout
    assert "3 written." in done.stdout
    assert len(pictures(tmp_path)) == 3
    (tmp_path / OLD).write_text("<svg/>")
    done = run("-n", workers)
    assert (done.returncode, "6 passed" in done.stdout) == (1, True), done.stdout
    assert done.stdout.count("unused, no test shows it") == 1
    assert OLD in done.stdout


@pytest.mark.parametrize(("way", "failed"), [(RERUN, 0), (RETRIED, 1)])
def test_what_fails_and_is_run_again_shows_what_it_shows_last(tmp_path: Path, run: Run, way: str, failed: int) -> None:
    (tmp_path / "test_it.py").write_text(FAILS_ONCE)
    (tmp_path / "conftest.py").write_text(way)
    for flags in (("--snap-update",), ()):
        done = run(*flags)
        assert done.returncode == failed, done.stdout
        assert "1 passed" in done.stdout
        assert "not as they were" not in done.stdout
    assert pictures(tmp_path) == ["it-80x24.svg"]


@pytest.mark.skipif("not hasattr(__import__('os'), 'fork')", reason="there are no forks here")
def test_each_test_in_a_process_of_its_own(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text(SUITE)
    (tmp_path / "conftest.py").write_text(FORKED)
    assert "3 written." in run("--snap-update").stdout
    (tmp_path / OLD).write_text("<svg/>")
    done = run()
    assert done.stdout.count("unused, no test shows it") == 1
    assert OLD in done.stdout
    (tmp_path / "test_it.py").write_text(SUITE.replace('"MILK-1L")', '"CHOC-DARK")'))
    done = run()
    assert "1 not as they were" in done.stdout
    assert "one-80x24 is not as it was." in done.stdout
    assert (tmp_path / "snap_report.html").read_text().count("<img") == 2


@pytest.mark.parametrize("flags", [(), ("--snap-update",)])
def test_tests_that_a_plugin_leaves_out_keep_their_pictures(tmp_path: Path, run: Run, flags: tuple[str, ...]) -> None:
    (tmp_path / "test_it.py").write_text(SUITE)
    assert run("--snap-update").returncode == 0
    (tmp_path / "conftest.py").write_text(SHARD)
    done = run(*flags)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert len(pictures(tmp_path)) == 3


def test_parameters_that_show_different_pictures_of_one_name_are_told(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text(ONE_NAME.format(codes=["MILK-1L", "BREAD-RYE"]))
    told = "test_it.py::test_each[MILK-1L] shows another picture of this name"
    done = run("--snap-update")
    assert done.returncode == 1
    assert "same-80x24" in done.stdout
    assert told in done.stdout
    done = run()
    assert "same-80x24 is not as it was." in done.stdout
    assert told in done.stdout
    (tmp_path / "test_it.py").write_text(ONE_NAME.format(codes=["MILK-1L", "milk-1l"]))
    assert run("--snap-update").returncode == 0


def test_two_functions_that_show_one_name_are_told(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text(BOTH_NAME)
    assert "both-80x24: two shots have this name (test_it.py::test_a shows it too)." in run("--snap-update").stdout


def test_workers_tell_of_pictures_of_one_name_too(tmp_path: Path, run: Run) -> None:
    """Whichever of them shows which."""
    (tmp_path / "test_it.py").write_text(ONE_NAME.format(codes=["MILK-1L", "BREAD-RYE"]) + BOTH_NAME)
    done = run("--snap-update", "-n", "2")
    assert done.returncode == 1
    assert "same-80x24" in done.stdout
    assert "both-80x24" in done.stdout


@pytest.mark.parametrize("default", ["function", "session"])
def test_the_app_runs_in_the_event_loop_of_its_test(tmp_path: Path, run: Run, default: str) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        'async def test_it(cashier):\n    await cashier.scan("MILK-1L").sees("Milk")\n'
        '@pytest.mark.asyncio(loop_scope="module")\n'
        'async def test_module(cashier, snap):\n    await cashier.scan("MILK-1L").sees("Milk")\n'
        '@pytest.mark.asyncio(loop_scope="class")\nclass TestClass:\n'
        '    async def test_class(self, cashier):\n        await cashier.scan("MILK-1L").sees("Milk")\n'
    )
    done = run("-o", f"asyncio_default_test_loop_scope={default}", "-o", "asyncio_default_fixture_loop_scope=session")
    assert done.returncode == 0, done.stdout


def test_the_examples_of_the_manual_run_as_they_stand_in_both_modes_of_pytest_asyncio(tmp_path: Path, run: Run) -> None:
    examples = [part.partition("```")[0] for part in page("testing").split("```python\n")[1:]]
    assert len(examples) == 2
    for number, example in enumerate(examples):
        (tmp_path / f"test_{number}.py").write_text(example)
    for mode, *flags in (("auto", "--snap-update"), ("strict",)):
        done = run("-o", f"asyncio_mode={mode}", *flags)
        assert done.returncode == 0, done.stdout
        assert "2 passed" in done.stdout


def test_without_pytest_asyncio_the_cashier_says_what_is_missing(tmp_path: Path, run: Run) -> None:
    (tmp_path / "test_it.py").write_text("async def test_it(cashier):\n    pass\n")
    assert "The fixture `cashier` needs pytest-asyncio: pip install" in run("-p", "no:pytest_asyncio.plugin").stdout
