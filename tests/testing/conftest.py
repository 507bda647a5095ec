"""Runs of pytest inside a run: each in a process of its own, with this copy of the kit and next to no environment.

What others have made is loaded before, unless a run is to be `fresh` or has variables of its own; of this program
nothing is.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest

from tests import prefork

ROOT = Path(__file__).resolve().parents[2]

LOADED = (
    "pytest", "asyncio.runners", "execnet", "textual.app", "textual.pilot", "textual.widget",
    "textual.drivers.headless_driver", "pydantic.main", "pydantic.types", "pydantic.root_model",
    "tinydb", "tomlkit", "rapidfuzz.process", "platformdirs", "xml.dom.minidom", "concurrent.futures.thread",
)  # fmt: skip

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run pytest on the files of a folder; more of the environment by name."""
    return _runs(tmp_path, "pos.testing.tillkey_pytest", ROOT)


@pytest.fixture
def run_installed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same with the plugin as an installed wheel has it, beside the packages, whatever is installed here."""
    site = tmp_path_factory.mktemp("site")
    for package in ("pos", "screens"):
        (site / package).symlink_to(ROOT / package)
    copy(ROOT / "pos/testing/tillkey_pytest.py", site)
    return _runs(tmp_path, "tillkey_pytest", site)


def _runs(folder: Path, kit: str, path: Path) -> Run:
    plugins = [part for plugin in ("pytest_asyncio.plugin", "xdist.plugin", kit) for part in ("-p", plugin)]
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\nasyncio_mode = "auto"\n')

    def started(*arguments: str, fresh: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(path)}
        env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more}
        words = ["-p", "no:cacheprovider", *plugins, *arguments]
        if not (fresh or more):
            return prefork.text(prefork.run("pytest", *words, cwd=folder, env=env, loaded=LOADED))
        command = [sys.executable, "-m", "pytest", *words]
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)

    return started
