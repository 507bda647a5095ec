"""What is handed on: the two archives have nothing in them that is secret, and their description no dead link."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.manual.papers import LINK, anchors

ROOT = Path(__file__).resolve().parents[1]
SECRET_NAME = re.compile(
    r"\.(pem|key|p12|pfx|jks|kdbx|asc|gpg|log|sock|db|sqlite3?|env)$|(^|/)(\.env.*|\.netrc|\.pypirc|\.npmrc|id_\w+|.*secrets?\..*)$",
    re.IGNORECASE,
)
SECRET_TEXT = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"
    rb"|\bgh[opsu]_\w{36}|\b[sr]k_live_\w{10}|\bAKIA[A-Z0-9]{16}\b|\bpypi-AgE\w{20}|\bxox[abp]-\w{10}"
)
PICTURE = re.compile(r"!\[")


class Built(NamedTuple):
    """The members of the source archive and of the wheel, by their names without the archive's own folder."""

    source: dict[str, bytes]
    wheel: dict[str, bytes]

    @property
    def description(self) -> str:
        """What the package index shows."""
        (metadata,) = (data for name, data in self.wheel.items() if name.endswith(".dist-info/METADATA"))
        payload = message_from_bytes(metadata).get_payload(decode=True)
        assert isinstance(payload, bytes)
        return payload.decode()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    (archive,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    source = {}
    with tarfile.open(archive) as members:
        for member in members:
            content = members.extractfile(member)
            assert content is not None, f"{member.name} is no file"
            source[member.name.partition("/")[2]] = content.read()
    with zipfile.ZipFile(wheel) as files:
        return Built(source, {name: files.read(name) for name in files.namelist()})


def test_nothing_in_them_looks_secret(built: Built) -> None:
    for members in built:
        assert [name for name in members if SECRET_NAME.search(name)] == []
        assert [name for name, data in members.items() if SECRET_TEXT.search(data)] == []


def test_what_looks_secret_would_be_found() -> None:
    for name in (
        "tests/serving/tls/key.pem",
        ".env",
        "deep/.env.local",
        "id_ed25519",
        "client_secrets.json",
        "till.log",
    ):
        assert SECRET_NAME.search(name), name
    key = b"-----BEGIN " + b"EC PRIVATE KEY-----\n" + b"M" * 64
    for data in (key, b"ghp_" + b"a" * 36):
        assert SECRET_TEXT.search(data), data


def test_they_have_nothing_but_the_project(built: Built) -> None:
    tops = {name.partition("/")[0] for name in built.source}
    assert tops == {
        *("pos", "screens", "data", "tests", ".github"),
        *("README.md", "LICENSE", "pyproject.toml", ".gitignore", "PKG-INFO"),
    }
    assert {name.partition("/")[0] for name in built.wheel if ".dist-info/" not in name} == {
        *("pos", "screens", "tillkey_pytest.py"),
    }
    assert [name for name in (*built.source, *built.wheel) if "__pycache__" in name or name.endswith(".pyc")] == []


def test_the_description_leads_nowhere_that_the_index_has_not(built: Built) -> None:
    links, known = LINK.findall(built.description), anchors(built.description)
    assert links
    assert [link for link in links if not link.startswith("https://") and link.removeprefix("#") not in known] == []
    assert not PICTURE.search(built.description)
    assert "pictures are the tests' own" not in built.description
    assert "| At the till (`pos manual cashier`) | " in built.description


def test_the_security_policy_names_tests_that_there_are() -> None:
    text = (ROOT / ".github" / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`(tests/[^`]+)`", text)
    assert len(named) >= 6
    assert [name for name in named if not (ROOT / name).exists()] == []
