"""TinyDB's own test suite, run against the store: `python -m tests.benchmarks.tinydb_suite`.

The suite of the installed version is taken from its source distribution on PyPI. Its fixtures, and every `TinyDB(path)`
and `TinyDB(storage=MemoryStorage)` in its tests, open the store instead; tests of other storages stay as they are.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]

CONFTEST = '''
"""The suite's fixtures, with the store behind them."""

from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tinydb import TinyDB
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import MemoryStorage

from pos.stores.embedded.store import open_store
from pos.stores.embedded.tinydb_api import EngineStorage


class Opening(TinyDB):
    """The store, wherever a test asks for nothing but a file or memory."""

    def __new__(cls, *args, **options):
        if options == {"storage": MemoryStorage} and not args:
            return open_store(Path(mkdtemp()) / "store").db
        if len(args) == 1 and not options:
            return open_store(Path(str(args[0]) + ".store")).db
        return TinyDB(*args, **options)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.module.__name__ in ("tests.test_tinydb", "tests.test_tables"):
            item.module.TinyDB = Opening


@pytest.fixture
def db(tmp_path):
    with closing(open_store(tmp_path / "store")) as store:
        store.db.drop_tables()
        store.db.insert_multiple({"int": 1, "char": c} for c in "abc")
        yield store.db


@pytest.fixture
def storage(tmp_path):
    with closing(open_store(tmp_path / "store")) as store:
        yield CachingMiddleware(lambda: EngineStorage(store))()
'''

CACHE = "no result is cached: who changes one would change the next, and steps of the till would not be seen"
INSIDE = "looks into the attribute of a MemoryStorage"
EXPECTED = {
    "test_middlewares::test_caching_write_many": INSIDE,
    "test_middlewares::test_caching_flush": INSIDE,
    "test_middlewares::test_caching_flush_manually": "writes tables that are no mappings of documents",
    "test_middlewares::test_caching_write": "writes tables that are no mappings of documents",
    "test_tables::test_query_cache": CACHE,
    "test_tables::test_query_cache_size": CACHE,
    "test_tables::test_lru_cache": CACHE,
    "test_tables::test_table_repr": "wants the name of a stock storage in a repr",
    "test_tables::test_persist_table": "a table without documents is not kept",
    "test_tinydb::test_search": CACHE,
    "test_tinydb::test_search_path": CACHE,
    "test_tinydb::test_query_cache": CACHE,
    "test_tinydb::test_repr": "wants the class to be named TinyDB",
    "test_tinydb::test_access_storage": "asks for the class of a stock storage",
    "test_tinydb::test_storage_access": "asks for the class of a stock storage",
}
"""Why a test of the suite fails, by its module and its name without parameters."""


class Outcome(NamedTuple):
    """What became of one test: its module, name and parameters, and what it failed with, if it did."""

    test: str
    failure: str | None


def fetched(folder: Path) -> Path:
    """The suite's tests, unpacked in `folder`, with our fixtures. Raises CalledProcessError without PyPI."""
    wanted = f"tinydb=={version('tinydb')}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "tinydb", wanted]
    subprocess.run([*command, "--dest", str(folder)], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (tests,) = folder.glob("tinydb-*/tests")
    (tests / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return tests


def outcomes(tests: Path) -> list[Outcome]:
    """What becomes of every test."""
    told = tests / "outcomes.xml"
    command = [sys.executable, "-m", "pytest", "--quiet", "-c", os.devnull, f"--junitxml={told}", str(tests)]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=tests.parent, env=surroundings, capture_output=True, text=True, check=False)
    if not told.exists():
        raise SystemExit(ran.stdout + ran.stderr)
    found = []
    for case in ElementTree.parse(told).iter("testcase"):
        failed = [part for part in case if part.tag in ("failure", "error")]
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        found.append(Outcome(name, (failed[0].get("message") or "failed").split("\n")[0] if failed else None))
    return found


def main() -> None:
    """Run the suite and say what fails; exit with 1 if that is not what is known to."""
    argparse.ArgumentParser(description="TinyDB's own test suite against the store.").parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = outcomes(fetched(Path(folder)))
    failed = [each for each in found if each.failure is not None]
    print(f"TinyDB {version('tinydb')}: {len(found) - len(failed)} of {len(found)} tests pass.")
    unknown = [each for each in failed if _plain(each.test) not in EXPECTED]
    for each in failed:
        print(f"  fails: {each.test}: {EXPECTED.get(_plain(each.test), f'NOT EXPECTED: {each.failure}')}")
    passing = EXPECTED.keys() - {_plain(each.test) for each in failed}
    for name in sorted(passing):
        print(f"  passes, though it is listed as failing: {name}")
    sys.exit(1 if unknown or passing else 0)


def _plain(test: str) -> str:
    """A test's name without its parameters."""
    return test.partition("[")[0]


if __name__ == "__main__":
    main()
