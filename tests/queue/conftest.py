"""A shop whose checkouts are queued, and the commands on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.__main__ import main
from tests.queue.commands import Asked
from tests.queue.shop import QueueShop, queue_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[QueueShop]:
    """It, with its queue in memory."""
    with queue_shop(tmp_path) as made:
        yield made


@pytest.fixture
def ask(shop: QueueShop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Asked:
    """`pos` with these words, on this shop: the exit code and what it printed."""
    monkeypatch.setenv("TILLKEY_LANES_JOURNALS", str(shop.folder))

    def asked(*words: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = main([*words, "--store", shop.server.url(shop.shop)])
        return code, *capsys.readouterr()

    return asked
