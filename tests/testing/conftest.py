"""Runs of pytest inside a run: each in a process of its own, with this copy of the kit and next to no environment.

What a till on a screen loads is loaded before, but for the plugin, unless a run is to be `fresh` or has variables of
its own. Where the kit is as installed, with packages of a project beside it, nothing of this program is.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest

from tests import prefork

SECTION = re.compile(r"^_+ (?:ERROR at setup of )?(test_\w+) _+$", re.MULTILINE)
ROOT = Path(__file__).resolve().parents[2]

OTHERS = (
    "pytest", "pdb", "asyncio.runners", "execnet", "textual.app", "textual.pilot", "textual.widget",
    "textual.drivers.headless_driver", "pydantic.main", "pydantic.types", "pydantic.root_model", "babel.numbers",
    "tinydb", "tomlkit", "rapidfuzz.process", "platformdirs", "xml.dom.minidom", "concurrent.futures.thread",
)  # fmt: skip

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run pytest on the files of a folder; more of the environment by name."""
    return runs(tmp_path)


def runs(folder: Path) -> Run:
    """Run pytest on the files of this folder."""
    return _runs(folder, prefork.PLUGIN, ROOT, prefork.PROGRAM)


@pytest.fixture
def run_installed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same with the plugin as an installed wheel has it, beside the packages, whatever is installed here."""
    site = tmp_path_factory.mktemp("site")
    for package in ("pos", "screens"):
        (site / package).symlink_to(ROOT / package)
    copy(ROOT / "pos/testing/tillkey_pytest.py", site)
    return _runs(tmp_path, "tillkey_pytest", site, OTHERS)


def told_of_each(run: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What a run tells of each test that failed, by the test's name."""
    _, *parts = SECTION.split(run.stdout.partition(" short test summary info ")[0])
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _runs(folder: Path, kit: str, path: Path, loaded: tuple[str, ...]) -> Run:
    plugins = [part for plugin in ("pytest_asyncio.plugin", "xdist.plugin", kit) for part in ("-p", plugin)]
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\nasyncio_mode = "auto"\n')

    def started(*arguments: str, fresh: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(path)}
        env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more}
        words = ["-p", "no:cacheprovider", *plugins, *arguments]
        if not (fresh or more):
            return prefork.text(prefork.run("pytest", *words, cwd=folder, env=env, loaded=loaded))
        command = [sys.executable, "-m", "pytest", *words]
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)

    return started
