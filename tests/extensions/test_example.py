"""The example package passes its own tests, installed beside this program; `.ci/run` does it with the wheel."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path
from typing import Final

from tests import prefork
from tests.extensions.packages import Site

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLE: Final = ROOT / "tests" / "example_package"


def test_the_example_package_passes_its_own_tests(tmp_path: Path) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    site = Site(tmp_path / "site")
    shutil.copytree(EXAMPLE / "src", site.folder)
    points = {
        f"{group} {name}": value for group, named in project["entry-points"].items() for name, value in named.items()
    }
    site.install(project["name"], points, version=project["version"])
    copy = tmp_path / "package"
    shutil.copytree(EXAMPLE, copy)
    ran = prefork.run(
        "pytest", "-q", "-p", "no:pos.testing.plugin", "-p", "pos.testing.tillkey_pytest", "-p", "no:cacheprovider",
        "-p", "no:valkey",
        "tests/test_additions.py", "tests/test_price_check.py",
        cwd=copy, env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{site.folder}"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout.decode()
