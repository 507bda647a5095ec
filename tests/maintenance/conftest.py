"""The shop and the shell of these tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.domain.i18n import current_language, use_language
from pos.stores.embedded.backup import back_up
from tests.maintenance.forging import Members, members
from tests.maintenance.support import LATER, Shell, make_shop


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    before = current_language()
    yield Shell(tmp_path / "home", monkeypatch, capsys)
    use_language(before)


@pytest.fixture(scope="session")
def made_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_shop(tmp_path_factory.mktemp("made") / "shop")


@pytest.fixture
def shop(made_shop: Path, tmp_path: Path) -> Path:
    """A copy of the shop that a test may spoil."""
    return Path(shutil.copytree(made_shop, tmp_path / "shop"))


@pytest.fixture(scope="session")
def made_members(made_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Members:
    file = tmp_path_factory.mktemp("made") / "shop.tar.gz"
    back_up(made_shop, file, now=LATER)
    return members(file)


@pytest.fixture
def whole(made_members: Members) -> Members:
    """The files in a backup of the shop."""
    return dict(made_members)


@pytest.fixture
def backup(shop: Path, shell: Shell) -> Path:
    """A backup of the shop, beside it."""
    file = shop.parent / "shop.tar.gz"
    shell("backup", file, "--store", shop)
    return file
