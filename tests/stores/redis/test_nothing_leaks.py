"""A shop's password at its server, and cards' numbers, stand in no file, no list of processes and no output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests import prefork
from tests.crash.customers import GOOD_CARD, POOR_CARD
from tests.servers.server import Server
from tests.servers.shared import new_shop
from tests.till.support import shop as goods

PASSWORD: Final = "Zq7-s3cr3t-Xw"
USER: Final = "till"
SECRETS: Final = (PASSWORD.encode(), GOOD_CARD.encode(), POOR_CARD.encode())
SCRIPT: Final = f"""
add TEA
pay card {GOOD_CARD}
add TEA
pay card {POOR_CARD}
pay card {GOOD_CARD} 1.00
pay cash
hold
{GOOD_CARD}
add TEA {GOOD_CARD}
say "{GOOD_CARD}"
hold {GOOD_CARD}
coupon {GOOD_CARD}
print
"""
ROOT: Final = Path(__file__).parents[3]
CRASH: Final = """
from unittest import mock
mock.patch("pos.stores.redis.delivery.Calls.claim", side_effect=RuntimeError("out of order")).start()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that lets nobody in without the password."""
    with Server.start(password="other", acl=[f"{USER} on >{PASSWORD} ~* &* +@all"]) as begun:
        yield begun


class Place:
    """A machine of one till: a home, and what was printed there."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.shop = new_shop()
        self.url = server.url(self.shop)
        self.printed = b""
        (folder / "catalog.json").write_text(json.dumps(goods()))
        (folder / "config").mkdir()

    @property
    def environ(self) -> Mapping[str, str]:
        """The surroundings, with the password among them."""
        folders = {f"XDG_{name}_HOME": str(self.folder / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
        own = {"TILLKEY_LANES_USER": USER, "TILLKEY_LANES_PASSWORD": PASSWORD}
        log = {"TILLKEY_LOG_FILE": str(self.folder / "till.log")}
        return {**os.environ, "HOME": str(self.folder), **folders, **own, **log}

    def run(self, *words: str, given: str = "", before: str = "", **more: str) -> int:
        """What `pos` does with these words."""
        done = prefork.run(
            "pos", *words, given=given.encode(), cwd=self.folder, env={**self.environ, **more}, before=before
        )
        self.printed += done.stdout + done.stderr
        return done.returncode

    def told(self) -> list[str]:
        """Where a secret stands: files by their names, or `output`."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        found = [str(path) for path in files if any(secret in path.read_bytes() for secret in SECRETS)]
        return found + ["output"] * any(secret in self.printed for secret in SECRETS)


@pytest.fixture
def place(tmp_path: Path, server: Server) -> Place:
    return Place(tmp_path, server)


def test_a_run_leaves_no_secret_anywhere(place: Place, server: Server) -> None:
    words = ["run", "-", "--json", "--keep-going", "--store", place.url, "--catalog", "catalog.json"]
    with subprocess.Popen(
        [sys.executable, "-m", "pos", *words], cwd=place.folder, env={**place.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(SCRIPT.encode())
        process.stdin.flush()
        place.printed += process.stdout.readline()
        # It lives and waits for more.
        for name in ("cmdline", "comm", "status"):
            assert PASSWORD.encode() not in Path(f"/proc/{process.pid}/{name}").read_bytes()
        process.stdin.close()
        place.printed += process.stdout.read()
    assert b'"receipt": "1-1-2"' in place.printed or b'"receipt":"1-1-2"' in place.printed
    assert place.run("settings", "--json") == 0
    assert place.run("settings") == 0
    assert len(list(place.folder.rglob("journal-*.ndjson"))) == 1
    assert (place.folder / "till.log").stat().st_size > 0
    assert place.told() == []
    with server.client() as client:
        keys: Any = client.keys(f"{{{place.shop}}}:*")
        assert not [key for key in keys if any(secret in (client.dump(key) or b"") for secret in SECRETS)]
    [kept] = server.folder.glob("appendonlydir/*.incr.aof")
    assert not any(secret in kept.read_bytes() for secret in SECRETS)


def test_an_error_of_the_program_and_a_refusal_tell_no_secret(place: Place) -> None:
    words = ["run", "-", "--store", place.url, "--catalog", "catalog.json"]
    assert place.run(*words, given=SCRIPT, before=CRASH) != 0
    assert b"out of order" in place.printed
    assert place.run("run", "-", "--store", place.url, given=SCRIPT, TILLKEY_LANES_PASSWORD=f"{PASSWORD}x") != 0
    wrong = place.url.replace("redis://", f"redis://{USER}:{PASSWORD}@")
    assert place.run("run", "-", "--store", wrong, given=SCRIPT) != 0
    assert place.told() == []
    assert list(place.folder.rglob("crash-*.txt"))
    # The search finds what is there.
    (place.folder / "notes").write_text(f"the password is {PASSWORD}")
    assert place.told() == [str(place.folder / "notes")]
