"""Runs of pytest inside a run: each in a process of its own, with this copy of the kit and next to no environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run pytest on the files of a folder; more of the environment by name."""
    return _runs(tmp_path, "-p", "no:pos.testing.plugin", "-p", "pos.testing.tillkey_pytest", PYTHONPATH=str(ROOT))


@pytest.fixture
def run_installed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same with the plugin as an installed wheel has it, beside the packages, whatever is installed here."""
    site = tmp_path_factory.mktemp("site")
    for package in ("pos", "screens"):
        (site / package).symlink_to(ROOT / package)
    copy(ROOT / "pos/testing/tillkey_pytest.py", site)
    plugins = ("pytest_asyncio.plugin", "xdist.plugin", "tillkey_pytest")
    named = [part for plugin in plugins for part in ("-p", plugin)]
    return _runs(tmp_path, *named, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONPATH=str(site))


def _runs(folder: Path, *plugins: str, **always: str) -> Run:
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\nasyncio_mode = "auto"\n')

    def started(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder), **always, **more}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugins, *arguments]
        return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)

    return started
