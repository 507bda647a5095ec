"""What a disk is told to make durable; the tests of power cuts lose all else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.stores.embedded.disk import Disk
from tests.syncing import SYNCING


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files and folders that are made durable, one after another."""
    told: list[str] = []
    for name in SYNCING:
        monkeypatch.setattr(name, lambda handle: told.append(Path(f"/proc/self/fd/{handle}").readlink().name))
    return told


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only there a handle tells its file")
def test_what_a_disk_does_is_durable(tmp_path: Path, synced: list[str]) -> None:
    disk = Disk()
    with (tmp_path / "journal").open("w+b") as journal:
        disk.write(journal.fileno(), b"step", 0)
        assert synced == []
        disk.sync(journal.fileno())
        assert synced == ["journal"]
        disk.cut(journal.fileno(), 2)
        assert synced == ["journal"] * 2
    synced.clear()
    disk.replace(tmp_path / "store.json", [b"{}"])
    content, names = synced
    assert "store.json" in content
    assert names == tmp_path.name
