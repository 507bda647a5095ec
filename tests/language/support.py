"""`pos` as another program runs it, for the tests of the till's language."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests import prefork

NOW = ("--now", "2026-11-22T12:00:00+00:00")


def pos(*arguments: str | Path, script: str = "") -> subprocess.CompletedProcess[str]:
    return prefork.text(prefork.run("pos", *arguments, given=script.encode()))


def run(catalog: Path, script: str, *options: str | Path) -> tuple[int, list[dict[str, Any]]]:
    done = pos("run", "-", "--catalog", catalog, "--json", *NOW, *options, script=script)
    assert done.stderr == ""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]
