"""A machine that gives no further thread or file: every order is told, all of it is on record, and no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final

import pytest

from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from tests.other_user import ANOTHER

ROOT: Final = Path(__file__).parents[1]
SCRIPT: Final = """\
add MILK-1L
pay cash
add MILK-1L
pay card 4242424242424242
add MILK-1L
pay card 4000000000009995
expect error payment_declined
"""


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that the other user can reach, unlike pytest's own."""
    place = Path(mkdtemp(prefix="tillkey-"))
    place.chmod(0o755)
    yield place
    rmtree(place)


@pytest.mark.parametrize("limit", ["threads", "files=7", "files=9", "files=16"])
def test_every_sale_is_told_and_on_record_or_the_till_says_why_it_cannot_sell(public: Path, limit: str) -> None:
    script, place = public / "script", public / "place"
    script.write_text(SCRIPT)
    place.mkdir()
    user = []
    if os.getuid() == 0:
        os.chown(place, ANOTHER, ANOTHER)
        user = [str(ANOTHER)]
    run = subprocess.run(
        [sys.executable, "-m", "tests.limited_process", limit, str(script), str(place / "store"), *user],
        cwd=ROOT, env=os.environ | {"HOME": str(place)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = [json.loads(line)["sale"]["receipt"] for line in run.stdout.splitlines()]
    assert "Traceback" not in run.stderr
    if run.returncode:
        assert limit in ("files=7", "files=9")
        assert (run.returncode, told, run.stderr.split(" ")[:2]) == (2, [], ["pos:", "store_unusable:"])
        assert "Too many open files" in run.stderr
        return
    assert told == [None, "1-1-1", None, "1-1-2", None, None, None]
    for trouble in ("starts no further thread", "could not be replaced by a snapshot yet"):
        assert run.stdout.count(trouble) == (1 if limit == "threads" else 0)
    assert [order.receipt for order in read_folder(place / "store").orders()] == ["1-1-1", "1-1-2"]
    assert [check for check in examine(place / "store") if not check.ok] == []
